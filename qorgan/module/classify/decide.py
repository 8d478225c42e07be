"""Decides what an event is. Rules are found by an index, so that the cost grows slower than their number."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from typing import Final, Literal

from msgspec import Struct

from qorgan.law.asoi import SignalType
from qorgan.module.classify.facts import MORE, Facts
from qorgan.module.classify.pack import CompiledRule, Reason, own_rules
from qorgan.module.event import Event, Ignored
from qorgan.module.format_names import FORMAT_NAMES
from qorgan.wire.signal import Perimeter

_RECURRING: Final = frozenset(
    ("format", "vendor", "product", "kind", "rule_id", "rule_name", "category", "severity", "action")
)
"""Fields whose values come again and again: where rules ask for no others, a verdict is remembered."""
_MOST_REMEMBERED: Final = 20_000
_LONGEST_REMEMBERED: Final = 512
"""Characters of all the fields together by which a verdict is remembered."""
_MOST_SHOWN: Final = 16
_LONGEST_SHOWN: Final = 200


class Decision(Struct, frozen=True, kw_only=True):
    """What an event is, and why."""

    type: SignalType
    pack: str
    pack_version: str
    rule: str
    decided_by: tuple[str, ...]
    """The fields that decided, with the words in them: `category=web application attack`."""
    confidence: Literal["high", "medium", "low"]
    perimeter: Perimeter | None = None
    """Where it came from, when that is known of many sources together; None: as the event's one source tells."""


Verdict = Decision | Ignored
UNDECIDED: Final = Ignored(Reason.UNDECIDED.value)


class Tried(Struct, frozen=True):
    """One rule that was asked about an event, for whoever wants to know why."""

    pack: str
    rule: str
    matched: bool
    why: tuple[str, ...]
    """By what it was met; or which of its entries were not."""


class Decider:
    """Rules, indexed for the events of one format."""

    def __init__(self, rules: Iterable[CompiledRule], format_name: str) -> None:
        self._rules = [each for each in rules if format_name in each.pack.formats]
        self._always: list[int] = []
        self._by_value: dict[str, dict[str, list[int]]] = {}
        self._by_word: dict[str, dict[str, list[int]]] = {}
        self._by_part: dict[str, dict[str, list[int]]] = {}
        indexes = {"value": self._by_value, "word": self._by_word, "part": self._by_part}
        self._indexed: list[str] = []
        self._indexed_more: dict[str, str] = {}
        for number, each in enumerate(self._rules):
            if each.condition.anchors is None:
                self._always.append(number)
                continue
            for anchor in each.condition.anchors:
                indexes[anchor.how].setdefault(anchor.field, {}).setdefault(anchor.value, []).append(number)
        for field in dict.fromkeys((*self._by_value, *self._by_word, *self._by_part)):
            if field.startswith(MORE):
                self._indexed_more[field.removeprefix(MORE)] = field
            else:
                self._indexed.append(field)
        fields = frozenset[str]().union(*(each.condition.fields.union(each.rule.show) for each in self._rules))
        self._recurs = bool(fields) and fields <= _RECURRING
        # Two fields at least, so that the getter always gives a tuple.
        self._key = attrgetter("format", "kind", *sorted(fields - {"format", "kind"})) if self._recurs else None
        self._remembered: dict[object, Verdict] = {}

    def decide(self, event: Event) -> Verdict:
        """What the event is, by the first rule that it meets."""
        if self._key is None:
            return self._decide(event)
        key = self._key(event)
        known = self._remembered.get(key)
        if known is None:
            known = self._decide(event)
            if sum(map(len, key)) <= _LONGEST_REMEMBERED:
                if len(self._remembered) >= _MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[key] = known
        return known

    def __len__(self) -> int:
        """How many rules there are for this format."""
        return len(self._rules)

    def explain(self, event: Event) -> list[Tried]:
        """The rules that were asked about the event, up to the one that decided."""
        facts = Facts(event)
        tried: list[Tried] = []
        for number in self._candidates(facts):
            each = self._rules[number]
            met = each.condition.test(facts)
            why = each.condition.unmet(facts) if met is None else met
            tried.append(Tried(each.pack.name, each.rule.id, met is not None, why))
            if met is not None:
                break
        return tried

    def _decide(self, event: Event) -> Verdict:
        facts = Facts(event)
        for number in self._candidates(facts):
            each = self._rules[number]
            met = each.condition.test(facts)
            if met is not None:
                shown = tuple(f"{field}={facts.lowered(field)[:_LONGEST_SHOWN]}" for field in each.rule.show)
                return _verdict(each, (*met, *shown))
        return UNDECIDED

    def _candidates(self, facts: Facts) -> list[int]:
        found = set(self._always)
        for field in (*self._indexed, *facts.among(self._indexed_more)):
            # No anchor is empty, so a field that the event does not fill leads to no rule.
            if lowered := facts.lowered(field):
                if values := self._by_value.get(field):
                    found.update(values.get(lowered, ()))
                if stems := self._by_word.get(field):
                    for start in stems.keys() & facts.stems(field):
                        found.update(stems[start])
                if parts := self._by_part.get(field):
                    for gram in parts.keys() & facts.grams(field):
                        found.update(parts[gram])
        return sorted(found)


class Deciders:
    """Rules for the events of all formats; each format's index is made when it is first needed."""

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        self._rules = tuple(rules)
        self._made: dict[str, Decider] = {}

    def of(self, format_name: str) -> Decider:
        """The decider for the events of one format."""
        known = self._made.get(format_name)
        if known is None:
            wanted = format_name if format_name in FORMAT_NAMES else ""
            known = self._made[format_name] = Decider(self._rules, wanted)
        return known

    def decide(self, event: Event) -> Verdict:
        """What the event is, by the first rule that it meets."""
        return self.of(event.format).decide(event)

    def explain(self, event: Event) -> list[Tried]:
        """The rules that were asked about the event, up to the one that decided."""
        return self.of(event.format).explain(event)


@cache
def own() -> Deciders:
    """By the packs that come with the module."""
    return Deciders(own_rules())


def decide(event: Event) -> Verdict:
    """What an event is, by the packs that come with the module."""
    return own().decide(event)


def explain(event: Event) -> list[Tried]:
    """Which of the module's own rules were asked about an event, and what each said."""
    return own().explain(event)


def _verdict(each: CompiledRule, met: tuple[str, ...]) -> Verdict:
    rule = each.rule
    if rule.type is None:
        return Ignored((rule.ignore or Reason.UNDECIDED).value)
    return Decision(
        type=rule.type,
        pack=each.pack.name,
        pack_version=each.pack.version,
        rule=rule.id,
        decided_by=tuple(dict.fromkeys(met))[:_MOST_SHOWN],
        confidence=rule.confidence,
    )
