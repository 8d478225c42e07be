"""What is read of cards beside themselves: what is related to them, both ways, and by which rule they are owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from django.db.models import Q

from qorgan.cards.content import Card
from qorgan.hub.casework import directory
from qorgan.hub.casework.exact import Wording
from qorgan.hub.casework.models import Document, Draft, Version
from qorgan.hub.incidents.models import Link
from qorgan.law.calendar import local_date
from qorgan.law.documents import DocumentType

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Related:
    """What hangs together with a document, as far as whoever asks sees it."""

    named: list[Document]
    """Documents that the card names."""
    naming: list[Document]
    """Cards that name the document, and what follows it: a report by phone that was joined with it."""
    signals: tuple[str, ...]
    """References of signals that the card names."""


def related(document: Document) -> Related:
    """What hangs together with a document, both ways. What is not to be seen is left out."""
    words = card_of(document) if document.kind == DocumentType.INCIDENT_CARD else Card()
    named = Document.objects.filter(number__in=words.related)
    naming = Document.objects.filter(Q(about=document) | Q(pk__in=_naming(document.number)))
    return Related(
        list(named.exclude(pk=document.pk).order_by("number")),
        list(naming.exclude(pk=document.pk).order_by("number")[:MOST]),
        words.signals,
    )


def cards_with_signal(reference: str) -> list[Document]:
    """Cards that name a signal, the newest first; of one's own those in preparation too."""
    found = Q(pk__in=_naming(reference)) | Q(
        pk__in=Draft.objects.filter(content__signals__contains=[reference]).values("document")
    )
    return list(Document.objects.filter(found, kind=DocumentType.INCIDENT_CARD).order_by("-created_at")[:MOST])


def card_of(document: Document) -> Card:
    """The words of a card: those in preparation for the author's people, for others those sent last."""
    draft = Draft.objects.filter(document=document).values_list("content", flat=True).first()
    if draft is not None:
        return msgspec.convert(draft, Card)
    sent = Version.objects.filter(document=document, number=document.version).values_list("exact", flat=True).first()
    if sent is None:
        return Card()
    return msgspec.convert(msgspec.json.decode(bytes(sent), type=Wording).content, Card)


def duty(document: Document, now: datetime) -> str | None:
    """The clause that binds the author to report incidents; None where nothing does, and the card is voluntary."""
    found = directory.entries([document.author_id])
    return found[0].kind.incident_clause(local_date(document.submitted_at or now)) if found else None


def _naming(reference: str) -> object:
    return Link.objects.filter(reference=reference).values("document")
