"""What a verdict stood on, kept so that it can be reached again years later, offline, from pins alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from qorgan.eds.refusal import Reason, RefusedError
from qorgan.eds.revocation.state import Proof
from qorgan.eds.roles import Role

VERSION: Final = 1
"""Raised when evidence can no longer be read by these rules; older versions stay readable."""

Moment = Annotated[datetime, Meta(tz=True)]


class Purpose(StrEnum):
    """What a signature was made for."""

    SIGNING = "signing"
    SIGN_IN = "sign_in"


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who must have signed, and for what. An empty part asks for nothing."""

    purpose: Purpose = Purpose.SIGNING
    roles: tuple[Role, ...] = ()
    """One of these will do."""
    iin: str = ""
    bin: str = ""


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything a verdict stood on but the pins, which whoever verifies must hold already.

    The time is the word of whoever keeps the evidence, unless the signature is stamped; keep it where it cannot be
    changed, as the ledger does.
    """

    version: int = VERSION
    signed: bytes
    document: bytes | None
    """What was signed, where it lies beside."""
    at: Moment
    """When the verdict was reached."""
    expected: Expected
    certificates: tuple[bytes, ...]
    """Of the paths, to walk them again."""
    proofs: tuple[Proof, ...]
    """What the authorities said of them."""


def write(evidence: Evidence) -> bytes:
    """Evidence as JSON."""
    return msgspec.json.encode(evidence)


def read(raw: bytes) -> Evidence:
    """Evidence out of JSON. Raises RefusedError; nothing is verified by this."""
    try:
        found = msgspec.json.decode(raw, type=Evidence)
    except (msgspec.DecodeError, ValueError, RecursionError) as wrong:
        raise RefusedError(Reason.MALFORMED, f"This is no evidence: {wrong}") from wrong
    if found.version != VERSION:
        raise RefusedError(Reason.MALFORMED, f"This reads evidence of version {VERSION}")
    return found
