"""Whose device a call comes from: the proof is fresh, of this request, taken once, and of an open device's key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from django.db import connection

from qorgan.gate.devices import nonces, proof
from qorgan.gate.devices.models import Device
from qorgan.gate.devices.refusal import DeviceRefused, Reason

SEEN_EVERY: Final = timedelta(minutes=5)
"""How exactly is known when a device was seen: a row is not written at every call."""
_TAKE: Final = """
INSERT INTO device_proof (device_id, digest, expires_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1
"""


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """The device that a call comes from."""

    device_id: UUID
    client_id: UUID
    thumbprint: str


def prove(said: str, *, method: str, address: str, now: datetime, nonce: str = "", token: str = "") -> Proven:
    """Take a proof, once (R48.161.2). Raises DeviceRefused; after NONCE_WRONG the caller gives a fresh nonce.

    `nonce` is that of a ceremony; without it the proof must bear one that `nonces.issue` gave lately. `token` is the
    access token that came along.
    """
    found = proof.read(said)
    claims = found.claims
    proof.check(claims, method=method, address=address, now=now, token=token)
    if not (claims.nonce == nonce if nonce else nonces.is_fresh(claims.nonce, now)):
        raise DeviceRefused(Reason.NONCE_WRONG)
    device = Device.objects.filter(thumbprint=found.thumbprint).first()
    if device is None:
        raise DeviceRefused(Reason.UNKNOWN)
    if device.closed_at is not None:
        raise DeviceRefused(Reason.CLOSED)
    _take(device.pk, claims, now)
    if device.seen_at is None or now - device.seen_at >= SEEN_EVERY:
        Device.objects.filter(pk=device.pk).update(seen_at=now)
    return Proven(device_id=device.pk, client_id=device.client_id, thumbprint=device.thumbprint)


def _take(device: UUID, claims: proof.Claims, now: datetime) -> None:
    """Remember the proof for as long as it would be fresh. Of two at the same moment one waits, and is refused."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [device, claims.digest, now + proof.AGE + proof.AHEAD])
        if cursor.fetchone() is None:
            raise DeviceRefused(Reason.REPLAYED)
