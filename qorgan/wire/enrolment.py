"""How a module becomes known to the hub, changes its key, and says that it lives (R67.7).

The one-time code is handed over by a person. It carries a digest of the hub's verifier key, so that the module
knows whom to trust before it has heard the hub once. The module's private key is made where it will be used and
never leaves; the hub sees the public key and a proof that the sender holds the other half.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Annotated, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta, Struct

from qorgan.wire.signal import Uuid

ENROLMENTS_PATH: Final = "/v1/enrolments"
KEYS_PATH: Final = "/v1/modules/keys"
HEARTBEATS_PATH: Final = "/v1/heartbeats"
JSON: Final = "application/json"
CODE_PREFIX: Final = "QRG1"

PublicKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=\Z")]
Proof = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{86}==\Z")]
Version = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[0-9A-Za-z.+_-]+\Z")]
Count = Annotated[int, Meta(ge=0)]


class CodeRefused(ValueError):
    """A text is not an enrolment code, or the hub that answered is not the one the code is for."""


class EnrolmentRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Asks to be known under a key. `proof` signs `enrolment_statement` with that key."""

    code: Annotated[str, Meta(min_length=8, max_length=128)]
    public_key: PublicKey
    proof: Proof
    version: Version


class Enrolled(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the module keeps: who it is, for whom it speaks, and whose receipts it believes."""

    module: Uuid
    key: str
    organisation: str
    """BIN of the institution."""
    organisation_name: str
    audience: str
    """Origin of the hub's log, sent as Qorgan-Audience."""
    hub_key: str
    """Verifier key of the log (C2SP signed note), pinned from now on."""
    expected: int
    """First sequence number the hub has not taken."""


class KeyRotation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Replaces the signing key. The old key signs the request; `proof` is the new one's over `rotation_statement`."""

    public_key: PublicKey
    proof: Proof


class KeyRotated(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The key that counts from now on; the one before it is refused from now on."""

    key: str


class SourceStatus(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One source of a module. Its name stands for it, and tells nothing that is the institution's own affair."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    read: Count
    quarantined: Count
    last_read_at: str | None = None
    kind: Annotated[str, Meta(max_length=16)] = ""
    """How it is read: file, syslog, http, stdin."""
    product: Annotated[str, Meta(max_length=128)] = ""
    """Of the last signal from it."""
    alarm: Literal["", "silent", "little", "much"] = ""
    """What is not as usual for this source at this time."""
    alarm_since: str | None = None


class Heartbeat(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A module's word about itself, once a minute. Counts are records since the spool was made."""

    version: Version
    at: str
    read: Count
    sent: Count
    spooled: Count
    ignored: dict[str, Count]
    quarantined: Count
    stopped_reading: str = ""
    """Why it does not read now ('' when it does): a full disk, say."""
    sources: Annotated[tuple[SourceStatus, ...], Meta(max_length=256)] = ()


class HeartbeatReply(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`expected` below what the module has sent means that the hub lost it and wants it again."""

    expected: int


def new_code(verifier_key: str) -> str:
    """A one-time code of 130 random bits for a module that shall trust the log with this verifier key."""
    secret = base64.b32encode(secrets.token_bytes(17)).decode().rstrip("=")[:26]
    groups = "-".join(secret[start : start + 5] for start in range(0, 25, 5)) + secret[25:]
    return f"{CODE_PREFIX}-{groups}-{_fingerprint(verifier_key)}"


def code_digest(code: str) -> bytes:
    """What the hub keeps of a code instead of the code."""
    return hashlib.sha256(b"qorgan enrolment code\n" + code.strip().upper().encode()).digest()


def check_hub(code: str, verifier_key: str) -> None:
    """Raise CodeRefused unless the code was made for the log with this verifier key."""
    parts = code.strip().upper().split("-")
    if len(parts) != 7 or parts[0] != CODE_PREFIX:  # noqa: PLR2004 (prefix, five groups, fingerprint)
        raise CodeRefused("this is not an enrolment code; ask the centre for one, it begins with QRG1-")
    if not hmac.compare_digest(parts[-1].encode(), _fingerprint(verifier_key).encode()):
        raise CodeRefused("the hub that answered is not the one this code was made for")


def enrolment_statement(code: str, public_key: str) -> bytes:
    """What the proof of an EnrolmentRequest signs."""
    return b"qorgan enrolment\n" + code_digest(code).hex().encode() + b"\n" + public_key.encode()


def rotation_statement(module: str, old_key: str, public_key: str) -> bytes:
    """What the proof of a KeyRotation signs."""
    return f"qorgan key rotation\n{module}\n{old_key}\n{public_key}".encode()


def prove(key: Ed25519PrivateKey, statement: bytes) -> str:
    """A proof, in base64, that its maker holds the key."""
    return base64.b64encode(key.sign(statement)).decode()


def is_proven(public_key: str, proof: str, statement: bytes) -> bool:
    """Whether the proof of a statement was made with the other half of a public key in base64."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        public.verify(base64.b64decode(proof, validate=True), statement)
    except (ValueError, InvalidSignature):
        return False
    return True


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half in base64, as it travels."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _fingerprint(verifier_key: str) -> str:
    return base64.b32encode(hashlib.sha256(verifier_key.encode()).digest()[:10]).decode()
