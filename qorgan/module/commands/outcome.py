"""What a command has to say, for people and for machines, and which failures are refusals with a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qorgan.module.classify.pack import PackRefused
from qorgan.module.config import ConfigRefused
from qorgan.module.enrolment import EnrolmentRefused
from qorgan.module.keys import KeyRefused
from qorgan.module.room.door import RoomRefused
from qorgan.module.spool import SpoolError
from qorgan.wire.packs import PackSetRefused


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a command."""

    value: object
    """For `--json`."""
    words: str
    """For people."""
    code: int = 0
    """Exit code."""


class CommandRefused(Exception):
    """The command cannot do what it was asked. One line with its remedy."""


_REFUSALS: Final = (
    CommandRefused,
    ConfigRefused,
    EnrolmentRefused,
    KeyRefused,
    PackRefused,
    PackSetRefused,
    RoomRefused,
)


def refusal_line(error: Exception) -> str | None:
    """The one line to say of a refusal; None when the error is a fault of ours, which wants its traceback."""
    if isinstance(error, SpoolError):
        return f"{error}; {error.remedy}"
    if isinstance(error, _REFUSALS):
        return str(error)
    return None


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(_cell, row, widths)).rstrip() for row in rows)


def _cell(text: str, width: int) -> str:
    return text.rjust(width) if text.replace(",", "").isdecimal() else text.ljust(width)
