"""The address that people type, and what follows from it: who is answered, and whether cookies need TLS."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it stands in the configuration."""

    url: str

    @property
    def https(self) -> bool:
        """Whether it is reached by TLS."""
        return urlsplit(self.url).scheme == "https"

    @property
    def hostname(self) -> str:
        """Its host; empty when it is not an address."""
        return urlsplit(self.url).hostname or ""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.hostname)

    @property
    def allowed_hosts(self) -> list[str]:
        """Hosts that requests may name."""
        return list(_LOOPBACK_NAMES) if self.loopback else [self.hostname]


def is_loopback(hostname: str) -> bool:
    """Whether a host's name or number is that of this machine."""
    if hostname == "localhost" or hostname.endswith(".localhost"):
        return True
    return is_number(hostname) and ip_address(hostname).is_loopback


def is_number(hostname: str) -> bool:
    """Whether a host is named by its number, so that no passkey can be bound to it."""
    try:
        ip_address(hostname)
    except ValueError:
        return False
    return True
