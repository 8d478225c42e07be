"""Records that by their first bytes are surely no security event: counted at a glance, and not read any further.

Nine of ten lines of a busy sensor are such. What is left is read by its format, which comes to the same as reading all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

_TYPES: Final = (
    *("anomaly", "arp", "bittorrent_dht", "dcerpc", "dhcp", "dnp3", "dns", "doh2", "drop", "engine", "enip"),
    *("fileinfo", "flow", "frame", "ftp", "ftp_data", "http", "http2", "ike", "ikev2", "krb5", "ldap", "mdns"),
    *("metadata", "modbus", "mqtt", "netflow", "nfs", "packetinfo", "pgsql", "pop3", "quic", "rdp", "rfb", "sip"),
    *("smb", "smtp", "snmp", "ssh", "stats", "template", "tftp", "tls", "traffic_id", "websocket"),
)
EVE_REASONS: Final = {name: f"eve {name}" for name in _TYPES}
"""Under which words EVE records of types other than alerts are counted."""
_KEY: Final = b'"event_type":"'
_HEAD: Final = 200
"""Bytes of a line in which Suricata's own order of fields puts its type."""
_PREFIX: Final = 6
"""So many bytes after the key tell the frequent types apart; the few that share them are read in full."""
_BY_PREFIX: Final = {
    prefix: EVE_REASONS[names[0]]
    for prefix in {f'{name}","'.encode()[:_PREFIX] for name in _TYPES}
    if len(names := [name for name in _TYPES if f'{name}","'.encode().startswith(prefix)]) == 1
}
_CLOSED: Final = frozenset(b"}\r")
_SIFTED: Final = frozenset(("eve", "auto"))
"""Formats whose sources may hold EVE. Where the format is to be found, such a line is EVE whatever came before it."""


class Sifted(Struct):
    """What a glance at many records gave."""

    left: list[bytes] = field(default_factory=list)
    """Records that must be read."""
    indexes: list[int] = field(default_factory=list)
    """Where each of them stood among all."""
    ignored: Counter[str] = field(default_factory=Counter)
    """How many others there were, by reason."""


def sift(records: Sequence[bytes], format_name: str) -> Sifted:
    """Part the records of a source that are surely no security event from those that must be read."""
    if format_name not in _SIFTED:
        return Sifted(list(records), list(range(len(records))))
    kinds: list[bytes] = []
    indexes: list[int] = []
    note, leave, by_prefix, closed, after = kinds.append, indexes.append, _BY_PREFIX, _CLOSED, len(_KEY)
    for index, record in enumerate(records):
        at = record.find(_KEY, 0, _HEAD)
        kind = record[at + after : at + after + _PREFIX]
        # A type inside a nested object, or in a line that was cut, is not believed.
        if kind in by_prefix and record.rfind(b"{", 0, at) == 0 < at and record[-1] in closed:
            note(kind)
        else:
            leave(index)
    ignored = Counter[str]()
    for kind, count in Counter(kinds).items():
        ignored[by_prefix[kind]] += count
    return Sifted([records[index] for index in indexes], indexes, ignored)
