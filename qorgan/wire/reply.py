"""What the hub answers: a receipt with the refused records beside it, or a problem (RFC 9457)."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from qorgan.ledger.receipt import Receipt

PROBLEM_TYPE: Final = "application/problem+json"

PROBLEMS: Final[dict[str, tuple[int, str]]] = {
    "bad-code": (403, "The enrolment code is unknown, used or expired"),
    "bad-encoding": (400, "The body cannot be read"),
    "bad-request": (400, "The request cannot be read"),
    "bad-sequence": (400, "The sequence range cannot be read"),
    "not-found": (404, "There is nothing here"),
    "not-recognised": (401, "The sender is not recognised"),
    "revoked": (403, "This module was revoked"),
    "sequence-conflict": (409, "Other records were already taken under these numbers"),
    "sequence-gap": (409, "Records before these are missing"),
    "sequence-overlap": (409, "Some of these numbers were already taken"),
    "too-large": (413, "The batch is too large"),
    "unavailable": (503, "The hub cannot store anything now"),
    "unsupported-type": (415, "The content type or encoding is not the contract's"),
}
"""Every problem of the signal path by its code: HTTP status and title. A code is never given a second meaning."""


class RecordRefusal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One record that was not stored, and why. The records around it were."""

    index: int
    """Place of its line in the batch, from 0."""
    field: str
    """Where in the record, '' for the whole line."""
    reason: str
    sequence: int | None = None
    id: str | None = None


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem body (RFC 9457). Tells what to do, never what the hub knows of others (R48.161.1)."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    trace: str = ""
    """Names the request in the hub's log."""
    expected: int | None = None
    """For the sequence problems: the first number the hub has not taken yet. The module goes on from there."""
    refused: tuple[RecordRefusal, ...] = ()


class BatchReply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a batch that was taken: proof of it, and a problem naming each record that was refused."""

    receipt: Receipt
    problem: Problem | None = None


def problem(
    code: str,
    detail: str = "",
    *,
    trace: str = "",
    expected: int | None = None,
    refused: tuple[RecordRefusal, ...] = (),
) -> Problem:
    """The problem of a code in PROBLEMS."""
    status, title = PROBLEMS[code]
    return Problem(
        type=f"urn:qorgan:problem:{code}",
        title=title,
        status=status,
        code=code,
        detail=detail,
        trace=trace,
        expected=expected,
        refused=refused,
    )


def refused_records(refused: tuple[RecordRefusal, ...], *, trace: str = "") -> Problem:
    """The problem that stands beside a receipt when some records of a batch were refused."""
    return Problem(
        type="urn:qorgan:problem:records-refused",
        title="Some records were refused; the others are stored",
        status=200,
        code="records-refused",
        trace=trace,
        refused=refused,
    )
