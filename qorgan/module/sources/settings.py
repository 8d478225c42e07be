"""What the configuration may say about a source: one frozen struct a kind, told apart by `kind`."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct

from qorgan.module.format_names import FormatName
from qorgan.module.mail.handed import MESSAGE, Reported

SourceName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
SourceFormat: TypeAlias = FormatName | Literal["auto"]
Port = Annotated[int, Meta(ge=0, le=65_535)]
Address = Annotated[str, Meta(min_length=2, max_length=45)]
FilePath = Annotated[str, Meta(pattern=r"^(|/.+)$")]

LOOPBACK: Final = "127.0.0.1"
ALMATY: Final = "Asia/Almaty"


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """What every source is told."""

    name: SourceName
    """Unique among the sources of a module; positions and counts are kept under it."""
    format: SourceFormat = "auto"
    """`auto` looks at each record, trying first what fitted last."""
    zone: str = ALMATY
    """Zone of times that are written without one, by its IANA name."""

    def __post_init__(self) -> None:
        """Refuses a zone that this machine does not know, and a format that has no lines."""
        if self.format == MESSAGE and not isinstance(self, MailSource):
            raise ValueError("format message is for kind mail; a message is no line of a log")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError("zone is not a known IANA time zone, as Asia/Almaty is") from unknown


class FileSource(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="file"):
    """A file, or all files that a pattern names, followed through rotation."""

    path: str
    """Absolute. `*`, `?` and `[…]` match as in a shell; a file that is not there yet is waited for."""
    start: Literal["beginning", "end"] = "beginning"
    """Where to begin a file that already stands there when the source is started for the very first time."""

    def __post_init__(self) -> None:
        """Refuses a relative path: a service's working folder is nobody's intention."""
        super().__post_init__()
        if not self.path.startswith("/"):
            raise ValueError("path must be absolute, as /var/log/suricata/eve.json is")


class SyslogSource(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="syslog"):
    """A syslog listener (RFC 3164, 5424) over UDP, TCP (RFC 6587) or TLS (RFC 5425)."""

    transport: Literal["udp", "tcp", "tls"]
    host: Address = LOOPBACK
    """Address to listen at; `0.0.0.0` or `::` for every one of this machine."""
    port: Port
    certificate: FilePath = ""
    """PEM file of the listener's certificate with its chain; for `tls` only."""
    key: FilePath = ""
    """PEM file of its private key; empty: it stands in `certificate`."""
    client_ca: FilePath = ""
    """PEM file of authorities; when given, only senders with a certificate of theirs are let in."""
    max_connections: Annotated[int, Meta(ge=1, le=10_000)] = 256
    idle_seconds: Annotated[float, Meta(ge=1, le=86_400)] = 900.0
    """A connection that is silent for longer is closed; senders open a new one by themselves."""

    def __post_init__(self) -> None:
        """Refuses an address that is none, TLS without a certificate, and a certificate without TLS."""
        super().__post_init__()
        _check_address(self.host)
        if self.transport == "tls" and not self.certificate:
            raise ValueError("transport tls needs certificate, the PEM file of the listener's certificate")
        if self.transport != "tls" and (self.certificate or self.key or self.client_ca):
            raise ValueError("certificate, key and client_ca are for transport tls only")


class HttpSource(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="http"):
    """An HTTP endpoint, `POST /v1/records`, that answers 200 only after the records are durable."""

    host: Address = LOOPBACK
    port: Port
    token_file: FilePath = ""
    """File whose first line is the bearer token that senders must show. Obligatory off loopback."""
    certificate: FilePath = ""
    """PEM file for TLS. Obligatory off loopback, since the token would else travel in the open."""
    key: FilePath = ""
    max_connections: Annotated[int, Meta(ge=1, le=10_000)] = 64
    idle_seconds: Annotated[float, Meta(ge=1, le=86_400)] = 60.0
    clamd: FilePath = ""
    """Socket of a ClamAV daemon that is asked about each message (`message/rfc822`) that is posted."""

    def __post_init__(self) -> None:
        """Refuses an open door off loopback."""
        super().__post_init__()
        _check_address(self.host)
        loopback = ipaddress.ip_address(self.host).is_loopback
        if not loopback and not (self.token_file and self.certificate):
            raise ValueError("host is not loopback: token_file and certificate are both needed")


class MailSource(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="mail"):
    """A folder into which reported messages are put, a file each, as `.eml` or as a Maildir's `new` has them."""

    format: SourceFormat = "message"
    path: str
    """Absolute, a folder. Its files are taken once they have stood unchanged for `settle_seconds`."""
    reported: Reported = Reported.PHISHING
    """As what those who put messages here report them."""
    after: Literal["delete", "move"] = "delete"
    """What becomes of a file once its signal is durable. One that cannot be read is moved to `refused` in any case."""
    settle_seconds: Annotated[float, Meta(ge=0, le=3_600)] = 2.0
    clamd: FilePath = ""
    """Socket of a ClamAV daemon that is asked about each message; empty: none is asked, and the signal says so."""

    def __post_init__(self) -> None:
        """Refuses a relative path, and a format that is not that of messages."""
        super().__post_init__()
        if not self.path.startswith("/"):
            raise ValueError("path must be absolute, as /var/spool/qorgan-reported is")
        if self.format != MESSAGE:
            raise ValueError("format of kind mail is message; leave it out")


class StdinSource(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="stdin"):
    """Standard input, until it ends."""

    name: SourceName = "stdin"


SourceConfig: TypeAlias = FileSource | SyslogSource | HttpSource | MailSource | StdinSource


def _check_address(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError as wrong:
        raise ValueError("host must be an IP address to listen at, as 127.0.0.1 is") from wrong
