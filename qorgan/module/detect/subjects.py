"""Whom and what a record is about, as keyed digests, and where it comes from."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from zlib import crc32

from qorgan.module.event import Event
from qorgan.module.redact.hosts import Inside
from qorgan.wire.record import is_address
from qorgan.wire.signal import Perimeter

_DIGEST: Final = 8
_NETWORK_V6: Final = 64
"""Bits of an IPv6 address that are one subscriber's: he has all the others to himself."""
_REMEMBERED: Final = 8_192
_UNKNOWN_USER: Final = (
    "invalid user", "unknown user", "no such user", "user not found", "user_not_found", "not_found", "does not exist",
    "no_such_user", "was not found", "illegal user", "0xc0000064", "user unknown", "unknown username",
)  # fmt: skip
_LOOKED_AT: Final = 512


class Subjects:
    """Reads the subjects of events. Nothing else of the detectors sees a name."""

    def __init__(self, key: bytes, inside: Inside, trusted: Iterable[str] = ()) -> None:
        """`key` is the institution's redaction key: digests do not tell names, and are the same after a restart."""
        self._key = blake2b(key, digest_size=32, person=b"windows").digest()
        self._inside = inside
        self._trusted = [ipaddress.ip_network(network) for network in trusted]
        self._place = lru_cache(_REMEMBERED)(self._find_place)

    def place(self, address: str) -> tuple[int, Perimeter]:
        """A source's digest and where it stands; 0 and UNKNOWN for what is no address or shall not be counted by it."""
        return self._place(address)

    def account(self, event: Event) -> int:
        """The digest of an account, however its name is written; 0 when the record names none."""
        name = event.user.rpartition("\\")[2].strip().lower()
        return self.digest(name) if name and name not in {"-", "n/a", "(null)", "null", "unknown"} else 0

    def digest(self, text: str) -> int:
        """A keyed digest."""
        hashed = blake2b(text.encode("utf-8", "replace"), digest_size=_DIGEST, key=self._key)
        return int.from_bytes(hashed.digest(), "little") or 1

    def _find_place(self, address: str) -> tuple[int, Perimeter]:
        if not address or not is_address(address):
            return 0, Perimeter.UNKNOWN
        if ":" in address:
            parsed = ipaddress.IPv6Address(address)
            if parsed.ipv4_mapped:
                return self._find_place(str(parsed.ipv4_mapped))
            address, one = str(parsed), str(ipaddress.ip_network((int(parsed), _NETWORK_V6), strict=False))
        else:
            one = address
        if self._trusted and any(ipaddress.ip_address(address) in network for network in self._trusted):
            return 0, Perimeter.UNKNOWN
        return self.digest(one), Perimeter.INTERNAL if self._inside.holds_address(address) else Perimeter.EXTERNAL


def voice(event: Event) -> int:
    """Which of several records of one try this is, in 8 bits: sshd alone tells a try in up to three kinds of record."""
    return crc32(f"{event.product}\0{event.kind}\0{event.rule_id}".encode("utf-8", "replace")) & 0xFF


def is_of_unknown_user(event: Event) -> bool:
    """Whether a record of a failure says that there is no such account."""
    said = f"{event.message[:_LOOKED_AT]} {event.rule_name} {event.category} {event.kind}".lower()
    return any(word in said for word in _UNKNOWN_USER)
