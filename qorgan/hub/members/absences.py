"""When the head of the security unit is away: who stands in, from when to when. A recorded act that ends by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Absence, Membership
from qorgan.hub.members.roles import HEADS, Right, Role
from qorgan.kit.refusal import Refusal

LONGEST: Final = timedelta(days=180)
"""Whoever is away for longer has a successor rather than a deputy."""


@transaction.atomic
def record_absence(
    organisation_id: UUID,
    deputy_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: Scope,
    now: datetime,
) -> Absence:
    """Record that whoever acts, a head of security there, is away, and who of the same organisation stands in.

    Raises Refusal: `not-head`, `absence-times`, `deputy-wrong`, `absence-overlaps`.
    """
    access.enter(by)
    access.require(by, Right.ABSENCES_WRITE)
    organisation = access.organisation_for(organisation_id)
    if by.person_id is None or not any((organisation.pk, role) in by.held for role in HEADS):
        raise Refusal("not-head", _("Only the head of the unit records an absence, and their own."))
    if not now <= ends_at or not starts_at < ends_at <= starts_at + LONGEST:
        raise Refusal(
            "absence-times",
            _("An absence ends after it begins, not in the past, and lasts 180 days at most."),
            field="ends_at",
        )
    _check_deputy(organisation.pk, deputy_id, by.person_id)
    absence = Absence(
        organisation=organisation,
        absent_id=by.person_id,
        deputy_id=deputy_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        made_by_id=by.person_id,
        made_at=now,
    )
    try:
        with transaction.atomic():
            absence.save(force_insert=True)
    except IntegrityError:
        raise Refusal(
            "absence-overlaps",
            _("An absence is recorded for a part of this time already; end it first."),
            field="starts_at",
        ) from None
    detail = {"deputy": deputy_id, "from": starts_at.isoformat(), "until": ends_at.isoformat(), "reason": reason}
    journal.write(Act.ABSENCE_RECORDED, by=by, now=now, organisation=organisation.pk, on=str(absence.pk), detail=detail)
    return absence


@transaction.atomic
def revoke_absence(absence_id: UUID, *, by: Scope, now: datetime) -> Absence:
    """End an absence early: the deputy is none from the next request on. Raises Refusal.

    Any head of the same organisation may, and the head of the centre.
    """
    access.enter(by)
    access.require(by, Right.ABSENCES_WRITE)
    absence = access.absence_for(absence_id)
    if not any((absence.organisation_id, role) in by.held for role in HEADS) and not by.may(Right.MEMBERS_WRITE):
        raise Refusal("not-head", _("Only the head of the unit ends an absence early."))
    if absence.revoked_at is not None or absence.ends_at <= now:
        raise Refusal("absence-over", _("This absence is over already."))
    _revoke(absence, by, now)
    return absence


def end_all_of(person_id: int, organisation_id: UUID, *, by: Scope, now: datetime) -> None:
    """End every absence that names somebody who leaves. Runs inside the act that lets them leave."""
    named = Q(absent_id=person_id) | Q(deputy_id=person_id)
    rows = Absence.objects.filter(named, organisation_id=organisation_id, revoked_at=None, ends_at__gt=now)
    for absence in rows:
        _revoke(absence, by, now)


def _revoke(absence: Absence, by: Scope, now: datetime) -> None:
    absence.revoked_at = now
    absence.revoked_by_id = by.person_id
    absence.save(update_fields=["revoked_at", "revoked_by"])
    detail = {"deputy": absence.deputy_id}
    journal.write(
        Act.ABSENCE_REVOKED, by=by, now=now, organisation=absence.organisation_id, on=str(absence.pk), detail=detail
    )


def _check_deputy(organisation_id: UUID, deputy_id: int, absent_id: int) -> None:
    held = Membership.objects.filter(organisation_id=organisation_id, person_id=deputy_id, person__is_active=True)
    roles = {Role(role) for role in held.values_list("role", flat=True)}
    if deputy_id == absent_id or not roles or Role.AUDITOR in roles:
        raise Refusal(
            "deputy-wrong",
            _("The deputy is another person who acts for the same institution, and not its auditor (R48.15)."),
            "R48.15",
            field="deputy",
        )
