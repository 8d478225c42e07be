"""A rule's `when`, compiled once: what it asks of an event, by which words it was met, and where it is indexed.

kind = "alert"                                 the field is this word
action = ["blocked", "detected"]               one of these
"rule_name|category" = { words = "port scan" } one of the fields has these words, whole, in this order;
                                               "phish*" stands for every word that begins so
contains, prefix, suffix, regex, present, from, to, less often
all, any, not                                  over further tables
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from msgspec import Struct

from qorgan.module.classify.facts import GRAM, NAMES, STEM, VALUES, Facts, is_field, stem, words_of

Met = tuple[str, ...]
"""By what a condition was met, in words of the pack's own; they go into the signal."""
Test = Callable[[Facts], Met | None]

_VENDOR_WORDS: Final = frozenset(("vendor", "product", "kind", "rule_id", "rule_name", "category", "format"))
_MOST_SHOWN: Final = 64
_MANY_PHRASES: Final = 4
_FREQUENT: Final = " etaoinsrhldcumfpgwybvkxjqz"
"""Letters from the most frequent on; what is not among them is rarer than all."""
_FEW_VALUED: Final = frozenset(
    ("activity", "outcome", "action", "severity", "format", "protocol", "application", "destination_port")
)
"""Fields that have few values: knowing one of them narrows little down."""


class ConditionRefused(ValueError):
    """A condition cannot be read. Says which key, and why."""


class Anchor(Struct, frozen=True):
    """A fact without which a condition cannot be met."""

    field: str
    value: str
    how: Literal["value", "word", "part"]
    """Whether the field is this, has a word that begins so, or has these letters in a row somewhere."""


class Condition(Struct, frozen=True):
    """A compiled condition."""

    test: Test
    anchors: frozenset[Anchor] | None
    """At least one of these holds whenever the condition is met; None when there are none to name."""
    fields: frozenset[str]
    """Every field it looks at."""
    entries: tuple[tuple[str, Test], ...] = ()
    """What must be met each, by what is written before it, for whoever wants to know what was not."""

    def unmet(self, facts: Facts) -> tuple[str, ...]:
        """The entries that an event does not meet."""
        return tuple(name for name, test in self.entries if test(facts) is None)


def rarest_gram(text: str) -> str:
    """The three letters in a row of a text that few other texts have."""
    grams = [text[start : start + GRAM] for start in range(len(text) - GRAM + 1)]
    return max(grams, key=lambda gram: sum(_FREQUENT.find(letter) % (len(_FREQUENT) + 1) for letter in gram))


def compile_when(when: Mapping[str, Any], key: str = "when") -> Condition:
    """A table of conditions, all of which must be met. Raises ConditionRefused."""
    if not when:
        # A rule without conditions would match everything by an oversight.
        raise ConditionRefused(f"{key}: is empty; a rule must ask for something")
    parts = [(name, _entry(name, asked, f"{key}.{name}")) for name, asked in when.items()]
    whole = _all([part for _, part in parts])
    entries = tuple((name, part.test) for name, part in parts)
    return Condition(whole.test, whole.anchors, whole.fields, entries)


def _entry(name: str, asked: Any, key: str) -> Condition:
    if name in {"all", "any"}:
        if not isinstance(asked, list) or not asked:
            raise ConditionRefused(f"{key}: must be a list of tables")
        parts = [compile_when(_table(each, key), f"{key}[{place}]") for place, each in enumerate(asked)]
        return _all(parts) if name == "all" else _any(parts)
    if name == "not":
        return _not(compile_when(_table(asked, key), key))
    fields = name.split("|")
    for field in fields:
        if not is_field(field):
            raise ConditionRefused(f"{key}: there is no field {field}; docs/howto/add-a-rule.md lists them")
    if isinstance(asked, str | list):
        asked = {"is": asked}
    operations = _table(asked, key)
    return _all(
        [
            _any([_operation(field, name, value, f"{key}.{name}") for field in fields])
            for name, value in operations.items()
        ]
    )


def _table(value: Any, key: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise ConditionRefused(f'{key}: must be a table, as {{ words = "port scan" }} is')
    return value


def _operation(field: str, name: str, value: Any, key: str) -> Condition:
    make = _OPERATIONS.get(name)
    if make is None:
        raise ConditionRefused(f"{key}: there is no operation {name}; there are {', '.join(_OPERATIONS)}")
    return make(field, value, key)


def _texts(value: Any, key: str) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    if not listed or not all(isinstance(each, str) and each for each in listed):
        raise ConditionRefused(f"{key}: must be a text or a list of texts, none empty")
    return tuple(each.lower() for each in listed)


def _is(field: str, value: Any, key: str) -> Condition:
    wanted = frozenset(_texts(value, key))

    def test(facts: Facts) -> Met | None:
        found = facts.lowered(field)
        return (f"{field}={found}",) if found in wanted else None

    return Condition(test, frozenset(Anchor(field, each, "value") for each in wanted), frozenset((field,)))


def _phrase(phrase: str, key: str) -> tuple[str, str]:
    """A phrase as it is looked for among words, and the stem of its first word."""
    spaced = words_of(phrase)
    if phrase.endswith("*"):
        spaced = spaced.rstrip()
    first, *rest = spaced.split() or ("",)
    if not first:
        raise ConditionRefused(f"{key}: {phrase} has no letter and no digit, so it is no word")
    if not rest and phrase.endswith("*") and len(first) < STEM:
        raise ConditionRefused(f"{key}: {phrase} is too short a beginning of a word; write {STEM} letters at least")
    return spaced, stem(first)


def _words(field: str, value: Any, key: str) -> Condition:
    wanted: list[tuple[str, str]] = []
    places: dict[str, list[int]] = {}
    for place, phrase in enumerate(_texts(value, key)):
        spaced, begins = _phrase(phrase, key)
        wanted.append((spaced, phrase))
        places.setdefault(begins, []).append(place)
    beginnings = frozenset(places) if len(wanted) >= _MANY_PHRASES else None

    def test(facts: Facts) -> Met | None:
        text = facts.words(field)
        if not text:
            return None
        asked = wanted
        if beginnings is not None:
            # Of many phrases most begin with no word of the text, and their beginnings can be looked up together.
            stems = facts.stems(field)
            if beginnings.isdisjoint(stems):
                return None
            asked = [wanted[place] for place in sorted(place for each in beginnings & stems for place in places[each])]
        for spaced, phrase in asked:
            if spaced in text:
                return (f"{field}~{phrase}",)
        return None

    return Condition(test, frozenset(Anchor(field, each, "word") for each in places), frozenset((field,)))


def _of_text(matches: Callable[[str, str], bool]) -> Callable[[str, Any, str], Condition]:
    def make(field: str, value: Any, key: str) -> Condition:
        wanted = _texts(value, key)

        def test(facts: Facts) -> Met | None:
            text = facts.lowered(field)
            if text:
                for each in wanted:
                    if matches(text, each):
                        return (f"{field}~{each}",)
            return None

        anchors = None
        if all(len(each) >= GRAM for each in wanted):
            anchors = frozenset(Anchor(field, rarest_gram(each), "part") for each in wanted)
        return Condition(test, anchors, frozenset((field,)))

    return make


def _regex(field: str, value: Any, key: str) -> Condition:
    try:
        pattern = re.compile(value, re.IGNORECASE) if isinstance(value, str) else None
    except re.error as error:
        raise ConditionRefused(f"{key}: is no regular expression: {error}") from None
    if pattern is None:
        raise ConditionRefused(f"{key}: must be one regular expression")

    def test(facts: Facts) -> Met | None:
        found = pattern.search(facts.lowered(field))
        if not found:
            return None
        # Only the vendor's own words are shown: elsewhere the match may be anybody's data.
        return (f"{field}~{found.group()[:_MOST_SHOWN]}" if field in _VENDOR_WORDS else f"{field}~{pattern.pattern}",)

    return Condition(test, None, frozenset((field,)))


def _present(field: str, value: Any, key: str) -> Condition:
    if not isinstance(value, bool):
        raise ConditionRefused(f"{key}: must be true or false")

    def test(facts: Facts) -> Met | None:
        return (f"{field} {'present' if value else 'absent'}",) if bool(facts.raw(field)) is value else None

    return Condition(test, None, frozenset((field,)))


def _number(above: bool) -> Callable[[str, Any, str], Condition]:
    def make(field: str, value: Any, key: str) -> Condition:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ConditionRefused(f"{key}: must be a number")

        def test(facts: Facts) -> Met | None:
            try:
                found = float(facts.raw(field)[:_MOST_SHOWN])
            except ValueError:
                return None
            met = found >= value if above else found <= value
            return (f"{field}{'>=' if above else '<='}{value}",) if met else None

        return Condition(test, None, frozenset((field,)))

    return make


_OPERATIONS: Final[dict[str, Callable[[str, Any, str], Condition]]] = {
    "is": _is,
    "equals": _is,
    "in": _is,
    "words": _words,
    "contains": _of_text(lambda text, part: part in text),
    "prefix": _of_text(str.startswith),
    "suffix": _of_text(str.endswith),
    "regex": _regex,
    "present": _present,
    "from": _number(above=True),
    "to": _number(above=False),
}


def _all(parts: list[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]
    tests = [part.test for part in parts]

    def test(facts: Facts) -> Met | None:
        met: list[str] = []
        for each in tests:
            found = each(facts)
            if found is None:
                return None
            met += found
        return tuple(met)

    named = [part.anchors for part in parts if part.anchors]
    # The index shall let as few rules through as it can.
    best = min(named, key=lambda anchors: (max(map(_width, anchors)), len(anchors)), default=None)
    return Condition(test, best, frozenset().union(*(part.fields for part in parts)))


def _width(anchor: Anchor) -> int:
    """How much an anchor lets through, roughly: whole values little, letters in a row more."""
    if anchor.field in {NAMES, VALUES}:
        # To be looked up these must be put together first, out of all that a record says.
        return 4
    if anchor.field in _FEW_VALUED:
        return 3
    return ("value", "word", "part").index(anchor.how)


def _any(parts: list[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]
    tests = [part.test for part in parts]

    def test(facts: Facts) -> Met | None:
        for each in tests:
            met = each(facts)
            if met is not None:
                return met
        return None

    named = [part.anchors for part in parts]
    anchors = frozenset().union(*(each for each in named if each)) if all(named) else None
    return Condition(test, anchors, frozenset().union(*(part.fields for part in parts)))


def _not(part: Condition) -> Condition:
    def test(facts: Facts) -> Met | None:
        return None if part.test(facts) is not None else ()

    return Condition(test, None, part.fields)
