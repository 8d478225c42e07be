"""Why a number is not confirmed, for the journal. Whoever asks is told one thing for all of them."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why."""

    EXPIRED = "code-expired"
    NOBODY_ASKED = "nobody-to-ask"
    NOT_ASKED = "not-asked"
    """No code was asked for in this ceremony, or it was confirmed already."""
    NOT_THEIRS = "number-not-theirs"
    TOO_MANY = "too-many"
    WRONG = "code-wrong"


class PhoneRefused(Exception):
    """The number is not confirmed. The message is for a log and holds no number."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
