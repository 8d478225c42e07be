"""Routes of a working day: what waits, what runs out, what one was told, the calendar that terms are counted by."""

from __future__ import annotations

from typing import Final

import msgspec

from qorgan.hub.api import given, taken
from qorgan.hub.api.call import Answer, Call, flag
from qorgan.hub.casework import calendar, queries
from qorgan.hub.casework.access import author_of
from qorgan.hub.casework.models import Deadline
from qorgan.hub.members.access import require
from qorgan.hub.members.roles import Right
from qorgan.hub.notices.models import Notice
from qorgan.hub.notices.things import thing_in
from qorgan.law.days import Table

_MOST: Final = 200
_PAGE: Final = 50


def todo(call: Call) -> Answer:
    """What waits for the caller, the nearest term first."""
    require(call.scope, Right.DOCUMENTS_READ)
    return Answer(
        [
            given.WaitingShown(
                part=one.part.value,
                document=one.document.pk,
                kind=one.document.kind,
                number=one.document.number,
                title=one.title,
                state=one.state,
                reception=one.reception.pk if one.reception else None,
                verbs=[step.verb for step in one.steps],
                due_at=one.due_at,
                since=one.since,
            )
            for one in queries.todo(call.scope)
        ]
    )


def deadlines(call: Call) -> Answer:
    """Open clocks that the caller sees, the nearest first."""
    require(call.scope, Right.DOCUMENTS_READ)
    rows = Deadline.objects.filter(stopped_at=None).select_related("document").order_by("due_at", "pk")
    return Answer([clock(one, call) for one in rows[: call.number("limit", _PAGE, _MOST)]])


def clock(one: Deadline, call: Call) -> given.ClockShown:
    """A clock, as far as the caller may know whose it is."""
    theirs = one.organisation_id == one.document.author_id and author_of(one.document, call.scope) is None
    return given.ClockShown(
        document=one.document_id,
        clause=one.clause,
        starts=one.starts,
        organisation=None if theirs else one.organisation_id,
        reception=one.reception_id,
        started_at=one.started_at,
        due_at=one.due_at,
        stopped_at=one.stopped_at,
        calendar=one.calendar,
    )


def notices(call: Call) -> Answer:
    """What the caller was told, the newest first."""
    rows = Notice.objects.select_related("document").order_by("-created_at", "-pk")
    if flag(call.query.get("unseen", ""), "unseen"):
        rows = rows.filter(seen_at=None)
    return Answer([_notice(one) for one in rows[: call.number("limit", _PAGE, _MOST)]])


def seen(call: Call) -> Answer:
    """Say that notices were seen; others' are none of the caller's."""
    asked: taken.Seen = call.body
    Notice.objects.filter(pk__in=asked.notices, seen_at=None).update(seen_at=call.now)
    found = Notice.objects.select_related("document").filter(pk__in=asked.notices).order_by("-created_at", "-pk")
    return Answer([_notice(one) for one in found])


def days(call: Call) -> Answer:
    """The calendar in force: days that are not what their weekday says, each with the act behind it."""
    return Answer(_calendar(calendar.table_in_force(), 0, call))


def change_days(call: Call) -> Answer:
    """Put another table of days in force; open terms are counted anew."""
    asked: taken.NewCalendar = call.body
    rows = tuple(calendar.day_from(msgspec.to_builtins(day)) for day in asked.days)
    settled = {int(year): known for year, known in asked.settled.items()}
    _edition, moved = calendar.change(rows, settled, act=asked.act, by=call.scope, now=call.now)
    return Answer(_calendar(calendar.table_in_force(), moved, call))


def _calendar(table: Table, moved: int, call: Call) -> given.CalendarShown:
    return given.CalendarShown(
        version=calendar.in_force().version,
        settled={str(year): known for year, known in sorted(table.settled.items())},
        days=[
            given.DayShown(
                on=day.on,
                kind=day.kind.value,
                name=day.name(call.language),
                act=day.act,
                of=day.of,
                estimated=day.estimated,
            )
            for day in table.days
        ],
        moved=moved,
    )


def _notice(one: Notice) -> given.NoticeShown:
    thing = thing_in(one)
    return given.NoticeShown(
        id=one.pk,
        what=one.what,
        about=thing.kind.value if thing else "document",
        thing=str(thing.key if thing else one.document_id),
        document=one.document_id,
        kind=one.document.kind if one.document else "",
        number=one.document.number if one.document else "",
        reception=one.reception_id,
        due_at=one.due_at,
        created_at=one.created_at,
        seen_at=one.seen_at,
    )
