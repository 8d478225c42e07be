"""Routes of documents: the same doorways and acts that the pages use."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qorgan.hub.api import desk, given, taken
from qorgan.hub.api.call import Answer, Call, malformed
from qorgan.hub.casework import access, deciding, drafts, engine, receptions
from qorgan.hub.casework.kinds import kinds
from qorgan.hub.casework.models import Act, ActReceipt, Comment, Deadline, Document, Draft, Reception, Version
from qorgan.hub.casework.said import text_of
from qorgan.hub.members.access import require
from qorgan.hub.members.roles import Right
from qorgan.hub.signatures import agreeing
from qorgan.hub.signatures.believing import read_cms
from qorgan.kit.refusal import Refusal
from qorgan.ledger.entry import document_digest

_PAGE: Final = 50
_MOST: Final = 200
_PREPARING: Final = {"propose": drafts.propose, "agree": drafts.agree}


def index(call: Call) -> Answer:
    """Documents that the caller sees, those begun last first; narrowed by kind and state."""
    require(call.scope, Right.DOCUMENTS_READ)
    rows = Document.objects.order_by("-created_at", "-pk")
    for name in ("kind", "state"):
        if value := call.query.get(name):
            rows = rows.filter(**{name: value})
    if after := call.query.get("after"):
        at, last = _place(after)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=last))
    limit = call.number("limit", _PAGE, _MOST)
    found = list(rows[: limit + 1])
    more = len(found) > limit
    shown = found[:limit]
    following = f"{shown[-1].created_at.isoformat()}~{shown[-1].pk}" if more else None
    return Answer(given.DocumentList(documents=[_listed(one, call) for one in shown], next=following))


def create(call: Call) -> Answer:
    """Begin a document."""
    asked: taken.NewDocument = call.body
    if asked.kind not in {kind.code for kind in kinds()}:
        raise Refusal(
            "kind-unknown", _("There is no such kind of document."), field="kind", status=HTTPStatus.NOT_FOUND
        )
    about = access.document_for(asked.about) if asked.about else None
    document = drafts.create(
        asked.kind,
        author=asked.author,
        by=call.scope,
        now=call.now,
        content=asked.content,
        about=about,
        drill=asked.drill,
    )
    where = f"/api/v1/documents/{document.pk}"
    return Answer(shown(document, call), HTTPStatus.CREATED, headers={"Location": where})


def show(call: Call) -> Answer:
    """One document, with what the caller may do."""
    require(call.scope, Right.DOCUMENTS_READ)
    return Answer(shown(access.document_for(call.id), call))


def draft(call: Call) -> Answer:
    """The version in preparation: for the author's people alone."""
    require(call.scope, Right.DOCUMENTS_READ)
    document = access.document_for(call.id)
    return Answer(_draft(document, access.draft_for(document)))


def write(call: Call) -> Answer:
    """Write the draft anew."""
    asked: taken.DraftText = call.body
    document = drafts.edit(
        call.id,
        asked.content,
        by=call.scope,
        now=call.now,
        revision=asked.revision,
        addressees=asked.addressees,
    )
    return Answer(_draft(document, access.draft_for(document)))


def perform(call: Call) -> Answer:
    """Say a verb of the document's preparation or life."""
    asked: taken.Verb = call.body
    verb = str(call.path["verb"])
    if verb == "agree" and asked.signature:
        cms = read_cms(asked.signature)
        document = agreeing.agree(call.id, cms, by=call.scope, now=call.now, revision=asked.revision)
    elif verb in _PREPARING:
        document = _PREPARING[verb](call.id, by=call.scope, now=call.now, revision=asked.revision)
    elif verb == "decline":
        document = drafts.decline(call.id, reason=asked.reason, by=call.scope, now=call.now, revision=asked.revision)
    else:
        document = engine.perform(
            call.id,
            verb,
            by=call.scope,
            now=call.now,
            revision=asked.revision,
            reason=asked.reason,
            fields=[engine.Lacking(one.field, one.reason) for one in asked.fields],
        )
    return Answer(shown(document, call))


def proposed(call: Call) -> Answer:
    """The exact bytes that the head is asked to agree to, and signs where a signature is asked for."""
    require(call.scope, Right.DOCUMENTS_READ)
    raw = drafts.proposed(access.document_for(call.id), by=call.scope)
    return Answer(raw, headers={"Content-Digest": document_digest(raw)})


def version(call: Call) -> Answer:
    """The exact bytes of a version that was sent."""
    require(call.scope, Right.DOCUMENTS_READ)
    found: Version = access.version_for(access.document_for(call.id), int(call.path["number"]))
    return Answer(bytes(found.exact), headers={"Content-Digest": found.digest})


def acts(call: Call) -> Answer:
    """What was done, as far as the caller may know it."""
    require(call.scope, Right.DOCUMENTS_READ)
    document = access.document_for(call.id)
    receipted = set(ActReceipt.objects.filter(act__document=document).values_list("act_id", flat=True))
    found = Act.objects.filter(document=document).order_by("pk")
    return Answer([_act(one, document, call, has_receipt=one.pk in receipted) for one in found])


def clocks(call: Call) -> Answer:
    """The clocks that the caller may know of."""
    require(call.scope, Right.DOCUMENTS_READ)
    found = Deadline.objects.filter(document=access.document_for(call.id)).select_related("document")
    return Answer([desk.clock(one, call) for one in found.order_by("started_at", "pk")])


def comments(call: Call) -> Answer:
    """What the parties wrote beside it."""
    require(call.scope, Right.DOCUMENTS_READ)
    document = access.document_for(call.id)
    found = Comment.objects.filter(document=document).order_by("pk")
    return Answer([_comment(one, document, call) for one in found])


def comment(call: Call) -> Answer:
    """Write a comment."""
    asked: taken.NewComment = call.body
    document = access.document_for(call.id)
    part = access.reception_for(asked.reception) if asked.reception else None
    if part is not None and part.document_id != document.pk:
        raise Refusal("reception-unknown", _("There is no such document, or it is not yours to see."), status=404)
    made = receptions.comment(document, asked.text, by=call.scope, now=call.now, reception=part)
    return Answer(_comment(made, document, call), HTTPStatus.CREATED)


def parts(call: Call) -> Answer:
    """The addressees' parts that the caller may see."""
    require(call.scope, Right.DOCUMENTS_READ)
    found = Reception.objects.filter(document=access.document_for(call.id)).order_by("delivered_at", "pk")
    return Answer([_part(one, call) for one in found])


def perform_part(call: Call) -> Answer:
    """Say a verb of an addressee's part."""
    asked: taken.Decision = call.body
    if asked.signature and call.path["verb"] == deciding.AGREE:
        cms = read_cms(asked.signature)
        signed = agreeing.agree_to_decision(call.id, cms, by=call.scope, now=call.now, revision=asked.revision)
        return Answer(_part(signed, call))
    part = receptions.perform(
        call.id,
        str(call.path["verb"]),
        by=call.scope,
        now=call.now,
        revision=asked.revision,
        reason=asked.reason,
        decision=[receptions.Verdict(one.item, one.accepted, one.reason) for one in asked.decision],
    )
    return Answer(_part(part, call))


def proposed_part(call: Call) -> Answer:
    """The exact bytes of a decision that the head is asked to agree to, and signs where a signature is asked for."""
    require(call.scope, Right.DOCUMENTS_READ)
    raw = deciding.proposed(access.reception_for(call.id), by=call.scope)
    return Answer(raw, headers={"Content-Digest": document_digest(raw)})


def _place(after: str) -> tuple[datetime, UUID]:
    at, _tilde, last = after.partition("~")
    try:
        found = datetime.fromisoformat(at), UUID(last)
    except ValueError:
        raise malformed("after") from None
    if found[0].tzinfo is None:
        raise malformed("after")
    return found


def _listed(document: Document, call: Call, verbs: list[str] | None = None) -> given.DocumentShown:
    return given.DocumentShown(
        id=document.pk,
        kind=document.kind,
        number=document.number,
        state=document.state,
        revision=document.revision,
        version=document.version,
        author=access.author_of(document, call.scope),
        acting=document.acting_id if access.author_of(document, call.scope) else None,
        about=document.about_id,
        title=document.title,
        category=document.category,
        severity=document.severity,
        tlp=document.tlp,
        stage=document.stage,
        drill=document.drill,
        found_at=document.found_at,
        created_at=document.created_at,
        agreed_at=document.agreed_at,
        submitted_at=document.submitted_at,
        sent_at=document.sent_at,
        received_at=document.received_at,
        closed_at=document.closed_at,
        verbs=verbs or [],
    )


def shown(document: Document, call: Call) -> given.DocumentShown:
    """Where a document stands, with what the caller may say now."""
    return _listed(document, call, [step.verb for step in engine.possible(document, call.scope)])


def _draft(document: Document, found: Draft) -> given.DraftShown:
    lacks = drafts.lacks(document, found)
    return given.DraftShown(
        state=found.state,
        revision=document.revision,
        content=found.content,
        addressees=list(found.addressees),
        edited_at=found.edited_at,
        lacks=[given.LackShown(field=one.field, message=str(one.message), clause=one.clause) for one in lacks],
    )


def _act(act: Act, document: Document, call: Call, *, has_receipt: bool) -> given.ActShown:
    hidden = _is_hidden(act.organisation_id, document, call)
    return given.ActShown(
        id=act.pk,
        verb=act.verb,
        before=act.before,
        after=act.after,
        clause=act.clause,
        organisation=None if hidden else act.organisation_id,
        home=None if hidden else act.home_id,
        at=act.at,
        version=act.version,
        digest=act.digest,
        detail=act.detail,
        has_receipt=has_receipt,
    )


def _part(part: Reception, call: Call) -> given.ReceptionShown:
    return given.ReceptionShown(
        id=part.pk,
        document=part.document_id,
        organisation=part.organisation_id,
        state=part.state,
        revision=part.revision,
        version=part.version,
        decision=part.decision,
        delivered_at=part.delivered_at,
        decided_at=part.decided_at,
        finished_at=part.finished_at,
        verbs=[step.verb for step in receptions.possible(part, call.scope)],
    )


def _comment(one: Comment, document: Document, call: Call) -> given.CommentShown:
    hidden = _is_hidden(one.organisation_id, document, call)
    return given.CommentShown(organisation=None if hidden else one.organisation_id, at=one.at, text=text_of(one))


def _is_hidden(organisation: UUID, document: Document, call: Call) -> bool:
    """Whether an organisation is the author of whom the caller is not told."""
    return organisation == document.author_id and access.author_of(document, call.scope) is None
