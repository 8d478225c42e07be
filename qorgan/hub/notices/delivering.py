"""What goes out of the house: taken in turn, tried again ever later, dead after the last try, and sent again by hand.

Rows of PostgreSQL taken with SKIP LOCKED, and no queue beside them: a delivery is made in the transaction of its
notice, each institution reads by row security what became of its own, and the role of the clerk needs nothing more
than rights on one table. Whoever receives may receive twice, and knows it by the delivery's own identifier.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.access import Scope, enter
from qorgan.hub.notices.asking import clerks_transaction
from qorgan.hub.notices.models import Delivery, Going, Way
from qorgan.hub.notices.outcome import Fate, Outcome
from qorgan.kit.refusal import Refusal

AT_ONCE: Final = 20
LEASE: Final = timedelta(minutes=15)
"""After which a delivery under way is taken for lost, with the clerk that had it."""
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 2 * 60, 6 * 60, 24 * 60))
"""Before the second try, the third, and so on; the last one is kept to."""
_LONGEST: Final = 300

_TAKE: Final = """
UPDATE delivery SET attempts = attempts + 1, next_at = %(lease)s WHERE id IN (
    SELECT id FROM delivery WHERE way = %(way)s AND state = 'waiting' AND next_at <= %(now)s
    ORDER BY next_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


Carry = Callable[[list[UUID], datetime], dict[UUID, Outcome]]
"""Carries deliveries, outside of any transaction."""


def deliver_all(way: Way, carry: Carry, *, attempts: int, now: datetime) -> int:
    """Carry everything that waits to go this way. Gives how many were tried."""
    tried = 0
    while found := _take(way, now):
        outcomes = carry(found, now)
        for one in found:
            _settle(one, outcomes.get(one, Outcome(Fate.LATER, "not tried")), attempts=attempts, now=now)
        tried += len(found)
    return tried


def dead(by: Scope) -> list[Delivery]:
    """The dead deliveries that whoever asks may see, the newest first."""
    enter(by)
    found = Delivery.objects.filter(state=Going.DEAD).select_related("webhook", "notice__person", "notice__document")
    return list(found.order_by("-created_at", "pk")[:200])


def send_again(delivery: UUID, *, by: Scope, now: datetime) -> None:
    """Let a dead delivery try from the beginning. Raises Refusal `delivery-unknown` where there is none to be seen."""
    enter(by)
    moved = Delivery.objects.filter(pk=delivery, state=Going.DEAD).update(state=Going.WAITING, attempts=0, next_at=now)
    if not moved:
        raise Refusal(
            "delivery-unknown",
            _("There is no such delivery, or it is not yours to see."),
            status=HTTPStatus.NOT_FOUND,
        )


def _take(way: Way, now: datetime) -> list[UUID]:
    parameters: dict[str, str | int | datetime] = {"way": way.value, "now": now, "lease": now + LEASE, "most": AT_ONCE}
    with clerks_transaction(), connection.cursor() as cursor:
        cursor.execute(_TAKE, parameters)
        return [identifier for (identifier,) in cursor.fetchall()]


def _settle(identifier: UUID, outcome: Outcome, *, attempts: int, now: datetime) -> None:
    with clerks_transaction():
        delivery = Delivery.objects.get(pk=identifier)
        delivery.error = outcome.reason[:_LONGEST]
        if outcome.fate is Fate.SENT:
            delivery.state, delivery.done_at = Going.DONE, now
        elif outcome.fate is Fate.DROPPED:
            delivery.state, delivery.done_at = Going.DROPPED, now
        elif outcome.fate is Fate.NEVER or delivery.attempts >= attempts:
            delivery.state = Going.DEAD
        else:
            delivery.next_at = now + PAUSES[min(delivery.attempts, len(PAUSES)) - 1]
        delivery.save(update_fields=["state", "error", "next_at", "done_at"])
