"""What became of a document at each addressee: delivered, decided on, worked on (R67.13, R67.14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import access, calendar, deadlines, deciding, directory, drafts, history
from qorgan.hub.casework.exact import content_in
from qorgan.hub.casework.kinds import Addressing, DocumentKind, kind_of
from qorgan.hub.casework.lifecycle import Actor, Audience, Need, Step
from qorgan.hub.casework.models import Comment, Deadline, Document, Reception, Version
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Scope
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind
from qorgan.law.calendar import Calendar
from qorgan.law.clause import Term

BRING: Final = "bring"
"""The act by which a document in force reaches whoever was connected after it was sent. No table has it: it follows
from a connection."""
_DECIDES: Final = frozenset({"agree", "take-up", "decline-inquiry"})
_FINISHES: Final = frozenset({"process", "finish"})


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an addressee decided on one numbered recommendation."""

    item: int
    """From one."""
    accepted: bool
    reason: str = ""


@transaction.atomic
def perform(  # noqa: PLR0913 (each comes with some verb)
    reception_id: UUID,
    verb: str,
    *,
    by: Scope,
    now: datetime,
    revision: int | None = None,
    reason: str = "",
    decision: Sequence[Verdict] = (),
    proof: Mapping[str, Any] | None = None,
) -> Reception:
    """Say a verb of an addressee's part. Raises Refusal and changes nothing when a rule says no.

    `proof` is what a head's agreement rests on besides the word of whoever is signed in, as `signatures` gives it.
    """
    members.enter(by)
    reception = access.reception_for(reception_id, lock=True)
    drafts.check_revision(reception.revision, revision)
    document = reception.document
    kind = kind_of(document.kind)
    step = kind.reception.step(reception.state, verb) if kind.reception else None
    # Nobody has to act, and nobody can, on what was withdrawn or closed.
    if kind.reception is None or step is None or document.state in kind.life.final:
        raise drafts.wrong_state(kind.life.steps[0].clause)
    actor = access.acting(step, by, document, reception)
    more = deciding.agreed(reception, step, actor, by, proof) if verb == deciding.AGREE else {}
    detail = _needed(kind, step, reception, reason, decision) | more
    before = reception.state
    _move(reception, step, by, now)
    deadlines.stop(step.stops, document=document, reception=reception, now=now)
    if step.starts is not None:
        deadlines.start(
            step.starts,
            calendar=calendar.in_force(),
            document=document,
            organisation=reception.organisation_id,
            now=now,
            reception=reception,
        )
    told = history.Told(
        verb=verb,
        before=before,
        after=step.to,
        clause=step.clause,
        organisation=access.organisation_of(actor, by, document, reception),
        audience=step.audience,
        reception=reception,
        detail=detail,
    )
    act = history.write(document, told, by=by, now=now)
    if verb in {"take-up", "decline-inquiry"}:
        # R67.14: the taking up or declining stands in the inquiry's comments.
        _say(document, reception, text=act.detail.get("reason", ""), code=verb, by=by, now=now)
    return reception


def deliver(kind: DocumentKind, document: Document, version: Version, *, now: datetime, calendar: Calendar) -> None:
    """Bring a version to everyone it goes to, and start their clocks.

    Who has decided on an earlier version decides again when the recommendations changed; others keep where they stand.
    """
    if kind.reception is None:
        return
    term = _first_term(kind)
    rows = Reception.objects.select_for_update(no_key=True).filter(document=document)
    old = {one.organisation_id: one for one in rows}
    fresh = [
        Reception(
            document=document,
            organisation_id=to,
            author_id=document.author_id,
            open_to_centre=document.open_to_centre,
            state=kind.reception.initial,
            version=version.number,
            delivered_at=now,
        )
        for to in _addressees(kind, document)
        if to not in old
    ]
    Reception.objects.bulk_create(fresh)
    clocked = [*fresh, *_again(kind, document, version, list(old.values()), term, now)]
    if term is not None:
        Deadline.objects.bulk_create(
            deadlines.row(
                term,
                calendar=calendar,
                document=document,
                organisation=one.organisation_id,
                now=now,
                reception=one,
            )
            for one in clocked
        )


@transaction.atomic
def comment(document: Document, text: str, *, by: Scope, now: datetime, reception: Reception | None = None) -> Comment:
    """Write a comment for the parties, or for those of one addressee's part. Raises Refusal.

    Of a part the addressee and the author read, and the centre where it oversees the document: so each answers the
    other alone, and no other addressee learns that anything was said.
    """
    members.enter(by)
    said = text.strip()
    if not said:
        raise Refusal("comment-empty", _("Write something."), status=HTTPStatus.UNPROCESSABLE_ENTITY, field="text")
    return _say(document, reception, text=said, code="", by=by, now=now)


def bring(document: Document, organisation: UUID, *, by: Scope, now: datetime) -> Reception:
    """Bring the version in force to an organisation that was connected after it was sent, and start its clock.

    The act is the centre's, whose head connects, and stands in the history like any other.
    """
    kind = kind_of(document.kind)
    if kind.reception is None:
        raise drafts.wrong_state(kind.life.steps[0].clause)
    made = Reception.objects.create(
        document=document,
        organisation_id=organisation,
        author_id=document.author_id,
        open_to_centre=document.open_to_centre,
        state=kind.reception.initial,
        version=document.version,
        delivered_at=now,
    )
    term = _first_term(kind)
    if term is not None:
        table = calendar.in_force()
        deadlines.start(term, calendar=table, document=document, organisation=organisation, now=now, reception=made)
    told = history.Told(
        verb=BRING,
        before="",
        after=made.state,
        clause=kind.reception.steps[0].clause,
        organisation=by.memberships[0] if by.memberships else directory.authority().id,
        audience=Audience.RECEPTION,
        reception=made,
    )
    history.write(document, told, by=by, now=now)
    return made


def possible(reception: Reception, by: Scope) -> list[Step]:
    """The rows that somebody may say now of an addressee's part."""
    life = kind_of(reception.document.kind).reception
    if life is None or reception.document.state in kind_of(reception.document.kind).life.final:
        return []
    return [
        step
        for step in life.open_to(reception.state)
        if any(access.is_actor(actor, by, reception.document, reception) for actor in step.who)
        and not (step.verb == "agree" and by.person_id in reception.makers)
    ]


def _say(document: Document, reception: Reception | None, *, text: str, code: str, by: Scope, now: datetime) -> Comment:
    place = _place(document, reception, by)
    return Comment.objects.create(
        document=document,
        reception=reception,
        organisation_id=place,
        home_id=access.home_of(by, place),
        person_id=access.person_of(by),
        audience=(Audience.RECEPTION if reception else Audience.PARTIES).value,
        text=text,
        code=code,
        at=now,
    )


def _place(document: Document, reception: Reception | None, by: Scope) -> UUID:
    """As whom somebody comments: as the addressee, as the author, or as the centre. Raises Refusal."""
    steps = ((Actor.ADDRESSEE, Actor.ADDRESSEE_HEAD) if reception else ()) + (Actor.MAKER, Actor.HEAD, Actor.CENTRE)
    for actor in steps:
        if access.is_actor(actor, by, document, reception):
            return access.organisation_of(actor, by, document, reception)
    raise Refusal("not-allowed", _("Your role does not allow this."))


def _needed(
    kind: DocumentKind, step: Step, reception: Reception, reason: str, decision: Sequence[Verdict]
) -> dict[str, Any]:
    detail: dict[str, Any] = {}
    if Need.REASON in step.needs:
        detail["reason"] = drafts.required_reason(reason, step)
    if Need.DECISION in step.needs:
        items = len(kind.recommendations(_sent_content(kind, reception)))
        reception.decision = _checked(decision, items, step)
    if reception.decision:
        detail["decision"] = reception.decision
    return detail


def _checked(decision: Sequence[Verdict], items: int, step: Step) -> list[dict[str, Any]]:
    """One verdict for each recommendation, a declined one with its reason. Raises Refusal."""
    given = {one.item: one for one in decision}
    if sorted(given) != list(range(1, items + 1)) or len(given) != len(decision):
        raise Refusal(
            "decision-incomplete",
            _("Accept or decline each of the recommendations."),
            step.clause,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            field="decision",
        )
    silent = next((one.item for one in decision if not one.accepted and not one.reason.strip()), None)
    if silent is not None:
        raise Refusal(
            "reason-missing",
            _("Say why this recommendation is declined."),
            step.clause,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            field=f"decision.{silent}",
        )
    accepts_any = any(one.accepted for one in decision)
    if (step.verb == "accept") != accepts_any:
        raise Refusal(
            "decision-contradicts",
            _("Accepting needs one accepted recommendation at least; declining allows none."),
            step.clause,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            field="decision",
        )
    return [msgspec.to_builtins(given[item]) for item in sorted(given)]


def _sent_content(kind: DocumentKind, reception: Reception) -> msgspec.Struct:
    version = access.version_for(reception.document, reception.version)
    return content_in(kind, bytes(version.exact))


def _move(reception: Reception, step: Step, by: Scope, now: datetime) -> None:
    reception.state = step.to
    reception.revision += 1
    if Need.DECISION in step.needs and by.person_id is not None:
        reception.makers = [by.person_id]
    if step.verb in _DECIDES:
        reception.decided_at = now
    if step.verb in _FINISHES:
        reception.finished_at = now
    reception.save()


def _addressees(kind: DocumentKind, document: Document) -> list[UUID]:
    if kind.addressing is Addressing.CHOSEN:
        return list(document.draft.addressees)
    if kind.addressing is Addressing.ALL:
        return [
            entry.id
            for entry in directory.entries()
            if entry.id != document.author_id and entry.kind is not OrganisationKind.AUTHORITY
        ]
    if kind.addressing is Addressing.ASKER and document.about is not None:
        return [document.about.author_id]
    return []


def _again(
    kind: DocumentKind,
    document: Document,
    version: Version,
    old: list[Reception],
    term: Term | None,
    now: datetime,
) -> list[Reception]:
    """Addressees who have to decide anew. Their running clocks are stopped: new ones take their place."""
    if not old or kind.reception is None:
        return []
    before = access.version_for(document, version.number - 1)
    told = [list(kind.recommendations(content_in(kind, bytes(one.exact)))) for one in (before, version)]
    if told[0] == told[1]:
        return []
    for reception in old:
        if term is not None:
            deadlines.stop((term,), document=document, reception=reception, now=now)
        reception.state, reception.version, reception.decision = kind.reception.initial, version.number, []
        reception.makers, reception.decided_at, reception.delivered_at = [], None, now
        reception.revision += 1
        reception.save()
    return old


def _first_term(kind: DocumentKind) -> Term | None:
    """The clock that delivery starts: the one that a way out of the first state stops."""
    if kind.reception is None:
        return None
    stops = [term for step in kind.reception.steps for term in step.stops]
    started = [step.starts for step in kind.reception.steps if step.starts]
    return next((term for term in stops if term not in started), None)
