"""A proof that a request comes from whoever holds a key: a signed token for one request (RFC 9449). Pure.

The header carries the public key; the claims name the method, the address, the time, a nonce and an id of its own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from qorgan.gate.devices.refusal import DeviceRefused, Reason

ALGORITHMS: Final = ("ES256", "Ed25519")
TYPE: Final = "dpop+jwt"
AGE: Final = timedelta(seconds=60)
AHEAD: Final = timedelta(seconds=10)
"""How far a device's clock may be ahead."""
_LONGEST: Final = 4096
_PART: Final = re.compile(r"[A-Za-z0-9_-]+")
_PUBLIC: Final = {("EC", "P-256"): ("kty", "crv", "x", "y"), ("OKP", "Ed25519"): ("kty", "crv", "x")}
_CURVES: Final = {"ES256": "P-256", "Ed25519": "Ed25519"}


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof says."""

    jti: str
    htm: str
    htu: str
    iat: int
    nonce: str = ""
    ath: str = ""
    """Digest of the access token that it goes with, as base64url."""

    @property
    def digest(self) -> bytes:
        """By which the proof is remembered."""
        return hashlib.sha256(self.jti.encode()).digest()


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    typ: str
    alg: str
    jwk: dict[str, Any]


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A proof whose signature is that of the key it carries."""

    key: dict[str, str]
    claims: Claims

    @property
    def thumbprint(self) -> str:
        """The key's name."""
        return thumbprint(self.key)


def read(proof: str) -> Signed:
    """Open a proof and verify it with its own key. Raises DeviceRefused. Whose key it is, is not said by this."""
    parts = proof.split(".")
    if len(proof) > _LONGEST or len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        raise DeviceRefused(Reason.MALFORMED, "no signed token")
    header_raw, claims_raw, _ = map(_part, parts)
    try:
        header = msgspec.json.decode(header_raw, type=_Header)
        claims = msgspec.json.decode(claims_raw, type=Claims)
    except (msgspec.DecodeError, ValueError, RecursionError) as wrong:
        raise DeviceRefused(Reason.MALFORMED, "header or claims") from wrong
    if header.typ != TYPE or header.alg not in ALGORITHMS:
        raise DeviceRefused(Reason.MALFORMED, "another type or algorithm")
    key = public(header.jwk)
    if _CURVES[header.alg] != key["crv"] or not claims.jti:
        raise DeviceRefused(Reason.MALFORMED, "a key of another algorithm, or no id")
    try:
        jws.deserialize_compact(proof, imported(key), algorithms=[header.alg])
    except (JoseError, ValueError) as wrong:
        raise DeviceRefused(Reason.SIGNATURE_WRONG) from wrong
    return Signed(key=key, claims=claims)


def check(claims: Claims, *, method: str, address: str, now: datetime, token: str = "") -> None:
    """Refuse a proof that is of another request or another time. The nonce and single use are the caller's."""
    at = _moment(claims.iat)
    if not -AHEAD <= now - at <= AGE:
        raise DeviceRefused(Reason.STALE)
    if claims.htm != method or _bare(claims.htu) != _bare(address):
        raise DeviceRefused(Reason.OTHER_REQUEST)
    if claims.ath != (_spelled(hashlib.sha256(token.encode()).digest()) if token else ""):
        raise DeviceRefused(Reason.OTHER_REQUEST, "the token")


def public(key: Mapping[str, Any]) -> dict[str, str]:
    """The public parts of a key of a kind that is taken. Raises DeviceRefused; a private part refuses too."""
    names = _PUBLIC.get((str(key.get("kty")), str(key.get("crv"))))
    if names is None or "d" in key:
        raise DeviceRefused(Reason.MALFORMED, "no public key of P-256 or Ed25519")
    parts = {name: key[name] for name in names if isinstance(key.get(name), str)}
    if len(parts) != len(names):
        raise DeviceRefused(Reason.MALFORMED, "half a key")
    for name in names[2:]:
        _part(parts[name])
    imported(parts)
    return parts


def imported(key: Mapping[str, str]) -> ECKey | OKPKey:
    """The key as the library has it. Raises DeviceRefused when it is no point of its curve."""
    try:
        made = (ECKey if key["kty"] == "EC" else OKPKey).import_key(dict(key))
        made.get_op_key("verify")
    except (JoseError, ValueError, TypeError) as wrong:
        raise DeviceRefused(Reason.MALFORMED, "no point of the curve") from wrong
    return made


def thumbprint(key: Mapping[str, str]) -> str:
    """A key's name: the digest of its required parts (RFC 7638)."""
    return imported(key).thumbprint()


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as wrong:
        raise DeviceRefused(Reason.MALFORMED, "no time") from wrong


def _bare(address: str) -> tuple[str, str, str]:
    """An address without what a proof leaves out: query and fragment (RFC 9449, 4.3)."""
    try:
        parts = urlsplit(address)
    except ValueError as wrong:
        raise DeviceRefused(Reason.MALFORMED, "no address") from wrong
    return parts.scheme.lower(), parts.netloc.lower(), parts.path or "/"


def _part(said: str) -> bytes:
    """Bytes out of base64url. Of several spellings joserfc takes one, when it reads the key and the signature."""
    if not _PART.fullmatch(said) or len(said) % 4 == 1:
        raise DeviceRefused(Reason.MALFORMED, "no base64url")
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


def _spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
