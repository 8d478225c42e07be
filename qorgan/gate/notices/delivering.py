"""The clerk's part: hands notices to the message gateway, tries again ever later, asks whether they arrived.

A notice goes out under its own id, so that one handed over twice is carried once. What became of it is a row of the
journal, joined to what it tells of (R48.161.5).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from qorgan.gate.journal.entry import HERE, Entry
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.writing import write
from qorgan.gate.notices import words
from qorgan.gate.notices.kinds import State
from qorgan.gate.notices.models import Notice
from qorgan.gate.notices.telling import FIELD
from qorgan.gate.outages import noting
from qorgan.gate.providers import configured
from qorgan.gate.providers.messages import Carried, Channel, Delivery, Message, Port
from qorgan.gate.sealing import unseal
from qorgan.kit import clock
from qorgan.kit.refusal import Unavailable

AT_ONCE: Final = 50
LEASE: Final = timedelta(minutes=5)
"""After which one under way is taken for lost, with the clerk that had it."""
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 180, 360))
"""Before the second try, the third, and so on; after the last one it has failed."""
ASKED_AFTER: Final = timedelta(minutes=1)
"""How long after it was taken the gateway is asked whether it arrived."""
_TAKE: Final = """
UPDATE notice SET attempts = attempts + 1, next_at = %(lease)s WHERE id IN (
    SELECT id FROM notice WHERE state IN ('waiting', 'taken') AND next_at <= %(now)s
    ORDER BY next_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def job() -> int:
    """The clerk's: deliver what is due, where the institution has a gateway."""
    gateway = configured.gateway(settings.CONFIG)
    if gateway is None:
        return 0
    return deliver(gateway, institution=settings.CONFIG.messages.sender, now=clock.now())


def deliver(gateway: Port, *, institution: str, now: datetime) -> int:
    """Send what waits and ask after what was taken, as far as it is due. Gives how many were looked at."""
    looked = 0
    while found := _take(now):
        for one in found:
            _carry(Notice.objects.get(pk=one), gateway, institution, now)
        looked += len(found)
    return looked


def _take(now: datetime) -> list[UUID]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"lease": now + LEASE, "now": now, "most": AT_ONCE})
        return [identifier for (identifier,) in cursor.fetchall()]


def _carry(notice: Notice, gateway: Port, institution: str, now: datetime) -> None:
    """One exchange with the gateway, outside any transaction; what came of it, inside one."""
    try:
        if notice.state == State.TAKEN:
            carried = gateway.state(notice.pk)
        else:
            message = Message(
                id=notice.pk,
                channel=Channel.SMS,
                to=unseal(notice.to_sealed, field=FIELD, row=notice.pk),
                text=words.text(notice, institution),
                language=notice.language,
            )
            carried = gateway.send(message, now=now)
    except Unavailable:
        carried = None
    else:
        noting.answered(configured.GATEWAY, now=now)
    with transaction.atomic():
        _settle(Notice.objects.select_for_update().get(pk=notice.pk), carried, now)


def _settle(notice: Notice, carried: Carried | None, now: datetime) -> None:
    was_taken = notice.state == State.TAKEN
    if carried is None or (was_taken and carried.state is Delivery.TAKEN):
        notice.error = "" if carried else "unavailable"
        if notice.attempts > len(PAUSES):
            # Taken and never said to have arrived is not delivered: nobody knows.
            _end(notice, State.FAILED, notice.error or "unconfirmed", now)
        else:
            notice.next_at = now + PAUSES[notice.attempts - 1]
    elif carried.state is Delivery.TAKEN:
        notice.state, notice.told_at, notice.attempts, notice.error = State.TAKEN, now, 0, ""
        notice.next_at = now + ASKED_AFTER
    elif carried.state is Delivery.DELIVERED:
        notice.told_at = notice.told_at or now
        _end(notice, State.DELIVERED, "", now)
    else:
        _end(notice, State.FAILED, carried.reason, now)
    notice.save(update_fields=["state", "told_at", "attempts", "error", "next_at", "ended_at"])


def _end(notice: Notice, state: State, error: str, now: datetime) -> None:
    """The end of a notice, in the journal too, with every entry that it tells of."""
    notice.state, notice.error, notice.ended_at = state, error[:200], now
    told = [entry for (entry,) in notice.tells_of.order_by("entry").values_list("entry")]
    write(
        Entry(
            event=Event.NOTICE_DELIVERED if state is State.DELIVERED else Event.NOTICE_FAILED,
            outcome="done" if state is State.DELIVERED else "failed",
            at=now,
            whence=HERE,
            population=notice.client.population,
            client=notice.client_id,
            reason=notice.error,
            detail={"notice": str(notice.pk), "kind": notice.kind, "of": told or [notice.entry]},
        )
    )
