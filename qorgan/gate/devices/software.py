"""A device in software, for trials, measurements and tests: a key in memory that makes proofs as an app would."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime
from typing import Any

import msgspec
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from qorgan.gate.devices import proof


class Software:
    """One device."""

    def __init__(self, *, edwards: bool = False) -> None:
        self.key = OKPKey.generate_key("Ed25519") if edwards else ECKey.generate_key("P-256")
        self.algorithm = "Ed25519" if edwards else "ES256"

    @property
    def public(self) -> dict[str, Any]:
        """The public key (RFC 7517)."""
        return proof.public(self.key.as_dict(private=False))

    def prove(self, method: str, address: str, *, now: datetime, nonce: str = "", token: str = "") -> str:
        """A proof for one request."""
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16), "htm": method, "htu": address, "iat": int(now.timestamp())
        }  # fmt: skip
        if nonce:
            claims["nonce"] = nonce
        if token:
            digest = hashlib.sha256(token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self.signed(claims)

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """Any claims under this key; `header` replaces parts of the header."""
        whole = {"typ": proof.TYPE, "alg": self.algorithm, "jwk": self.public} | header
        return jws.serialize_compact(whole, msgspec.json.encode(claims), self.key, algorithms=[whole["alg"]])
