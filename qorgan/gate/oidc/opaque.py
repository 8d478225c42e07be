"""Codes, tokens and secrets without meaning: 256 random bits for whoever holds them, a digest for the database."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

BYTES: Final = 32
LONGEST: Final = 256
"""Characters beyond which nothing can be one of ours."""


def mint(prefix: str) -> tuple[str, bytes]:
    """A new text and its digest. The prefix lets a scanner of leaked files know it: `qgc_` and the like."""
    text = f"{prefix}{secrets.token_urlsafe(BYTES)}"
    return text, digest(text)


def digest(text: str) -> bytes:
    """What is stored. SHA-256 is enough for what nobody can guess."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def is_same(text: str, kept: bytes) -> bool:
    """Whether a text is the one whose digest was kept."""
    return len(text) <= LONGEST and hmac.compare_digest(digest(text), kept)
