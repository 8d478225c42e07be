"""Reading what a browser or an app answered: text of a stated length, and base64url in its one right spelling."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from qorgan.gate.factors.base import FactorRefused, Reason

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")


def text(answer: Mapping[str, Any], name: str, *, longest: int) -> str:
    """A text of the answer. Raises FactorRefused when it is absent, too long, or no Unicode."""
    value = answer.get(name)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise FactorRefused(Reason.MALFORMED, f"{name} is absent or too long")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise FactorRefused(Reason.MALFORMED, f"{name} holds half a character") from None
    return value


def optional(answer: Mapping[str, Any], name: str, *, longest: int) -> str:
    """A text of the answer, or nothing. Raises FactorRefused when what is there is not a text of that length."""
    return text(answer, name, longest=longest) if answer.get(name) else ""


def spelled(raw: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unspelled(said: str, what: str) -> bytes:
    """Bytes out of base64url without padding. Raises FactorRefused for any spelling but the one `spelled` gives.

    A last letter has bits that mean nothing; taking any of them would give one credential several spellings.
    """
    if not _BASE64URL.fullmatch(said) or len(said) % 4 == 1:
        raise FactorRefused(Reason.MALFORMED, f"{what} is not base64url")
    raw = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
    if spelled(raw) != said:
        raise FactorRefused(Reason.MALFORMED, f"{what} is spelled in another way than base64url has it")
    return raw


def plain(said: str, what: str) -> bytes:
    """Bytes out of ordinary base64, lines allowed, as signing programs give it. Raises FactorRefused."""
    try:
        return base64.b64decode("".join(said.split()), validate=True)
    except (binascii.Error, ValueError):
        raise FactorRefused(Reason.MALFORMED, f"{what} is not base64") from None


def as_id(said: str) -> UUID:
    """The id of a credential. Raises FactorRefused for what is none: nobody has it."""
    try:
        return UUID(said)
    except ValueError:
        raise FactorRefused(Reason.NOT_ENROLLED) from None


def same_ceremony(kept: Mapping[str, Any], ceremony: UUID, purpose: str) -> None:
    """Refuse what was asked in another ceremony, or for another purpose."""
    if kept.get("ceremony") != str(ceremony) or kept.get("for") != purpose:
        raise FactorRefused(Reason.OTHER_CEREMONY)
