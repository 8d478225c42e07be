"""An attempt, or a word on a disruption, as a line of the Elastic Common Schema, which any collector of logs reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from qorgan.wire.disruption import DATASET

_encode: Final = msgspec.json.Encoder().encode


class Attempt(Struct, frozen=True):
    """What of a journal's entry tells of an attempt to sign in."""

    tx: int
    """The transaction that wrote it: those before it are all there."""
    id: int
    at: datetime
    event: str
    outcome: str
    population: str
    subject: str
    """Whose account was tried: the gate's own id of it, or the keyed digest of what was given for one."""
    address: str
    port: int
    reason: str
    factors: list[str]
    disruption: str | None = None
    """What is known of a disruption, the JSON of `wire.disruption`; None for an attempt."""


class Place(Struct, frozen=True):
    """Up to which entry the file goes."""

    tx: int = 0
    id: int = 0
    at: datetime | None = None


class _Sequence(Struct, frozen=True):
    sequence: int
    id: str


class _Line(Struct, frozen=True):
    event: _Sequence
    at: datetime = field(name="@timestamp")


_read: Final = msgspec.json.Decoder(_Line).decode


def line(attempt: Attempt) -> bytes:
    """The line, with its newline. `event.id` names the entry of the journal, `event.sequence` its place."""
    source = {"ip": attempt.address, **({"port": attempt.port} if attempt.port else {})} if attempt.address else {}
    if attempt.disruption is not None:
        # Not called a sign-in, which a reader of logs would count as one.
        known = {"qorgan": {"disruption": msgspec.Raw(attempt.disruption.encode())}}
        return _encode(_head(attempt, "process", "info", "disruption") | known) + b"\n"
    said = _head(attempt, "authentication", "start", attempt.event) | {
        "source": source,
        "user": {"id": attempt.subject, "roles": [attempt.population]},
        "labels": {"factors": ",".join(attempt.factors)},
    }
    return _encode(said) + b"\n"


def _head(attempt: Attempt, category: str, kind: str, action: str) -> dict[str, Any]:
    return {
        "@timestamp": attempt.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "event": {
            "kind": "event",
            "category": [category],
            "type": [kind],
            "action": action,
            "outcome": "success" if attempt.outcome == "done" else "failure",
            "reason": attempt.reason,
            "dataset": DATASET,
            "sequence": attempt.tx,
            "id": str(attempt.id),
        },
        "observer": {"vendor": "Qorgan", "product": "Gate", "type": "identity"},
    }


def place_of(written: bytes) -> Place:
    """The place that a line says. Raises `msgspec.MsgspecError` or ValueError for what is no line of ours."""
    said = _read(written)
    return Place(said.event.sequence, int(said.event.id), said.at)
