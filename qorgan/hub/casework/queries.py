"""What is read about documents in lists. What waits for somebody follows from the tables of life, in four statements.

PostgreSQL leaves out what whoever asks may not see. The names of other organisations come from `directory`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from qorgan.hub.casework.access import RIGHTS, told_authors
from qorgan.hub.casework.kinds import DocumentKind, kinds
from qorgan.hub.casework.lifecycle import AGREED, OPEN, PROPOSED, Actor, Need, Step
from qorgan.hub.casework.models import (
    Act,
    ActReceipt,
    Comment,
    Deadline,
    Document,
    Draft,
    Reception,
    Version,
)
from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.roles import Right

if TYPE_CHECKING:
    from django.db.models import QuerySet

RETURNED: Final = "returned"
"""The state in which whatever the centre sent back waits to be mended (R67.15)."""
MOST: Final = 200
"""Rows of each part of an inbox: nobody works through more at once."""


class Part(StrEnum):
    """In which of the three tables something waits."""

    PREPARATION = "preparation"
    LIFE = "life"
    RECEPTION = "reception"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for whoever asks."""

    part: Part
    document: Document
    state: str
    """Of the draft, of the document or of the reception, as `part` says."""
    steps: tuple[Step, ...]
    """What they may do of it; empty for a draft that they made and another head must agree to."""
    due_at: datetime | None
    since: datetime
    """Since when it waits."""
    reception: Reception | None = None
    title: str = ""


def places(by: Scope, actor: Actor) -> list[UUID]:
    """The organisations for which somebody is this actor."""
    return [one for one in by.organisations if by.may_for(RIGHTS[actor], one)]


def is_centre(by: Scope) -> bool:
    """Whether somebody acts as the sectoral centre."""
    return by.reach is Reach.CENTRE and by.may(Right.DOCUMENTS_OVERSEE)


def todo(by: Scope) -> list[Waiting]:
    """What waits for somebody by their roles: the nearest term first, then what waits longest."""
    found = [*_preparations(by), *_lives(by), *_receptions(by)]
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at or one.since, one.since))


def late(by: Scope, now: datetime) -> list[Deadline]:
    """Clocks of others that have run out, as far as whoever asks sees them: whom to remind."""
    rows = Deadline.objects.filter(stopped_at=None, due_at__lt=now, document__drill=False)
    return list(rows.exclude(organisation__in=by.memberships).select_related("document").order_by("due_at")[:MOST])


def documents() -> QuerySet[Document]:
    """Every document that whoever asks may see, the newest first, each with its nearest open term."""
    return Document.objects.annotate(due_at=_nearest(document=OuterRef("pk"))).order_by(
        F("sent_at").desc(nulls_first=True), "-created_at"
    )


def running_out(rows: QuerySet[Document], before: datetime) -> QuerySet[Document]:
    """Those of the documents with an open term that has run out by a moment."""
    return rows.filter(Exists(Deadline.objects.filter(document=OuterRef("pk"), stopped_at=None, due_at__lt=before)))


def last_returns(document_ids: Iterable[UUID]) -> dict[UUID, Act]:
    """The act by which each document was returned last."""
    rows = Act.objects.filter(document__in=list(document_ids), verb="return").order_by("at", "pk")
    return {act.document_id: act for act in rows}


def duties(kind: DocumentKind) -> dict[str, tuple[Step, ...]]:
    """For each state of a life the steps it waits for; what is merely possible there is none of them.

    A step is waited for when it leads on and asks for no reason to be found first: a return, a withdrawal or another
    version may come or not. The first version is waited for, and a mended one where nothing else leads on.
    """
    found: dict[str, tuple[Step, ...]] = {}
    for state in kind.life.states:
        out = list(kind.life.open_to(state))
        if state == kind.life.initial or (out and all(step.verb == "submit" for step in out)):
            found[state] = tuple(step for step in out if step.verb == "submit")
        else:
            optional = {Need.REASON, Need.FIELDS, Need.AGREED, Need.COMPLETE}
            found[state] = tuple(step for step in out if step.to != state and not step.needs & optional)
    return found


def _nearest(**where: object) -> Subquery:
    open_ones = Deadline.objects.filter(stopped_at=None, **where).order_by("due_at")
    return Subquery(open_ones.values("due_at")[:1])


def _entered(**where: object) -> Subquery:
    """When what is listed came into the state it is in, by an act."""
    acts = Act.objects.filter(**({"reception": None} | where), after=OuterRef("state")).order_by("-at")
    return Subquery(acts.values("at")[:1])


def _preparations(by: Scope) -> list[Waiting]:
    """Drafts: for makers those to go on with and those to send, for heads those to agree to."""
    own = _nearest(document=OuterRef("document_id"), reception=None)
    # An answer's first clock is that of the addressee's part of the inquiry (R67.14).
    asked = _nearest(reception__answer=OuterRef("document_id"))
    rows = (
        Draft.objects.select_related("document")
        .annotate(due_at=Coalesce(own, asked), opened_at=_last_into(OPEN), returned_at=_last_into(RETURNED))
        .filter(_for_makers(by) | Q(state=PROPOSED, author__in=places(by, Actor.HEAD)))
        .order_by(F("due_at").asc(nulls_last=True), "edited_at")[:MOST]
    )
    known = {kind.code: kind for kind in kinds()}
    return [
        Waiting(
            part=Part.PREPARATION,
            document=draft.document,
            state=draft.state,
            steps=_steps_of(known[draft.document.kind], draft, by),
            due_at=draft.due_at,
            since=_since(draft),
            title=draft.title,
        )
        for draft in rows
    ]


def _since(draft: Draft) -> datetime:
    """Since when a draft waits: put before the head, agreed, sent back, or else written in last."""
    if draft.state != OPEN:
        return draft.agreed_at or draft.proposed_at or draft.edited_at
    if draft.document.state == RETURNED and draft.returned_at:  # type: ignore[attr-defined]  # annotated by the query
        came_back: datetime = draft.returned_at  # type: ignore[attr-defined]
        return came_back
    return max(draft.edited_at, draft.opened_at or draft.edited_at)  # type: ignore[attr-defined]


def _last_into(state: str) -> Subquery:
    """When the document of a draft came into a state last, by an act of its own."""
    acts = Act.objects.filter(document=OuterRef("document_id"), reception=None, after=state).order_by("-at")
    return Subquery(acts.values("at")[:1])


def _for_makers(by: Scope) -> Q:
    mine = Q(author__in=places(by, Actor.MAKER))
    ready = Q(pk__in=[])
    for kind in kinds():
        awaited = duties(kind)
        submit = {step.state for step in kind.life.steps if step.verb == "submit"}
        first = [state for state in submit if any(step.verb == "submit" for step in awaited[state])]
        begun = Q(state=AGREED) | Q(edited_at__gt=F("document__sent_at"))
        ready |= Q(document__kind=kind.code, document__state__in=first, state__in=(OPEN, AGREED))
        ready |= Q(document__kind=kind.code, document__state__in=submit - set(first), state__in=(OPEN, AGREED)) & begun
    return mine & ready


def _steps_of(kind: DocumentKind, draft: Draft, by: Scope) -> tuple[Step, ...]:
    if draft.state == PROPOSED:
        steps = tuple(step for step in kind.preparation.open_to(PROPOSED) if Actor.HEAD in step.who)
        return () if by.person_id in draft.makers else steps
    if draft.state == AGREED:
        step = kind.life.step(draft.document.state, "submit")
        return (step,) if step else ()
    return tuple(step for step in kind.preparation.open_to(draft.state) if step.verb == "edit")


def _lives(by: Scope) -> list[Waiting]:
    """Documents whose life waits: for the centre to receive and accept, for an asker, for an author to close."""
    awaited: dict[tuple[str, str], tuple[Step, ...]] = {}
    asked = Q(pk__in=[])
    for kind in kinds():
        for state, steps in duties(kind).items():
            for step in steps:
                if step.verb != "submit" and (who := _whose(by, step)) is not None:
                    final = Q(is_final=True) if Need.FINAL in step.needs else Q()
                    asked |= Q(kind=kind.code, state=state) & who & final
                    awaited[kind.code, state] = (*awaited.get((kind.code, state), ()), step)
    rows = (
        Document.objects.filter(asked)
        .annotate(due_at=_nearest(document=OuterRef("pk"), reception=None), since=_entered(document=OuterRef("pk")))
        .order_by(F("due_at").asc(nulls_last=True), "sent_at")[:MOST]
    )
    return [
        Waiting(
            part=Part.LIFE,
            document=document,
            state=document.state,
            steps=awaited[document.kind, document.state],
            due_at=document.due_at,
            since=document.since or document.sent_at or document.created_at,
            title=document.title,
        )
        for document in rows
    ]


def _whose(by: Scope, step: Step) -> Q | None:
    """For which documents somebody is one of a step's actors; None where for none."""
    if Actor.CENTRE in step.who:
        return Q() if is_centre(by) else None
    if Actor.ASKER in step.who and (mine := places(by, Actor.ASKER)):
        return Q(about__author__in=mine)
    if Actor.MAKER in step.who and (mine := places(by, Actor.MAKER)):
        # Its author ends it once every addressee is done.
        going_on = Q(pk__in=[])
        for kind in kinds():
            if kind.reception is not None:
                going_on |= Q(document__kind=kind.code) & ~Q(state__in=kind.reception.final)
        return Q(~Exists(Reception.objects.filter(going_on, document=OuterRef("pk"))), author__in=mine)
    return None


def _receptions(by: Scope) -> list[Waiting]:
    """What came from others: to decide on, to agree to, to work on."""
    awaited: dict[tuple[str, str], tuple[Step, ...]] = {}
    asked = Q(pk__in=[])
    for kind in kinds():
        for step in kind.reception.steps if kind.reception else ():
            whose = sorted({place for actor in step.who for place in places(by, actor)})
            if whose:
                asked |= Q(document__kind=kind.code, state=step.state, organisation__in=whose)
                awaited[kind.code, step.state] = (*awaited.get((kind.code, step.state), ()), step)
    rows = (
        # What was withdrawn or closed waits for nobody.
        Reception.objects.filter(asked, document__closed_at=None)
        .select_related("document")
        .annotate(
            due_at=_nearest(reception=OuterRef("pk")),
            since=Coalesce(_entered(document=OuterRef("document_id"), reception=OuterRef("pk")), F("delivered_at")),
        )
        .order_by(F("due_at").asc(nulls_last=True), "delivered_at")[:MOST]
    )
    # What is being answered waits as the answer's own draft.
    waiting = [one for one in rows if not (one.answer_id and awaited[one.document.kind, one.state][0].verb == "answer")]
    return [
        Waiting(
            part=Part.RECEPTION,
            document=one.document,
            state=one.state,
            steps=tuple(
                step
                for step in awaited[one.document.kind, one.state]
                if not (step.verb == "agree" and by.person_id in one.makers)
            ),
            due_at=one.due_at,
            since=one.since,
            reception=one,
            title=one.document.title,
        )
        for one in waiting
    ]


def draft_of(document: Document) -> Draft | None:
    """The version in preparation; None for those who may not see it."""
    return Draft.objects.filter(document=document).first()


def versions_of(document: Document) -> list[Version]:
    """Every version that was sent, the newest first."""
    return list(Version.objects.filter(document=document).order_by("-number"))


def receptions_of(document: Document) -> list[Reception]:
    """The addressees' parts that whoever asks may see."""
    return list(Reception.objects.filter(document=document).order_by("delivered_at", "pk"))


def clocks_of(document: Document) -> list[Deadline]:
    """Its terms, running and stopped, in the order they started."""
    return list(Deadline.objects.filter(document=document).order_by("started_at", "pk"))


def acts_of(document: Document) -> list[Act]:
    """What was done with it, the first act first."""
    return list(Act.objects.filter(document=document).select_related("person").defer("exact").order_by("at", "pk"))


def with_receipts(document: Document) -> frozenset[int]:
    """Which of its acts have their receipt already."""
    return frozenset(ActReceipt.objects.filter(act__document=document).values_list("act_id", flat=True))


def comments_of(document: Document) -> list[Comment]:
    """What the parties wrote beside it."""
    return list(Comment.objects.filter(document=document).select_related("person").order_by("at", "pk"))


def authors(by: Scope) -> list[UUID]:
    """Whose documents somebody sees, and may be told that they are theirs."""
    rows = Document.objects.filter(told_authors(by))
    return list(rows.order_by("author").values_list("author", flat=True).distinct())


def draft_titles(document_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The titles of versions in preparation, for those who may see them."""
    return dict(Draft.objects.filter(document__in=list(document_ids)).values_list("document_id", "title"))


def numbered(number: str) -> Document | None:
    """The document of a number, if whoever asks may see it."""
    return Document.objects.filter(number=number.strip().upper()).first()
