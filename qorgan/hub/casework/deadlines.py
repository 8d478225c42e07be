"""Clocks: started and stopped by acts, counted in working days (R67.13, R67.14, R67.15)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from qorgan.hub.casework.models import Deadline, DeadlineMove, Document, Reception
from qorgan.hub.casework.wider import Purpose, wider
from qorgan.law.calendar import Calendar, OutsideCalendar, local_date, zone
from qorgan.law.clause import Term
from qorgan.law.days import SATURDAY

if TYPE_CHECKING:
    from django.db.models import QuerySet

DAY_BEGINS: Final = 9
DAY_ENDS: Final = 18
"""Hours of a working day in Almaty, for "how much time is left": a term itself ends with the day, not with these."""


def start(
    term: Term,
    *,
    calendar: Calendar,
    document: Document,
    organisation: UUID,
    now: datetime,
    reception: Reception | None = None,
) -> Deadline:
    """Start a term's clock for whoever has to act."""
    deadline = row(term, calendar=calendar, document=document, organisation=organisation, now=now, reception=reception)
    deadline.save(force_insert=True)
    return deadline


def row(
    term: Term,
    *,
    calendar: Calendar,
    document: Document,
    organisation: UUID,
    now: datetime,
    reception: Reception | None = None,
) -> Deadline:
    """A clock that is not stored yet: for many at once."""
    return Deadline(
        document=document,
        reception=reception,
        organisation_id=organisation,
        clause=term.clause,
        starts=term.starts,
        working_days=term.working_days,
        months=term.months,
        started_at=now,
        due_at=calendar.due(term, now),
        calendar=calendar.version,
    )


def stop(terms: Iterable[Term], *, document: Document, reception: Reception | None, now: datetime) -> None:
    """Stop those of the terms' clocks that run for this document, or for this addressee's part of it."""
    for term in terms:
        Deadline.objects.filter(
            document=document, reception=reception, clause=term.clause, starts=term.starts, stopped_at=None
        ).update(stopped_at=now)


def stop_all(document: Document, *, now: datetime) -> None:
    """Stop every clock of a document whose life is over: nobody has to act on it any more."""
    Deadline.objects.filter(document=document, stopped_at=None).update(stopped_at=now)


def running(document: Document) -> QuerySet[Deadline]:
    """The open clocks of a document that whoever asks may see, the nearest first."""
    return Deadline.objects.filter(document=document, stopped_at=None).order_by("due_at")


def recount(calendar: Calendar, *, now: datetime) -> int:
    """Count every open clock anew, and keep the trace of those that moved. Gives how many."""
    with wider(Purpose.CALENDAR):
        moves = [move for deadline in _open_ones() if (move := _recounted(deadline, calendar, now)) is not None]
        return len(DeadlineMove.objects.bulk_create(moves))


def _open_ones() -> QuerySet[Deadline]:
    return Deadline.objects.select_for_update().filter(stopped_at=None).order_by("pk")


def _recounted(deadline: Deadline, calendar: Calendar, now: datetime) -> DeadlineMove | None:
    """Count one clock by another calendar; its move, where it moved. Where the new table ends it stays as it was."""
    term = Term(
        clause=deadline.clause, starts=deadline.starts, working_days=deadline.working_days, months=deadline.months
    )
    try:
        due = calendar.due(term, deadline.started_at)
    except OutsideCalendar:
        return None
    move = DeadlineMove(
        deadline=deadline,
        before=deadline.due_at,
        after=due,
        calendar_before=deadline.calendar,
        calendar_after=calendar.version,
        at=now,
    )
    deadline.due_at, deadline.calendar = due, calendar.version
    deadline.save(update_fields=["due_at", "calendar"])
    return move if move.before != move.after else None


def working_time_left(due: datetime, now: datetime, calendar: Calendar) -> timedelta:
    """Working time from now until a clock runs out, in hours of working days; negative once it has.

    A day counts from nine to eighteen in Almaty. Days that the calendar does not know count by their weekday.
    """
    if now > due:
        return -working_time_left(now, due, calendar)
    left = timedelta()
    on, last = local_date(now), local_date(due)
    while on <= last:
        if _is_working(calendar, on):
            midnight = datetime(on.year, on.month, on.day, tzinfo=zone())
            begins = max(midnight + timedelta(hours=DAY_BEGINS), now)
            ends = min(midnight + timedelta(hours=DAY_ENDS), due)
            left += max(ends - begins, timedelta())
        on += timedelta(days=1)
    return left


def _is_working(calendar: Calendar, on: date) -> bool:
    try:
        return calendar.is_working(on)
    except OutsideCalendar:
        return on.weekday() < SATURDAY
