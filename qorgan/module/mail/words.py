"""Texts and addresses out of headers, whatever stands in them."""

from __future__ import annotations

import binascii
import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

from qorgan.module.mail import bounds
from qorgan.module.mail.charsets import text_of

_ADDRESS: Final = re.compile(r"[^\s<>\"'(),:;\[\]\\@]{1,128}@(?P<domain>[\w.-]{1,253})")
_BRACKETS: Final = re.compile(r"<[^<>]{0,256}@(?P<domain>[\w.-]{1,253})>")


def decoded(value: str) -> str:
    """The text of a header, its encoded words decoded (RFC 2047)."""
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value[: bounds.MOST_VALUE])
    except (HeaderParseError, binascii.Error, ValueError, LookupError):
        return value
    texts = [text_of(said, charset or "utf-8") if isinstance(said, bytes) else said for said, charset in pieces]
    return " ".join("".join(texts).split())


def domain_of(value: str) -> str:
    """The domain of the last address of a header, lower-case; '' when it has none.

    An address in angle brackets is the one; what stands before it is a name, and names are made to look like addresses.
    """
    found = list(_BRACKETS.finditer(value)) or list(_ADDRESS.finditer(value))
    if not found:
        return ""
    return ascii_name(found[-1]["domain"])


def sender_of(value: str) -> str:
    """The domain of a `From`. Addresses are never encoded words, which some put there to look like another."""
    return domain_of(value) or domain_of(decoded(value))


def ascii_name(name: str) -> str:
    """A host's or domain's name as the network has it, in ASCII, lower-case; '' for what is none."""
    plain = name.strip().strip(".").lower()
    if not plain.isascii():
        try:
            plain = plain.encode("idna").decode("ascii").lower()
        except (UnicodeError, ValueError):
            return ""
    return plain if len(plain) <= 253 and _NAME.fullmatch(plain) else ""  # noqa: PLR2004 (RFC 1035)


_NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63}){0,126}")
