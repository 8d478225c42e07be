"""The hub's one typed configuration: a TOML file, then the environment, then defaults that work at once.

Django-free, because the signal path reads it too. An unknown or mistyped key stops the start.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from qorgan.kit.config import ConfigRefused, Layout, Port

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


class SignatureRule(StrEnum):
    """Whether a head signs what they agree to with the digital signature of Kazakhstan."""

    OFF = "off"
    OFFERED = "offered"
    """They may."""
    REQUIRED = "required"
    """They must; a sealed package alone brings an agreement without one (R48I.3-fallback)."""


class SignatureForm(StrEnum):
    """Where the signed bytes stand."""

    DETACHED = "detached"
    """Beside the signature: the exact bytes that ASOI gives of every version."""
    ATTACHED = "attached"
    """Inside it."""


class Agreement(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How heads agree, and whose certificates are believed."""

    signature: SignatureRule = SignatureRule.OFF
    pins: tuple[Path, ...] = ()
    """Certificates of authorities that are held for true; a path ends at one of them."""
    intermediates: tuple[Path, ...] = ()
    """Certificates of authorities below the pins, which signatures need not carry."""
    registries: tuple[str, ...] = (
        "http://ocsp.pki.gov.kz",
        "http://crl.pki.gov.kz",
        "https://crl.pki.gov.kz",
        "http://crl.root.gov.kz",
    )
    """The only places that are asked whether a certificate still holds: certificates name them, this list allows."""
    agent: Annotated[str, Meta(pattern=r"^wss?://(127\.0\.0\.1|localhost):[0-9]{1,5}$")] = "wss://127.0.0.1:13579"
    """Where NCALayer answers on each person's own computer: always a port of the loopback."""
    form: SignatureForm = SignatureForm.DETACHED
    timestamp: bool = True
    """Whether NCALayer takes a timestamp of the authority along."""
    test_authority: bool = False
    """Whether the pins are of a test authority, whose invented numbers have wrong check digits."""


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
    agreement: Agreement = Agreement()


LAYOUT: Final = Layout(Config, CONFIG_VARIABLE, _ENVIRONMENT, "docs/operate/hub.md")


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """Read the configuration; raises ConfigRefused.

    `path` falls back to QORGAN_HUB_CONFIG; with neither, defaults and the environment decide alone.
    """
    environment = os.environ if environment is None else environment
    config, path = LAYOUT.load(path, environment), LAYOUT.path(path, environment)
    _check_networks(config.webhooks.networks, path)
    _check_agreement(config.agreement, path)
    if not urlsplit(config.portal.address).hostname:
        raise ConfigRefused(f"{path or 'environment'}: portal.address is not an address; write https://host")
    return config


def _check_networks(networks: tuple[str, ...], path: Path | None) -> None:
    for network in networks:
        try:
            ip_network(network)
        except ValueError as wrong:
            raise ConfigRefused(f"{path}: webhooks.networks: {wrong}; write 10.0.0.0/8") from None


def _check_agreement(agreement: Agreement, path: Path | None) -> None:
    if agreement.signature is not SignatureRule.OFF and not agreement.pins:
        raise ConfigRefused(
            f"{path}: agreement.pins: without a pin no signature is believed; name the authority's file"
        )
    for place in agreement.registries:
        if urlsplit(place).scheme not in {"http", "https"} or not urlsplit(place).hostname:
            raise ConfigRefused(f"{path}: agreement.registries: {place} is no address; write http://host")
