"""The inbox: what is mine to do, by working time left, each thing with its next act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from qorgan.hub.casework import calendar, directory, queries
from qorgan.hub.casework.access import author_of
from qorgan.hub.casework.deadlines import working_time_left
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.lifecycle import OPEN, Need
from qorgan.hub.casework.queries import Part, Waiting
from qorgan.hub.config import SignatureRule
from qorgan.hub.desk import words
from qorgan.hub.desk.shown import label_of

if TYPE_CHECKING:
    from qorgan.hub.casework.models import Act, Deadline, Document
    from qorgan.hub.members.access import Scope

_STATES: Final = {
    Part.PREPARATION: words.preparation_state,
    Part.LIFE: words.life_state,
    Part.RECEPTION: words.reception_state,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the inbox."""

    url: str
    number: str
    kind: str
    title: str
    drill: bool
    who: str
    """Whose document it is, or for whom it is done; '' where that goes without saying."""
    state: words.State
    left: words.Left | None
    due_at: datetime | None
    since: datetime
    act: str
    """The next act in words; '' where another has to do it."""
    act_url: str
    act_post: str
    """Where a press of the button is posted at once; '' where the act needs more and `act_url` asks for it."""
    revision: int
    note: str = ""
    """What to know before: fields that came back, who else must agree."""
    key: str = ""
    """Tells this line from any other, and from the same document when it waits anew."""


@dataclass(frozen=True, slots=True)
class Late:
    """A term of somebody else's that has run out."""

    url: str
    number: str
    kind: str
    who: str
    clause: str
    left: words.Left
    due_at: datetime


def items(by: Scope, now: datetime, language: str) -> list[Item]:
    """Everything that waits for somebody."""
    waiting = queries.todo(by)
    table = calendar.in_force()
    returned = queries.last_returns(one.document.pk for one in waiting if one.document.state == "returned")
    names = names_of((place for one in waiting for place in _places(one)), language)
    return [
        Item(
            url=reverse("desk:document", args=[one.document.pk]),
            number=one.document.number,
            kind=words.kind_name(one.document.kind),
            title=one.title,
            drill=one.document.drill,
            who=_who(one, by, names),
            state=_state(one),
            left=words.left(working_time_left(one.due_at, now, table)) if one.due_at else None,
            due_at=one.due_at,
            since=one.since,
            act=_act(one),
            act_url=_act_url(one),
            act_post=_act_post(one),
            revision=one.reception.revision if one.reception else one.document.revision,
            note=_note(one, returned.get(one.document.pk)),
            key=_key(one),
        )
        for one in waiting
    ]


def keys(by: Scope) -> list[str]:
    """The keys of the lines that wait for somebody now: a page tells by them what is new to it."""
    return [_key(one) for one in queries.todo(by)]


def late(by: Scope, now: datetime, language: str) -> list[Late]:
    """Whose terms have run out, for the centre."""
    rows: list[Deadline] = queries.late(by, now)
    table = calendar.in_force()
    names = names_of((row.organisation_id for row in rows), language)
    return [
        Late(
            url=reverse("desk:document", args=[row.document_id]),
            number=row.document.number,
            kind=words.kind_name(row.document.kind),
            who=names.get(row.organisation_id, "—"),
            clause=row.clause,
            left=words.left(working_time_left(row.due_at, now, table)),
            due_at=row.due_at,
        )
        for row in rows
    ]


def names_of(organisations: Iterable[UUID], language: str) -> dict[UUID, str]:
    """What organisations are called, also those whose rows are not to be seen."""
    wanted = set(organisations)
    return {entry.id: entry.name(language) for entry in directory.entries(wanted)} if wanted else {}


def _places(one: Waiting) -> list[UUID]:
    return [one.document.author_id, *([one.reception.organisation_id] if one.reception else [])]


def author_name(document: Document, by: Scope, names: dict[UUID, str]) -> str:
    """Whose document it is, as far as whoever asks may be told."""
    author = author_of(document, by)
    return names.get(author, "—") if author else gettext("an institution that is not named")


def _who(one: Waiting, by: Scope, names: dict[UUID, str]) -> str:
    """The author of what came from others; for whoever acts for several, for whom this is."""
    author = author_name(one.document, by, names)
    if one.reception is not None and len(by.organisations) > 1:
        for_whom = names.get(one.reception.organisation_id, "—")
        return gettext("%(author)s, to %(addressee)s") % {"author": author, "addressee": for_whom}
    is_own = one.document.author_id in by.memberships and len(by.organisations) == 1
    return "" if is_own else author


def _key(one: Waiting) -> str:
    """A draft that a colleague writes in stays the same line; what came again is another."""
    thing = one.reception.pk if one.reception else one.document.pk
    is_written = one.part is Part.PREPARATION and one.state == OPEN
    since = one.document.version if is_written else int(one.since.timestamp())
    return f"{one.part}-{thing}-{one.document.state if is_written else one.state}-{since}"


def _state(one: Waiting) -> words.State:
    if one.part is Part.PREPARATION and one.document.state == "returned" and one.state == "open":
        return words.life_state("returned")
    return _STATES[one.part](one.state)


def _act(one: Waiting) -> str:
    if not one.steps:
        return ""
    step = one.steps[0]
    if step.verb == "edit" and one.document.state == "returned":
        return gettext("Mend")
    if Need.DECISION in step.needs:
        return gettext("Decide")
    if one.part is Part.PREPARATION and step.verb == "agree":
        return gettext("Look and agree")
    return words.to_do(step.verb)


def _act_url(one: Waiting) -> str:
    """The page on which the next act is done."""
    verb = one.steps[0].verb if one.steps else ""
    if one.part is Part.PREPARATION and verb == "edit":
        return reverse("desk:edit", args=[one.document.pk])
    if one.part is Part.PREPARATION and verb == "agree":
        return reverse("desk:agree", args=[one.document.pk])
    if one.reception is not None and verb == "agree" and settings.CONFIG.agreement.signature is not SignatureRule.OFF:
        return reverse("desk:agree_part", args=[one.reception.pk])
    page = reverse("desk:document", args=[one.document.pk])
    return f"{page}#part-{one.reception.pk}" if one.reception else page


def _act_post(one: Waiting) -> str:
    """Only what needs nothing else is done from the list: a receipt, not a judgement."""
    if len(one.steps) != 1 or one.steps[0].needs or one.steps[0].verb not in {"receive", "take-up"}:
        return ""
    if one.reception is not None:
        return reverse("desk:reception_act", args=[one.reception.pk, one.steps[0].verb])
    return reverse("desk:act", args=[one.document.pk, one.steps[0].verb])


def _note(one: Waiting, returned: Act | None) -> str:
    if not one.steps:
        return gettext("You wrote in it yourself: another head must agree (R48.15).")
    if returned is not None and one.part is Part.PREPARATION:
        kind = kind_of(one.document.kind)
        fields = [label_of(kind, each["field"]) for each in returned.detail.get("fields", [])]
        return gettext("Lacking: %(fields)s") % {"fields": ", ".join(fields)}
    return ""
