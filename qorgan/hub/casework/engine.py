"""One engine for every document: lock, check, move, write down, clocks (R67.10 to R67.15). Notices follow from acts.

`perform` says a verb of a document's life, `receptions.perform` one of an addressee's part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import access, calendar, deadlines, drafts, history, receptions
from qorgan.hub.casework.exact import read_content
from qorgan.hub.casework.kinds import DocumentKind, kind_of
from qorgan.hub.casework.lifecycle import AGREED, OPEN, Actor, Need, Step
from qorgan.hub.casework.models import Attachment, Document, Draft, Version
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Scope
from qorgan.kit.refusal import Refusal
from qorgan.ledger.entry import document_digest


class Lacking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field that the centre found to lack, and why (R67.15)."""

    field: str
    reason: str


@transaction.atomic
def perform(
    document_id: UUID,
    verb: str,
    *,
    by: Scope,
    now: datetime,
    revision: int | None = None,
    reason: str | Mapping[str, str] = "",
    fields: Sequence[Lacking] = (),
) -> Document:
    """Say a verb of the document's life. Raises Refusal and changes nothing when a rule says no.

    (1) The document under its lock, as whoever acts may see it. (2) The row of the table, the role, what the verb
    needs. (3) The move, with the times and the version. (4) The clocks. (5) The history. (6) What it means elsewhere.
    The reason of an act that follows from another is a code of `said`, worded when it is shown.
    """
    members.enter(by)
    # (1) The document, locked.
    document = access.document_for(document_id, lock=True)
    drafts.check_revision(document.revision, revision)
    kind = kind_of(document.kind)
    # (2) The rule.
    step = kind.life.step(document.state, verb)
    if step is None:
        raise drafts.wrong_state(kind.life.steps[0].clause)
    actor = access.acting(step, by, document)
    detail = _needed(step, document, reason, fields)
    # (3) The move.
    before = document.state
    version = _send(kind, document, by=by, now=now) if verb == "submit" else None
    _move(kind, document, step, now)
    document.save()
    # (4) The clocks.
    table = calendar.in_force()
    deadlines.stop(step.stops, document=document, reception=None, now=now)
    if step.to in kind.life.final:
        deadlines.stop_all(document, now=now)
    if step.starts is not None:
        deadlines.start(step.starts, calendar=table, document=document, organisation=document.author_id, now=now)
    if version is not None:
        receptions.deliver(kind, document, version, now=now, calendar=table)
    # (5) The history.
    told = history.Told(
        verb=verb,
        before=before,
        after=step.to,
        clause=step.clause,
        organisation=access.organisation_of(actor, by, document, None),
        audience=step.audience,
        detail=detail,
        version=version,
    )
    history.write(document, told, by=by, now=now)
    # (6) What it means elsewhere.
    if kind.after is not None:
        kind.after(document, verb, by, now)
    return document


def possible(document: Document, by: Scope) -> list[Step]:
    """The rows of preparation and life that somebody may say now, as the pages offer them."""
    kind = kind_of(document.kind)
    found: list[Step] = []
    draft = Draft.objects.filter(document=document).first()
    if draft is not None and any(row.verb == "submit" for row in kind.life.open_to(document.state)):
        found += [step for step in kind.preparation.open_to(draft.state) if _is_open(step, by, document, draft)]
    for step in kind.life.open_to(document.state):
        if Need.AGREED in step.needs and (draft is None or draft.state != AGREED):
            continue
        if any(access.is_actor(actor, by, document) for actor in step.who):
            found.append(step)
    return found


def _is_open(step: Step, by: Scope, document: Document, draft: Draft) -> bool:
    if Actor.HEAD in step.who and step.verb == "agree" and by.person_id in draft.makers:
        return False
    return any(access.is_actor(actor, by, document) for actor in step.who)


def _needed(
    step: Step, document: Document, reason: str | Mapping[str, str], fields: Sequence[Lacking]
) -> dict[str, Any]:
    """What comes with the verb, checked against what the row needs. Raises Refusal."""
    detail: dict[str, Any] = {}
    if Need.REASON in step.needs:
        detail |= {"reason": drafts.required_reason(reason, step)} if isinstance(reason, str) else reason
    if Need.FIELDS in step.needs:
        named = [{"field": one.field, "reason": one.reason.strip()} for one in fields]
        if not named or not all(one["field"] and one["reason"] for one in named):
            raise Refusal(
                "fields-missing",
                _("Name the fields that lack, and for each one why."),
                step.clause,
                HTTPStatus.UNPROCESSABLE_ENTITY,
                field="fields",
            )
        detail["fields"] = named
    if Need.ABOUT in step.needs:
        if document.about is None:
            raise Refusal(
                "about-missing",
                _("Choose the document that it is joined with."),
                step.clause,
                HTTPStatus.UNPROCESSABLE_ENTITY,
                field="about",
            )
        detail["about"] = document.about.number
    if Need.FINAL in step.needs and not document.is_final:
        raise Refusal("not-final", _("The final report has not been sent yet."), step.clause, HTTPStatus.CONFLICT)
    return detail


def _send(kind: DocumentKind, document: Document, *, by: Scope, now: datetime) -> Version:
    """Make the version out of the agreed bytes. Raises Refusal where they are not agreed."""
    draft = access.draft_for(document)
    if kind.needs_agreement and draft.state != AGREED:
        raise Refusal(
            "not-agreed",
            _("The head of the security unit has not agreed to this text."),
            kind.preparation.steps[0].clause,
            HTTPStatus.CONFLICT,
        )
    if not kind.needs_agreement:
        draft.exact = drafts.exact_of(document, draft, kind.life.steps[0].clause, now)
    if draft.exact is None:
        raise drafts.wrong_state(kind.preparation.steps[0].clause)
    raw = bytes(draft.exact)
    facets = kind.facets(read_content(kind, draft.content))
    document.version += 1
    document.title, document.category, document.severity = facets.title[:300], facets.category, facets.severity
    document.tlp, document.stage, document.is_final = facets.tlp, facets.stage, facets.is_final
    document.found_at = document.found_at or facets.found_at
    document.anonymous = facets.anonymous
    document.agreed_at = document.agreed_at or draft.agreed_at
    document.submitted_at, document.sent_at = document.submitted_at or now, now
    document.save()
    version = Version.objects.create(
        document=document,
        author_id=document.author_id,
        number=document.version,
        exact=raw,
        digest=document_digest(raw),
        agreed_by_id=draft.agreed_by_id,
        agreed_at=draft.agreed_at,
        sent_by_id=access.person_of(by),
        sent_at=now,
    )
    Attachment.objects.filter(document=document, removed_at=None, sent_at=None).update(sent_at=now)
    draft.state, draft.exact, draft.proposed_at, draft.makers = OPEN, None, None, []
    draft.agreed_by, draft.agreed_at = None, None
    draft.save()
    return version


def _move(kind: DocumentKind, document: Document, step: Step, now: datetime) -> None:
    document.state = step.to
    document.revision += 1
    if step.verb == "receive":
        document.received_at = document.received_at or now
    if step.to in kind.life.final:
        document.closed_at = now


def lacking(raw: Sequence[Mapping[str, Any]]) -> tuple[Lacking, ...]:
    """Fields that lack, out of plain values. Raises Refusal `fields-malformed`."""
    try:
        return tuple(msgspec.convert(raw, list[Lacking]))
    except msgspec.ValidationError as wrong:
        raise Refusal("fields-malformed", str(wrong), "R67.15", HTTPStatus.BAD_REQUEST, field="fields") from wrong
