"""Kinds of documents: what each room of a kind declares of it, and the register in which the engine finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from qorgan.cards.fields import Field
from qorgan.cards.lack import Lack
from qorgan.hub.casework.lifecycle import Lifecycle
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from qorgan.hub.casework.models import Document, Reception
    from qorgan.hub.members.access import Scope
    from qorgan.hub.members.models import Organisation

Content: TypeAlias = msgspec.Struct
"""What is written in a document: a frozen struct of its kind. Every field has a default, for a draft lacks much."""


class Addressing(StrEnum):
    """To whom a document goes when it is submitted."""

    CENTRE = "centre"
    """To the sectoral centre alone."""
    ALL = "all"
    """To every connected organisation (R67.3.3)."""
    CHOSEN = "chosen"
    """To those the author chose (R67.3.7)."""
    ASKER = "asker"
    """To the author of the inquiry it answers, and to nobody else (R67.3.7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What is taken out of a content for lists, inboxes and statistics."""

    title: str = ""
    category: str = ""
    severity: int | None = None
    tlp: str = ""
    found_at: datetime | None = None
    stage: int = 1
    is_final: bool = False
    anonymous: bool = False
    """Whether addressees are not told whose it is. The centre always knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """One kind of document."""

    document_type: DocumentType
    letters: str
    """The head of its numbers, two letters."""
    content: type[Content]
    life: Lifecycle
    preparation: Lifecycle
    reception: Lifecycle | None = None
    addressing: Addressing = Addressing.CENTRE
    fields: tuple[Field, ...]
    """In the order of the form; every attribute of the content stands in it once."""
    begins: Callable[[Organisation], Mapping[str, Any]] = lambda _author: {}
    """What a new draft says already, out of its author's profile."""
    lacks: Callable[[Any], Sequence[Lack]]
    """What a content still lacks, in the order of the form."""
    facets: Callable[[Any], Facets]
    untimely: Callable[[Any, datetime], Iterable[Lack]] = lambda _content, _now: ()
    """What of a content cannot be so at a moment, such as a time that lies ahead."""
    recommendations: Callable[[Any], Sequence[str]] = lambda _content: ()
    """The numbered items that an addressee accepts or declines one by one (R67.13)."""
    made_by_centre_only: bool = False
    made_by_institutions_only: bool = False
    """Whether the authority itself makes none: it takes in what institutions report."""
    names_addressees: bool = True
    """Whether the exact bytes list the addressees: not where being one of them tells what somebody runs (R67.3.5)."""
    open_to_centre: bool = True
    """Whether the centre reads it though it is neither author nor addressee: not so for inquiries (R67.3.7)."""
    needs_agreement: bool = True
    in_force: str = ""
    """The state in which it also goes to who is connected later; empty for kinds of which that is not so."""
    concerns: Callable[[Any, Organisation, datetime], bool] = lambda _content, _organisation, _now: True
    """Whether a content that is in force concerns an organisation that is connected at a moment."""
    brought: Callable[[Reception, Scope, datetime], None] | None = None
    """Called once it was brought to an organisation that was connected later."""
    after: Callable[[Document, str, Scope, datetime], None] | None = None
    """Called in the transaction of every verb of its life, once the verb is done: what it means for other documents."""

    @property
    def code(self) -> str:
        """Its name in addresses, tables and the ledger."""
        return self.document_type.value

    @property
    def lives(self) -> tuple[Lifecycle, ...]:
        """Its tables: preparation, life, and reception where it has addressees."""
        return (self.preparation, self.life, *((self.reception,) if self.reception else ()))


_kinds: Final[dict[str, DocumentKind]] = {}


def register(kind: DocumentKind) -> None:
    """Make a kind known. Raises ValueError for a table that is not sound, or a code that is taken."""
    faults = [f"{life.name}: {fault}" for life in kind.lives for fault in life.faults()]
    asked, written = [field.name for field in kind.fields], list(kind.content.__struct_fields__)
    if sorted(asked) != sorted(written):
        faults.append(f"the form asks {asked}, the content has {written}")
    if faults:
        raise ValueError(f"{kind.code}: {'; '.join(faults)}")
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"{kind.code} is registered twice")


def kind_of(code: str) -> DocumentKind:
    """The kind of this code. Raises KeyError."""
    return _kinds[code]


def kinds() -> tuple[DocumentKind, ...]:
    """Every kind, in the order of the law's list."""
    order = list(DocumentType)
    return tuple(sorted(_kinds.values(), key=lambda kind: order.index(kind.document_type)))
