"""The doorways to documents, and who may say what of them (R67.3.1, R67.3.7, R48.15).

PostgreSQL decides row by row who reads; "not yours" and "not there" answer alike.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import locks
from qorgan.hub.casework.lifecycle import Actor, Step
from qorgan.hub.casework.models import Attachment, Document, Draft, Reception, Version
from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal, Sentence


def document_for(document_id: UUID, *, lock: bool = False) -> Document:
    """The document, if whoever asks may see it. Raises Refusal `document-unknown` in both other cases."""
    if lock:
        locks.act(document_id, alone=True)
    # What merely points at the document need not wait.
    rows = Document.objects.select_for_update(of=("self",), no_key=True) if lock else Document.objects.all()
    found = rows.filter(pk=document_id).first()
    if found is None:
        raise _unknown("document-unknown", _("There is no such document, or it is not yours to see."))
    return found


def draft_for(document: Document) -> Draft:
    """The version in preparation, for the author's people alone. Raises Refusal `document-unknown` for others."""
    found = Draft.objects.filter(document=document).first()
    if found is None:
        raise _unknown("document-unknown", _("There is no such document, or it is not yours to see."))
    return found


def reception_for(reception_id: UUID, *, lock: bool = False) -> Reception:
    """One addressee's part. Raises Refusal `reception-unknown` where there is none to be seen."""
    if lock and (document := Reception.objects.filter(pk=reception_id).values_list("document", flat=True).first()):
        locks.act(document, alone=False)
    rows = Reception.objects.select_for_update(of=("self",), no_key=True) if lock else Reception.objects.all()
    found = rows.select_related("document").filter(pk=reception_id).first()
    if found is None:
        raise _unknown("reception-unknown", _("There is no such document, or it is not yours to see."))
    return found


def version_for(document: Document, number: int) -> Version:
    """A version that was sent. Raises Refusal `version-unknown`."""
    found = Version.objects.filter(document=document, number=number).first()
    if found is None:
        raise _unknown("version-unknown", _("There is no such version."))
    return found


def attachment_for(attachment_id: UUID) -> Attachment:
    """A file of a document, of the draft or of a version that was sent. Raises Refusal `attachment-unknown`."""
    kept = Q(removed_at=None) | Q(sent_at__isnull=False)
    found = Attachment.objects.select_related("document").filter(kept, pk=attachment_id).first()
    if found is None:
        raise _unknown("attachment-unknown", _("There is no such file, or it is not yours to see."))
    return found


def place_of(actor: Actor, document: Document, reception: Reception | None) -> UUID | None:
    """The organisation for which this actor acts on the document; None for the centre, and where there is none."""
    if actor in {Actor.MAKER, Actor.HEAD}:
        return document.author_id
    if actor in {Actor.ADDRESSEE, Actor.ADDRESSEE_HEAD}:
        return reception.organisation_id if reception else None
    if actor is Actor.ASKER and document.about_id is not None:
        asked = Document.objects.filter(pk=document.about_id).values_list("author_id", flat=True)
        return asked.first()
    return None


RIGHTS: Final[dict[Actor, Right]] = {
    Actor.MAKER: Right.DOCUMENTS_WRITE,
    Actor.HEAD: Right.DOCUMENTS_AGREE,
    Actor.ADDRESSEE: Right.DOCUMENTS_WRITE,
    Actor.ADDRESSEE_HEAD: Right.DOCUMENTS_AGREE,
    Actor.ASKER: Right.DOCUMENTS_WRITE,
    Actor.CENTRE: Right.DOCUMENTS_OVERSEE,
}


def is_actor(actor: Actor, by: Scope, document: Document, reception: Reception | None = None) -> bool:
    """Whether somebody is this actor for the document, by role alone: who made what is asked apart."""
    if actor is Actor.CENTRE:
        return by.reach is Reach.CENTRE and by.may(Right.DOCUMENTS_OVERSEE) and bool(by.memberships)
    place = place_of(actor, document, reception)
    return place is not None and by.may_for(RIGHTS[actor], place)


def acting(step: Step, by: Scope, document: Document, reception: Reception | None = None) -> Actor:
    """As which actor of a step somebody says its verb. Raises Refusal `not-allowed` with the step's clause."""
    for actor in step.who:
        if is_actor(actor, by, document, reception):
            return actor
    raise Refusal("not-allowed", _("Your role does not allow this."), step.clause)


def organisation_of(actor: Actor, by: Scope, document: Document, reception: Reception | None) -> UUID:
    """For whom the act counts: the actor's organisation, and for the centre the authority."""
    place = place_of(actor, document, reception)
    return by.memberships[0] if place is None else place


def author_of(document: Document, by: Scope) -> UUID | None:
    """Whose document it is, as far as somebody may be told; None for an author that addressees are not told of."""
    told = not document.anonymous or by.reach is Reach.CENTRE or document.author_id in by.organisations
    return document.author_id if told else None


def told_authors(by: Scope) -> Q:
    """The documents of which somebody may be told whose they are: asking by author finds no others."""
    return Q() if by.reach is Reach.CENTRE else Q(anonymous=False) | Q(author__in=by.organisations)


def home_of(by: Scope, organisation: UUID) -> UUID:
    """Where the person belongs who acts for an organisation."""
    return by.acts_for(organisation) or by.memberships[0]


def person_of(by: Scope) -> int:
    """Who acts. Raises Refusal `person-needed` for the hub's own command line: a document needs a person."""
    if by.person_id is None:
        raise Refusal("person-needed", _("Only a person can do this."), "R67.3.1")
    return by.person_id


def _unknown(code: str, message: Sentence) -> Refusal:
    return Refusal(code, message, status=HTTPStatus.NOT_FOUND)
