"""The hub's one typed configuration: a TOML file, then the environment, then defaults that work at once.

Django-free, because the signal path reads it too. An unknown or mistyped key stops the start.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

CONFIG_VARIABLE: Final = "QORGAN_HUB_CONFIG"
"""Names the TOML file when no `--config` does."""

_ENVIRONMENT: Final = {
    "QORGAN_HUB_STATE": ("state",),
    "QORGAN_DATABASE_URL": ("database", "url"),
    "QORGAN_DATABASE_URL_WEB": ("database", "url_web"),
    "QORGAN_DATABASE_URL_INTAKE": ("database", "url_intake"),
    "QORGAN_DATABASE_URL_READ": ("database", "url_read"),
    "QORGAN_DATABASE_URL_CLERK": ("database", "url_clerk"),
}

Port = Annotated[int, Meta(ge=0, le=65_535)]
Positive = Annotated[int, Meta(ge=1)]


class ConfigRefused(Exception):
    """The configuration cannot be used. Says which file, which key, and what to do."""


class Database(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where PostgreSQL is. Without `url` the hub runs its own under the state folder."""

    url: str | None = None
    """The owner's connection: migrates, makes roles and partitions. No other role ever gets it."""
    url_web: str | None = None
    url_intake: str | None = None
    url_read: str | None = None
    url_clerk: str | None = None


class Intake(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where modules connect, and with how many processes."""

    host: str = "127.0.0.1"
    port: Port = 8440
    processes: Annotated[int, Meta(ge=1, le=64)] = 1
    connections: Annotated[int, Meta(ge=1, le=64)] = 4
    """Connections to PostgreSQL of each process: so many batches are stored at the same time."""


class Portal(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where people connect."""

    host: str = "127.0.0.1"
    port: Port = 8450
    address: str = "http://127.0.0.1:8450"
    """The address people type: passkeys are bound to its host, cookies are secure when it is https."""

    @property
    def hostname(self) -> str:
        """The host part of `address`."""
        return urlsplit(self.address).hostname or ""


class Security(StrEnum):
    """How the way to a mail server is closed to listeners."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """For a server on the same machine alone."""


class Mail(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The server that takes the hub's mail. Without `host` none is sent."""

    host: str = ""
    port: Port = 587
    security: Security = Security.STARTTLS
    authorities: Path | None = None
    """Certificates to trust instead of the system's, as PEM."""
    user: str = ""
    password_file: Path | None = None
    sender: str = "qorgan@localhost"
    attempts: Annotated[int, Meta(ge=1, le=20)] = 8
    """Tries, ever further apart, before a mail is dead: eight take about 33 hours."""


class Webhooks(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How institutions' addresses are called."""

    networks: tuple[str, ...] = ()
    """Networks that are not of the Internet and may be called all the same."""
    authorities: Path | None = None
    """Certificates to trust instead of the system's, as PEM."""
    attempts: Annotated[int, Meta(ge=1, le=20)] = 8


class Attachments(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Files that people attach to documents."""

    clamd: Path | None = Path("/run/clamav/clamd.ctl")
    """The local socket of ClamAV's `clamd`. Where it does not answer, files are taken and marked as not scanned."""


class Config(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an operator may decide about a hub."""

    state: Path = Path(".local/hub")
    """Folder of the hub's secrets and, when it runs its own PostgreSQL, of the data. Only the hub may read it."""
    origin: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9./-]{1,120}$")] = "qorgan.localhost/asoi"
    """Name of the ledger, in its checkpoints and receipts. It never changes once modules are enrolled."""
    database: Database = Database()
    intake: Intake = Intake()
    portal: Portal = Portal()
    attachments: Attachments = Attachments()
    mail: Mail = Mail()
    webhooks: Webhooks = Webhooks()


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """Read the configuration; raises ConfigRefused.

    `path` falls back to QORGAN_HUB_CONFIG; with neither, defaults and the environment decide alone.
    """
    environment = os.environ if environment is None else environment
    if path is None and environment.get(CONFIG_VARIABLE):
        path = Path(environment[CONFIG_VARIABLE])
    settings = _read(path) if path else {}
    _overlay(settings, environment)
    try:
        config = msgspec.convert(settings, Config, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise ConfigRefused(_explain(str(error), path)) from None
    _check_networks(config.webhooks.networks, path)
    if not urlsplit(config.portal.address).hostname:
        raise ConfigRefused(f"{path or 'environment'}: portal.address is not an address; write https://host")
    return config


def _check_networks(networks: tuple[str, ...], path: Path | None) -> None:
    for network in networks:
        try:
            ip_network(network)
        except ValueError as wrong:
            raise ConfigRefused(f"{path}: webhooks.networks: {wrong}; write 10.0.0.0/8") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigRefused(f"{path}: {error.strerror or error}; give the file with --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigRefused(f"{path}: not TOML: {error}; mend that line") from None


def _overlay(settings: dict[str, Any], environment: Mapping[str, str]) -> None:
    for variable, (*tables, key) in _ENVIRONMENT.items():
        if not environment.get(variable):
            continue
        table = settings
        for name in tables:
            inner = table.setdefault(name, {})
            if not isinstance(inner, dict):
                return
            table = inner
        table[key] = environment[variable]


def _decode(wanted: type, value: Any) -> Any:
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise TypeError("Expected the text of a path")


def _explain(message: str, path: Path | None) -> str:
    """Name file, key and remedy. A value is never repeated: it may be a password."""
    said, _, place = message.partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    where = str(path) if path else "environment"
    if said.startswith("Object contains unknown field"):
        name = said.split("`")[1]
        key = f"{key}.{name}" if key else name
        return f"{where}: {key}: no such key; remove it or mend its spelling (docs/operate/hub.md lists the keys)"
    return f"{where}: {key or 'configuration'}: {said}; mend the value (docs/operate/hub.md lists the keys)"
