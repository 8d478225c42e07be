"""Addresses that a browser may be sent back to: which may be registered, and how an answer is put into one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

LONGEST: Final = 2_000
_PRIVATE_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
"""A domain read backwards (RFC 8252 7.1): a scheme without a point could be anybody's, and `javascript` has none."""
_UNPRINTABLE: Final = re.compile(r"[^\x21-\x7e]|[\\*]")


class Fault(StrEnum):
    """What is wrong with an address."""

    CHARACTERS = "characters"
    CLEAR = "clear"
    """Plain http beyond this machine."""
    FRAGMENT = "fragment"
    NAMED = "named"
    """With a name or a password in it."""
    SCHEME = "scheme"
    UNREADABLE = "unreadable"


class AddressRefused(ValueError):
    """The address may not be registered."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def check_redirect(address: str, *, native: bool) -> str:
    """The address, if codes may be sent to it. Raises AddressRefused."""
    parts = urlsplit(_plain(address))
    if native and _PRIVATE_SCHEME.fullmatch(parts.scheme):
        return address
    return check_web(address)


def check_web(address: str) -> str:
    """The address, if it is https, or http on this machine alone. Raises AddressRefused."""
    parts = urlsplit(_plain(address))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused(Fault.SCHEME)
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise AddressRefused(Fault.CLEAR)
    if "@" in parts.netloc:
        raise AddressRefused(Fault.NAMED)
    return address


def origin(address: str) -> str:
    """The origin of a page at this address, as a browser says it; empty for what is no web address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""


def with_answer(address: str, answer: Mapping[str, str]) -> str:
    """The address with the answer's parameters after those that it was registered with."""
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *((k, v) for k, v in answer.items() if v)])
    return urlunsplit(parts._replace(query=query))


def _plain(address: str) -> str:
    if len(address) > LONGEST or _UNPRINTABLE.search(address):
        raise AddressRefused(Fault.CHARACTERS)
    if "#" in address:
        raise AddressRefused(Fault.FRAGMENT)
    try:
        urlsplit(address).port  # noqa: B018 (raises for what is no port)
    except ValueError:
        raise AddressRefused(Fault.UNREADABLE) from None
    return address


def _is_loopback(hostname: str) -> bool:
    if hostname == "localhost":
        return True
    try:
        return ip_address(hostname).is_loopback
    except ValueError:
        return False
