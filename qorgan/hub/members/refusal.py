"""A rule said no to an act on members. Machines read the code, people the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refusal(Exception):
    """Refused by a rule. Nothing was changed."""

    def __init__(self, code: str, message: str | _StrPromise, *, field: str = "") -> None:
        super().__init__(str(message))
        self.code = code
        self.message = message
        self.field = field
        """The field to mend, when one is at fault."""
