"""The parts of a signal, each made so that the contract takes it: shortened or left out, never sent wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timezone
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from qorgan.module.classify.decide import Decision
from qorgan.module.redact.fields import without_nul
from qorgan.module.remembering import remembered
from qorgan.wire.record import is_address
from qorgan.wire.signal import (
    HASH_DIGITS,
    Classification,
    Destination,
    DestinationRole,
    FileHash,
    Sensor,
    Signal,
    Source,
    Url,
)

_WORD: Final = 128
_PHRASE: Final = 512
_HOST: Final = 255
_PATH: Final = 1_024
_LISTED: Final = 16
_MAX_PORT: Final = 65_535
_REMEMBERED: Final = 8_192

_host_name = re.compile(r"[^\s/?#@]+")
_protocol = re.compile(r"[a-z][a-z0-9.+_-]{0,15}")
_technique = re.compile(r"T[0-9]{4}(?:\.[0-9]{3})?")
_hexadecimal = re.compile(r"[0-9a-f]+")

_PROTOCOLS: Final = {"1": "icmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp", "58": "ipv6-icmp", "132": "sctp"}
"""Names of the IANA numbers that some products write instead."""
_ROLES_BY_APPLICATION: Final = {
    name: role
    for role, names in {
        DestinationRole.WEB: "http https http2 http3 quic websocket",
        DestinationRole.MAIL: "smtp smtps submission imap imaps pop3 pop3s",
        DestinationRole.VPN: "ike ikev2 ipsec openvpn l2tp pptp wireguard",
        DestinationRole.DNS: "dns",
        DestinationRole.DATABASE: "mysql mssql tds postgresql pgsql oracle mongodb redis",
        DestinationRole.DIRECTORY: "ldap ldaps krb5 kerberos",
        DestinationRole.REMOTE_ACCESS: "ssh rdp telnet vnc rfb winrm",
        DestinationRole.FILE_SHARING: "smb cifs nfs ftp ftp-data ftps sftp tftp",
        DestinationRole.NETWORK: "snmp dhcp ntp bgp sip",
    }.items()
    for name in names.split()
}
_ROLES_BY_PORT: Final = {
    number: role
    for role, numbers in {
        DestinationRole.WEB: (80, 443, 8000, 8008, 8080, 8081, 8088, 8443, 8888),
        DestinationRole.MAIL: (25, 110, 143, 465, 587, 993, 995),
        DestinationRole.VPN: (500, 1194, 1701, 1723, 4500, 51820),
        DestinationRole.DNS: (53, 853),
        DestinationRole.DATABASE: (1433, 1434, 1521, 3306, 5432, 6379, 9200, 27017),
        DestinationRole.DIRECTORY: (88, 389, 464, 636, 3268, 3269),
        DestinationRole.REMOTE_ACCESS: (22, 23, 3389, 5900, 5985, 5986),
        DestinationRole.FILE_SHARING: (20, 21, 69, 137, 138, 139, 445, 2049),
        DestinationRole.NETWORK: (67, 68, 123, 161, 162, 179, 514),
    }.items()
    for number in numbers
}


def role(application: str, port: int | None) -> DestinationRole:
    """What was aimed at, as the application protocol says, or else the port."""
    known = _ROLES_BY_APPLICATION.get(application)
    return known or _ROLES_BY_PORT.get(port or 0, DestinationRole.UNKNOWN)


@lru_cache(_REMEMBERED)
def destination(aimed: DestinationRole, port: int | None) -> Destination | None:
    """A destination; None when nothing is known of it."""
    port = _port(port)
    return None if port is None and aimed is DestinationRole.UNKNOWN else Destination(role=aimed, port=port)


@remembered(_REMEMBERED)
def sensor(vendor: str, product: str, rule_id: str, rule_name: str) -> Sensor:
    """The product that wrote the record."""
    return Sensor(
        vendor=vendor[:_WORD] or "unknown",
        product=product[:_WORD] or "unknown",
        rule_id=rule_id[:_WORD] or None,
        rule_name=rule_name[:_PHRASE] or None,
    )


def source(address: str, port: int | None) -> Source | None:
    """Where it came from; None for an address that is none."""
    return Source(address=address, port=_port(port)) if _is_known_address(address) else None


@remembered(_REMEMBERED)
def protocol(name: str) -> str | None:
    """A transport protocol's name, also of its number; None for what is none."""
    name = _PROTOCOLS.get(name, name)
    return name if _protocol.fullmatch(name) else None


def url(host: str, path: str) -> Url | None:
    """Host and path of a request; None when neither can be said."""
    named = host_name(host)
    path = path[:_PATH]
    if "?" in path or "#" in path:
        path = ""
    return Url(host=named, path=path or None) if named or path else None


@remembered(_REMEMBERED)
def host_name(name: str) -> str | None:
    """A host's or domain's name; None for what is none."""
    return name if len(name) <= _HOST and _host_name.fullmatch(name) else None


def hashes(found: Sequence[FileHash]) -> tuple[FileHash, ...]:
    """Digests that have their algorithm's length."""
    fitting = (
        each for each in found if len(each.value) == HASH_DIGITS[each.algorithm] and _hexadecimal.fullmatch(each.value)
    )
    return tuple(dict.fromkeys(fitting))[:_LISTED]


def techniques(found: tuple[str, ...]) -> tuple[str, ...]:
    """ATT&CK technique ids."""
    return _remembered_techniques(*found) if len(found) <= _LISTED else _techniques(*found)


def _techniques(*found: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in found if _technique.fullmatch(each)))[:_LISTED]


_remembered_techniques = remembered(_REMEMBERED)(_techniques)


def classification(decision: Decision, decided_by: tuple[str, ...]) -> Classification:
    """Which rule decided, and by what."""
    return Classification(
        pack=decision.pack,
        pack_version=decision.pack_version,
        rule=decision.rule,
        decided_by=tuple(said[:_PHRASE] for said in decided_by if said)[:_LISTED],
        confidence=decision.confidence,
    )


def moment(at: datetime | None, now: datetime) -> datetime:
    """When an event was, with a zone that can be written; `now` when the record does not say."""
    if at is None:
        return now
    zone = at.tzinfo
    if type(zone) is timezone and _is_of_whole_minutes(zone):
        return at
    offset = at.utcoffset()
    if offset is None:
        return at.replace(tzinfo=UTC)
    if offset.seconds % 60 or offset.microseconds:
        try:
            return at.astimezone(UTC)
        except OverflowError:
            return now
    return at


@lru_cache(64)
def _is_of_whole_minutes(zone: timezone) -> bool:
    offset = zone.utcoffset(None)
    return not offset.seconds % 60 and not offset.microseconds


def mended(signal: Signal) -> Signal:
    """The signal with every NUL made visible, plain or written as an escape, and without halves of characters."""
    said, sensed = signal.classified_by, signal.sensor
    words = (sensed.vendor, sensed.product, sensed.rule_id or "", sensed.rule_name or "")
    return replace(
        signal,
        sensor=sensor(*map(_mended, words)),
        url=url(_mended(signal.url.host or ""), _mended(signal.url.path or "")) if signal.url else None,
        domain=host_name(_mended(signal.domain)) if signal.domain else None,
        mail_sender_domain=host_name(_mended(signal.mail_sender_domain)) if signal.mail_sender_domain else None,
        classified_by=replace(said, decided_by=tuple(_mended(shown)[:_PHRASE] for shown in said.decided_by)),
        record=_mended(signal.record),
    )


def _mended(text: str) -> str:
    return without_nul(text.encode("utf-8", "replace").decode())


_is_known_address = remembered(_REMEMBERED)(is_address)


def _port(number: int | None) -> int | None:
    return number if number is not None and 0 <= number <= _MAX_PORT else None
