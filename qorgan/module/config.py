"""The module's one typed configuration: a TOML file, read and judged whole before anything else is touched.

An unknown key or a wrong value stops the start, or leaves the old configuration in force at a reload. The backlog in
the spool is never touched by it.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct, field

from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import VerifierKey
from qorgan.module.detect.settings import DetectTable
from qorgan.module.fallback_settings import FallbackTable, Letterhead
from qorgan.module.sources.settings import SourceConfig
from qorgan.module.spool import Limits, key_file
from qorgan.wire.batch import MAX_RECORDS

DEFAULT_PATH: Final = Path("/etc/qorgan/module.toml")
_MIB: Final = 1024 * 1024
_DAY: Final = 86_400.0
_PAGE: Final = "docs/operate/module.md"

Domain = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\Z", max_length=253)]
Whole = Annotated[int, Meta(ge=1)]


class ConfigRefused(Exception):
    """The configuration cannot be used. One line: which file, which key, what to do."""


class Hub(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The way to the sectoral centre (R67.9)."""

    url: str
    """Address of the hub's intake, as `https://asoi.example.kz`."""
    proxy: str = ""
    """Address of the HTTP proxy on the way, '' when there is none. The environment's proxies are not asked."""
    ca_file: str = ""
    """PEM file of the authorities that the hub's certificate must come from; '' for those of the machine."""
    timeout_seconds: Annotated[float, Meta(ge=1, le=600)] = 30.0
    one_way: bool = False
    """There is no connection: batches leave by `qorgan module export`, receipts come by `import-receipts`."""

    def __post_init__(self) -> None:
        """Refuses addresses that cannot be used, and an open channel to anywhere but this machine."""
        parts = _address("url", self.url)
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("url must have no path, as https://asoi.example.kz has none")
        if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
            raise ValueError("url must begin with https:// unless the hub is on this machine")
        if self.proxy:
            _address("proxy", self.proxy)
        if self.ca_file and not self.ca_file.startswith("/"):
            raise ValueError("ca_file must be an absolute path")


class Institution(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is inside: it decides the perimeter of a signal, and what internal names look like (R67.4)."""

    networks: tuple[str, ...] = ()
    """Networks of the institution, as 203.0.113.0/24. The private ones are inside anyway."""
    internal_domains: tuple[Domain, ...] = ()
    """Domains whose hosts are internal, lower-case."""
    mail_relays: tuple[str, ...] = ()
    """Networks of mail relays that others run for the institution, as 198.51.100.0/28: what they write is believed."""
    mail_checkers: tuple[Domain, ...] = ()
    """Names in `Authentication-Results` that are its relays' own, where they are not under `internal_domains`."""

    def __post_init__(self) -> None:
        """Refuses what is no network."""
        for name, networks in (("networks", self.networks), ("mail_relays", self.mail_relays)):
            for network in networks:
                try:
                    ipaddress.ip_network(network)
                except ValueError:
                    raise ValueError(f"{name} must be networks, as 203.0.113.0/24 or 2001:db8::/32 is") from None


class Batching(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When a batch is large or old enough to go."""

    max_records: Annotated[int, Meta(ge=1, le=MAX_RECORDS)] = 2_000
    max_kib: Annotated[int, Meta(ge=64, le=32 * 1024)] = 4_096
    """Before compression."""
    max_age_ms: Annotated[int, Meta(ge=0, le=60_000)] = 200
    """Least time between two batches that are not full."""


class LimitsTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the module may use of the machine."""

    spool_mib: Whole = 20 * 1024
    """Size of the spool at which the module stops reading."""
    free_mib: Annotated[int, Meta(ge=0)] = 256
    """Free space of the disk below which it stops reading."""
    keep_sent_mib: Annotated[int, Meta(ge=0)] = 2 * 1024
    """Size of signals kept after they were sent."""
    receipts_mib: Whole = 8 * 1024
    """Size of the hub's receipts at which the oldest go."""
    quarantine_records: Whole = 10_000


class SpoolTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the spool's content is sealed."""

    key_file: str = ""
    """File of its keys, outside `state`; '' for systemd's credential `spool.key`, else `<state>.keys/spool.key`."""

    def __post_init__(self) -> None:
        """Refuses a path that would mean another file from another folder."""
        if self.key_file and not self.key_file.startswith("/"):
            raise ValueError("key_file must be an absolute path")


class Status(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The page that says how the module does: `/health` and `/metrics`."""

    listen: str = "127.0.0.1:8460"
    """A loopback address with its port; '' for no page."""

    def __post_init__(self) -> None:
        """Refuses addresses that others could reach."""
        if self.listen and self.place() is None:
            raise ValueError("listen must be a loopback address with its port, as 127.0.0.1:8460 is, or ''")

    def place(self) -> tuple[str, int] | None:
        """Host and port; None when there is no page."""
        host, _, port = self.listen.rpartition(":")
        host = host.strip("[]")
        if not port.isdecimal() or int(port) > 65_535 or not _is_loopback(host):  # noqa: PLR2004 (ports)
            return None
        return host, int(port)


class RulesTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rule packs that come after the release."""

    updates: Literal["ask", "automatic", "never"] = "ask"
    """Sets that the hub offers: fetched and put in force by a person's word, by themselves, or never fetched."""
    keys: tuple[str, ...] = ()
    """Verifier keys whose sets are believed: the centre's, your own. None is believed until one is named."""

    def __post_init__(self) -> None:
        """Refuses what is no verifier key."""
        for key in self.keys:
            try:
                VerifierKey.parse(key)
            except NoteError:
                raise ValueError("keys must be verifier keys, as `tools/packs.py key` prints one") from None


class Config(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an operator may decide about a module."""

    state: str = "/var/lib/qorgan-module"
    """Folder of keys, identity and spool. Only the module may read it."""
    hub: Hub
    institution: Institution = field(default_factory=Institution)
    sources: tuple[SourceConfig, ...] = ()
    batching: Batching = field(default_factory=Batching)
    limits: LimitsTable = field(default_factory=LimitsTable)
    spool: SpoolTable = field(default_factory=SpoolTable)
    status: Status = field(default_factory=Status)
    fallback: FallbackTable = field(default_factory=FallbackTable)
    letter: Letterhead = field(default_factory=Letterhead)
    rules: RulesTable = field(default_factory=RulesTable)
    detect: DetectTable = field(default_factory=DetectTable)
    silent_after_minutes: Annotated[int, Meta(ge=0)] = 60
    """A source that gave something once and then nothing for so long is a trouble; 0: never."""
    keep_sent_days: Annotated[float, Meta(ge=0, le=3_650)] = 7.0
    """How long signals stay here after they were sent, for a hub that was restored from a backup."""

    def __post_init__(self) -> None:
        """Refuses two sources of one name."""
        if not self.state.startswith("/"):
            raise ValueError("state must be an absolute path")
        if self.spool.key_file and Path(self.state) in Path(self.spool.key_file).parents:
            raise ValueError("spool.key_file must lie outside the state folder, so that no copy takes both")
        names = [source.name for source in self.sources]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"sources: two have the name {name}; a name must be unique")
        for name in self.fallback.gates:
            if name not in names:
                raise ValueError(f"fallback.gates: no source has the name {name}")

    @property
    def folder(self) -> Path:
        """The state folder."""
        return Path(self.state)

    @property
    def keys_at(self) -> Path:
        """The file of the spool's keys. Raises SpoolLocked when a key stands in the environment."""
        return key_file.chosen(self.folder, self.spool.key_file, os.environ)

    def spool_limits(self) -> Limits:
        """The limits in the spool's units."""
        return Limits(
            spool_bytes=self.limits.spool_mib * _MIB,
            free_bytes=self.limits.free_mib * _MIB,
            keep_sent_seconds=self.keep_sent_days * _DAY,
            keep_sent_bytes=self.limits.keep_sent_mib * _MIB,
            receipt_bytes=self.limits.receipts_mib * _MIB,
            quarantine_rows=self.limits.quarantine_records,
        )


def load(path: Path) -> Config:
    """Read the configuration file; raises ConfigRefused."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigRefused(f"{path}: {error.strerror or error}; give the file with --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigRefused(f"{path}: is not TOML: {error}; mend that line") from None
    try:
        return msgspec.convert(settings, Config)
    except msgspec.ValidationError as error:
        raise ConfigRefused(_explain(path, str(error), settings)) from None


def _explain(path: Path, message: str, settings: dict[str, Any]) -> str:
    """File, key and remedy in one line. No value is repeated: it may be a secret in the wrong place."""
    said, _, place = message.partition(" - at `")
    key = place.rstrip("`").removeprefix("$").lstrip(".")
    unknown = re.search(r"unknown field `([^`]*)`", said)
    missing = re.search(r"required field `([^`]*)`", said)
    if unknown:
        near = difflib.get_close_matches(unknown[1], _keys_of(key, settings), n=1, cutoff=0.6)
        remedy = f"did you mean {near[0]}?" if near else "remove it, or mend its spelling"
        return f"{path}: {_under(key, unknown[1])}: no such key; {remedy} ({_PAGE} lists the keys)"
    if missing:
        return f"{path}: {_under(key, missing[1])}: is missing; write it ({_PAGE} lists the keys)"
    if said.startswith("Invalid") and " value " in said:
        said = "is not one of the values of its list"
    return f"{path}: {key or 'the file'}: {said}; mend the value ({_PAGE} lists the keys)"


def _keys_of(key: str, settings: dict[str, Any]) -> list[str]:
    """The keys that the table of this name may have."""
    table = re.sub(r"\[.*", "", key)
    if table == "sources":
        kinds = getattr(SourceConfig, "__args__", ())
        index = re.search(r"\[(\d+)\]", key)
        kind = settings["sources"][int(index[1])].get("kind") if index else None
        return [name for one in kinds if one.__struct_config__.tag == kind for name in one.__struct_fields__]
    found: Any = Config if not table else next(f.type for f in msgspec.structs.fields(Config) if f.name == table)
    return list(found.__struct_fields__)


def _under(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _address(name: str, text: str) -> Any:
    parts = urlsplit(text)
    try:
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ValueError(f"{name} must be an address, as https://asoi.example.kz is")
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
