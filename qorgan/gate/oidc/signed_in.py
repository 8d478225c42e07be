"""The one doorway to sessions: who is signed in at this browser, whether a session stands, how it is ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet
from django.http import HttpRequest

from qorgan.gate.ceremonies import cookies, sessions
from qorgan.gate.ceremonies.models import Session as Row
from qorgan.gate.clients import access
from qorgan.gate.clients.act import Act
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.journal.entry import Whence

SIGNED_OUT: Final = "signed-out"
"""Why a session ended: its owner left."""


def current(request: HttpRequest, *, now: datetime) -> sessions.Session | None:
    """The session of this browser, if one stands."""
    secret = cookies.session_secret(request)
    return sessions.by_secret(secret, now=now) if secret else None


def stands(session: UUID, now: datetime, *, uses: bool = False) -> bool:
    """Whether a session stands; `uses` keeps it from being idle."""
    row = Row.objects.filter(pk=session, ended_at=None, ends_at__gt=now, client__state=State.ACTIVE).first()
    if row is None or now - row.seen_at > timedelta(seconds=row.idle):
        return False
    if uses and now - row.seen_at >= sessions.SEEN_EVERY:
        Row.objects.filter(pk=session, seen_at__lt=now).update(seen_at=now)
    return True


@transaction.atomic
def sign_out(session: sessions.Session, *, whence: Whence, now: datetime) -> None:
    """End a session, and so every token that came of it."""
    client = access.by_id(session.client_id)
    sessions.end(session.id, client, why=SIGNED_OUT, act=Act(now=now, whence=whence))


def standing(now: datetime) -> QuerySet[Row]:
    """All sessions that stand, to be asked about by the database."""
    until = ExpressionWrapper(F("idle") * timedelta(seconds=1), output_field=DurationField())
    return Row.objects.filter(ended_at=None, ends_at__gt=now, seen_at__gte=now - until)
