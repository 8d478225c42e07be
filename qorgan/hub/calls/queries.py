"""What is read of reports by phone: their words, and which belong to a card, so that one incident counts once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from qorgan.hub.calls.content import Match, PhoneReport
from qorgan.hub.calls.lifecycle import CLOSED, JOINED, RECORDED
from qorgan.hub.casework import access
from qorgan.hub.casework.exact import Wording
from qorgan.hub.casework.models import Document, Version
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Telling:
    """That an incident was told by phone before its card came."""

    report: UUID
    number: str
    """Of the report."""
    called_at: datetime
    match: Match
    letter_number: str
    letter_date: date | None


def words_of(report: Document, version: int | None = None) -> PhoneReport:
    """What was recorded, last or in a version. Raises Refusal `version-unknown` before anything was."""
    return _words(access.version_for(report, report.version if version is None else version))


def tellings(cards: Iterable[UUID]) -> dict[UUID, list[Telling]]:
    """How each of these cards was told by phone, the first call first; whoever asks sees their own alone."""
    reports = Document.objects.filter(about__in=list(cards), kind=DocumentType.PHONE_REPORT, state__in=[JOINED, CLOSED])
    rows = {report.pk: report for report in reports}
    found: dict[UUID, list[Telling]] = {}
    for version in Version.objects.filter(document__in=rows):
        report = rows[version.document_id]
        words = _words(version)
        if version.number == report.version and report.about_id and words.called_at and words.number_is:
            told = Telling(
                report.pk, report.number, words.called_at, words.number_is, words.letter_number, words.letter_date
            )
            found.setdefault(report.about_id, []).append(told)
    return {card: sorted(several, key=lambda one: one.called_at) for card, several in found.items()}


def first_told(card: Document, told: Iterable[Telling]) -> datetime | None:
    """When the centre was told of an incident first: by the call, or by the card itself."""
    return min([*(one.called_at for one in told), *([card.submitted_at] if card.submitted_at else [])], default=None)


def incidents_by_phone_alone() -> QuerySet[Document]:
    """Recorded reports that no card has come for yet: each is an incident of its own until then."""
    return Document.objects.filter(kind=DocumentType.PHONE_REPORT, state=RECORDED, drill=False)


def _words(version: Version) -> PhoneReport:
    return msgspec.convert(msgspec.json.decode(bytes(version.exact), type=Wording).content, PhoneReport)
