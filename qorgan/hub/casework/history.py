"""Acts written down: append-only, each with the exact bytes that the ledger will vouch for (R48I.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from qorgan.hub.casework import access, directory
from qorgan.hub.casework.exact import Said, exact, moment
from qorgan.hub.casework.lifecycle import Audience
from qorgan.hub.casework.models import Act, Document, Reception, Version
from qorgan.hub.members.access import Scope
from qorgan.hub.members.models import Organisation
from qorgan.ledger.entry import document_digest

CHANNEL = "qorgan_acts"
"""Where whoever waits for acts is told, once they are committed, that there are some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is written down of an act."""

    verb: str
    before: str
    after: str
    clause: str
    organisation: UUID
    """For whom it was done."""
    audience: Audience
    reception: Reception | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    version: Version | None = None
    """The version that the act sends, whose bytes then are the act's."""


def write(document: Document, told: Told, *, by: Scope, now: datetime) -> Act:
    """Write an act in the running transaction. Of the hub's own command line PostgreSQL takes a bringing alone."""
    home = access.home_of(by, told.organisation) if by.memberships else told.organisation
    raw = bytes(told.version.exact) if told.version else exact(_said(document, told, home, by, now))
    act = Act.objects.create(
        document=document,
        reception=told.reception,
        organisation_id=told.organisation,
        home_id=home,
        person_id=by.person_id,
        verb=told.verb,
        before=told.before,
        after=told.after,
        clause=told.clause,
        at=now,
        version=document.version,
        detail=dict(told.detail),
        audience=told.audience.value,
        exact=raw,
        digest=document_digest(raw),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(act.pk)])
    return act


def _said(document: Document, told: Told, home: UUID, by: Scope, now: datetime) -> Said:
    hidden = document.anonymous and told.organisation == document.author_id and told.audience is not Audience.AUTHOR
    bins = dict(Organisation.objects.filter(pk__in={told.organisation, home}).values_list("pk", "bin"))
    words = Version.objects.filter(document=document, number=document.version).values_list("digest", flat=True)
    return Said(
        number=document.number,
        kind=document.kind,
        version=document.version,
        words=words.first() or "",
        verb=told.verb,
        before=told.before,
        after=told.after,
        clause=told.clause,
        organisation=directory.authority().bin if hidden else bins[told.organisation],
        home=directory.authority().bin if hidden else bins[home],
        person=0 if hidden else by.person_id or 0,
        at=moment(now),
        detail=dict(told.detail),
    )
