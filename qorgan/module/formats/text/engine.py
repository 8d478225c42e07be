"""Finds the pattern that a text fits. By words that it must have few patterns are asked, however many there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Final

from msgspec import Struct

from qorgan.module.formats.text.products import CompiledPattern, own_products

LONGEST: Final = 4_096
"""Characters of a message that are looked at."""
_WORDS: Final = re.compile(r"\w{3,64}")
_MOST_WORDS: Final = 512


class Found(Struct, frozen=True):
    """A pattern that fits, and where."""

    by: CompiledPattern
    match: re.Match[str]


class Index:
    """Patterns by a word that each of them needs, the rarest of its words."""

    def __init__(self, patterns: Iterable[CompiledPattern]) -> None:
        self._patterns = list(patterns)
        self._by_word: dict[str, list[int]] = {}
        often = Counter(word for each in self._patterns for words in each.shape.words for word in words)
        for number, each in enumerate(self._patterns):
            rarest = {min(words, key=lambda word: (often[word], -len(word), word)) for words in each.shape.words}
            for word in rarest:
                self._by_word.setdefault(word, []).append(number)

    def candidates(self, words: Iterable[str]) -> list[CompiledPattern]:
        """The patterns that may fit a text of these words, in their order."""
        found: set[int] = set()
        by_word = self._by_word
        for word in words:
            if word in by_word:
                found.update(by_word[word])
        return [self._patterns[number] for number in sorted(found)]


class Engine:
    """Products' patterns, ready to be asked."""

    def __init__(self, patterns: Iterable[CompiledPattern]) -> None:
        every = list(patterns)
        self._all = Index(every)
        self._products: dict[str, CompiledPattern] = {}
        by_program: dict[str, list[CompiledPattern]] = {}
        for each in every:
            for program in each.product.programs:
                by_program.setdefault(program, []).append(each)
        self._by_program = {program: Index(each) for program, each in by_program.items()}
        self._products = {program: each[0] for program, each in by_program.items()}

    def find(self, text: str, program: str) -> Found | None:
        """The first pattern that fits: of the program's own product, then of all."""
        text = text[:LONGEST]
        words = set(_WORDS.findall(text.lower())[:_MOST_WORDS])
        own = next((name for name in names_of(program) if name in self._by_program), "")
        if own and (found := _first(self._by_program[own].candidates(words), text)):
            return found
        return _first(self._all.candidates(words), text)

    def product_of(self, program: str) -> tuple[str, str] | None:
        """Vendor and product that a program's name tells, or None."""
        known = next((self._products[name] for name in names_of(program) if name in self._products), None)
        return (known.product.vendor, known.product.product) if known else None


@cache
def own_engine() -> Engine:
    """The products that come with the module. Raises ProductRefused."""
    return Engine(own_products())


def names_of(program: str) -> tuple[str, ...]:
    """By which names a program of a syslog header may be known: `postfix/smtpd` is `postfix` too, `/bin/su` is `su`."""
    name = program.lower()
    return (name, name.partition("/")[0], name.rpartition("/")[2]) if name else ()


def _first(candidates: Iterable[CompiledPattern], text: str) -> Found | None:
    for each in candidates:
        if match := each.match(text):
            return Found(each, match)
    return None
