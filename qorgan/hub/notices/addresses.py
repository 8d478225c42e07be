"""Addresses of webhooks, and the one way to call them: https, to the Internet alone, no redirects, not for long.

The name is resolved once, every address it has must be allowed, and the one that was judged is the one connected to:
whoever changes the name's answer meanwhile changes nothing.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from qorgan.hub.config import Webhooks
from qorgan.hub.notices.outcome import SENT, Fate, Outcome

LONGEST: Final = 500
PATIENCE: Final = 10.0
"""Seconds for each step of a call."""
WHOLE: Final = 20.0
"""Seconds for a call altogether, however slowly its answer drips."""
_PORT: Final = 443
_EMBEDDING: Final = tuple(ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Networks of IPv6 whose addresses lead to one of IPv4 that they embed."""

_Address = IPv4Address | IPv6Address


class AddressRefused(Exception):
    """An address must not be called. Says why."""


def parsed(address: str) -> SplitResult:
    """An address of https with a host and nothing that would be shown or sent besides. Raises AddressRefused."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as wrong:
        raise AddressRefused(str(wrong)) from None
    if parts.scheme != "https" or not parts.hostname or port == 0:
        raise AddressRefused("it must begin with https:// and name a host")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("it must hold neither a user, nor a password, nor a fragment")
    if len(address) > LONGEST or not address.isascii() or any(sign.isspace() for sign in address):
        raise AddressRefused("it must be of letters of ASCII, at most 500, without spaces")
    return parts


def is_allowed(found: _Address, config: Webhooks) -> bool:
    """Whether an address of a network may be connected to."""
    plain = found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
    if any(plain in ip_network(one) for one in config.networks):
        return True
    if plain.is_multicast or plain.is_reserved or any(plain in one for one in _EMBEDDING):
        return False
    return plain.is_global


def check_literal(address: str, config: Webhooks) -> None:
    """Raise AddressRefused for an address that names a network's own number which must not be called."""
    try:
        literal = ip_address(str(parsed(address).hostname))
    except ValueError:
        return
    if not is_allowed(literal, config):
        raise AddressRefused(f"{literal} is not an address of the Internet")


def call(address: str, body: bytes, headers: Mapping[str, str], config: Webhooks) -> Outcome:
    """Post a body. (1) The name. (2) Its addresses. (3) The connection to the one that was judged. (4) The answer."""
    try:
        # (1) It was checked when it was registered; the rule may have become stricter since.
        parts = parsed(address)
        host, port = str(parts.hostname), parts.port or _PORT
        # (2) One of them is connected to, all of them are judged.
        found = _resolved(host, port, config)
        # (3) The name is not asked for again. (4) Nothing is followed.
        return _post(parts, str(found), body, headers, config)
    except AddressRefused as wrong:
        return Outcome(Fate.NEVER, str(wrong))
    except (OSError, http.client.HTTPException) as fault:
        return Outcome(Fate.LATER, f"{type(fault).__name__}: {fault}")


def _resolved(host: str, port: int, config: Webhooks) -> _Address:
    """The address of a name. Raises AddressRefused when it leads, among others, where none may be called."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found = [ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
    refused = next((one for one in found if not is_allowed(one, config)), None)
    if refused is not None:
        raise AddressRefused(f"{host} leads to {refused}, which is not an address of the Internet")
    return found[0]


def _post(parts: SplitResult, number: str, body: bytes, headers: Mapping[str, str], config: Webhooks) -> Outcome:
    host, port = str(parts.hostname), parts.port or _PORT
    context = ssl.create_default_context(cafile=str(config.authorities) if config.authorities else None)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with (
        socket.create_connection((number, port), timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=host) as closed,
    ):
        patience = threading.Timer(WHOLE, closed.shutdown, [socket.SHUT_RDWR])
        patience.daemon = True
        patience.start()
        try:
            connection = http.client.HTTPSConnection(host, port, context=context, timeout=PATIENCE)
            connection.sock = closed
            connection.request("POST", path, body, dict(headers))
            return _judged(connection.getresponse().status)
        finally:
            patience.cancel()


def _judged(status: int) -> Outcome:
    """What an answer means. Only the first line of it is believed, and nothing of it is kept."""
    if http.HTTPStatus.OK <= status < http.HTTPStatus.MULTIPLE_CHOICES:
        return SENT
    return Outcome(Fate.NEVER if status == http.HTTPStatus.GONE else Fate.LATER, f"answered {status}")
