"""Which passwords fall first: common ones, runs of keys, dates, and words that are known of their owner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from zxcvbn import zxcvbn

_WORD: Final = re.compile(r"\w{3,}")
_BETWEEN_WORDS: Final = re.compile(r"[\s._,-]+")
_LONGEST: Final = 128
"""What lies beyond adds nothing to the judgement, and judging it would cost time."""
_ENOUGH_LEFT: Final = 8
_STRONG_ENOUGH: Final = 3
"""On zxcvbn's scale of 0 to 4: withstands guessing at the speed of a stolen, slowly hashed table."""


def is_guessed_first(password: str, telling: Iterable[str]) -> bool:
    """Whether the password would fall early to somebody who knows the telling words, such as its owner's name."""
    words = [word.casefold() for text in telling for word in _WORD.findall(text)]
    if _is_made_of(password, words):
        return True
    found = zxcvbn(password[:_LONGEST], user_inputs=words, max_length=_LONGEST)
    return int(found["score"]) < _STRONG_ENOUGH


def _is_made_of(password: str, words: list[str]) -> bool:
    """Whether little is left without the telling words: a year, a mark. zxcvbn thinks too well of several of them."""
    whole = _BETWEEN_WORDS.sub("", password.casefold())
    left = whole
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left != whole and len(left) < _ENOUGH_LEFT
