"""What a pattern of a text product may be, checked when it is loaded: its cost is bounded before any text comes.

A pattern is a regular expression of few means: literals, classes, groups, alternatives, bounded repeats. What may
match in many ways is multiplied out and limited; what is possessive (`*+`, `{1,64}+`, `(?>...)`) matches in one.
So no text, however it was made, can keep a pattern busy for long. The same walk finds the words that every text
which matches must hold: by them patterns are found, and their number does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise, product
from typing import Final

from msgspec import Struct

MOST_WAYS: Final = 20_000
"""In so many ways a pattern may match at its one place, the start."""
MOST_WAYS_ANYWHERE: Final = 600
"""The same for a pattern that may begin at any word of the text."""
_MOST_VARIANTS: Final = 64
_MOST_REPEATED: Final = 4_096
_SHORTEST_WORD: Final = 3

_QUANTIFIER: Final = re.compile(r"(?:([*+?])|\{(\d{1,4})?(?:(,)(\d{1,4})?)?\})([+?])?")
_GROUP: Final = re.compile(r"\((?:\?P<(?P<name>[a-z_][a-z0-9_]*)>|\?(?P<kind>:|>|=|!|<=|<!))?")
_CLASS: Final = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]")
_WORD: Final = re.compile(r"\w{3,64}")

_GAP: Final = "\0"
"""Stands in a variant for what may be anything, also the rest of a word."""
_EDGE: Final = "\1"
"""Stands for what is surely no part of a word."""

Variant = str
"""One way to write a text that matches: its literals, with gaps and edges."""


class PatternRefused(ValueError):
    """A pattern may not be used. Says why."""


class Shape(Struct, frozen=True):
    """What is known of a pattern before any text comes."""

    anchored: bool
    """Whether it begins where the text does."""
    words: tuple[frozenset[str], ...]
    """For each way to write a text that matches: the whole words that it has, in lower case."""


class _Part(Struct):
    ways: int
    variants: list[Variant]
    fixed: bool
    """Whether it always matches equally many characters."""


def shape_of(pattern: str) -> Shape:
    """Check a pattern, and find its words. Raises PatternRefused."""
    anchored = pattern.startswith("^")
    reader = _Reader(pattern.removeprefix("^"))
    part = reader.alternatives()
    if reader.at < len(reader.text):
        raise PatternRefused("a bracket too many")
    most = MOST_WAYS if anchored else MOST_WAYS_ANYWHERE
    if part.ways > most:
        raise PatternRefused(f"may match in {part.ways} ways, {most} at most are allowed; make repeats possessive")
    variants = [f"{_EDGE}{variant}{_GAP}" for variant in part.variants]
    return Shape(anchored, tuple(_words(variant) for variant in variants))


def _words(variant: Variant) -> frozenset[str]:
    found = set()
    for literal in _split_at_edges(variant):
        found.add(literal.lower())
    if not found:
        raise PatternRefused("has no whole word of three letters that every text must hold")
    return frozenset(found)


def _split_at_edges(variant: Variant) -> Iterable[str]:
    for found in _WORD.finditer(variant):
        before, after = variant[found.start() - 1], variant[found.end()]
        if _GAP not in {before, after} and len(found[0]) >= _SHORTEST_WORD:
            yield found[0]


class _Reader:
    """Walks over a pattern's text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def alternatives(self) -> _Part:
        parts = [self._sequence()]
        while self.text[self.at : self.at + 1] == "|":
            self.at += 1
            parts.append(self._sequence())
        if len(parts) == 1:
            return parts[0]
        variants = [variant for part in parts for variant in part.variants]
        ways = sum(part.ways for part in parts)
        return _Part(1 if _apart(variants) else ways, _few(variants), fixed=False)

    def _sequence(self) -> _Part:
        whole = _Part(1, [""], fixed=True)
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            part = self._repeated(self._atom())
            whole.ways *= part.ways
            whole.fixed = whole.fixed and part.fixed
            # What has too many variants is a gap, before and after which words are still found.
            ends = part.variants if len(whole.variants) * len(part.variants) <= _MOST_VARIANTS else [_GAP]
            whole.variants = list(dict.fromkeys(first + second for first, second in product(whole.variants, ends)))
        return whole

    def _atom(self) -> _Part:
        letter = self.text[self.at]
        if letter == "(":
            return self._group()
        if letter == "[":
            found = _CLASS.match(self.text, self.at)
            if found is None:
                raise PatternRefused("a class that does not end")
            self.at = found.end()
            return _Part(1, [_class_variant(found[0])], fixed=True)
        if letter == "\\":
            self.at += 2
            return _Part(1, [_escape_variant(self.text[self.at - 1 : self.at])], fixed=True)
        if letter in "*+?{":
            raise PatternRefused("a repeat of nothing")
        self.at += 1
        return _Part(1, [{".": _GAP, "$": _EDGE, "^": _EDGE}.get(letter, letter)], fixed=True)

    def _group(self) -> _Part:
        found = _GROUP.match(self.text, self.at)
        if found is None or self.text[found.end() : found.end() + 1] == "?":
            raise PatternRefused("a group of a kind that is not allowed")
        self.at = found.end()
        inner = self.alternatives()
        if self.text[self.at : self.at + 1] != ")":
            raise PatternRefused("a bracket that is not closed")
        self.at += 1
        kind = found["kind"]
        if kind in {"=", "!", "<=", "<!"}:
            return _Part(1, [""], fixed=True)
        return _Part(1, inner.variants, inner.fixed) if kind == ">" else inner

    def _repeated(self, part: _Part) -> _Part:
        found = _QUANTIFIER.match(self.text, self.at)
        if found is None:
            return part
        self.at = found.end()
        least, most = _range(found)
        possessive = found[5] == "+"
        if least == most == 1:
            return part
        variants = _few(["", *part.variants]) if (least, most) == (0, 1) else _several(part.variants, least)
        if possessive:
            if part.ways > 1 and (most is None or most > 1):
                raise PatternRefused("a repeat of what itself may match in many ways")
            return _Part(1, variants, fixed=least == most)
        if most is None:
            raise PatternRefused("an endless repeat; bound it, or make it possessive")
        if part.ways == 1 and part.fixed:
            return _Part(most - least + 1, variants, fixed=least == most)
        if most > 1:
            raise PatternRefused("a repeat inside a repeat")
        return _Part(part.ways + 1, variants, fixed=False)


def _apart(variants: list[Variant]) -> bool:
    """Whether at one place at most one of the variants can stand: literals, none the beginning of another."""
    in_order = sorted(variants)
    return not any(_GAP in each or _EDGE in each for each in in_order) and not any(
        second.startswith(first) for first, second in pairwise(in_order)
    )


def _several(variants: list[Variant], least: int) -> list[Variant]:
    """What a repeat is: a gap, with an edge behind it when it surely ends with what is no part of a word."""
    ends = {variant[-1:] for variant in variants}
    at_edge = least > 0 and all(end and end != _GAP and not end.isalnum() and end != "_" for end in ends)
    return [_GAP + _EDGE] if at_edge else [_GAP]


def _range(found: re.Match[str]) -> tuple[int, int | None]:
    if found[1]:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found[1]]
    least = int(found[2] or 0)
    if not found[3]:
        return least, least
    most = int(found[4]) if found[4] else None
    if most is not None and (most < least or most > _MOST_REPEATED):
        raise PatternRefused(f"a repeat of more than {_MOST_REPEATED}, or of fewer at most than at least")
    return least, most


def _class_variant(written: str) -> Variant:
    """An edge when no letter of the class belongs to a word."""
    if written.startswith("[^"):
        return _GAP
    return _GAP if re.search(r"\\[wdSWD]|\w", re.sub(r"\\[snrt]", " ", written[1:-1])) else _EDGE


def _escape_variant(letter: str) -> Variant:
    if letter in "sbnrt$W":
        return _EDGE
    return _GAP if letter.isalnum() or not letter else letter


def _few(variants: list[Variant]) -> list[Variant]:
    """The variants, or when they are too many their common start and a gap."""
    unique = list(dict.fromkeys(variants))
    if len(unique) <= _MOST_VARIANTS:
        return unique
    start = unique[0]
    for other in unique[1:]:
        while not other.startswith(start):
            start = start[:-1]
    return [start + _GAP]
