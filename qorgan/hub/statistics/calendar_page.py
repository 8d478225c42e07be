"""The working days of a year: for everybody to read, for the head of the centre to change by naming the act."""

from __future__ import annotations

import calendar as weeks
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from qorgan.hub.casework import calendar as kept
from qorgan.hub.members.access import Reach, Scope, require
from qorgan.hub.members.roles import Right
from qorgan.hub.statistics import calendar_change
from qorgan.hub.statistics.calendar_change import Action, Wish
from qorgan.hub.statistics.pages import language, reader
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.calendar import local_date
from qorgan.law.days import SATURDAY, Day, DayKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from qorgan.law.calendar import Calendar

_KINDS: Final[dict[DayKind, _StrPromise]] = {
    DayKind.HOLIDAY: gettext_lazy("public holiday"),
    DayKind.DAY_OFF: gettext_lazy("religious day off"),
    DayKind.MOVED: gettext_lazy("rest day moved here"),
    DayKind.REST: gettext_lazy("rests in exchange"),
    DayKind.WORKING: gettext_lazy("works in exchange"),
}
_ACTIONS: Final[dict[Action, _StrPromise]] = {
    Action.EXCHANGE: gettext_lazy("A working day rests, a rest day works"),
    Action.MOVE: gettext_lazy("Move the rest day that a holiday took"),
    Action.HOLIDAY: gettext_lazy("Add a public holiday"),
    Action.DAY_OFF: gettext_lazy("Add a religious day off"),
    Action.RESTORE: gettext_lazy("Make a day an ordinary one again"),
    Action.YEAR: gettext_lazy("Enter another year"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a month's sheet."""

    on: date
    look: str
    """work, rest, holiday, moved or exchanged."""
    told: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not what its weekday says."""

    day: Day
    weekday: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month's sheet, weeks from Monday on; None stands for days of its neighbours."""

    name: str
    working: int
    weeks: list[list[Cell | None]] = field(default_factory=list)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year."""
    return _page(request, {})


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Show what a change would move; told again with the same and `confirmed`, make it."""
    by: Scope = request.hub_scope  # type: ignore[attr-defined]
    require(by, Right.CALENDAR_WRITE)
    try:
        wish = calendar_change.read(request.POST)
        table = calendar_change.table_with(kept.table_in_force(), wish)
        if request.POST.get("confirmed") != "1":
            moved = calendar_change.preview(table, wish.act, by=by, now=now())
            return _page(request, {"wish": wish, "told": _told(wish), "moved": moved})
        calendar_change.check_version(request.POST.get("version", ""))
        _edition, moved = calendar_change.fulfil(table, wish.act, by=by, now=now())
    except Refusal as refused:
        if refused.code == "not-allowed":
            raise
        return _page(request, {"refused": refused}, status=refused.status)
    words = ngettext(
        "The calendar was changed; %(count)s open term moved.",
        "The calendar was changed; %(count)s open terms moved.",
        moved,
    )
    messages.success(request, words % {"count": moved})
    year = (wish.on.year if wish.on else wish.year) or now().year
    return redirect(f"{reverse('statistics:calendar')}?year={year}")


def _page(request: HttpRequest, more: Mapping[str, Any], status: int = 200) -> HttpResponse:
    by = reader(request)
    table = kept.table_in_force()
    counted = kept.in_force()
    year = _year(request, counted)
    context: dict[str, Any] = {
        "year": year,
        "years": counted.years,
        "settled": counted.is_settled(year),
        "months": [_month(counted, year, number) for number in range(1, 13)],
        "weekdays": [WEEKDAYS_ABBR[number] for number in range(7)],
        "days": [_special(day) for day in sorted(table.days, key=lambda day: day.on) if day.on.year == year],
        "editions": kept.editions(),
        "version": counted.version,
        "may_change": by.may(Right.CALENDAR_WRITE),
        "is_centre": by.reach is Reach.CENTRE,
        "actions": [(action.value, words) for action, words in _ACTIONS.items()],
        "given": request.POST,
        **more,
    }
    return render(request, "statistics/calendar.html", context, status=status)


def _year(request: HttpRequest, counted: Calendar) -> int:
    text = request.GET.get("year") or request.POST.get("on", "")[:4] or request.POST.get("year", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else local_date(now()).year  # noqa: PLR2004
    return min(counted.years, key=lambda year: abs(year - asked))


def _month(counted: Calendar, year: int, number: int) -> Month:
    today = local_date(now())
    sheet = weeks.Calendar().monthdatescalendar(year, number)
    rows = [[_cell(counted, on, today) if on.month == number else None for on in week] for week in sheet]
    working = sum(counted.is_working(on) for week in sheet for on in week if on.month == number)
    return Month(str(MONTHS[number]), working, rows)


def _cell(counted: Calendar, on: date, today: date) -> Cell:
    day = counted.day(on)
    if day is None:
        return Cell(on, "rest" if on.weekday() >= SATURDAY else "work", "", on == today)
    looks = {DayKind.WORKING: "working", DayKind.MOVED: "moved", DayKind.REST: "moved"}
    return Cell(on, looks.get(day.kind, "holiday"), f"{_KINDS[day.kind]}: {day.name(language())}", on == today)


def _special(day: Day) -> Special:
    return Special(day, str(WEEKDAYS[day.on.weekday()]), str(_KINDS[day.kind]), day.name(language()))


def _told(wish: Wish) -> str:
    """The change in words."""
    return str(_ACTIONS[wish.action])
