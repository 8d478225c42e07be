"""What of an inventory a vulnerability warning was about when it was addressed: kept, so that nothing later changes it.

PostgreSQL shows it to the centre and, once the warning was sent, to the institution itself, never to others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from qorgan.hub.casework.models import Document, Reception
from qorgan.hub.warnings.matching import Match
from qorgan.hub.warnings.models import Concern
from qorgan.hub.warnings.vulnerability import VulnerabilityWarning, concerned


@dataclass(frozen=True, slots=True)
class Kept:
    """What matched at one institution, and when that was looked at."""

    matches: tuple[Match, ...]
    basis: str
    at: datetime


def basis_of(content: VulnerabilityWarning) -> str:
    """By which it is seen whether the products are still those that inventories were held against."""
    return hashlib.sha256(msgspec.json.encode(content.products)).hexdigest()


def keep(
    document: Document, content: VulnerabilityWarning, found: Mapping[UUID, Iterable[Match]], *, now: datetime
) -> None:
    """Keep what was found for the version in preparation, in place of what was found for it before."""
    version, basis = document.version + 1, basis_of(content)
    Concern.objects.filter(document=document, version=version).delete()
    # Who matched an earlier version and does not match this one is kept too, as matching nothing.
    before = Concern.objects.filter(document=document).values_list("organisation", flat=True)
    Concern.objects.bulk_create(
        Concern(
            document=document,
            version=version,
            organisation_id=one,
            matches=_plain(found.get(one, ())),
            basis=basis,
            at=now,
        )
        for one in dict.fromkeys((*found, *before))
    )


def send(document: Document, content: VulnerabilityWarning, *, now: datetime) -> None:
    """Tell each addressee of the version just sent what was found at it, as far as the version names it still."""
    named = concerned(content)
    addressed = Reception.objects.filter(document=document).values("organisation")
    for one in Concern.objects.filter(document=document, version=document.version, organisation__in=addressed):
        one.matches = _plain(match for match in _read(one.matches) if match.named in named)
        one.sent_at = now
        one.save(update_fields=["matches", "sent_at"])


def bring(
    document: Document, content: VulnerabilityWarning, organisation: UUID, found: Iterable[Match], *, now: datetime
) -> None:
    """Keep what was found at an organisation that was connected after the warning was sent."""
    Concern.objects.filter(document=document, organisation=organisation, sent_at=None).delete()
    Concern.objects.create(
        document=document,
        version=document.version,
        organisation_id=organisation,
        matches=_plain(found),
        basis=basis_of(content),
        at=now,
        sent_at=now,
    )


def kept(document: Document) -> dict[UUID, Kept]:
    """What was found last at each institution, as far as whoever asks may see it."""
    rows = Concern.objects.filter(document=document).order_by("version")
    return {one.organisation_id: Kept(tuple(_read(one.matches)), one.basis, one.at) for one in rows}


def _plain(found: Iterable[Match]) -> list[Any]:
    return [msgspec.to_builtins(one) for one in found]


def _read(rows: list[Any]) -> list[Match]:
    return msgspec.convert(rows, list[Match])
