"""What the search page is made of: choices, what is searched for now, the numbers beside it, and its chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy

from qorgan.hub.members.names import module_name
from qorgan.hub.signals.counts import Counts
from qorgan.hub.signals.filters import PRESETS, FilterRefused, Filters, network_text
from qorgan.hub.signals.queries import rules_of
from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

T = TypeVar("T")

RULES_SHOWN: Final = 10
_PRESET_WORDS: Final[dict[str, _StrPromise]] = {
    "1h": gettext_lazy("1 hour"),
    "24h": gettext_lazy("24 hours"),
    "7d": gettext_lazy("7 days"),
    "30d": gettext_lazy("30 days"),
}
_REFUSALS: Final[dict[str, _StrPromise]] = {
    "address": gettext_lazy("This is not an address or a network. Write it like 203.0.113.7 or 203.0.113.0/24."),
    "hash": gettext_lazy("This is not a digest. Give the whole MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal digits."),
    "since": gettext_lazy("This is not a moment. Write it like 2026-11-22T14:00."),
    "until": gettext_lazy("The end is not a moment after the beginning. Write it like 2026-11-22T14:00."),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in force, and the search without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One box of a list of boxes."""

    value: str
    label: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """A list of boxes."""

    name: str
    label: str
    options: list[Choice]

    @property
    def chosen(self) -> int:
        """How many are ticked."""
        return sum(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual time."""

    label: str
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One line of numbers: what, how many, and the search that asks for it alone or drops it."""

    label: str
    title: str
    number: int
    query: str
    chosen: bool
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """Numbers by one property."""

    label: str
    parts: list[Part]

    @property
    def most(self) -> int:
        """The largest number, which the bars are drawn against."""
        return max((part.number for part in self.parts), default=0)


def refusals(refused: FilterRefused) -> dict[str, str]:
    """The sentence for the field that cannot be searched for; under '' when it has no field of its own."""
    words = _REFUSALS.get(refused.name)
    if words is None:
        return {"": gettext("This address asks for something that cannot be searched for. Start anew.")}
    return {refused.name: str(words)}


def choices(filters: Filters, names: Mapping[UUID, str]) -> list[Choices]:
    """The boxes for types, severities and, where there are several, institutions."""
    language = _language()
    types = [
        Choice(kind.value, kind.short(language), kind.label(language), kind in filters.type) for kind in SignalType
    ]
    severities = [
        Choice(grade.value, grade.label(language), "", grade in filters.severity) for grade in reversed(Severity)
    ]
    organisations = [Choice(str(key), name, "", key in filters.organisation) for key, name in names.items()]
    found = [Choices("type", gettext("Type"), types), Choices("severity", gettext("Severity"), severities)]
    if len(names) > 1:
        found.append(Choices("organisation", gettext("Institution"), organisations))
    return found


def presets(filters: Filters) -> list[Preset]:
    """The usual times."""
    return [
        Preset(str(_PRESET_WORDS[name]), filters.query(last=name, since=None, until=None), filters.last == name)
        for name in PRESETS
    ]


def applied(filters: Filters, names: Mapping[UUID, str]) -> list[Chip]:
    """Everything that is asked for but the time."""
    language = _language()
    found = [
        *_chips(filters, gettext("Type"), "type", ((one, one.short(language)) for one in filters.type)),
        *_chips(filters, gettext("Severity"), "severity", ((one, one.label(language)) for one in filters.severity)),
        *_chips(
            filters,
            gettext("Institution"),
            "organisation",
            ((one, names.get(one, str(one))) for one in filters.organisation),
        ),
    ]
    if filters.module is not None:
        found.append(_chip(filters, gettext("Module"), "module", module_name(filters.module) or str(filters.module)))
    if filters.rule is not None:
        rule = rules_of([filters.rule]).get(filters.rule)
        found.append(_chip(filters, gettext("Rule"), "rule", rule.words if rule else str(filters.rule)))
    if filters.address is not None:
        found.append(_chip(filters, gettext("Source address"), "address", network_text(filters.address)))
    for name, label in (
        ("sensor", gettext("Sensor or rule")),
        ("domain", gettext("Domain")),
        ("hash", gettext("File digest")),
        ("text", gettext("Words")),
    ):
        if value := getattr(filters, name):
            found.append(_chip(filters, label, name, value))
    return found


def facets(found: Counts, filters: Filters, names: Mapping[UUID, str]) -> list[Facet]:
    """The numbers by type, severity, institution and rule, each a link to a narrower search."""
    language = _language()
    types = [
        Part(kind.short(language), kind.label(language), found.types[kind], *_toggled(filters, "type", kind))
        for kind in SignalType
        if found.types[kind] or kind in filters.type
    ]
    severities = [
        Part("", "", found.severities[grade.rank], *_toggled(filters, "severity", grade), severity=grade.value)
        for grade in reversed(Severity)
        if found.severities[grade.rank] or grade in filters.severity
    ]
    organisations = [
        Part(names.get(key, str(key)), "", number, *_toggled(filters, "organisation", key))
        for key, number in found.organisations.most_common()
    ]
    whole = [
        Facet(gettext("Type"), sorted(types, key=lambda part: -part.number)),
        Facet(gettext("Severity"), severities),
        Facet(gettext("Institution"), organisations if len(names) > 1 else []),
        Facet(gettext("Most frequent rules"), _rules(found, filters)),
    ]
    return [facet for facet in whole if facet.parts]


def chart(found: Counts) -> dict[str, Any]:
    """The bars, for the script that draws them; moments are those of the portal's zone, as the URL has them."""
    starts = sorted(found.bars)
    day = "%d.%m" if found.width.days else "%d.%m %H:%M"
    return {
        "labels": [f"{timezone.localtime(start):{day}}" for start in starts],
        "starts": [_local(max(start, found.since)) for start in starts],
        "ends": [_local(min(start + found.width, found.until)) for start in starts],
        "grave": [found.bars[start][1] for start in starts],
        "other": [found.bars[start][0] - found.bars[start][1] for start in starts],
        "words": {
            "grave": gettext("High and critical"),
            "other": gettext("Lower"),
            "all": gettext("All"),
            "described": gettext("Signals over time. Drag across the bars to search within that time."),
        },
    }


def _rules(found: Counts, filters: Filters) -> list[Part]:
    frequent = found.rules.most_common(RULES_SHOWN)
    known = rules_of(number for number, _count in frequent)
    return [
        Part(
            known[number].words,
            f"{known[number].sensor} {known[number].rule_id}".strip(),
            many,
            filters.query(rule=None if filters.rule == number else number),
            filters.rule == number,
        )
        for number, many in frequent
        if number in known
    ]


def _toggled(filters: Filters, name: str, value: object) -> tuple[str, bool]:
    """The search with the value added or, where it is in it, taken out; and whether it is in it."""
    values = getattr(filters, name)
    chosen = value in values
    changed = tuple(one for one in values if one != value) if chosen else (*values, value)
    return filters.query(**{name: changed}), chosen


def _chips(filters: Filters, label: str, name: str, values: Iterable[tuple[T, str]]) -> list[Chip]:
    return [Chip(label, words, _toggled(filters, name, value)[0]) for value, words in values]


def _chip(filters: Filters, label: str, name: str, value: str) -> Chip:
    empty = "" if isinstance(getattr(filters, name), str) else None
    return Chip(label, value, filters.query(**{name: empty}))


def _local(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def _language() -> str:
    return translation.get_language() or "kk"
