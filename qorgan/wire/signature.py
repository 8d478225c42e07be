"""Who sent a request and that nobody changed it: HTTP Message Signatures (RFC 9421) over Content-Digest (RFC 9530).

Method, path, digest, type, encoding and every header of ours are covered; scheme and authority are not, so that
the signature holds behind any proxy. `Qorgan-Audience` names the log it is meant for instead.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

MODULE: Final = "Qorgan-Module"
SEQUENCE: Final = "Qorgan-Sequence"
AUDIENCE: Final = "Qorgan-Audience"
KNOWN_CHECKPOINT: Final = "Qorgan-Known-Checkpoint"
TAG: Final = "qorgan"
LABEL: Final = "qorgan"
ALWAYS_COVERED: Final = ("@method", "@path", "content-digest", "content-type", "qorgan-audience")
COVERED_WHEN_PRESENT: Final = ("content-encoding", "qorgan-module", "qorgan-sequence", "qorgan-known-checkpoint")
MAX_AGE: Final = timedelta(days=2)
"""A module's clock may be wrong by a day; a replay does no harm, because a batch counts once."""


class SignatureRefused(Exception):
    """The request is not proven to come whole from the holder of a known key. Says nothing more on purpose."""


class _Message:
    """A request as the signature library sees it. The authority is not covered, so any will do."""

    def __init__(self, method: str, path: str, headers: dict[str, str]) -> None:
        self.method = method.upper()
        self.url = f"https://hub.invalid{path}"
        self.headers = headers


class _Keys(HTTPSignatureKeyResolver):
    def __init__(
        self, public: Mapping[str, Ed25519PublicKey] | None = None, private: Ed25519PrivateKey | None = None
    ) -> None:
        self.public = public or {}
        self.private = private

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        return self.public[key_id]

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:  # noqa: ARG002 (one key is held)
        if self.private is None:
            raise KeyError
        return self.private


class _Verifier(HTTPMessageVerifier):
    """Leaves the judgement of time to `verify`, which is given the time instead of asking the system for it."""

    max_clock_skew = timedelta(days=3650)


def key_id(public: bytes) -> str:
    """The name of a module's key: the first sixteen hexadecimal digits of SHA-256 of the raw 32 bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def content_digest(body: bytes) -> str:
    """The Content-Digest header of a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sign(
    method: str, path: str, headers: Mapping[str, str], body: bytes, *, key: Ed25519PrivateKey, now: datetime
) -> dict[str, str]:
    """The headers to send: those given, with Content-Digest, Signature-Input and Signature.

    `headers` must hold Content-Type and Qorgan-Audience, and may hold the others named above.
    """
    whole = {**headers, "Content-Digest": content_digest(body)}
    present = {name.lower() for name in whole}
    covered = [*ALWAYS_COVERED, *(name for name in COVERED_WHEN_PRESENT if name in present)]
    message = _Message(method, path, whole)
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_Keys(private=key))
    signer.sign(
        message,
        key_id=key_id(key.public_key().public_bytes_raw()),
        created=now,
        label=LABEL,
        tag=TAG,
        covered_component_ids=covered,
        use_existing_digest=True,
    )
    return message.headers


def verify(
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    keys: Mapping[str, Ed25519PublicKey],
    audience: str,
    now: datetime,
) -> str:
    """The id of the key that signed this whole request; raises SignatureRefused.

    `headers` have lower-case names, one value each. `keys` are the sender's active keys by id; none refuses.
    """
    # (1) The body is the one whose digest is covered.
    if not hmac.compare_digest(headers.get("content-digest", ""), content_digest(body)):
        raise SignatureRefused
    # (2) The request is meant for this hub.
    if not hmac.compare_digest(headers.get("qorgan-audience", "").encode(), audience.encode()):
        raise SignatureRefused
    # (3) The signature is by a known key, of our algorithm, and covers everything that matters.
    needed = [*ALWAYS_COVERED, *(name for name in COVERED_WHEN_PRESENT if name in headers)]
    try:
        (result,) = _Verifier(signature_algorithm=ED25519, key_resolver=_Keys(public=keys)).verify(
            _Message(method, path, dict(headers)), max_age=None, expect_tag=TAG, require_components=needed
        )
    except (HTTPMessageSignaturesException, KeyError, ValueError, TypeError):
        raise SignatureRefused from None
    # (4) It was made about now, by a clock that may be wrong by MAX_AGE.
    if abs(now.timestamp() - int(result.parameters["created"])) > MAX_AGE.total_seconds():
        raise SignatureRefused
    return str(result.parameters["keyid"])
