"""What is answered: bytes with a type, or a problem (RFC 9457) that tells what to do and no secrets (R48.161.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from qorgan.wire.enrolment import JSON
from qorgan.wire.reply import PROBLEM_TYPE, problem

RETRY_AFTER: Final = 5
"""Seconds a module is asked to wait when the hub can store nothing."""


class Refused(Exception):
    """The request is answered with a problem of `wire.reply.PROBLEMS`."""

    def __init__(self, code: str, detail: str = "", *, expected: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    cache: str = "no-store"
    retry_after: int | None = None

    def headers(self) -> list[tuple[bytes, bytes]]:
        """As ASGI wants them."""
        found = [
            (b"content-type", self.content_type.encode()),
            (b"content-length", str(len(self.body)).encode()),
            (b"cache-control", self.cache.encode()),
            (b"x-content-type-options", b"nosniff"),
        ]
        if self.retry_after is not None:
            found.append((b"retry-after", str(self.retry_after).encode()))
        return found


def answer_json(value: object, status: int = 200) -> Answer:
    """A struct as JSON."""
    return Answer(msgspec.json.encode(value), status)


def answer_problem(refused: Refused, trace: str) -> Answer:
    """The problem for a refusal."""
    said = problem(refused.code, refused.detail, trace=trace, expected=refused.expected)
    wait = RETRY_AFTER if said.status == 503 else None  # noqa: PLR2004 (service unavailable)
    return Answer(msgspec.json.encode(said), said.status, PROBLEM_TYPE, retry_after=wait)
