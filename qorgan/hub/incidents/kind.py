"""The incident card as a kind of document (R67.3.4)."""

from __future__ import annotations

from typing import Any, Final

from qorgan.cards.completeness import lacks
from qorgan.cards.content import Card, Contact
from qorgan.cards.correctness import untimely
from qorgan.cards.form import FIELDS, FINAL
from qorgan.hub.casework.kinds import DocumentKind, Facets
from qorgan.hub.incidents.lifecycle import LIFE, PREPARATION
from qorgan.hub.incidents.sending import sent
from qorgan.hub.members.models import Organisation
from qorgan.law.documents import DocumentType

CONTACTS: Final = 2
"""How many of those who answer round the clock a card names."""


def begins(author: Organisation) -> dict[str, Any]:
    """The contacts round the clock out of the profile."""
    contacts = [
        {name: str(entry.get(name) or "") for name in Contact.__struct_fields__} for entry in author.contacts[:CONTACTS]
    ]
    return {"contacts": contacts} if contacts else {}


def facets(card: Card) -> Facets:
    """What lists and statistics take out of a card."""
    return Facets(
        title=card.title,
        category=card.category.value if card.category else "",
        severity=card.severity.rank if card.severity else None,
        tlp=card.tlp.value if card.tlp else "",
        found_at=card.found_at,
        stage=card.stage,
        is_final=card.stage == FINAL,
    )


INCIDENT_CARD: Final = DocumentKind(
    document_type=DocumentType.INCIDENT_CARD,
    made_by_institutions_only=True,
    letters="IC",
    content=Card,
    life=LIFE,
    preparation=PREPARATION,
    fields=FIELDS,
    begins=begins,
    lacks=lacks,
    untimely=untimely,
    facets=facets,
    after=sent,
)
