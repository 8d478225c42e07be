"""Who identifies biometrically, behind one port: the state's centre, and the institution's own devices (R56.1)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct

from qorgan.gate.providers.biometrics import (
    LARGEST_IMAGE,
    Collected,
    Order,
    Report,
    Started,
    State,
)
from qorgan.gate.providers.calling import Address, Refused, Service, quoted
from qorgan.gate.providers.checking import Expected, checked
from qorgan.gate.providers.fields import Nonce, Reference, Undecodable, Word, decoded
from qorgan.gate.providers.signed import PublicKey
from qorgan.gate.rules.proof import BiometricSource
from qorgan.kit.refusal import Unavailable

ORDERS: Final = "/v1/identifications"
LIFE: Final = timedelta(minutes=10)
"""How long an order to a device holds."""


class Signer(Struct, frozen=True, kw_only=True):
    """Who signs reports: a provider, or one of the institution's devices."""

    name: str
    """What its reports name as their issuer."""
    key: PublicKey


class _Reports:
    """Whose reports are believed."""

    source: BiometricSource

    def __init__(self, name: str, signers: Mapping[str, Signer], *, liveness: bool) -> None:
        self.name = name
        self.liveness = liveness
        self._signers = dict(signers)

    def checked(self, report: str, order: Order, reference: str, *, ordered_at: datetime, now: datetime) -> Report:
        """The report of exactly this order, or ReportRefused."""
        expected = Expected(
            order=order,
            reference=reference,
            ordered_at=ordered_at,
            issuers={kid: signer.name for kid, signer in self._signers.items()},
            source=self.source,
            liveness=self.liveness,
        )
        return checked(report, {kid: signer.key for kid, signer in self._signers.items()}, expected, now)


class _Http(_Reports):
    """Orders and their outcomes by HTTP."""

    def __init__(
        self, address: Address, signers: Mapping[str, Signer], redirects_to: frozenset[str], *, liveness: bool
    ) -> None:
        """`redirects_to` holds the origins that people may be sent to; when empty, that of the address."""
        super().__init__(address.name, signers, liveness=liveness)
        self._service = Service(address)
        self._redirects_to = redirects_to or frozenset({_origin(address.url)})

    def start(self, order: Order, *, now: datetime) -> Started:
        """Order it. Raises Unavailable, also for an answer that sends the person to a stranger."""
        try:
            started = self._service.ask("POST", ORDERS, Started, body=order)
        except Refused as refused:
            # The order is ours, so a refusal of it (no access, wrong key) is an outage for the person.
            raise Unavailable(self.name) from refused
        if started.expires_at <= now or (
            started.redirect_url and _origin(started.redirect_url) not in self._redirects_to
        ):
            raise Unavailable(self.name)
        return started

    def collect(self, reference: str, brought: str) -> Collected:  # noqa: ARG002 - the port's; only a device brings
        """Ask how it ended. What a browser brings is not believed."""
        try:
            return self._service.ask("GET", f"{ORDERS}/{quoted(reference)}", Collected)
        except Refused:
            return Collected(state=State.EXPIRED)

    def image(self, reference: str, brought: str) -> bytes:  # noqa: ARG002 - the port's
        """The face image, once; empty where there is none to be had."""
        try:
            return self._service.fetch("GET", f"{ORDERS}/{quoted(reference)}/image", largest=LARGEST_IMAGE)
        except Refused:
            return b""

    def close(self) -> None:
        """Close the connections."""
        self._service.close()


class IdentificationCentre(_Http):
    """ЦОИД, or whoever stands before it: redirect and REST; the reference image is the state's."""

    source = BiometricSource.STATE

    def __init__(
        self, address: Address, signers: Mapping[str, Signer], redirects_to: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(address, signers, redirects_to, liveness=True)


class OwnTerminals(_Http):
    """Devices of the institution behind a service of its own, each signing with its own key."""

    source = BiometricSource.OWN_DEVICE


class DeviceOrder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a device reads. Not the IIN, since whoever asks for an order has not proven to be its person: the device
    takes it from the person, or from their document, and the report is refused if it is another.
    """

    customer: Word
    reference: Reference
    session: UUID
    nonce: Nonce
    purpose: Word
    language: str


class Brought(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an institution's app brings from a device: its signed report, and the face image of it."""

    report: str
    image: bytes = b""


class OwnDevices(_Reports):
    """Devices with no service before them: the institution's app takes them the order and brings the report."""

    source = BiometricSource.OWN_DEVICE

    def start(self, order: Order, *, now: datetime) -> Started:
        """Nobody is asked: the token is the order, for the device to read."""
        reference = secrets.token_urlsafe(24)
        token = DeviceOrder(
            customer=order.customer,
            reference=reference,
            session=order.session,
            nonce=order.nonce,
            purpose=order.purpose,
            language=order.language,
        )
        return Started(reference=reference, expires_at=now + LIFE, token=msgspec.json.encode(token).decode())

    def collect(self, reference: str, brought: str) -> Collected:  # noqa: ARG002 - the port's
        """What was brought, whose state is believed only when the report is checked; pending until something was."""
        carried = _brought(brought)
        return Collected(state=State.PASSED, report=carried.report) if carried else Collected(state=State.PENDING)

    def image(self, reference: str, brought: str) -> bytes:  # noqa: ARG002 - the port's
        """The image that was brought along."""
        carried = _brought(brought)
        return carried.image if carried and len(carried.image) <= LARGEST_IMAGE else b""

    def close(self) -> None:
        """There are none."""


def _brought(text: str) -> Brought | None:
    try:
        return decoded(text, Brought)
    except Undecodable:
        return None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
