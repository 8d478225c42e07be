"""What a command has to say, for people and for machines, and which failures are refusals with a remedy."""

from __future__ import annotations

from dataclasses import dataclass

from qorgan.kit.refusal import Refusal, SetUpWrongly


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a command."""

    value: object
    """For `--json`."""
    words: str
    """For people."""
    code: int = 0
    """Exit code."""


def refusal_line(error: Exception) -> str | None:
    """The one line to say of a refusal; None when the error is a fault of ours, which wants its traceback."""
    if isinstance(error, SetUpWrongly):
        return str(error)
    if isinstance(error, Refusal):
        return f"{error} ({error.code})"
    return None
