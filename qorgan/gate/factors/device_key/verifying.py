"""The key of a registered device as a factor: proven by a signed token for this one challenge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from qorgan.gate.devices import proof, proving, register
from qorgan.gate.devices import refusal as devices
from qorgan.gate.factors.answers import as_id, optional, same_ceremony, spelled, text
from qorgan.gate.factors.base import Challenge, Credential, FactorRefused, Reason
from qorgan.gate.rules.proof import Proof
from qorgan.law.factors import Method

METHOD: Final = Method.DEVICE_KEY
HTTP_METHOD: Final = "POST"
_SIGN_IN: Final = "device-key proof"
_ENROLMENT: Final = "device-key enrolment"
_LONGEST: Final = 4096
_LONGEST_NAME: Final = 100
_REASONS: Final = {
    devices.Reason.CLOSED: Reason.CLOSED,
    devices.Reason.MALFORMED: Reason.MALFORMED,
    devices.Reason.NONCE_WRONG: Reason.OTHER_CEREMONY,
    devices.Reason.OTHER_REQUEST: Reason.OTHER_CEREMONY,
    devices.Reason.REPLAYED: Reason.ALREADY_USED,
    devices.Reason.SIGNATURE_WRONG: Reason.WRONG,
    devices.Reason.STALE: Reason.EXPIRED,
    devices.Reason.TAKEN: Reason.TAKEN,
    devices.Reason.TOO_MANY: Reason.TOO_MANY,
    devices.Reason.UNKNOWN: Reason.NOT_ENROLLED,
    devices.Reason.WITHOUT_BIOMETRICS: Reason.WITHOUT_BIOMETRICS,
}


def enrolled(client_id: UUID) -> list[Credential]:
    """The client's open devices."""
    return [_credential(one) for one in register.listed(client_id)]


def begin(client_id: UUID | None, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """What the app's token must say."""
    del client_id, purpose, now
    return _challenge(ceremony, nonce, _SIGN_IN)


def verify(
    client_id: UUID | None, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Proof:
    """Take the app's token, `proof` in the answer. Raises FactorRefused."""
    same_ceremony(kept, ceremony, _SIGN_IN)
    try:
        found = proving.prove(
            text(answer, "proof", longest=_LONGEST),
            method=HTTP_METHOD,
            address=str(kept["address"]),
            now=now,
            nonce=str(kept["nonce"]),
        )
    except devices.DeviceRefused as refused:
        raise _as_factor(refused) from refused
    if found.client_id != client_id:
        raise FactorRefused(Reason.NOT_THEIRS)
    carrier = register.carrier_of(found.device_id)
    return Proof(method=METHOD, credential=str(found.device_id), at=now, carrier=carrier)


def enrol_begin(client_id: UUID, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """What the token by the new key must say."""
    del client_id, purpose, now
    return _challenge(ceremony, nonce, _ENROLMENT)


def enrol_finish(
    client_id: UUID, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Credential:
    """Bind the key that made the token. Raises FactorRefused.

    The ceremony adds `report` to what was kept: the id of the biometric report that was proven in it (R48.156-1).
    """
    same_ceremony(kept, ceremony, _ENROLMENT)
    platform = optional(answer, "platform", longest=20)
    try:
        shown = proof.read(text(answer, "proof", longest=_LONGEST))
        proof.check(shown.claims, method=HTTP_METHOD, address=str(kept["address"]), now=now)
        if shown.claims.nonce != kept["nonce"]:
            raise FactorRefused(Reason.OTHER_CEREMONY)
        device = register.register(
            client_id,
            shown.key,
            platform=register.Platform(platform) if platform in list(register.Platform) else register.Platform.OTHER,
            name=optional(answer, "name", longest=_LONGEST_NAME),
            ceremony=ceremony,
            report_id=UUID(kept["report"]) if kept.get("report") else None,
            now=now,
        )
    except devices.DeviceRefused as refused:
        raise _as_factor(refused) from refused
    return _credential(device)


def remove(client_id: UUID, credential: str, *, now: datetime) -> None:
    """Close the device, as its owner wishes. Raises FactorRefused when the client has none of this id."""
    try:
        register.close(client_id, as_id(credential), why=register.Why.OWNER, now=now)
    except devices.DeviceRefused as refused:
        raise _as_factor(refused) from refused


def _challenge(ceremony: UUID, nonce: bytes, purpose: str) -> Challenge:
    said = {"nonce": spelled(nonce), "address": f"{settings.CONFIG.portal.address}/ceremonies/{ceremony}"}
    return Challenge(public={**said, "method": HTTP_METHOD}, kept={**said, "ceremony": str(ceremony), "for": purpose})


def _as_factor(refused: devices.DeviceRefused) -> FactorRefused:
    return FactorRefused(_REASONS[refused.reason], refused.detail)


def _credential(device: register.Listed) -> Credential:
    return Credential(
        id=str(device.id), method=METHOD, created_at=device.created_at, used_at=device.seen_at, name=device.name
    )
