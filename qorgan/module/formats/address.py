"""IP addresses and ports out of what products write in their place."""

from __future__ import annotations

import socket
from functools import lru_cache
from typing import Final

_MAX_PORT: Final = 65_535
_MAPPED: Final = b"\x00" * 10 + b"\xff\xff"
_LONGEST: Final = 64


def address(text: str) -> str:
    """An IP address in its canonical text, or nothing when the text is none.

    Brackets, an IPv4 port after a colon and an IPv6 zone are taken off; an IPv4 address mapped into IPv6 is IPv4.
    """
    if len(text) > _LONGEST and len(text := text.strip()) > _LONGEST:
        return ""
    return _address(text)


@lru_cache(maxsize=8192)
def _address(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    if text[0] == "[":
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    return _four(text) or _six(text.partition("%")[0])


def port(value: str | float | None) -> int | None:
    """A port, or None when the value is none. Port 0 is how products say that there is none."""
    try:
        number = int(value or 0)
    except (ValueError, OverflowError):
        return None
    return number if 0 < number <= _MAX_PORT else None


def host_alone(text: str) -> str:
    """The host of `host`, `host:port` or `[address]:port`, lower-case."""
    text = text.lower()
    if ":" not in text:
        return text.strip()
    text = text.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _four(text: str) -> str:
    try:
        return socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, text))
    except (OSError, ValueError, UnicodeError):
        return ""


def _six(text: str) -> str:
    try:
        packed = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError, UnicodeError):
        return ""
    if packed.startswith(_MAPPED):
        return socket.inet_ntop(socket.AF_INET, packed[12:])
    return socket.inet_ntop(socket.AF_INET6, packed)
