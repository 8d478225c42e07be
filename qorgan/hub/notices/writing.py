"""Notices written down, with the mails and calls that follow from them, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from qorgan.hub.casework.models import Act, Deadline, Document, Reception
from qorgan.hub.members.models import JournalEntry
from qorgan.hub.notices.models import Delivery, Notice, Way, Webhook
from qorgan.hub.notices.things import Thing

CHANNEL: Final = "qorgan_notices"
"""Where open pages are told, once it is committed, whose number of notices has changed."""
_WAKE: Final = "SELECT pg_notify(%s, person::text) FROM unnest(%s::bigint[]) AS person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What somebody is told of."""

    name: str
    what: str
    document: Document | None = None
    thing: Thing | None = None
    """What it is about where that is no document."""
    entry: JournalEntry | None = None
    reception: Reception | None = None
    act: Act | None = None
    deadline: Deadline | None = None

    @property
    def due_at(self) -> datetime | None:
        """When the clock runs out that it is about."""
        return self.deadline.due_at if self.deadline else None


def write(cause: Cause, people: Iterable[int], webhooks: Iterable[Webhook], *, mail: bool, now: datetime) -> int:
    """Tell these people, and call these addresses. Gives how many people were told."""
    notices = Notice.objects.bulk_create(
        Notice(
            person_id=person,
            cause=cause.name,
            document=cause.document,
            reception=cause.reception,
            act=cause.act,
            deadline=cause.deadline,
            entry=cause.entry,
            what=cause.what,
            due_at=cause.due_at,
            created_at=now,
            **(cause.thing.columns if cause.thing else {}),
        )
        for person in people
    )
    going = [
        Delivery(way=Way.MAIL, notice=one, what=cause.what, next_at=now, created_at=now) for one in notices if mail
    ] + [
        Delivery(
            way=Way.WEBHOOK,
            webhook=one,
            act=cause.act,
            deadline=cause.deadline,
            entry=cause.entry,
            what=cause.what,
            next_at=now,
            created_at=now,
        )
        for one in webhooks
    ]
    Delivery.objects.bulk_create(going, ignore_conflicts=True)
    wake(one.person_id for one in notices)
    return len(notices)


def wake(people: Iterable[int]) -> None:
    """Tell the open pages of these people to look, once the transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute(_WAKE, [CHANNEL, list(people)])
