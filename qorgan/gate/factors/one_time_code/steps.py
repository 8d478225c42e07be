"""Time-based one-time codes (RFC 6238): which step a code is of. Pure.

SHA-1, six digits, thirty seconds: what every authenticator app takes without asking.
"""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECONDS: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps to either side that a clock may be off."""
_SECRET_BYTES: Final = 20
"""RFC 4226, 4: as long as what HMAC-SHA-1 gives."""
_CODE: Final = re.compile(r"[0-9]{6}", re.ASCII)


def new_secret() -> str:
    """A secret as apps take it: base32 of 160 random bits."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def step_at(now: datetime) -> int:
    """The number of the step that a time lies in."""
    return int(now.timestamp()) // SECONDS


def code_at(secret: str, step: int) -> str:
    """The code of a step."""
    return HOTP(base64.b32decode(secret), DIGITS, SHA1()).generate(step).decode()  # noqa: S303 - RFC 6238's own


def step_of(code: str, secret: str, now: datetime) -> int | None:
    """The latest step near now that has this code; None when none has.

    Each is computed and compared whichever fits, so that the time it takes tells nothing.
    """
    said = "".join(code.split())
    if not _CODE.fullmatch(said):
        said = "x" * DIGITS
    found = None
    for step in range(step_at(now) - DRIFT, step_at(now) + DRIFT + 1):
        if constant_time.bytes_eq(code_at(secret, step).encode(), said.encode()):
            found = step
    return found


def address(secret: str, account: str, issuer: str) -> str:
    """The `otpauth:` address that apps read from a picture."""
    made = TOTP(base64.b32decode(secret), DIGITS, SHA1(), SECONDS)  # noqa: S303 - RFC 6238's own
    return made.get_provisioning_uri(account, issuer)
