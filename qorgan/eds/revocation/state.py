"""What may be known of a certificate: good, revoked, never issued, or nothing. Nothing is never good."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec


class Source(StrEnum):
    """Who said it."""

    OCSP = "ocsp"
    LIST = "list"
    DELTA = "delta"


class Good(msgspec.Struct, frozen=True, kw_only=True, tag="good"):
    """It held at the time the source speaks of."""

    source: Source
    as_of: datetime


class Revoked(msgspec.Struct, frozen=True, kw_only=True, tag="revoked"):
    """The authority took it back, or holds it."""

    source: Source
    as_of: datetime
    at: datetime
    """From when."""
    why: str
    """The reason of RFC 5280, 5.3.1, in its words; `unspecified` when none is given."""


class NotIssued(msgspec.Struct, frozen=True, kw_only=True, tag="not_issued"):
    """The authority says it never issued such a certificate (RFC 6960, 4.4.8), which is not a revocation."""

    source: Source
    as_of: datetime


class Unknown(msgspec.Struct, frozen=True, kw_only=True, tag="unknown"):
    """Nobody could be asked, or what they said cannot be believed."""

    why: str


State: TypeAlias = Good | Revoked | NotIssued | Unknown


class RevocationRules(msgspec.Struct, frozen=True, kw_only=True):
    """How old an answer may be, in seconds. Defaults are those of the state's own validators."""

    response_age: int = 300
    """Of an OCSP answer that says no time of the next one."""
    skew: int = 60
    """By how much the authority's clock may be ahead."""
    nonce: bool = True
    """Whether an OCSP answer must repeat the nonce of the question."""
    delta: bool = True
    """Whether a certificate that names a delta list is unknown without a fresh one."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What a source said, to the byte, so that it can be judged again without it."""

    source: Source
    certificate: str
    """Fingerprint of the certificate asked about."""
    raw: bytes
    nonce: bytes = b""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one certificate, and what it was found from."""

    certificate: str
    """Its fingerprint."""
    state: State
    proofs: tuple[Proof, ...] = ()
