"""An institution's addresses that are called: named, shown their secret once, and removed again."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework.access import person_of
from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.roles import Right
from qorgan.hub.notices.addresses import AddressRefused, check_literal
from qorgan.hub.notices.calling import PREFIX
from qorgan.hub.notices.models import Webhook
from qorgan.hub.notices.sealing import seal
from qorgan.kit.refusal import Refusal

MOST: Final = 5
"""Addresses that an institution may have at a time."""
_BYTES: Final = 32
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('webhook ' || %s, 0))"


@transaction.atomic
def register(organisation: UUID, address: str, *, by: Scope, now: datetime) -> tuple[Webhook, str]:
    """Name an address; gives it with its secret, which nobody can read again.

    Raises Refusal: `not-allowed`, `address-refused`, `too-many`.
    """
    access.enter(by)
    _require(by, organisation)
    with connection.cursor() as cursor:
        # Two at once must not make one too many.
        cursor.execute(_ONE_AT_A_TIME, [str(organisation)])
    try:
        check_literal(address, settings.CONFIG.webhooks)
    except AddressRefused as wrong:
        raise Refusal(
            "address-refused",
            _("This address cannot be called: %(reason)s.") % {"reason": wrong},
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            field="address",
        ) from None
    if Webhook.objects.filter(organisation_id=organisation, removed_at=None).count() >= MOST:
        raise Refusal("too-many", _("There are as many addresses as there may be. Remove one first."))
    secret = _new_secret()
    made = Webhook.objects.create(
        organisation_id=organisation, address=address, secret=seal(secret), made_by_id=person_of(by), made_at=now
    )
    journal.write(
        Act.WEBHOOK_ADDED, by=by, now=now, organisation=organisation, on=str(made.pk), detail={"address": address}
    )
    return made, secret


@transaction.atomic
def rotate(webhook: UUID, *, by: Scope, now: datetime) -> tuple[Webhook, str]:
    """Give an address a new secret in place of the old one, which signs no call from now on. Raises Refusal."""
    access.enter(by)
    found = _one(webhook, by)
    secret = _new_secret()
    found.secret = seal(secret)
    found.save(update_fields=["secret"])
    journal.write(Act.WEBHOOK_ROTATED, by=by, now=now, organisation=found.organisation_id, on=str(found.pk))
    return found, secret


@transaction.atomic
def remove(webhook: UUID, *, by: Scope, now: datetime) -> None:
    """Call an address no more. Raises Refusal: `webhook-unknown`, `not-allowed`."""
    access.enter(by)
    found = _one(webhook, by)
    found.removed_at = now
    found.save(update_fields=["removed_at"])
    journal.write(Act.WEBHOOK_REMOVED, by=by, now=now, organisation=found.organisation_id, on=str(found.pk))


def listed(by: Scope) -> list[Webhook]:
    """The addresses in use that whoever asks may see, in their order."""
    access.enter(by)
    return list(Webhook.objects.filter(removed_at=None).order_by("made_at", "pk"))


def places(by: Scope) -> list[UUID]:
    """The institutions for which somebody may name addresses."""
    return [one for one in by.organisations if by.may_for(Right.WEBHOOKS_WRITE, one)]


def _one(webhook: UUID, by: Scope) -> Webhook:
    found = Webhook.objects.filter(pk=webhook, removed_at=None).first()
    if found is None:
        raise Refusal("webhook-unknown", _("There is no such address, or it is not yours to see."))
    _require(by, found.organisation_id)
    return found


def _new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


def _require(by: Scope, organisation: UUID) -> None:
    if not by.may_for(Right.WEBHOOKS_WRITE, organisation):
        raise Refusal("not-allowed", _("Your role does not allow this."))
