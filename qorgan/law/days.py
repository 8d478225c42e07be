"""The days that differ from an ordinary Monday-to-Friday week, and the shipped table of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any

from qorgan.law.labels import Language

SATURDAY = 5
"""`date.weekday()` from this number on is a weekly rest day of the five-day week."""


class TableRefused(ValueError):
    """A table of days contradicts itself; the message names the day."""


class DayKind(StrEnum):
    """Why a day is not what its weekday says."""

    HOLIDAY = "holiday"
    """A public holiday. When it meets a rest day, the rest day moves to the next working day."""
    DAY_OFF = "day-off"
    """A religious day off: 7 January and the first day of Kurban Ait. It moves nothing."""
    MOVED = "moved"
    """The rest day that a public holiday took, moved here."""
    REST = "rest"
    """A working day made a rest day by order, in exchange for another."""
    WORKING = "working"
    """A Saturday or Sunday made a working day by order, in exchange for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One row of the table."""

    on: date
    kind: DayKind
    kk: str
    ru: str
    en: str
    act: str
    """The citation of the act behind the row."""
    of: date | None = None
    """For a moved or exchanged day: the other date of the pair."""
    estimated: bool = False
    """Whether the date is a forecast that awaits its announcement."""

    def __post_init__(self) -> None:
        rest_day = self.on.weekday() >= SATURDAY
        if self.kind is DayKind.WORKING and not rest_day:
            raise TableRefused(f"{self.on} is made a working day, but it is one already")
        if self.kind in {DayKind.MOVED, DayKind.REST} and rest_day:
            raise TableRefused(f"{self.on} is given as a rest day in exchange, but it is a weekly one already")
        if (self.of is None) != (self.kind in {DayKind.HOLIDAY, DayKind.DAY_OFF}):
            raise TableRefused(f"{self.on} of kind {self.kind} must name its other day exactly if it has one")
        if not self.act:
            raise TableRefused(f"{self.on} names no act")

    def name(self, language: str) -> str:
        """What the day is called, in `language`, a `Language` or its code."""
        return {Language.KAZAKH: self.kk, Language.RUSSIAN: self.ru, Language.ENGLISH: self.en}[Language(language)]


@dataclass(frozen=True, slots=True)
class Table:
    """All that a calendar is made of."""

    edition: str
    """The name its keeper gave to this state of the table."""
    days: tuple[Day, ...]
    settled: dict[int, bool]
    """Every year covered; False while orders or announcements for it may still change it."""


def shipped_table() -> Table:
    """The table of `holidays.toml`."""
    document = tomllib.loads((files("qorgan.law") / "holidays.toml").read_text(encoding="utf-8"))
    names, acts = document["names"], document["acts"]
    return Table(
        edition=document["edition"],
        days=tuple(_day(row, names, acts) for year in document["years"] for row in year["days"]),
        settled={year["year"]: year["settled"] for year in document["years"]},
    )


def _day(row: dict[str, Any], names: dict[str, Any], acts: dict[str, Any]) -> Day:
    return Day(
        on=row["date"],
        kind=DayKind(row["kind"]),
        act=acts[row["act"]]["cites"],
        of=row.get("of"),
        estimated=row.get("estimated", False),
        **names[row["name"]],
    )
