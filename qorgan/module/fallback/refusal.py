"""What the desk says no to, by a code; the pages word it."""

from __future__ import annotations

from collections.abc import Iterable

from qorgan.cards.lack import Lack


class Refused(Exception):
    """A rule said no, and nothing was changed."""

    def __init__(self, code: str, *, lacks: Iterable[Lack] = (), detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.lacks = tuple(lacks)
        self.detail = detail
