"""Acts on members of which people are to be told, out of the audit trail: each once, soon after it was committed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qorgan.hub.members import access
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Application, JournalEntry, Membership, Organisation, Person
from qorgan.hub.members.roles import HEADS, Right
from qorgan.hub.notices.asking import as_clerk
from qorgan.hub.notices.members_told import TOLD, Whom
from qorgan.hub.notices.models import Webhook
from qorgan.hub.notices.once import TellingOnce
from qorgan.hub.notices.people import scope_of_institution
from qorgan.hub.notices.things import Kind, Thing, is_seen, thing_of
from qorgan.hub.notices.writing import Cause, write
from qorgan.law.asoi import OrganisationKind


@dataclass(slots=True)
class TellingEntries(TellingOnce):
    """Tells of acts on members."""

    pending = """
        SELECT entry.id FROM hub_journal AS entry
        WHERE entry.id > %(after)s AND entry.act = ANY (%(acts)s)
          AND NOT EXISTS (SELECT 1 FROM entry_told AS done WHERE done.entry_id = entry.id)
        ORDER BY entry.id LIMIT %(most)s
    """
    words = {"acts": [act.value for act in TOLD]}  # noqa: RUF012 (never changed)
    mark = "INSERT INTO entry_told (entry_id, at) VALUES (%(number)s, %(now)s) ON CONFLICT DO NOTHING"

    def tell(self, number: int, now: datetime) -> int:
        """Tell of one entry of the audit trail."""
        entry = JournalEntry.objects.get(pk=number)
        thing = thing_of(entry)
        if thing is None:
            return 0
        people, webhooks = told(entry, thing, now=now), called(entry, thing)
        cause = Cause(name=f"entry:{number}", what=entry.act, entry=entry, thing=thing)
        return write(cause, people, webhooks, mail=self.mail, now=now)


def told(entry: JournalEntry, thing: Thing, *, now: datetime) -> list[int]:
    """The people to tell, in order. Leaves the clerk's own scope entered."""
    whom = TOLD[Act(entry.act)]
    named = _named(entry, thing, whom)
    authority = Organisation.objects.filter(kind=OrganisationKind.AUTHORITY.value).values_list("pk", flat=True)
    places = {one for one in (entry.organisation_id, *authority) if one is not None}
    members = Membership.objects.filter(organisation_id__in=places).values("person_id")
    candidates = Person.objects.filter(is_active=True).only("pk", "is_active").order_by("pk")
    found = []
    for person in list(candidates.filter(pk__in=members) | candidates.filter(pk__in=named)):
        if person.pk == entry.person_id:
            continue
        scope = access.scope_of(person, now)
        concerned = person.pk in named or any(_is(one, scope, entry.organisation_id) for one in whom)
        if scope.roles and concerned and is_seen(thing, scope):
            found.append(person.pk)
    as_clerk()
    return found


def called(entry: JournalEntry, thing: Thing) -> list[Webhook]:
    """The webhooks of the institution whose trail tells of it, if it may see it. Leaves the clerk's scope entered."""
    found = []
    for webhook in list(
        Webhook.objects.filter(removed_at=None, organisation=entry.organisation_id).order_by("made_at")
    ):
        scope = scope_of_institution(webhook.organisation_id)
        access.enter(scope)
        if is_seen(thing, scope):
            found.append(webhook)
        as_clerk()
    return found


def _named(entry: JournalEntry, thing: Thing, whom: Iterable[Whom]) -> set[int]:
    """Whom the entry itself names."""
    found: set[int | None] = set()
    for one in whom:
        if one is Whom.APPLICANTS:
            authors = Application.objects.filter(pk=str(thing.key)).values_list("authors", flat=True)
            found |= {int(author) for author in authors.get()}
        elif one is Whom.OWNER and thing.kind is Kind.ACCOUNT:
            found.add(int(thing.key))
        elif one in {Whom.DEPUTY, Whom.SUCCESSOR}:
            found.add(entry.detail.get(one.value))
    return {one for one in found if one is not None}


def _is(whom: Whom, scope: Scope, organisation: UUID | None) -> bool:
    if whom is Whom.REVIEWERS:
        return scope.may(Right.APPLICATIONS_REVIEW)
    if whom is Whom.CENTRE_HEADS:
        return scope.may(Right.MEMBERS_WRITE)
    return whom is Whom.HEADS and any(place == organisation and role in HEADS for place, role in scope.held)
