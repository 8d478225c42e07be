"""Duties are proposed by one and agreed to by another, reviewed before their day, taken back at once (R57.5)."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from qorgan.gate.clients import access
from qorgan.gate.clients.act import Act
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.clients.models import Client
from qorgan.gate.console.models import DutyOf
from qorgan.gate.console.rights import REVIEWED_EVERY, Duty, Right, rights_of
from qorgan.gate.journal.events import Event
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population

COMMAND: Final = UUID(int=0)
"""Who proposes and agrees where no employee does: whoever may run the gate's commands on its machine."""
SECOND: Final = UUID(int=1)
"""The other half of `COMMAND`: the command line stands for two."""


def held(client_id: UUID, now: datetime) -> list[DutyOf]:
    """What an employee has, agreed to and reviewed in time."""
    rows = DutyOf.objects.filter(client_id=client_id, taken_at=None, agreed_at__isnull=False, until__gt=now)
    return list(rows.order_by("proposed_at"))


def rights(client_id: UUID, now: datetime) -> frozenset[Right]:
    """What an employee may do by what they have."""
    return rights_of(Duty(one.duty) for one in held(client_id, now))


def standing() -> list[DutyOf]:
    """Every duty that was not taken back: proposed, held, and those whose review is overdue."""
    rows = DutyOf.objects.filter(taken_at=None).select_related("client")
    return list(rows.order_by("client__login", "duty"))


@transaction.atomic
def propose(client_id: UUID, duty: Duty, *, act: Act) -> DutyOf:
    """Say that an employee shall have a duty. It gives nothing until another agrees. Raises Refusal."""
    client = _employee(client_id)
    by = _by(act)
    if by == client.pk:
        raise _own()
    if not act.reason.strip():
        raise Refusal("reason-missing", _("Say why."), "R57.5", HTTPStatus.UNPROCESSABLE_ENTITY, field="reason")
    row = DutyOf(client=client, duty=duty.value, reason=act.reason.strip()[:500], proposed_by=by, proposed_at=act.now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        words = _("This duty is given or proposed already.")
        raise Refusal("duty-given", words, "R57.5", HTTPStatus.CONFLICT, field="duty") from None
    act.write(Event.DUTY_PROPOSED, client, after=_seen(row))
    return row


@transaction.atomic
def agree(row_id: UUID, *, act: Act) -> DutyOf:
    """Agree to what another proposed: the duty is given from now on. Raises Refusal."""
    row = _row(row_id)
    by = _by(act)
    if by in {row.proposed_by, row.client_id}:
        raise Refusal("four-eyes", _("Somebody else must agree: neither who proposed it nor whose it is."), "R57.5")
    if row.agreed_at is not None:
        raise Refusal("duty-given", _("This duty is given or proposed already."), "R57.5", HTTPStatus.CONFLICT)
    before = _seen(row)
    row.agreed_by, row.agreed_at, row.until = by, act.now, act.now + REVIEWED_EVERY
    row.save(update_fields=["agreed_by", "agreed_at", "until"])
    act.write(Event.DUTY_GIVEN, row.client, before=before, after=_seen(row))
    return row


@transaction.atomic
def review(row_id: UUID, *, act: Act) -> DutyOf:
    """Say that an employee still needs a duty: it goes on for another term. Raises Refusal."""
    row = _row(row_id)
    if _by(act) == row.client_id:
        raise _own()
    if row.agreed_at is None:
        raise Refusal("duty-proposed", _("Nobody has agreed to this duty yet."), "R57.5", HTTPStatus.CONFLICT)
    before = _seen(row)
    row.until = act.now + REVIEWED_EVERY
    row.save(update_fields=["until"])
    act.write(Event.DUTY_REVIEWED, row.client, before=before, after=_seen(row))
    return row


@transaction.atomic
def take(row_id: UUID, *, act: Act) -> DutyOf:
    """Take a duty back, or turn a proposal down: one is enough to give fewer rights. Raises Refusal."""
    row = _row(row_id)
    before = _seen(row)
    row.taken_by, row.taken_at = _by(act), act.now
    row.save(update_fields=["taken_by", "taken_at"])
    act.write(Event.DUTY_TAKEN, row.client, before=before, after={})
    return row


@transaction.atomic
def give_by_command(client_id: UUID, duty: Duty, *, act: Act) -> DutyOf:
    """The first administrator's duty, by whoever runs the gate's machine. Raises Refusal."""
    row = propose(client_id, duty, act=Act(now=act.now, whence=act.whence, by=COMMAND, reason=act.reason))
    return agree(row.pk, act=Act(now=act.now, whence=act.whence, by=SECOND, reason=act.reason))


def _row(row_id: UUID) -> DutyOf:
    # The lock is on this row alone: the employee's is read only.
    found = DutyOf.objects.select_for_update(of=("self",)).select_related("client").filter(pk=row_id, taken_at=None)
    row = found.first()
    if row is None:
        raise Refusal("duty-unknown", _("There is no such duty. Load the page again."), status=HTTPStatus.NOT_FOUND)
    return row


def _employee(client_id: UUID) -> Client:
    client = access.by_id(client_id)
    if client.population != Population.EMPLOYEE.value or client.state != State.ACTIVE:
        raise Refusal("not-an-employee", _("Duties are for active employees."), "R57.5", HTTPStatus.CONFLICT)
    return client


def _by(act: Act) -> UUID:
    if act.by is None:
        raise RuntimeError("a duty is given by somebody")
    return act.by


def _own() -> Refusal:
    return Refusal("own-account", _("Nobody does this to their own account."), "R57.5")


def _seen(row: DutyOf) -> dict[str, Any]:
    """What the journal knows of it."""
    return {
        "duty": row.duty,
        "reason": row.reason,
        "proposed_by": str(row.proposed_by),
        "agreed_by": str(row.agreed_by) if row.agreed_by else "",
        "until": row.until.isoformat() if row.until else "",
    }
