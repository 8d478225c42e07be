"""Calls of webhooks, signed as Standard Webhooks says: who calls, that it is this body, and that it is of now.

A body tells the document's number, what was done, when, and where to read it; never a word of the document.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from qorgan.hub.casework.models import Document
from qorgan.hub.config import Webhooks
from qorgan.hub.members.access import enter
from qorgan.hub.members.models import JournalEntry
from qorgan.hub.notices.addresses import call
from qorgan.hub.notices.asking import clerks_transaction
from qorgan.hub.notices.delivering import deliver_all
from qorgan.hub.notices.models import Delivery, Way, Webhook
from qorgan.hub.notices.outcome import DROPPED, Outcome
from qorgan.hub.notices.people import scope_of_institution
from qorgan.hub.notices.sealing import unseal
from qorgan.hub.notices.things import Thing, is_seen, thing_of
from qorgan.hub.notices.words import link_to
from qorgan.ledger.entry import instant

PREFIX: Final = "whsec_"
"""How Standard Webhooks marks a secret."""
AT_ONCE: Final = 8


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened with which document."""

    document: UUID
    number: str
    kind: str
    what: str
    """The part of its life and the verb, or the moment of its clock: `life.return`, `clock.last-day`."""
    at: str
    due_at: str | None = None
    link: str


class MemberTold(msgspec.Struct, frozen=True, kw_only=True):
    """What happened with an application, an absence, an account or an institution."""

    about: str
    """application, absence, account or institution."""
    id: UUID | int
    what: str
    """The act as the audit trail names it: `application.sent-back`."""
    at: str


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a call, in the form that Standard Webhooks recommends."""

    type: str
    timestamp: str
    data: Told | MemberTold


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it goes out."""

    address: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls the webhooks of institutions."""

    config: Webhooks

    def deliver_all(self, now: datetime) -> int:
        """Make every call that waits. Gives how many were tried."""
        return deliver_all(Way.WEBHOOK, self._carry, attempts=self.config.attempts, now=now)

    def _carry(self, deliveries: list[UUID], now: datetime) -> dict[UUID, Outcome]:
        calls = {one: call_of(one, now) for one in deliveries}
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return dict(zip(calls, threads.map(self._make, calls.values()), strict=True))

    def _make(self, made: Call | None) -> Outcome:
        return DROPPED if made is None else call(made.address, made.body, made.headers, self.config)


def call_of(delivery: UUID, now: datetime) -> Call | None:
    """What a delivery calls; None when the webhook was removed or its institution may not see the document."""
    with clerks_transaction():
        going = Delivery.objects.select_related("webhook", "act", "deadline", "entry").get(pk=delivery)
        webhook, cause = going.webhook, going.act or going.deadline
        if webhook is None or webhook.removed_at is not None:
            return None
        # From here on PostgreSQL answers as it answers the institution.
        scope = scope_of_institution(webhook.organisation_id)
        enter(scope)
        if going.entry is not None:
            thing = thing_of(going.entry)
            event = _of_members(going.entry, thing) if thing is not None and is_seen(thing, scope) else None
            return _call(webhook, event, delivery, now) if event else None
        if cause is None:
            return None
        document = Document.objects.filter(pk=cause.document_id).first()
        if document is None:
            return None
    at = going.act.at if going.act else going.created_at
    told = Told(
        document=document.pk,
        number=document.number,
        kind=document.kind,
        what=going.what,
        at=instant(at),
        due_at=instant(going.deadline.due_at) if going.deadline else None,
        link=link_to(document),
    )
    event = Event(type=f"{document.kind}.{going.what}", timestamp=instant(at), data=told)
    return _call(webhook, event, delivery, now)


def _of_members(entry: JournalEntry, thing: Thing) -> Event:
    at = instant(entry.at)
    told = MemberTold(about=thing.kind.value, id=thing.key, what=entry.act, at=at)
    return Event(type=entry.act, timestamp=at, data=told)


def _call(webhook: Webhook, event: Event, delivery: UUID, now: datetime) -> Call:
    body = msgspec.json.encode(event)
    return Call(webhook.address, body, signed(delivery, body, unseal(webhook.secret), now))


def signed(delivery: UUID, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The headers of a call. The same delivery always has the same id, by which a repeated call is known."""
    name, moment = f"msg_{delivery}", str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, b".".join((name.encode(), moment.encode(), body)), hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Qorgan",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}",
    }
