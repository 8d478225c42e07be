"""A version of a document as a sheet of sections and lines, in one language: from its kind's own table of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from django.utils.translation import gettext as _

from qorgan.hub.casework import access, directory
from qorgan.hub.casework.exact import Wording, read_content
from qorgan.hub.casework.fields import Field, Widget
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.models import Document, Version
from qorgan.hub.members.access import Scope
from qorgan.hub.notices.proof import Proof, place_of
from qorgan.hub.notices.words import moment, name_of

NO_VALUE: Final[tuple[Any, ...]] = (None, "", (), [])


@dataclass(frozen=True, slots=True)
class Line:
    """A label, and what is said under it in one or several paragraphs."""

    label: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that is printed of a version."""

    title: str
    drill: str
    """That it is a drill, in words; empty when it is none."""
    head: tuple[Line, ...]
    sections: tuple[Section, ...]
    proof: Section
    language: str
    sent_at: datetime
    digest: str = field(default="")


def sheet_of(proof: Proof, by: Scope, language: str) -> Sheet:
    """The sheet of the version that an act sent. The language must be the one that is spoken at the moment."""
    document = proof.document
    version = access.version_for(document, proof.act.version)
    said = msgspec.json.decode(proof.exact, type=Wording)
    return Sheet(
        title=name_of(document, language),
        drill=_("This is a drill.") if document.drill else "",
        head=tuple(_head(document, version, said, by, language)),
        sections=tuple(_sections(document, said, language)),
        proof=_proven(proof, version),
        language=language,
        sent_at=version.sent_at,
        digest=version.digest,
    )


def _head(document: Document, version: Version, said: Wording, by: Scope, language: str) -> Iterator[Line]:
    author = access.author_of(document, by)
    known = directory.entries([author]) if author else [directory.authority()]
    yield Line(_("Author"), tuple(f"{entry.name(language)}, {_('BIN')} {entry.bin}" for entry in known))
    if said.acting and author:
        yield Line(_("Made for it by"), (f"{_('BIN')} {said.acting}",))
    if said.addressees:
        names = {entry.bin: entry.name(language) for entry in directory.entries()}
        yield Line(_("Addressees"), tuple(f"{names.get(one, '')} {_('BIN')} {one}".strip() for one in said.addressees))
    if said.about:
        yield Line(_("About the document"), (said.about,))
    yield Line(_("Version"), (str(said.version),))
    if version.agreed_at:
        agreed = moment(version.agreed_at)
        name = version.agreed_by.get_full_name() if version.agreed_by and author else ""
        yield Line(_("Agreed by the head of the unit"), (f"{name}, {agreed}" if name else agreed,))
    times = (
        (_("Found by the author"), document.found_at),
        (_("This version was sent"), version.sent_at),
        (_("Received for the first time"), document.received_at),
    )
    for label, at in times:
        if at is not None:
            yield Line(label, (f"{moment(at)} ({_('Almaty time')})",))
    if said.attachments:
        files = tuple(f"{one.name}, {one.size} B, SHA-256 {one.sha256}" for one in said.attachments)
        yield Line(_("Attached files"), files)


def _sections(document: Document, said: Wording, language: str) -> Iterator[Section]:
    kind = kind_of(document.kind)
    content = read_content(kind, said.content)
    heading, lines = "", list[Line]()
    for one in kind.fields:
        paragraphs = shown(one, getattr(content, one.name), language)
        if not paragraphs:
            continue
        if str(one.section) != heading and lines:
            yield Section(heading, tuple(lines))
            lines = []
        heading = str(one.section)
        lines.append(Line(str(one.label), paragraphs))
    if lines:
        yield Section(heading, tuple(lines))


def shown(asked: Field, value: Any, language: str) -> tuple[str, ...]:
    """A value as its paragraphs; none where nothing was said."""
    if value in NO_VALUE:
        return ()
    return tuple(_SHOWN.get(asked.widget, _plain)(asked, value, language))


def _plain(_asked: Field, value: Any, _language: str) -> Iterator[str]:
    yield from str(value).splitlines()


def _each(_asked: Field, value: Any, _language: str) -> Iterator[str]:
    yield from map(str, value)


def _numbered(_asked: Field, value: Any, _language: str) -> Iterator[str]:
    for number, one in enumerate(value, start=1):
        yield f"{number}. {one}"


def _chosen(asked: Field, value: Any, language: str) -> Iterator[str]:
    labels = dict(asked.choices)
    for one in value if isinstance(value, (tuple, list)) else (value,):
        code = str(getattr(one, "value", one))
        yield labels[code](language) if code in labels else code


def _at(_asked: Field, value: Any, _language: str) -> Iterator[str]:
    yield f"{moment(value)} ({_('Almaty time')})"


def _yes_no(_asked: Field, value: Any, _language: str) -> Iterator[str]:
    yield _("Yes") if value else _("No")


def _group(asked: Field, value: Any, language: str) -> Iterator[str]:
    for column in asked.columns:
        paragraphs = shown(column, getattr(value, column.name), language)
        if paragraphs:
            yield f"{column.label}: {'; '.join(paragraphs)}"


def _rows(asked: Field, value: Any, language: str) -> Iterator[str]:
    for number, row in enumerate(value, start=1):
        said = "; ".join(_group(asked, row, language))
        if said:
            yield f"{number}. {said}"


_SHOWN: Final[dict[Widget, Callable[[Field, Any, str], Iterator[str]]]] = {
    Widget.LINES: _each,
    Widget.ITEMS: _numbered,
    Widget.CHOICE: _chosen,
    Widget.CHOICES: _chosen,
    Widget.MOMENT: _at,
    Widget.YES_NO: _yes_no,
    Widget.ROWS: _rows,
    Widget.GROUP: _group,
    Widget.DOCUMENTS: _each,
    Widget.SIGNALS: _each,
}


def _proven(proof: Proof, version: Version) -> Section:
    """What the paper says of its own proof. The paper proves nothing: the receipt and the bytes do."""
    lines = [Line(_("Digest of the exact bytes"), (version.digest,))]
    place = place_of(proof)
    if place is not None:
        lines += [
            Line(_("Ledger"), (place.log,)),
            Line(_("Place in the ledger"), (str(place.index),)),
            Line(_("Entered as sent at"), (place.entry.at if hasattr(place.entry, "at") else "",)),
        ]
    else:
        lines.append(Line(_("Ledger"), (_("The act has no receipt yet."),)))
    lines.append(
        Line(
            _("To verify"),
            (
                _("Take the receipt and the exact bytes from ASOI; this paper alone proves nothing."),
                "qorgan verify receipt.json document.json --key …",
            ),
        )
    )
    return Section(_("Proof"), tuple(lines))
