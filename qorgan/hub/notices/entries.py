"""Acts on members of which people are to be told, out of the audit trail: each once, soon after it was committed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from qorgan.hub.members import access
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import Application, JournalEntry, Membership, Organisation, Person
from qorgan.hub.members.roles import HEADS, Right
from qorgan.hub.notices.asking import as_clerk, clerks_transaction
from qorgan.hub.notices.members_told import TOLD, Whom
from qorgan.hub.notices.models import Webhook
from qorgan.hub.notices.people import scope_of_institution
from qorgan.hub.notices.things import Kind, Thing, is_seen, thing_of
from qorgan.hub.notices.writing import Cause, write
from qorgan.law.asoi import OrganisationKind

MOST: Final = 200
OVERLAP: Final = 10_000
"""Numbers looked through again behind the last one: an entry with a lower number may be committed later."""

_PENDING: Final = """
SELECT entry.id FROM hub_journal AS entry
WHERE entry.id > %s AND entry.act = ANY (%s)
  AND NOT EXISTS (SELECT 1 FROM entry_told AS done WHERE done.entry_id = entry.id)
ORDER BY entry.id LIMIT %s
"""
_MARK: Final = "INSERT INTO entry_told (entry_id, at) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_ACTS: Final = [act.value for act in TOLD]


@dataclass(slots=True)
class TellingEntries:
    """Tells of acts on members for as long as a clerk works. `mail` is whether mails go out of this hub."""

    mail: bool
    _looked: int = 0

    def look_through_all(self) -> None:
        """Forget how far it is: the database may have been put back."""
        self._looked = 0

    def tell_all(self, now: datetime) -> int:
        """Tell of every entry that waits. Gives how many notices were written."""
        written = 0
        while found := self._pending():
            for entry in found:
                written += self._tell(entry, now)
                self._looked = max(self._looked, entry)
        return written

    def _pending(self) -> list[int]:
        with clerks_transaction(), connection.cursor() as cursor:
            cursor.execute(_PENDING, [max(0, self._looked - OVERLAP), _ACTS, MOST])
            return [entry for (entry,) in cursor.fetchall()]

    def _tell(self, number: int, now: datetime) -> int:
        with clerks_transaction():
            with connection.cursor() as cursor:
                cursor.execute(_MARK, [number, now])
                if cursor.rowcount == 0:
                    return 0
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
