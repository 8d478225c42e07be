"""A refusal or a failure as an HTTP answer's body (RFC 9457): the only place that knows what one tells."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.kit.refusal import Refusal, Sentence, Unavailable

MEDIA_TYPE: Final = "application/problem+json"


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the caller learns: enough to act on, nothing of what we know of others or of ourselves (R48.161.1)."""

    type: str
    title: str
    """The status in words, the same for every occurrence."""
    status: int
    code: str
    """For machines. A code is never given a second meaning."""
    detail: str = ""
    """For people: the sentence of the rule, in their language."""
    clause: str | None = None
    """Id of the rule in the register of clauses."""
    field: str = ""
    """What to mend, when one field is at fault."""
    trace: str = ""
    """Names the request in our log, where the rest is."""


def of_refusal(refusal: Refusal, *, trace: str = "") -> Problem:
    """The problem of a rule that said no."""
    return Problem(
        type=f"urn:qorgan:problem:{refusal.code}",
        title=HTTPStatus(refusal.status).phrase,
        status=refusal.status,
        code=refusal.code,
        detail=str(refusal.message),
        clause=refusal.clause,
        field=refusal.field,
        trace=trace,
    )


def of_unavailable(failure: Unavailable, sentence: Sentence, *, trace: str = "") -> Problem:
    """The problem of a service that failed. Which one is for the log: an outsider could map us by it.

    `sentence` is told where the failure has none of its own.
    """
    return Problem(
        type=f"urn:qorgan:problem:{failure.code}",
        title=HTTPStatus.SERVICE_UNAVAILABLE.phrase,
        status=HTTPStatus.SERVICE_UNAVAILABLE.value,
        code=failure.code,
        detail=str(sentence if failure.message is None else failure.message),
        trace=trace,
    )


def encode(problem: Problem) -> bytes:
    """The body."""
    return msgspec.json.encode(problem)
