"""What hangs together with a document, and how an incident was told before its card came (R67.3.4, R48I.3-fallback)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qorgan.cards.correctness import reference_of
from qorgan.hub.calls.queries import Telling, tellings
from qorgan.hub.casework.models import Document
from qorgan.hub.incidents.queries import duty, related
from qorgan.law.documents import DocumentType

_SHOWN = 50
"""Signals that are shown by themselves; a card names up to a thousand."""


@dataclass(frozen=True, slots=True)
class Together:
    """What is shown beside a document."""

    documents: list[Document]
    """What it follows, what it names, and what names or follows it."""
    signals: list[tuple[UUID, int]]
    more_signals: int
    tellings: list[Telling]
    is_voluntary: bool
    """Whether no clause binds the author of a card to report."""


def together_of(document: Document, now: datetime) -> Together:
    """As far as whoever asks sees it."""
    found = related(document)
    # Through the policies, for what it follows may be hidden from who sees the document itself.
    followed = Document.objects.filter(pk=document.about_id) if document.about_id else ()
    documents = {one.pk: one for one in (*followed, *found.named, *found.naming)}
    references = [name for one in found.signals if (name := reference_of(one)) is not None]
    is_card = document.kind == DocumentType.INCIDENT_CARD
    return Together(
        documents=list(documents.values()),
        signals=references[:_SHOWN],
        more_signals=max(len(references) - _SHOWN, 0),
        tellings=tellings([document.pk]).get(document.pk, []) if is_card else [],
        is_voluntary=is_card and duty(document, now) is None,
    )
