"""The version in preparation: written, proposed to the head, agreed over its exact bytes (R67.10 to R67.14, R48.15)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.cards.lack import Lack
from qorgan.hub.casework import access, directory, history
from qorgan.hub.casework.exact import AttachedFile, Wording, exact, plain, read_content
from qorgan.hub.casework.kinds import Addressing, DocumentKind, kind_of
from qorgan.hub.casework.lifecycle import OPEN, Audience, Step
from qorgan.hub.casework.models import Attachment, Document, Draft
from qorgan.hub.config import SignatureRule
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Scope
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind
from qorgan.ledger.entry import document_digest

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits that are not mistaken for each other on the phone."""
_CHARACTERS: Final = 6


@transaction.atomic
def create(
    code: str,
    *,
    author: UUID,
    by: Scope,
    now: datetime,
    content: Mapping[str, Any] | None = None,
    about: Document | None = None,
    drill: bool = False,
) -> Document:
    """Begin a document of a kind for an organisation. Raises Refusal."""
    members.enter(by)
    kind = kind_of(code)
    clause = kind.preparation.steps[0].clause
    organisation = members.organisation_for(author)
    if not by.may_for(Right.DOCUMENTS_WRITE, author):
        raise Refusal("not-allowed", _("Your role does not allow this."), clause)
    is_centre = organisation.kind == OrganisationKind.AUTHORITY
    if kind.made_by_centre_only and not is_centre:
        raise Refusal("centre-only", _("Only the sectoral centre makes documents of this kind."), clause)
    if kind.made_by_institutions_only and is_centre:
        raise Refusal("institutions-only", _("Only institutions make documents of this kind."), clause)
    home = access.home_of(by, author)
    words = read_content(kind, {**kind.begins(organisation), **(content or {})})
    document = Document.objects.create(
        kind=code,
        number=_number(kind, now),
        author=organisation,
        acting_id=home if home != author else None,
        about=about,
        state=kind.life.initial,
        drill=drill or bool(about and about.drill),
        open_to_centre=kind.open_to_centre or is_centre,
        created_by_id=access.person_of(by),
        created_at=now,
    )
    Draft.objects.create(
        document=document,
        author=organisation,
        content=plain(words),
        title=kind.facets(words).title,
        makers=[by.person_id],
        edited_by_id=by.person_id,
        edited_at=now,
    )
    told = history.Told(
        verb="create", before="", after=document.state, clause=clause, organisation=author, audience=Audience.AUTHOR
    )
    history.write(document, told, by=by, now=now)
    return document


@transaction.atomic
def edit(
    document_id: UUID,
    content: Mapping[str, Any],
    *,
    by: Scope,
    now: datetime,
    revision: int | None = None,
    addressees: Iterable[UUID] | None = None,
) -> Document:
    """Write the draft anew. An agreement over it is void, and the history says so. Raises Refusal."""
    members.enter(by)
    document, draft, step = _open(document_id, "edit", by, revision)
    kind = kind_of(document.kind)
    words = read_content(kind, dict(content))
    chosen = draft.addressees if addressees is None else _known(kind, document, addressees)
    if draft.state == OPEN and plain(words) == draft.content and chosen == draft.addressees:
        return document
    if draft.state != OPEN:
        _write(document, draft, step, verb="void", by=by, now=now)
    _reopen(draft)
    draft.content, draft.addressees, draft.title = plain(words), chosen, kind.facets(words).title
    draft.edited_by_id, draft.edited_at = by.person_id, now
    _made_by(draft, by)
    draft.save()
    _advance(document)
    return document


@transaction.atomic
def propose(document_id: UUID, *, by: Scope, now: datetime, revision: int | None = None) -> Document:
    """Put the draft before the head. Nothing may lack. Raises Refusal."""
    members.enter(by)
    document, draft, step = _open(document_id, "propose", by, revision)
    draft.exact = exact_of(document, draft, step.clause, now)
    draft.state, draft.proposed_at = step.to, now
    _made_by(draft, by)
    draft.save()
    _write(document, draft, step, by=by, now=now)
    _advance(document)
    return document


def proposed(document: Document, *, by: Scope, revision: int | None = None) -> bytes:
    """The bytes that the head is asked to agree to, for who may agree to them. Raises Refusal. Nothing is locked."""
    draft = access.draft_for(document)
    check_revision(document.revision, revision)
    step = kind_of(document.kind).preparation.step(draft.state, "agree")
    if step is None or draft.exact is None:
        raise wrong_state(kind_of(document.kind).preparation.steps[0].clause)
    access.acting(step, by, document)
    _check_not_own(draft, by)
    return bytes(draft.exact)


@transaction.atomic
def agree(
    document_id: UUID,
    *,
    by: Scope,
    now: datetime,
    revision: int | None = None,
    proof: Mapping[str, Any] | None = None,
) -> Document:
    """Agree, as the head, to the very bytes that were proposed. Raises Refusal.

    Nobody agrees to what they made (R48.15). `proof` is what the agreement rests on besides the word of whoever is
    signed in, as `signatures` and `packages` give it: the act, and so the ledger, says it.
    """
    members.enter(by)
    document, draft, step = _open(document_id, "agree", by, revision)
    _check_not_own(draft, by)
    if not proof and settings.CONFIG.agreement.signature is SignatureRule.REQUIRED:
        raise Refusal("signature-required", _("Here the head agrees by a digital signature: sign it."), step.clause)
    draft.state, draft.agreed_by_id, draft.agreed_at = step.to, by.person_id, now
    draft.save()
    _write(document, draft, step, by=by, now=now, more=proof or {})
    _advance(document)
    return document


@transaction.atomic
def decline(document_id: UUID, *, reason: str, by: Scope, now: datetime, revision: int | None = None) -> Document:
    """Send the draft back to whoever made it, with a reason. Raises Refusal."""
    members.enter(by)
    document, draft, step = _open(document_id, "decline", by, revision)
    said = required_reason(reason, step)
    _reopen(draft)
    draft.save()
    _write(document, draft, step, by=by, now=now, more={"reason": said})
    _advance(document)
    return document


def lacks(document: Document, draft: Draft, now: datetime | None = None) -> list[Lack]:
    """What the draft lacks, in the order of its form; after it, given a moment, what cannot be so then."""
    kind = kind_of(document.kind)
    content = read_content(kind, draft.content)
    found = [*kind.lacks(content), *(kind.untimely(content, now) if now else ())]
    if kind.addressing is Addressing.CHOSEN and not draft.addressees:
        found.insert(0, Lack("addressees", _("Choose whom it goes to."), kind.preparation.steps[0].clause))
    return found


def exact_of(document: Document, draft: Draft, clause: str, now: datetime) -> bytes:
    """The bytes of the next version as the draft stands. Raises Refusal `incomplete`, naming the first lack."""
    missing = lacks(document, draft, now)
    if missing:
        first = missing[0]
        raise Refusal(
            "incomplete", first.message, first.clause or clause, HTTPStatus.UNPROCESSABLE_ENTITY, field=first.field
        )
    files = Attachment.objects.filter(document=document, removed_at=None).order_by("added_at", "pk")
    kind = kind_of(document.kind)
    hidden = kind.facets(read_content(kind, draft.content)).anonymous
    return exact(
        Wording(
            kind=document.kind,
            number=document.number,
            version=document.version + 1,
            organisation=directory.authority().bin if hidden else document.author.bin,
            acting=document.acting.bin if document.acting and not hidden else None,
            about=document.about.number if document.about else None,
            drill=document.drill,
            addressees=tuple(sorted(entry.bin for entry in directory.entries(draft.addressees)))
            if draft.addressees and kind.names_addressees
            else (),
            attachments=tuple(AttachedFile(name=one.name, size=one.size, sha256=one.sha256) for one in files),
            content=draft.content,
        )
    )


def touch(document: Document, *, by: Scope, now: datetime) -> None:
    """What belongs to the draft besides its content was changed: whatever was agreed is void. Raises Refusal."""
    _document, draft, step = _open(document.pk, "edit", by, None)
    if draft.state != OPEN:
        _write(document, draft, step, verb="void", by=by, now=now)
    _reopen(draft)
    _made_by(draft, by)
    draft.edited_by_id, draft.edited_at = by.person_id, now
    draft.save()
    _advance(document)


def check_revision(found: int, asked: int | None) -> None:
    """Raise Refusal `changed-meanwhile` when somebody acted since whoever asks last looked."""
    if asked is not None and asked != found:
        raise Refusal(
            "changed-meanwhile",
            _("Somebody changed this while you looked at it. Look again, then decide."),
            status=HTTPStatus.CONFLICT,
        )


def required_reason(reason: str, step: Step) -> str:
    """The reason that a step needs. Raises Refusal `reason-missing`."""
    said = reason.strip()
    if not said:
        raise Refusal("reason-missing", _("Say why."), step.clause, HTTPStatus.UNPROCESSABLE_ENTITY, field="reason")
    return said


def _open(document_id: UUID, verb: str, by: Scope, revision: int | None) -> tuple[Document, Draft, Step]:
    """The document under its lock, its draft, and the row of the verb. Raises Refusal."""
    document = access.document_for(document_id, lock=True)
    draft = access.draft_for(document)
    check_revision(document.revision, revision)
    kind = kind_of(document.kind)
    step = kind.preparation.step(draft.state, verb)
    if step is None or not any(row.verb == "submit" for row in kind.life.open_to(document.state)):
        raise wrong_state(kind.preparation.steps[0].clause)
    access.acting(step, by, document)
    return document, draft, step


def wrong_state(clause: str) -> Refusal:
    """The refusal of a verb that the state does not know."""
    return Refusal("wrong-state", _("This cannot be done as things stand now."), clause, HTTPStatus.CONFLICT)


def _check_not_own(draft: Draft, by: Scope) -> None:
    if by.person_id in draft.makers:
        raise Refusal("made-by-you", _("Who made a document cannot agree to it: another head must."), "R48.15")


def _reopen(draft: Draft) -> None:
    draft.state, draft.exact, draft.proposed_at = OPEN, None, None
    draft.agreed_by, draft.agreed_at = None, None


def _made_by(draft: Draft, by: Scope) -> None:
    if by.person_id is not None and by.person_id not in draft.makers:
        draft.makers = [*draft.makers, by.person_id]


def _advance(document: Document) -> None:
    document.revision += 1
    document.save(update_fields=["revision"])


def _write(
    document: Document,
    draft: Draft,
    step: Step,
    *,
    by: Scope,
    now: datetime,
    verb: str = "",
    more: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    detail = dict(more)
    if draft.exact is not None:
        detail["exact"] = document_digest(bytes(draft.exact))
    told = history.Told(
        verb=verb or step.verb,
        before=step.state,
        after=step.to,
        clause=step.clause,
        organisation=document.author_id,
        audience=step.audience,
        detail=detail,
    )
    history.write(document, told, by=by, now=now)


def _known(kind: DocumentKind, document: Document, addressees: Iterable[UUID]) -> list[UUID]:
    if kind.addressing is not Addressing.CHOSEN:
        return []
    wanted = list(dict.fromkeys(addressees))
    known = {entry.id for entry in directory.entries(wanted)} - {document.author_id}
    if set(wanted) - known:
        raise Refusal("addressee-unknown", _("One of the addressees takes no part in ASOI."), field="addressees")
    return wanted


def _number(kind: DocumentKind, now: datetime) -> str:
    return f"{kind.letters}-{now:%Y}-{''.join(secrets.choice(_ALPHABET) for _character in range(_CHARACTERS))}"
