"""The working-day calendar in force: shipped with the product, changed by the centre with the act behind each day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import deadlines, locks
from qorgan.hub.casework.models import CalendarEdition
from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal
from qorgan.law.calendar import Calendar, shipped
from qorgan.law.days import Day, Table, TableRefused, shipped_table

_read: Final[dict[str, Calendar]] = {}


def in_force() -> Calendar:
    """The newest edition; the shipped one while the centre has changed nothing."""
    newest = CalendarEdition.objects.order_by("-pk").values_list("version", "table").first()
    if newest is None:
        return shipped()
    version, table = newest
    if version not in _read:
        _read.clear()
        _read[version] = Calendar(_table(table))
    return _read[version]


def table_in_force() -> Table:
    """The rows of the newest edition."""
    newest = CalendarEdition.objects.order_by("-pk").values_list("table", flat=True).first()
    return shipped_table() if newest is None else _table(newest)


def editions() -> list[CalendarEdition]:
    """Every change, the newest first."""
    return list(CalendarEdition.objects.select_related("person").order_by("-pk"))


@transaction.atomic
def change(
    days: tuple[Day, ...], settled: dict[int, bool], *, act: str, by: Scope, now: datetime
) -> tuple[CalendarEdition, int]:
    """Put another table of days in force, and count every open deadline anew. Gives how many moved.

    Stopped clocks stay judged by the calendar of their day. Raises Refusal: `calendar-refused` where the table
    contradicts itself, `act-missing`.
    """
    access.enter(by)
    access.require(by, Right.CALENDAR_WRITE)
    locks.calendar()
    if not act.strip():
        raise Refusal("act-missing", _("Name the act behind the change."), field="act")
    number = CalendarEdition.objects.count() + 1
    table = Table(edition=f"{now:%Y-%m-%d}.{number}", days=tuple(sorted(days, key=lambda day: day.on)), settled=settled)
    try:
        calendar = Calendar(table)
    except TableRefused as wrong:
        raise Refusal("calendar-refused", str(wrong), field="days") from wrong
    edition = CalendarEdition.objects.create(
        edition=table.edition,
        version=calendar.version,
        table=msgspec.to_builtins(table, str_keys=True),
        act=act.strip(),
        person_id=by.person_id,
        at=now,
    )
    moved = deadlines.recount(calendar, now=now)
    journal.write(
        Act.CALENDAR_CHANGED, by=by, now=now, on=calendar.version, detail={"act": act.strip(), "moved": moved}
    )
    return edition, moved


def day_from(row: dict[str, Any]) -> Day:
    """A row of the table out of plain values. Raises Refusal `calendar-refused`."""
    try:
        return msgspec.convert(row, Day)
    except (msgspec.ValidationError, TableRefused) as wrong:
        raise Refusal("calendar-refused", str(wrong), field="days") from wrong


def _table(plain: dict[str, Any]) -> Table:
    return msgspec.convert(plain, Table, str_keys=True)


def covers(on: date) -> bool:
    """Whether the calendar in force knows a day's year."""
    return on.year in in_force().years
