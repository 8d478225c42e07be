"""What an answer to a batch asks the module to do."""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.sender.hub import Answer
from qorgan.wire.reply import Problem


class Do(Enum):
    """The verb of an answer."""

    JUDGE = "judge the receipt"
    REWIND = "send from another number on"
    SHRINK = "send a smaller batch"
    RENEW = "look whether the key was replaced"
    REST = "stop sending, the module was revoked"
    WAIT = "come again later"


_SEQUENCE: Final = {"sequence-gap", "sequence-overlap", "sequence-conflict"}
_TOO_LARGE: Final = 413
_SERVER: Final = 500


class Outcome(Struct, frozen=True, kw_only=True):
    """The verb, and what a person should read about it."""

    do: Do
    reason: str = ""
    expected: int = 0
    """For REWIND: the first number the hub has not taken."""


def read(answer: Answer) -> Outcome:
    """What to do about an answer. What cannot be read is somebody in between, and is waited out."""
    if answer.is_taken:
        return Outcome(do=Do.JUDGE)
    try:
        problem = msgspec.json.decode(answer.body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if answer.status == _TOO_LARGE:
            return Outcome(do=Do.SHRINK, reason="something on the way to the hub takes no batch of this size")
        whose = "the hub or something before it is out of order" if answer.status >= _SERVER else "this is no hub"
        return Outcome(do=Do.WAIT, reason=f"status {answer.status}: {whose}")
    said = problem.title + (f": {problem.detail}" if problem.detail else "")
    said += f" (trace {problem.trace})" if problem.trace else ""
    if problem.code in _SEQUENCE and problem.expected is not None and problem.expected >= 1:
        return Outcome(do=Do.REWIND, reason=said, expected=problem.expected)
    verbs = {"too-large": Do.SHRINK, "not-recognised": Do.RENEW, "revoked": Do.REST}
    return Outcome(do=verbs.get(problem.code, Do.WAIT), reason=said)
