"""Remembers what was made of short texts: a flood of long ones, each another, must not fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

LONGEST: Final = 256
"""Characters of all a function's texts together up to which its answer is remembered."""

Answer = TypeVar("Answer")


def remembered(most: int) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Keeps the answers of a function of texts, the latest `most` of them."""

    def over(function: Callable[..., Answer]) -> Callable[..., Answer]:
        known = lru_cache(most)(function)
        if function.__code__.co_argcount == 1:
            # Asked several times of every record: half the cost of the general form.
            @wraps(function)
            def answer_of_one(text: str) -> Answer:
                return known(text) if len(text) <= LONGEST else function(text)

            return answer_of_one

        @wraps(function)
        def answer(*texts: str) -> Answer:
            return known(*texts) if len("".join(texts)) <= LONGEST else function(*texts)

        return answer

    return over
