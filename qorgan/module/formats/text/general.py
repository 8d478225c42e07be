"""Text of a product that nobody has named: what it is about by its phrases, who and whence by the words around them.

The phrases are data (`products/general-phrases.toml`). What is understood so is less sure than what a product's own
pattern says: such events have the vendor `unknown`, and rules say of them a lower confidence.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from qorgan.module.formats.text.meaning import MEANINGS
from qorgan.module.formats.text.products import FOLDER, ProductRefused

PHRASES: Final = "general-phrases.toml"
_STEM: Final = 4
_WORDS: Final = re.compile(r"[^\W_]{2,64}")
_NUMBERS: Final = re.compile(r"(?<![\w.])\d{1,3}(?:[.:]\d{1,5}){1,4}(?![\w.])")
"""Addresses and clocks, which would stand as many words between those that matter."""
_PLACES: Final = re.compile(r"(?:[a-z]{2,6}://|\b[a-z]:\\|(?<![^\s\"'(=])/)[^\s\"',;)]{1,1024}", re.IGNORECASE)
"""Of a page or a file: what its folders are called, `update` say, tells nothing of what happened."""
_LETTER: Final = re.compile(
    r"\b(?:e-?mail|mail from|message from|sender|recipients?|attachment"
    r"|письм\w{1,2}|вложени\w{1,2}|отправител\w{1,2}|хат)\b"
    r"|<[^<>\s@]{1,64}@[^<>\s]{1,255}> ?[-=]> ?<[^<>\s@]{1,64}@",
    re.IGNORECASE,
)
_MOST_WORDS: Final = 400


class Phrases(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one meaning is said. `log*` is every word that begins so, `..` up to six words of any kind."""

    means: str
    say: Annotated[tuple[str, ...], Meta(min_length=1)]
    unless: tuple[str, ...] = ()
    """Phrases beside which the others mean something else."""


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    meaning: Annotated[tuple[Phrases, ...], Meta(min_length=1)]


class _Phrase(Struct, frozen=True):
    order: int
    regex: re.Pattern[str]


class General:
    """Phrases, ready to be asked."""

    def __init__(self, written: tuple[Phrases, ...]) -> None:
        self._meanings = [each.means for each in written]
        self._unless = [_joined(each.unless) for each in written]
        self._by_stem: dict[str, list[_Phrase]] = {}
        for order, each in enumerate(written):
            if each.means not in MEANINGS:
                raise ProductRefused(f"{PHRASES}: there is no meaning {each.means}")
            for phrase in each.say:
                compiled = _Phrase(order, re.compile(_regex(phrase)))
                self._by_stem.setdefault(phrase.split()[0].rstrip("*")[:_STEM], []).append(compiled)

    def meaning(self, text: str) -> str:
        """What a text is about, one of `MEANINGS`; empty when nothing in it says so."""
        lowered = text.lower()
        # Of two ways to write it, the phrases have the plain one.
        plainer = lowered if lowered.isascii() else lowered.replace("ё", "е")
        words = _WORDS.findall(_NUMBERS.sub(" ", plainer))[:_MOST_WORDS]
        plain = f" {' '.join(words)} "
        asked = [each for stem in {word[:_STEM] for word in words} for each in self._by_stem.get(stem, ())]
        said = {each.order for each in asked if each.regex.search(plain)}
        for order in sorted(said):
            unless = self._unless[order]
            if unless is None or not unless.search(plain) or _only_in_place(unless, text):
                return _in_mail(self._meanings[order], text)
        return ""

    def of_malware(self, text: str) -> str:
        """What a text is about that names a malicious code: that, unless it says that there is none."""
        plain = f" {' '.join(_WORDS.findall(text.lower())[:_MOST_WORDS])} "
        unless = self._unless[self._meanings.index("malware")]
        denied = unless is not None and unless.search(plain) and not _only_in_place(unless, text)
        return "" if denied else _in_mail("malware", text)


@cache
def own_general() -> General:
    """The phrases that come with the module. Raises ProductRefused."""
    try:
        written = msgspec.convert(tomllib.loads((FOLDER / PHRASES).read_text("utf-8")), _File)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ProductRefused(f"{PHRASES}: {error}") from None
    return General(written.meaning)


def _only_in_place(unless: re.Pattern[str], text: str) -> bool:
    """Whether words stand in a text only where it names a page or a file."""
    bare, places = _PLACES.subn(" ", text.lower())
    return bool(places) and not unless.search(f" {' '.join(_WORDS.findall(bare)[:_MOST_WORDS])} ")


def _in_mail(means: str, text: str) -> str:
    """The meaning, as of a message where the text is about one: an address of mail and a letter are named in it."""
    of_mail = f"mail {means}"
    return of_mail if of_mail in MEANINGS and "@" in text and _LETTER.search(text) else means


def _regex(phrase: str) -> str:
    words = phrase.split()
    # Words in the text stand with one space between, so that a phrase can match in few ways.
    parts = [
        "(?:[^ ]+ ){0,6}" if word == ".." else f"{re.escape(word.rstrip('*'))}{'[^ ]*' if '*' in word else ''} "
        for word in words
    ]
    return " " + "".join(parts)


def _joined(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(_regex, phrases))) if phrases else None
