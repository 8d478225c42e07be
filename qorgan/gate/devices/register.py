"""The register: devices are bound, listed, closed. A closed one proves nothing again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction

from qorgan.gate.devices import proof
from qorgan.gate.devices.models import Device
from qorgan.gate.devices.refusal import DeviceRefused, Reason

MOST: Final = 20
"""Open devices of one client."""
_LONGEST_NAME: Final = 100


class Platform(StrEnum):
    """What a device runs."""

    ANDROID = "android"
    IOS = "ios"
    OTHER = "other"


class Why(StrEnum):
    """Why a device was closed."""

    CLIENT_CLOSED = "client-closed"
    COMPROMISED = "compromised"
    OWNER = "owner"
    STAFF = "staff"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A device as its owner sees it."""

    id: UUID
    name: str
    platform: Platform
    thumbprint: str
    created_at: datetime
    seen_at: datetime | None


def register(
    client_id: UUID,
    key: Mapping[str, Any],
    *,
    platform: Platform,
    name: str,
    ceremony: UUID,
    report_id: UUID | None,
    now: datetime,
) -> Listed:
    """Bind a key to a client. Raises DeviceRefused.

    The database refuses a client's device whose biometric report is not that client's, of this ceremony, and good
    (R48.156-1); only an employee's needs none.
    """
    public = proof.public(key)
    if Device.objects.filter(client_id=client_id, closed_at=None).count() >= MOST:
        raise DeviceRefused(Reason.TOO_MANY, f"{MOST} at most")
    try:
        with transaction.atomic():
            device = Device.objects.create(
                client_id=client_id,
                thumbprint=proof.thumbprint(public),
                key=public,
                platform=platform,
                name=name[:_LONGEST_NAME],
                ceremony=ceremony,
                report=report_id,
                created_at=now,
            )
    except IntegrityError as wrong:
        raise DeviceRefused(_why(wrong)) from wrong
    return _listed(device)


def listed(client_id: UUID) -> list[Listed]:
    """A client's open devices, oldest first."""
    return [_listed(one) for one in Device.objects.filter(client_id=client_id, closed_at=None).order_by("created_at")]


def is_open(client_id: UUID, device_id: UUID) -> bool:
    """Whether it is the client's, and not closed."""
    return Device.objects.filter(client_id=client_id, pk=device_id, closed_at=None).exists()


def close(client_id: UUID, device_id: UUID, *, why: Why, now: datetime) -> None:
    """Close one device. Raises DeviceRefused when the client has none such open.

    Whoever calls ends its sessions in the same transaction, and writes the journal.
    """
    if not Device.objects.filter(client_id=client_id, pk=device_id, closed_at=None).update(
        closed_at=now, closed_why=why
    ):
        raise DeviceRefused(Reason.UNKNOWN)


def close_all(client_id: UUID, *, why: Why, now: datetime) -> list[UUID]:
    """Close every device of a client; gives which."""
    rows = Device.objects.select_for_update().filter(client_id=client_id, closed_at=None)
    closed = list(rows.values_list("pk", flat=True))
    Device.objects.filter(pk__in=closed).update(closed_at=now, closed_why=why)
    return closed


def carrier_of(device_id: UUID) -> str:
    """How proofs name a device that holds a factor."""
    return f"device:{device_id}"


def _why(wrong: IntegrityError) -> Reason:
    """Which of the database's rules it was. Every other one is a fault of ours."""
    cause = getattr(wrong.__cause__, "diag", None)
    match getattr(cause, "constraint_name", None):
        case "device_bound_with_biometrics" | "device_report_key":
            return Reason.WITHOUT_BIOMETRICS
        case "device_thumbprint_key":
            return Reason.TAKEN
    raise wrong


def _listed(device: Device) -> Listed:
    return Listed(
        id=device.pk,
        name=device.name,
        platform=Platform(device.platform),
        thumbprint=device.thumbprint,
        created_at=device.created_at,
        seen_at=device.seen_at,
    )
