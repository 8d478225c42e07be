"""What a newcomer signs in with: a password and a time-based code, made once and kept with the demonstration's data."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
from dataclasses import dataclass
from pathlib import Path

import msgspec

STEP = 30
"""Seconds that a code is good for (RFC 6238)."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class SignIn:
    """The same for every invented person, because all of them are you."""

    password: str
    totp: str
    """Secret of the codes, in base32, as an authenticator app takes it."""

    def code(self, at: float) -> str:
        """The six digits at a time in seconds (RFC 6238, SHA-1, which every authenticator app speaks)."""
        digest = hmac.digest(base64.b32decode(self.totp), struct.pack(">Q", int(at) // STEP), "sha1")
        start = digest[-1] & 15
        number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFF_FFFF
        return f"{number % 1_000_000:06d}"


def kept(folder: Path) -> SignIn:
    """The one of this folder, made at the first call, readable by its owner only."""
    path = folder / "sign-in.json"
    if not path.exists():
        made = SignIn(
            "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3)),
            base64.b32encode(secrets.token_bytes(20)).decode(),
        )
        path.touch(mode=0o600)
        path.write_bytes(msgspec.json.encode(made))
    return msgspec.json.decode(path.read_bytes(), type=SignIn)
