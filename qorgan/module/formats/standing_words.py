"""By what words a record tells how something stands, as data: `products/standing.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from qorgan.module.formats.text.products import FOLDER, ProductRefused

FILE: Final = "standing.toml"
_UNBOUNDED: Final = re.compile(r"(?<!\\)[*+]|\{\d+,\}")
_PART: Final = re.compile(r"\{([a-z]+(?:-[a-z]{2})?)\}")

_Say = Annotated[tuple[str, ...], Meta(min_length=1)]


class _Said(Struct, frozen=True, forbid_unknown_fields=True):
    say: _Say


class _Sentence(Struct, frozen=True, forbid_unknown_fields=True):
    means: str
    holds: _Say
    say: _Say
    firm: bool = False


class _Meant(Struct, frozen=True, forbid_unknown_fields=True):
    means: str
    say: _Say
    whole: bool = True
    """Whether the value must be this from its beginning to its end."""


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    parts: dict[str, _Say]
    seen: _Said
    sentence: Annotated[tuple[_Sentence, ...], Meta(min_length=1)]
    state: Annotated[tuple[_Meant, ...], Meta(min_length=1)]
    value: Annotated[tuple[_Meant, ...], Meta(min_length=1)]
    names: dict[str, str]


class Meant(Struct, frozen=True):
    """One meaning and what says it."""

    means: str
    regex: re.Pattern[str]
    whole: bool

    def is_said_by(self, text: str) -> bool:
        """Whether a text says it."""
        return (self.regex.fullmatch(text) if self.whole else self.regex.search(text)) is not None


class Sentence(Struct, frozen=True):
    """How a sentence says one meaning."""

    means: str
    holds: tuple[str, ...]
    """Parts of words, one of which stands in whatever says it: what has none of them is not looked at."""
    regex: re.Pattern[str]
    firm: bool = False
    """Whether it stays so beside words of something that did happen, as in a report of them."""

    def may_be_said_by(self, text: str) -> bool:
        """Whether a text holds what whatever says it must hold."""
        return any(map(text.__contains__, self.holds))


class Words(Struct, frozen=True):
    """All of them, ready to be asked."""

    seen: re.Pattern[str]
    """Something did happen."""
    sentences: tuple[Sentence, ...]
    states: tuple[Meant, ...]
    values: Mapping[str, Meant]
    roles: Mapping[str, str]
    """By its name, without case and punctuation, what a field tells."""


def read_words() -> Words:
    """The words of the file. Raises ProductRefused."""
    try:
        written = msgspec.convert(tomllib.loads((FOLDER / FILE).read_text("utf-8")), _File)
        parts = {name: _any_of(said, {}) for name, said in written.parts.items()}
        sentences = tuple(
            Sentence(each.means, each.holds, re.compile(_any_of(each.say, parts)), each.firm)
            for each in written.sentence
        )
        states = tuple(_meant(each, parts, whole=each.whole) for each in written.state)
        values = {each.means: _meant(each, parts, whole=True) for each in written.value}
        seen = re.compile(_any_of(written.seen.say, parts))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, re.error, KeyError) as error:
        raise ProductRefused(f"{FILE}: {error}") from error
    roles = {name: role for role, names in written.names.items() for name in names.split()}
    return Words(seen, sentences, states, values, roles)


def _meant(each: _Meant, parts: Mapping[str, str], *, whole: bool) -> Meant:
    return Meant(each.means, re.compile(_any_of(each.say, parts)), whole)


def _any_of(said: Iterable[str], parts: Mapping[str, str]) -> str:
    """One expression for all of them, with what stands for `{name}` put in."""
    whole = "|".join(_PART.sub(lambda found: parts[found[1]], each) for each in said)
    if unbounded := _UNBOUNDED.search(whole):
        raise ProductRefused(f"{FILE}: {unbounded[0]} has no end; write how often at most")
    return f"(?:{whole})"


WORDS: Final = read_words()
