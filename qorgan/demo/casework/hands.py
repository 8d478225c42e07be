"""The hands of the demonstration's people: each act as the portal would do it for the person who is signed in."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from qorgan.demo.market import CENTRE, INSTITUTIONS, PEOPLE
from qorgan.hub.casework import access, attachments, drafts, engine, receptions
from qorgan.hub.casework.models import Document, Reception
from qorgan.hub.casework.receptions import Verdict
from qorgan.hub.members.access import Scope, scope_of
from qorgan.hub.members.models import Person
from qorgan.hub.members.roles import Role

Words: TypeAlias = Mapping[str, Any]
Making: TypeAlias = Generator[datetime, None, UUID]
"""A part of a story that makes a document, and gives its key."""

_MAKERS: Final = frozenset({Role.RESPONSIBLE_EMPLOYEE, Role.CENTRE_ANALYST})
_HEADS: Final = frozenset({Role.HEAD_OF_SECURITY, Role.CENTRE_HEAD})
_WRITES: Final = timedelta(minutes=12)
_LOOKS: Final = timedelta(minutes=6)


@dataclass(frozen=True, slots=True)
class Hands:
    """Acts by slugs of institutions: who does them follows from the roles."""

    people: Mapping[str, Person]
    organisations: Mapping[str, UUID]

    def maker(self, slug: str, at: datetime) -> Scope:
        """Whoever makes documents there: its responsible employee, or that of the centre that serves it."""
        return self._who(slug, _MAKERS, at)

    def head(self, slug: str, at: datetime) -> Scope:
        """Who agrees there."""
        return self._who(slug, _HEADS, at)

    def centre(self, at: datetime) -> Scope:
        """The analyst of the sectoral centre."""
        return self.maker(CENTRE.slug, at)

    def draft(
        self,
        kind: str,
        slug: str,
        words: Words,
        at: datetime,
        *,
        to: Iterable[str] = (),
        drill: bool = False,
        files: Mapping[str, bytes] | None = None,
    ) -> UUID:
        """Begin a document, and fill it in."""
        by = self.maker(slug, at)
        made = drafts.create(kind, author=self.organisations[slug], by=by, now=at, content=words, drill=drill)
        addressees = [self.organisations[one] for one in to]
        if addressees:
            drafts.edit(made.pk, made.draft.content, by=by, now=at, addressees=addressees)
        for name, content in (files or {}).items():
            attachments.add(made.pk, name, content, by=by, now=at)
        return made.pk

    def sent(self, kind: str, slug: str, words: Words, at: datetime, **more: Any) -> Making:
        """A document from the first word to its sending, within the half of an hour."""
        yield at
        made = self.draft(kind, slug, words, at, **more)
        yield from self.sending(made, slug, at + _WRITES)
        return made

    def again(self, made: UUID, slug: str, at: datetime, **changes: Any) -> Making:
        """The next version of a document."""
        yield at
        by = self.maker(slug, at)
        words = access.draft_for(access.document_for(made)).content
        drafts.edit(made, words | changes, by=by, now=at)
        yield from self.sending(made, slug, at + _WRITES)
        return made

    def sending(self, made: UUID, slug: str, at: datetime) -> Generator[datetime]:
        """Propose a draft, agree to it, send it."""
        yield at
        drafts.propose(made, by=self.maker(slug, at), now=at)
        at += _LOOKS
        yield at
        drafts.agree(made, by=self.head(slug, at), now=at)
        at += _LOOKS
        yield at
        engine.perform(made, "submit", by=self.maker(slug, at), now=at)

    def say(self, verb: str, made: UUID, slug: str, at: datetime, **more: Any) -> Generator[datetime]:
        """Say a verb of a document's life."""
        yield at
        engine.perform(made, verb, by=self.maker(slug, at), now=at, **more)

    def returned(self, made: UUID, at: datetime, **lacking: str) -> Generator[datetime]:
        """Let the centre return a document, with a reason for each field that lacks."""
        fields = [engine.Lacking(field=field, reason=reason) for field, reason in lacking.items()]
        yield from self.say("return", made, CENTRE.slug, at, fields=fields)

    def part(self, made: UUID, slug: str) -> UUID:
        """An addressee's part, for whoever was asked for last."""
        found: UUID = Reception.objects.values_list("pk", flat=True).get(
            document=made, organisation=self.organisations[slug]
        )
        return found

    def does(self, verb: str, made: UUID, slug: str, at: datetime, **more: Any) -> Generator[datetime]:
        """Say a verb of an addressee's part."""
        yield at
        by = self.maker(slug, at)
        receptions.perform(self.part(made, slug), verb, by=by, now=at, **more)

    def decides(self, made: UUID, slug: str, at: datetime, *accepts: str) -> Generator[datetime]:
        """Decide on each recommendation: empty accepts it, words decline it and say why. The head agrees."""
        yield from self.proposes(made, slug, at, *accepts)
        at += _LOOKS
        yield at
        by = self.head(slug, at)
        receptions.perform(self.part(made, slug), "agree", by=by, now=at)

    def proposes(self, made: UUID, slug: str, at: datetime, *accepts: str) -> Generator[datetime]:
        """Decide, and leave it to the head to agree."""
        verdicts = [Verdict(item, not reason, reason) for item, reason in enumerate(accepts, start=1)]
        verb = "decline" if all(accepts) else "accept"
        yield from self.does(verb, made, slug, at, decision=verdicts)

    def document(self, made: UUID) -> Document:
        """A document, for whoever was asked for last."""
        return access.document_for(made)

    def _who(self, slug: str, roles: frozenset[Role], at: datetime) -> Scope:
        at_home = {slug, *(one.slug for one in INSTITUTIONS if slug in one.serves)}
        here = [person for person in PEOPLE if person.organisation in at_home and person.role in roles]
        own = sorted(here, key=lambda person: person.organisation != slug)
        return scope_of(self.people[own[0].email], at)
