"""Which passwords fall first: common ones, runs of keys, dates, and words that are known of their owner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from zxcvbn import zxcvbn

_WORD: Final = re.compile(r"\w{3,}")
_LONGEST: Final = 128
"""What lies beyond adds nothing to the judgement, and judging it would cost time."""
_STRONG_ENOUGH: Final = 3
"""On zxcvbn's scale of 0 to 4: withstands guessing at the speed of a stolen, slowly hashed table."""


def is_guessed_first(password: str, telling: Iterable[str]) -> bool:
    """Whether the password would fall early to somebody who knows the telling words, such as its owner's name."""
    words = [word for text in telling for word in _WORD.findall(text)]
    found = zxcvbn(password[:_LONGEST], user_inputs=words, max_length=_LONGEST)
    return int(found["score"]) < _STRONG_ENOUGH
