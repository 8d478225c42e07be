"""The gate's one typed configuration: a TOML file, then the environment, then defaults that work at once.

Django-free. An unknown or mistyped key stops the start; so does a listener that would answer in the clear beyond
this machine (R57.3.5).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta, Struct

from qorgan.eds.certificate import several
from qorgan.eds.chain import pinned
from qorgan.eds.refusal import RefusedError
from qorgan.eds.roles import Role
from qorgan.gate.factor_rules import PasskeyRules, PasswordRules
from qorgan.kit.address import Address, is_loopback
from qorgan.kit.config import ConfigRefused, Layout, Port, Positive
from qorgan.law.factors import Population

CONFIG_VARIABLE: Final = "QORGAN_GATE_CONFIG"
"""Names the TOML file when no `--config` does."""

ENVIRONMENT: Final = {
    "QORGAN_GATE_STATE": ("state",),
    "QORGAN_GATE_DATABASE_URL": ("database", "url"),
    "QORGAN_GATE_DATABASE_URL_WEB": ("database", "url_web"),
    "QORGAN_GATE_DATABASE_URL_CLERK": ("database", "url_clerk"),
    "QORGAN_GATE_DATABASE_URL_READ": ("database", "url_read"),
}

Url = Annotated[str, Meta(pattern=r"^(https?://\S+)?$")]
Seconds = Annotated[float, Meta(gt=0, le=60)]


class Database(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where PostgreSQL is. Without `url` the gate runs its own under the state folder."""

    url: str | None = None
    """The owner's connection: migrates, makes roles and partitions. No other role ever gets it."""
    url_web: str | None = None
    url_clerk: str | None = None
    url_read: str | None = None


class Tls(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the listener proves itself with, as PEM files. TLS 1.2 and 1.3 only."""

    certificate: Path | None = None
    """The chain, the gate's own certificate first."""
    key: Path | None = None


class Portal(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where people and applications connect."""

    host: str = "127.0.0.1"
    port: Port = 8460
    address: str = "http://localhost:8460"
    """The address people type: passkeys are bound to its host, cookies are secure when it is https."""
    tls: Tls = Tls()
    proxies: tuple[str, ...] = ()
    """Networks of reverse proxies whose word on a client's address (`X-Forwarded-For`) is believed."""

    @property
    def hostname(self) -> str:
        """The host part of `address`."""
        return Address(self.address).hostname


class Provider(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A service that the gate asks over HTTP. Without `url` it is not asked, and what needs it is refused."""

    url: Url = ""
    key_file: Path | None = None
    """Verifies what it signs: PEM, the file named as the key is; a folder holds a file for each of several keys."""
    token_file: Path | None = None
    """What the gate proves itself with."""
    authorities: Path | None = None
    """Certificates to trust instead of the system's, as PEM."""
    redirects_to: tuple[Url, ...] = ()
    """Origins to which it may send people; that of `url` when none is given."""
    timeout: Seconds = 5.0
    """Of a whole answer. A person waits for it."""


class Signatures(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The national certification authority, whose signatures the gate verifies."""

    anchors: Path | None = None
    """Root certificates to believe, as PEM. Without them no signature is."""
    helpers: Path | None = None
    """Known authorities below the roots, as PEM: a signature need not bring them along."""
    entity_roles: Annotated[tuple[Role, ...], Meta(min_length=1)] = (Role.HEAD, Role.MAY_SIGN)
    """Whoever signs in for a legal entity has one of these."""
    ocsp: Url = ""
    tsp: Url = ""
    timeout: Seconds = 10.0


class Providers(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The state's registries and whoever else vouches for people."""

    customer: Annotated[str, Meta(pattern=r"^([0-9]{12})?$")] = ""
    """The institution's BIN, by which the registries know it."""
    biometrics: Provider = Provider()
    own_biometrics: Provider = Provider()
    """Biometric identification on the institution's own devices. With `key_file` and without `url` the institution's
    app carries orders to devices and reports from them."""
    own_liveness: bool = True
    """Whether a report of an own device must hold a liveness check. The state's always must (R56.12)."""
    mobile_numbers: Provider = Provider()
    """The base of mobile citizens."""
    signatures: Signatures = Signatures()


class Messages(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The service that delivers notices. Without `url` they wait."""

    url: Url = ""
    token_file: Path | None = None
    authorities: Path | None = None
    sender: str = "Qorgan"
    attempts: Annotated[int, Meta(ge=1, le=20)] = 8
    """Tries, ever further apart, before a notice is dead."""
    timeout: Seconds = 10.0


class Registration(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the institution demands of a registration beyond the least."""

    all_named: bool = True
    """Whether the state database and the phone are demanded both (D26.identity), unless a signature is shown."""
    test_numbers: bool = False
    """Whether an IIN and a BIN may have wrong check digits, as those of test certificates have."""


class Limits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Wrong attempts that a window allows, and how long things live."""

    window_minutes: Positive = 15
    per_account: Positive = 5
    per_device: Positive = 10
    per_network: Positive = 60
    asked_per_network: Positive = 600
    """What one network may begin within the window at the pages, and ask for applications, right or wrong: each is
    kept until it ends."""
    asked_per_inspector: Positive = 600
    """What one program that inspects may ask within the window: each question leaves an entry."""
    ceremony_minutes: Positive = 10
    image_days: Positive = 30
    """Biometric images are destroyed after so many days."""


class Lasting(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long a session lasts."""

    idle_minutes: Positive = 15
    """After so long without a request it ends."""
    hours: Positive = 12
    """After so long it ends whatever happened."""

    @property
    def idle(self) -> timedelta:
        """`idle_minutes`."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def whole(self) -> timedelta:
        """`hours`."""
        return timedelta(hours=self.hours)


class Sessions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long sessions last, by whose they are."""

    bank_clients: Lasting = Lasting(idle_minutes=10, hours=8)
    insurance_or_mfo_clients: Lasting = Lasting(idle_minutes=10, hours=8)
    participants: Lasting = Lasting(idle_minutes=30, hours=10)
    employees: Lasting = Lasting(idle_minutes=15, hours=10)

    def of(self, population: Population) -> Lasting:
        """How long those of a population last."""
        return {
            Population.BANK_CLIENT: self.bank_clients,
            Population.INSURANCE_OR_MFO_CLIENT: self.insurance_or_mfo_clients,
            Population.PARTICIPANT: self.participants,
            Population.EMPLOYEE: self.employees,
        }[population]


class Pages(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What people see."""

    institution: Annotated[str, Meta(max_length=60)] = "Qorgan"
    """Whose gate it is, as people know the institution."""
    populations: Annotated[tuple[Population, ...], Meta(min_length=1)] = tuple(Population)
    """Who comes in here, in the order in which a page offers it: `["participant", "employee"]` makes the gate a trading
    platform operator's (R57.3.1)."""
    agent: Annotated[str, Meta(pattern=r"^wss?://(127\.0\.0\.1|localhost):[0-9]{1,5}$")] = "wss://127.0.0.1:13579"
    """Where NCALayer answers on each person's own computer: always a port of the loopback."""
    test_authority: bool = False
    """Whether NCALayer shall show keys of a test authority."""


class Feed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the institution's module is told of attempts to sign in."""

    file: Path | None = None
    """The log that it follows, in the Elastic Common Schema. None: it is told nothing."""


class DisruptionLimits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From when on it is a disruption of sign-in (R67.12) that too many cannot come in. No act names a number."""

    seconds: Annotated[int, Meta(ge=2, le=86_400)] = 900
    """It has to last so long; over as long a time it is counted."""
    share: Annotated[int, Meta(ge=1, le=100)] = 25
    """Percent that fail for the gate's or a service's reason. Wrong passwords are neither."""
    least: Positive = 10
    """So many fail at the least: in a quiet night a share says nothing."""
    slow_seconds: Annotated[float, Meta(gt=0, le=60)] = 5.0
    """A step that takes longer is one that failed."""
    again_minutes: Positive = 60
    """What goes on is told anew after so long."""

    @property
    def lasting(self) -> timedelta:
        """`seconds`."""
        return timedelta(seconds=self.seconds)


class Config(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an operator may decide about a gate."""

    state: Path = Path(".local/gate")
    """Folder of the gate's secrets and, when it runs its own PostgreSQL, of the data. Only the gate may read it."""
    origin: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9./-]{1,120}$")] = "gate.localhost/journal"
    """Name of the journal, in its signed epochs. It never changes once the journal has begun."""
    database: Database = Database()
    portal: Portal = Portal()
    providers: Providers = Providers()
    messages: Messages = Messages()
    registration: Registration = Registration()
    pages: Pages = Pages()
    password: PasswordRules = PasswordRules()
    passkey: PasskeyRules = PasskeyRules()
    limits: Limits = Limits()
    sessions: Sessions = Sessions()
    feed: Feed = Feed()
    disruption: DisruptionLimits = DisruptionLimits()


LAYOUT: Final = Layout(Config, CONFIG_VARIABLE, ENVIRONMENT, "docs/operate/gate.md")


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """Read the configuration; raises ConfigRefused.

    `path` falls back to QORGAN_GATE_CONFIG; with neither, defaults and the environment decide alone.
    """
    environment = os.environ if environment is None else environment
    config, path = LAYOUT.load(path, environment), LAYOUT.path(path, environment)
    wrong = next((complaint for complaint in _complaints(config) if complaint), None)
    if wrong is not None:
        raise ConfigRefused(f"{path or 'environment'}: {wrong}")
    return config


def _complaints(config: Config) -> tuple[str | None, ...]:
    portal, asked = config.portal, config.providers
    urls = {
        "providers.biometrics": asked.biometrics.url,
        "providers.own_biometrics": asked.own_biometrics.url,
        "providers.mobile_numbers": asked.mobile_numbers.url,
        "messages": config.messages.url,
    }
    return (
        _address_complaint(portal),
        _tls_complaint(portal),
        _proxies_complaint(portal.proxies),
        *(_url_complaint(key, url) for key, url in urls.items()),
        _authorities_complaint(asked.signatures),
    )


def _url_complaint(key: str, url: str) -> str | None:
    """What is said of people there may not be read on the way. OCSP and time stamps are signed, and speak plainly."""
    address = Address(url)
    if url and not address.https and not address.loopback:
        return f"{key}.url {url} is plain http beyond this machine; write https://"
    return None


def _authorities_complaint(signatures: Signatures) -> str | None:
    """Roots that cannot be read, or are damaged, would be noticed by the first who signs in."""
    if signatures.anchors is None:
        return "providers.signatures.helpers say nothing without anchors" if signatures.helpers else None
    try:
        helpers = several(signatures.helpers.read_bytes()) if signatures.helpers else ()
        pinned(several(signatures.anchors.read_bytes()), helpers)
    except (OSError, RefusedError) as wrong:
        return f"providers.signatures: {wrong}; give the authority's certificates as PEM"
    return None


def _address_complaint(portal: Portal) -> str | None:
    address = Address(portal.address)
    if not address.hostname:
        return "portal.address is not an address; write https://host"
    if not address.https and not address.loopback:
        return f"portal.address {portal.address} is plain http beyond this machine; write https://"
    return None


def _tls_complaint(portal: Portal) -> str | None:
    certificate, key = portal.tls.certificate, portal.tls.key
    if (certificate is None) != (key is None):
        return "portal.tls: a certificate and its key go together; give both or neither"
    for name, file in (("certificate", certificate), ("key", key)):
        if file is not None and not os.access(file, os.R_OK):
            return f"portal.tls.{name}: {file} cannot be read; give a PEM file that the gate's account may read"
    if certificate is None and not is_loopback(portal.host):
        return (
            f"portal.host {portal.host} would answer in the clear beyond this machine; "
            "give portal.tls.certificate and portal.tls.key, or listen on 127.0.0.1 behind a server that has them"
        )
    if certificate is not None and not Address(portal.address).https:
        return f"portal.address {portal.address} is plain http, and the listener speaks TLS; write https://"
    return None


def _proxies_complaint(networks: tuple[str, ...]) -> str | None:
    for network in networks:
        try:
            ip_network(network)
        except ValueError as wrong:
            return f"portal.proxies: {wrong}; write 10.0.0.0/8"
    return None
