"""The incident card as a kind of document (R67.3.4)."""

from __future__ import annotations

from typing import Final

from qorgan.hub.casework.kinds import DocumentKind
from qorgan.hub.incidents.completeness import facets, lacks
from qorgan.hub.incidents.content import Card
from qorgan.hub.incidents.correctness import untimely
from qorgan.hub.incidents.form import FIELDS
from qorgan.hub.incidents.lifecycle import LIFE, PREPARATION
from qorgan.law.documents import DocumentType

INCIDENT_CARD: Final = DocumentKind(
    document_type=DocumentType.INCIDENT_CARD,
    letters="IC",
    content=Card,
    life=LIFE,
    preparation=PREPARATION,
    fields=FIELDS,
    lacks=lacks,
    untimely=untimely,
    facets=facets,
)
