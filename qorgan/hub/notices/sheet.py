"""A version of a document as a sheet of sections and lines, in one language: from its kind's own table of fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from qorgan.cards.manner import Manner
from qorgan.cards.shown import shown
from qorgan.hub.casework import access, directory
from qorgan.hub.casework.exact import Wording, read_content
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.models import Document, Version
from qorgan.hub.members.access import Scope
from qorgan.hub.notices.proof import Proof, place_of
from qorgan.hub.notices.words import moment, name_of
from qorgan.hub.signatures import queries as signatures
from qorgan.hub.signatures.queries import Signed
from qorgan.paper.sheet import Line, Section, Sheet


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
    signed = signatures.of_version(version)
    if signed:
        yield from _signed(signed)
    times = (
        (_("Found by the author"), document.found_at),
        (_("This version was sent"), version.sent_at),
        (_("Received for the first time"), document.received_at),
    )
    for label, at in times:
        if at is not None:
            yield Line(label, (_there(at),))
    if said.attachments:
        files = tuple(f"{one.name}, {one.size} B, SHA-256 {one.sha256}" for one in said.attachments)
        yield Line(_("Attached files"), files)


def _signed(signed: Signed) -> Iterator[Line]:
    """Who signed, as what, for whom, and the state of the certificate at the time."""
    signer = signed.signer
    yield Line(_("Signed digitally by"), (f"{signer.name}, {', '.join(signed.roles)}",))
    yield Line(_("For the organisation"), (f"{signer.organisation}, {_('BIN')} {signer.bin}",))
    state = _("%(serial)s of %(issuer)s; valid at %(at)s, said by %(source)s of the authority")
    said = {"serial": signer.serial, "issuer": signer.issuer, "at": moment(signer.as_of), "source": signed.source}
    yield Line(_("Certificate"), (state % said,))
    if signer.stamped_at:
        yield Line(_("Timestamp of the authority"), (_there(signer.stamped_at),))
    taken = "qorgan eds verify --evidence …"
    yield Line(_("To verify the signature"), (_("Take the signature and its evidence from ASOI."), taken))


def _there(at: datetime) -> str:
    """A moment with the zone it is told in."""
    return _("%(at)s (Almaty time)") % {"at": moment(at)}


def _sections(document: Document, said: Wording, language: str) -> Iterator[Section]:
    kind = kind_of(document.kind)
    content = read_content(kind, said.content)
    manner = Manner(language, moment)
    heading, lines = "", list[Line]()
    for one in kind.fields:
        paragraphs = shown(one, getattr(content, one.name), manner)
        if not paragraphs:
            continue
        if str(one.section) != heading and lines:
            yield Section(heading, tuple(lines))
            lines = []
        heading = str(one.section)
        lines.append(Line(str(one.label), paragraphs))
    if lines:
        yield Section(heading, tuple(lines))


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
