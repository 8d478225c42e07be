"""Biometric identification as a port: what is ordered, what a report says, and who can be asked (R56.1, R56.12)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal, Protocol
from uuid import UUID

from msgspec import Meta, Struct

from qorgan.gate.providers.fields import Digest, Iin, Instant, Nonce, Reference, Word
from qorgan.gate.rules.proof import BiometricSource

REPORT_TYPE: Final = "qorgan-biometric-report+jws"
"""The `typ` of a signed report."""
LARGEST_IMAGE: Final = 512 << 10
"""Bytes."""


class State(StrEnum):
    """Where an identification has got to."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED_LIVENESS = "failed-liveness"
    FAILED_MATCH = "failed-match"
    IIN_NOT_FOUND = "iin-not-found"
    SERVICE_ERROR = "service-error"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Order(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody is to be identified. The IIN goes to the provider and nowhere else."""

    customer: Word
    """The institution's BIN."""
    iin: Iin
    session: UUID
    """The ceremony that the report will be good for."""
    nonce: Nonce
    purpose: Word
    return_to: str
    """Where the person is sent back to. Only the reference and the state come along."""
    language: Literal["kk", "ru", "en"] = "kk"


class Started(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An order was taken."""

    reference: Reference
    expires_at: Instant
    redirect_url: str = ""
    """Where the person goes; empty where a device of the institution is beside them."""
    token: str = ""
    """What a device or an app is given instead of a redirect."""


class Command(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One command of the liveness check and what came of it."""

    command: Word
    matched: bool
    at: Instant


class Liveness(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The check that a living person is before the camera."""

    passed: bool
    attempt: Annotated[int, Meta(ge=1, le=3)]
    """Which of the three attempts it was that decided."""
    commands: Annotated[tuple[Command, ...], Meta(max_length=64)]
    """In the order in which they were given; a repeated command stands as often as it was given."""
    finished_at: Instant
    image: Digest | None = None
    """Of the face image that came out of it."""


class Comparison(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The face compared with the reference image."""

    image: Digest
    """Of the face image that was compared."""
    reference: Literal["state", "provider"]
    """Whose reference image it was."""
    score: Annotated[float, Meta(ge=0, le=1)]
    threshold: Annotated[float, Meta(gt=0, le=1)]
    finished_at: Instant


class Report(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a provider, or a device of the institution, signs."""

    id: Reference
    issuer: Word
    source: BiometricSource
    """R56.1: which of the two it was."""
    customer: Word
    reference: Reference
    session: UUID
    nonce: Nonce
    iin: Iin
    purpose: Word
    state: State
    reason: Word = ""
    started_at: Instant
    finished_at: Instant
    liveness: Liveness | None = None
    comparison: Comparison | None = None


class Collected(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What there is to be had of an identification."""

    state: State
    report: str = ""
    """Signed. Empty while pending, and where nobody could make one."""


class Port(Protocol):
    """Whoever identifies. Every method raises Unavailable when there is no answer."""

    @property
    def name(self) -> str:
        """Our name of it."""
        ...

    @property
    def source(self) -> BiometricSource:
        """Which of the two kinds of biometric identification it makes."""
        ...

    @property
    def liveness(self) -> bool:
        """Whether its reports must hold a liveness check."""
        ...

    def start(self, order: Order, *, now: datetime) -> Started:
        """Order an identification."""
        ...

    def collect(self, reference: str, brought: str) -> Collected:
        """How it ended. `brought` is what came with the person: a device's signed report, or nothing."""
        ...

    def checked(self, report: str, order: Order, reference: str, *, ordered_at: datetime, now: datetime) -> Report:
        """The report of exactly this order, or ReportRefused with the reason."""
        ...

    def image(self, reference: str, brought: str) -> bytes:
        """The face image of the liveness check; empty where the provider keeps it to itself."""
        ...

    def close(self) -> None:
        """Close the connections, if there are any."""
        ...
