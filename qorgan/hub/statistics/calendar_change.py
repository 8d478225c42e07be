"""A change of the working-day table as people ask for it, and the table that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import calendar
from qorgan.kit.refusal import Refusal, Sentence
from qorgan.law.days import SATURDAY, Day, DayKind, Table

if TYPE_CHECKING:
    from qorgan.hub.casework.models import CalendarEdition
    from qorgan.hub.members.access import Scope


_DIGITS: Final = 4
"""Of a year."""


class Action(StrEnum):
    """What can be done with the table."""

    HOLIDAY = "holiday"
    DAY_OFF = "day-off"
    MOVE = "move"
    """The rest day that a holiday took is had on another day."""
    EXCHANGE = "exchange"
    """A working day rests, and a rest day works instead."""
    RESTORE = "restore"
    """A day is again what its weekday says, and so is the other one of its pair."""
    YEAR = "year"
    """A year is entered, whose days then follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for."""

    action: Action
    on: date | None = None
    other: date | None = None
    """The holiday whose rest day is moved; the rest day that works instead."""
    kk: str = ""
    ru: str = ""
    en: str = ""
    year: int = 0
    act: str = ""


def read(given: Mapping[str, str]) -> Wish:
    """The wish of a form. Raises Refusal, naming the field."""
    action = given.get("action", "")
    if action not in list(Action):
        raise _wrong("action", _("Choose what to do."))
    words = {name: given.get(name, "").replace("\x00", "").strip()[:200] for name in ("kk", "ru", "en")}
    wish = Wish(
        action=Action(action),
        on=_date(given, "on"),
        other=_date(given, "other"),
        year=_number(given.get("year", "")),
        act=given.get("act", "").replace("\x00", "").strip()[:500],
        **words,
    )
    _check(wish)
    return wish


def table_with(table: Table, wish: Wish) -> Table:
    """The table as it is with the wish fulfilled. Raises Refusal where it cannot be."""
    if wish.action is Action.YEAR:
        if wish.year in table.settled or wish.year != max(table.settled) + 1:
            raise _wrong("year", _("Enter the year after the last one that the table has."))
        return replace(table, settled={**table.settled, wish.year: False})
    if wish.on is None:
        raise _wrong("on", _("Choose a day."))
    days = {day.on: day for day in table.days}
    for on in filter(None, (wish.on, wish.other)):
        if on.year not in table.settled:
            raise _wrong("on", _("The table does not have this year yet: enter the year first."))
    if wish.action is Action.RESTORE:
        return replace(table, days=_without(days, wish.on))
    if wish.on in days:
        raise _wrong("on", _("This day stands in the table already. Make it an ordinary day first."))
    made = {
        Action.HOLIDAY: _named,
        Action.DAY_OFF: _named,
        Action.MOVE: _moved,
        Action.EXCHANGE: _exchanged,
    }[wish.action](days, wish, wish.on)
    return replace(table, days=(*table.days, *made))


def preview(table: Table, act: str, *, by: Scope, now: datetime) -> int:
    """How many open terms the table would move: counted by doing it and taking it back. Raises Refusal."""
    mark = transaction.savepoint()
    try:
        return calendar.change(table.days, table.settled, act=act, by=by, now=now)[1]
    finally:
        transaction.savepoint_rollback(mark)


def fulfil(table: Table, act: str, *, by: Scope, now: datetime) -> tuple[CalendarEdition, int]:
    """Put the table in force; gives the edition and how many open terms moved. Raises Refusal."""
    return calendar.change(table.days, table.settled, act=act, by=by, now=now)


def check_version(seen: str) -> None:
    """Raise Refusal `changed-meanwhile` when the calendar is another than whoever asks looked at."""
    if seen != calendar.in_force().version:
        raise Refusal(
            "changed-meanwhile",
            _("Somebody changed the calendar meanwhile. Look again."),
            status=HTTPStatus.CONFLICT,
        )


def _check(wish: Wish) -> None:
    if not wish.act:
        raise _wrong("act", _("Name the act behind the change."))
    if wish.action in {Action.HOLIDAY, Action.DAY_OFF} and not (wish.kk and wish.ru and wish.en):
        raise _wrong("kk", _("Name the day in all three languages."))
    if wish.action in {Action.MOVE, Action.EXCHANGE} and wish.other is None:
        raise _wrong("other", _("Choose the other day of the pair."))


def _named(_days: Mapping[date, Day], wish: Wish, on: date) -> tuple[Day, ...]:
    kind = DayKind.HOLIDAY if wish.action is Action.HOLIDAY else DayKind.DAY_OFF
    return (Day(on=on, kind=kind, kk=wish.kk, ru=wish.ru, en=wish.en, act=wish.act),)


def _moved(days: Mapping[date, Day], wish: Wish, on: date) -> tuple[Day, ...]:
    holiday = days.get(wish.other) if wish.other else None
    if holiday is None or holiday.kind is not DayKind.HOLIDAY:
        raise _wrong("other", _("Only the rest day that a holiday took can be moved: choose the holiday."))
    _must_be_weekday(on)
    return (replace(holiday, on=on, kind=DayKind.MOVED, of=holiday.on, act=wish.act, estimated=False),)


def _exchanged(days: Mapping[date, Day], wish: Wish, on: date) -> tuple[Day, ...]:
    other = wish.other or on
    _must_be_weekday(on)
    if other.weekday() < SATURDAY or other in days:
        raise _wrong("other", _("Only a Saturday or a Sunday that is an ordinary rest day can work instead."))
    names = [
        wish.kk or "ауыстырылған күн",
        wish.ru or "перенесённый день",
        wish.en or "exchanged day",
    ]
    kk, ru, en = names
    return (
        Day(on=on, kind=DayKind.REST, kk=kk, ru=ru, en=en, act=wish.act, of=other),
        Day(on=other, kind=DayKind.WORKING, kk=kk, ru=ru, en=en, act=wish.act, of=on),
    )


def _without(days: Mapping[date, Day], on: date) -> tuple[Day, ...]:
    gone = days.get(on)
    if gone is None:
        raise _wrong("on", _("This day is an ordinary one."))
    return tuple(
        day for day in days.values() if day.on not in {on, gone.of if gone.kind in _PAIRED else on} and day.of != on
    )


_PAIRED = frozenset({DayKind.REST, DayKind.WORKING})


def _must_be_weekday(on: date) -> None:
    if on.weekday() >= SATURDAY:
        raise _wrong("on", _("This day rests already: choose one from Monday to Friday."))


def _date(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise _wrong(name, gettext("This is not a day.")) from wrong


def _number(text: str) -> int:
    said = text.strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) == _DIGITS else 0


def _wrong(field: str, message: Sentence) -> Refusal:
    return Refusal("calendar-refused", message, status=HTTPStatus.UNPROCESSABLE_ENTITY, field=field)
