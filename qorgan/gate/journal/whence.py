"""Where a request came from: the connection's own address, or what a proxy of ours says."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from qorgan.gate.journal.entry import Whence

if TYPE_CHECKING:
    from django.http import HttpRequest

_TRACE: Final = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_LARGEST_PORT: Final = 65535


def whence_of(request: HttpRequest) -> Whence:
    """Address, port, program and trace of a request.

    `X-Forwarded-For` counts only from a proxy in `portal.proxies`, and then only its last address
    that is not itself such a proxy: whoever knocks may write anything before it.
    """
    meta = request.META
    # mypy reads the settings of another program.
    config: Any = settings.CONFIG
    address, port = str(meta.get("REMOTE_ADDR", "")), str(meta.get("REMOTE_PORT", ""))
    told = address_behind(address, str(meta.get("HTTP_X_FORWARDED_FOR", "")), config.portal.proxies)
    if told != address:
        address, port = told, str(meta.get("HTTP_X_FORWARDED_PORT", ""))
    return Whence(
        address=address,
        port=int(port) if port.isascii() and port.isdigit() and int(port) <= _LARGEST_PORT else 0,
        program=str(meta.get("HTTP_USER_AGENT", "")),
        trace=_trace(request),
    )


def address_behind(address: str, forwarded: str, proxies: Iterable[str]) -> str:
    """The address that came to the outermost of our own proxies, or `address` itself when it is none of them."""
    networks = [ipaddress.ip_network(proxy) for proxy in proxies]
    found = address
    for told in reversed([hop.strip() for hop in forwarded.split(",")]):
        if not _is_within(found, networks) or _parsed(told) is None:
            break
        found = told
    return found


def _is_within(address: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    ip = _parsed(address)
    return ip is not None and any(ip in network for network in networks if network.version == ip.version)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _trace(request: HttpRequest) -> str:
    """The caller's W3C trace, or one of our own, the same for the whole request."""
    trace = getattr(request, "trace", "")
    if not trace:
        given = _TRACE.fullmatch(str(request.META.get("HTTP_TRACEPARENT", "")))
        trace = given[1] if given else secrets.token_hex(16)
        request.trace = trace  # type: ignore[attr-defined]  # carried along with the request
    return str(trace)
