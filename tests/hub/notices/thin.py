"""Thin kinds with the real lives: what notices, receipts and pages of proof need of a document, and no more."""

from __future__ import annotations

from datetime import datetime

import msgspec

from qorgan.cards.fields import Field, Widget
from qorgan.cards.lack import Lack
from qorgan.hub.casework.kinds import Addressing, DocumentKind, Facets
from qorgan.hub.incidents import lifecycle as incidents
from qorgan.hub.inquiries import lifecycle as inquiries
from qorgan.hub.warnings import lifecycle as warnings
from qorgan.law.documents import DocumentType


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    address: str = ""
    note: str = ""


class Thin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str = ""
    text: str = ""
    found_at: datetime | None = None
    is_final: bool = False
    items: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


FIELDS = (
    Field(name="title", label="Title", widget=Widget.LINE, section="What happened", clause="R67.12"),
    Field(name="text", label="What happened", widget=Widget.TEXT, section="What happened"),
    Field(name="found_at", label="Found", widget=Widget.MOMENT, section="When"),
    Field(name="is_final", label="Final", widget=Widget.YES_NO, section="When"),
    Field(name="items", label="Recommendations", widget=Widget.ITEMS, section="What to do"),
    Field(
        name="rows",
        label="Addresses",
        widget=Widget.ROWS,
        section="What to do",
        columns=(
            Field(name="address", label="Address", widget=Widget.LINE),
            Field(name="note", label="Note", widget=Widget.LINE),
        ),
    ),
)


def _lacks(content: Thin) -> list[Lack]:
    return [] if content.title else [Lack("title", "Say what happened.", "R67.12")]


def _facets(content: Thin) -> Facets:
    return Facets(title=content.title, found_at=content.found_at, is_final=content.is_final)


CARD = DocumentKind(
    document_type=DocumentType.INCIDENT_CARD,
    letters="IC",
    content=Thin,
    life=incidents.LIFE,
    preparation=incidents.PREPARATION,
    fields=FIELDS,
    lacks=_lacks,
    facets=_facets,
)
WARNING = DocumentKind(
    document_type=DocumentType.THREAT_WARNING,
    letters="TW",
    content=Thin,
    life=warnings.THREAT,
    preparation=warnings.THREAT_PREPARATION,
    reception=warnings.RECEPTION,
    addressing=Addressing.ALL,
    fields=FIELDS,
    lacks=_lacks,
    facets=_facets,
    recommendations=lambda content: content.items,
)
INQUIRY = DocumentKind(
    document_type=DocumentType.INQUIRY,
    letters="IQ",
    content=Thin,
    life=inquiries.INQUIRY,
    preparation=inquiries.PREPARATION,
    reception=inquiries.RECEPTION,
    addressing=Addressing.CHOSEN,
    open_to_centre=False,
    fields=FIELDS,
    lacks=_lacks,
    facets=_facets,
)
KINDS = (CARD, WARNING, INQUIRY)
