"""What somebody who is in does to their own sessions and devices, or staff for them: only ever takes away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from qorgan.gate.ceremonies import sessions, wording
from qorgan.gate.ceremonies.sessions import Session
from qorgan.gate.clients import access
from qorgan.gate.clients.act import Act
from qorgan.gate.clients.models import Client
from qorgan.gate.devices import register
from qorgan.gate.devices.refusal import DeviceRefused
from qorgan.gate.journal.entry import Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.notices.kinds import Kind as Told
from qorgan.gate.notices.telling import tell

SIGNED_OUT = "signed-out"
ENDED_BY_OWNER = "ended-by-owner"
DEVICE_REMOVED = "device-removed"
"""Why a session ended."""


@transaction.atomic
def sign_out(session: Session, *, whence: Whence, now: datetime) -> None:
    """End the session itself."""
    client = access.by_id(session.client_id)
    sessions.end(session.id, client, why=SIGNED_OUT, act=Act(now=now, whence=whence))


@transaction.atomic
def end_session(session: Session, other: UUID, *, whence: Whence, now: datetime) -> None:
    """End one of one's sessions. Raises Refusal `session-unknown`."""
    client = access.by_id(session.client_id)
    if not sessions.end(other, client, why=ENDED_BY_OWNER, act=Act(now=now, whence=whence)):
        raise wording.not_there("session-unknown")


@transaction.atomic
def end_others(session: Session, *, whence: Whence, now: datetime) -> int:
    """End every session but this one; gives how many."""
    client = access.by_id(session.client_id)
    return len(sessions.end_all(client, why=ENDED_BY_OWNER, act=Act(now=now, whence=whence), but=session.id))


@transaction.atomic
def remove_device(session: Session, device: UUID, *, whence: Whence, now: datetime) -> None:
    """Close one of one's devices, with what was begun on it. Raises Refusal `device-unknown`.

    A session is enough: a stolen telephone cannot wait for factors that it holds itself.
    """
    _close(access.by_id(session.client_id), device, register.Why.OWNER, Act(now=now, whence=whence))


@transaction.atomic
def close_device(client_id: UUID, device: UUID, *, why: register.Why, act: Act) -> None:
    """Close a device that is in wrong hands, with what was begun on it. Raises Refusal `device-unknown`."""
    _close(access.by_id(client_id), device, why, act)


def _close(client: Client, device: UUID, why: register.Why, act: Act) -> None:
    try:
        register.close(client.pk, device, why=why, now=act.now)
    except DeviceRefused:
        raise wording.not_there("device-unknown") from None
    entry = act.write(Event.DEVICE_CLOSED, client, device=device, reason=why.value)
    tell(client, Told.DEVICE_REMOVED, entry=entry, now=act.now)
    sessions.end_of_device(client, device, why=DEVICE_REMOVED, act=act)
