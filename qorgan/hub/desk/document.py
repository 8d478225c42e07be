"""Everything that the page of a document shows, read once: where it stands, what it says, who did what, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext, pgettext

from qorgan.hub.casework import attachments, calendar, engine, queries, receptions
from qorgan.hub.casework.access import author_of, is_actor
from qorgan.hub.casework.deadlines import working_time_left
from qorgan.hub.casework.exact import Wording, read_content
from qorgan.hub.casework.kinds import DocumentKind, kind_of
from qorgan.hub.casework.lifecycle import Actor, Need, Step
from qorgan.hub.casework.models import Attachment, Deadline, Document, Draft, Reception, Version
from qorgan.hub.casework.said import reason_of, text_of
from qorgan.hub.desk import words
from qorgan.hub.desk.difference import Changed, differences
from qorgan.hub.desk.inbox import author_name, names_of
from qorgan.hub.desk.shown import Heading, headings, label_of
from qorgan.hub.desk.together import Together, together_of
from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.signatures import queries as signatures
from qorgan.hub.signatures.queries import Signed
from qorgan.hub.warnings.concerns import Kept, kept
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from qorgan.hub.members.models import Person


@dataclass(frozen=True, slots=True)
class Moment:
    """One of the times that "at once" is measured by (R67.12)."""

    label: str
    at: datetime
    after: str
    """How long after the time before; '' for the first."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A term."""

    clause: str
    who: str
    due_at: datetime
    left: words.Left | None
    """None once it is stopped."""
    stopped_at: datetime | None
    in_time: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """An act as the history tells it."""

    id: int
    at: datetime
    words: str
    who: str
    clause: str
    reason: str
    fields: list[tuple[str, str]]
    """What lacked and why."""
    has_receipt: bool
    is_signed: bool
    """Whether the head agreed by a digital signature."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an addressee said of one recommendation."""

    item: int
    text: str
    accepted: bool | None
    reason: str


@dataclass(frozen=True, slots=True)
class Party:
    """One addressee's part as the page shows it."""

    reception: Reception
    who: str
    state: words.State
    clock: Clock | None
    verdicts: list[Verdict]
    steps: list[Step]
    made_by_me: bool
    """Whether the decision that the head is asked for is one's own."""
    concern: Kept | None
    """What of its inventory the warning is about, as it was when it was addressed: for its own people alone."""
    signed: Signed | None
    """The head's signature under the decision, for its own people and the centre."""

    @property
    def accepted(self) -> int:
        """How many recommendations are accepted."""
        return sum(one.accepted is True for one in self.verdicts)


@dataclass(frozen=True, slots=True)
class Said:
    """A comment."""

    at: datetime
    who: str
    text: str
    between: str
    """The addressee between whom and the author it is; empty where every party reads it."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A field that the centre sent back, why, and what became of it."""

    label: str
    reason: str
    changed: Changed | None
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The page."""

    document: Document
    kind: DocumentKind
    kind_name: str
    state: words.State
    draft: Draft | None
    draft_state: words.State | None
    author: str
    acting: str
    maker: str
    content: list[Heading]
    title: str
    shown_version: int
    """Of what is shown; 0 for the draft."""
    times: list[Moment]
    clocks: list[Clock]
    steps: list[Step]
    made_by_me: bool
    mine: list[Party]
    others: list[Party]
    comments: list[Said]
    deeds: list[Deed]
    versions: list[Version]
    attachments: list[Attachment]
    mended: list[Mended]
    together: Together
    seen: int
    """The last act that was shown, so that whoever acts is told what came after."""
    may_write: bool = False
    signed: Signed | None = None
    """The head's digital signature under what is shown."""

    @property
    def signed_by_others(self) -> list[Party]:
        """Addressees whose heads have signed what they decided."""
        return [one for one in self.others if one.signed]


class Reader:
    """Reads what the page needs, for one person in one language."""

    def __init__(self, document: Document, by: Scope, now: datetime, language: str) -> None:
        self.document, self.by, self.now, self.language = document, by, now, language
        self.kind = kind_of(document.kind)
        self.table = calendar.in_force()
        self.draft = queries.draft_of(document)
        self.versions = queries.versions_of(document)
        self.receptions = queries.receptions_of(document)
        self.signed = signatures.of_decisions(self.receptions)
        self.clocks = queries.clocks_of(document)
        self.acts = queries.acts_of(document)
        self.concerns = kept(document) if document.kind == DocumentType.VULNERABILITY_WARNING else {}
        self.names = names_of(self._places(), language)
        self.is_hidden = author_of(document, by) is None

    def sheet(self, number: int | None = None) -> Sheet:
        """The whole page; `number` asks for an earlier version, 0 for the draft."""
        content, shown = self._content(number)
        struct = read_content(self.kind, dict(content))
        recommendations = list(self.kind.recommendations(struct))
        has_part = bool(self.kind.reception and self.kind.reception.steps)
        parties = [self._party(one, recommendations) for one in self.receptions] if has_part else []
        mine = [one for one in parties if one.reception.organisation_id in self.by.organisations]
        others = [one for one in parties if one.reception.organisation_id not in self.by.organisations]
        document, draft = self.document, self.draft
        return Sheet(
            document=document,
            kind=self.kind,
            kind_name=words.kind_name(document.kind),
            state=words.life_state(document.state),
            draft=draft,
            draft_state=words.preparation_state(draft.state) if draft else None,
            author=author_name(document, self.by, self.names),
            acting=self.names.get(document.acting_id, "—") if document.acting_id and not self.is_hidden else "",
            maker=document.created_by.full_name if self._is_open_to(document.author_id) else "",
            content=headings(self.kind, content),
            title=self.kind.facets(struct).title,
            shown_version=shown,
            times=self._times(),
            clocks=[self._clock(one) for one in self.clocks if one.reception_id is None],
            steps=self._steps(),
            made_by_me=self._is_own(draft),
            mine=mine,
            others=others,
            comments=self._comments(),
            deeds=self._deeds(),
            versions=self.versions,
            attachments=self._files(shown),
            mended=self._mended(content),
            together=together_of(document, self.now),
            seen=max((act.pk for act in self.acts), default=0),
            may_write=any(step.verb == "edit" for step in engine.possible(document, self.by)),
            signed=self._signed(shown),
        )

    def meanwhile(self, seen: int) -> list[Deed]:
        """What was done after the act that somebody saw last."""
        return [deed for deed in self._deeds() if deed.id > seen]

    def _content(self, number: int | None) -> tuple[Mapping[str, Any], int]:
        """What is shown: the version asked for, else the one sent last, else the draft."""
        if self.draft is not None and (number == 0 or not self.versions):
            return self.draft.content, 0
        found = next((one for one in self.versions if number in {None, one.number}), None)
        found = found or next(iter(self.versions), None)
        return (content_of(found), found.number) if found else ({}, 0)

    def _steps(self) -> list[Step]:
        found = engine.possible(self.document, self.by)
        return [
            step
            for step in found
            if not (Need.FINAL in step.needs and not self.document.is_final)
            and not (step.verb == "propose" and not (self.kind.needs_agreement and self._has_news()))
            and not (step.verb == "submit" and Need.COMPLETE in step.needs and not self._has_news())
        ]

    def _files(self, shown: int) -> list[Attachment]:
        """Those of what is shown: of the draft, or those that were sent with the version."""
        if shown == 0:
            return attachments.of_draft(self.document) if self.draft else []
        return attachments.of_version(next(one for one in self.versions if one.number == shown))

    def _signed(self, shown: int) -> Signed | None:
        """The signature under the version that is shown, or under the draft once it is agreed."""
        if shown == 0:
            return signatures.of_draft(self.draft)
        return signatures.of_version(next(one for one in self.versions if one.number == shown))

    def _is_own(self, draft: Draft | None) -> bool:
        """Whether a head cannot agree for having written in it."""
        is_head = is_actor(Actor.HEAD, self.by, self.document)
        return bool(is_head and draft and draft.state == "proposed" and self.by.person_id in draft.makers)

    def _has_news(self) -> bool:
        sent = self.document.sent_at
        return self.draft is not None and (sent is None or self.draft.edited_at > sent)

    def _times(self) -> list[Moment]:
        document = self.document
        named = (
            (gettext("found"), document.found_at),
            (gettext("drafted"), document.created_at if self._is_open_to(document.author_id) else None),
            (gettext("agreed"), document.agreed_at),
            (gettext("submitted"), document.submitted_at),
            (pgettext("document", "received"), document.received_at),
            (gettext("closed"), document.closed_at),
        )
        found: list[Moment] = []
        for label, at in named:
            if at is not None:
                after = words.after(at - found[-1].at) if found and at >= found[-1].at else ""
                found.append(Moment(label, at, after))
        return found

    def _clock(self, one: Deadline) -> Clock:
        left = None if one.stopped_at else words.left(working_time_left(one.due_at, self.now, self.table))
        is_hidden = self.is_hidden and one.organisation_id == self.document.author_id
        who = "" if is_hidden else self.names.get(one.organisation_id, "—")
        return Clock(one.clause, who, one.due_at, left, one.stopped_at, (one.stopped_at or self.now) <= one.due_at)

    def _party(self, one: Reception, recommendations: list[str]) -> Party:
        decided = {each["item"]: each for each in one.decision}
        clocks = [clock for clock in self.clocks if clock.reception_id == one.pk]
        verdicts = [
            Verdict(at, text, decided.get(at, {}).get("accepted"), decided.get(at, {}).get("reason", ""))
            for at, text in enumerate(recommendations, 1)
        ]
        return Party(
            reception=one,
            who=self.names.get(one.organisation_id, "—"),
            state=words.reception_state(one.state),
            clock=self._clock(clocks[-1]) if clocks else None,
            verdicts=verdicts,
            steps=receptions.possible(one, self.by) if not self.document.closed_at else [],
            made_by_me=self.by.person_id in one.makers,
            concern=self.concerns.get(one.organisation_id) if one.organisation_id in self.by.organisations else None,
            signed=self.signed.get(one.pk),
        )

    def _comments(self) -> list[Said]:
        addressees = {one.pk: self.names.get(one.organisation_id, "—") for one in self.receptions}
        return [
            Said(
                at=one.at,
                who=self._whom(one.organisation_id, one.home_id, one.person),
                text=text_of(one),
                between=addressees.get(one.reception_id, "—") if one.reception_id else "",
            )
            for one in queries.comments_of(self.document)
        ]

    def _deeds(self) -> list[Deed]:
        receipts = queries.with_receipts(self.document)
        return [
            Deed(
                id=act.pk,
                at=act.at,
                words=words.done(act.verb, reception=act.reception_id is not None),
                who=self._whom(act.organisation_id, act.home_id, act.person),
                clause=act.clause,
                reason=reason_of(act.detail),
                fields=[(label_of(self.kind, one["field"]), one["reason"]) for one in act.detail.get("fields", [])],
                has_receipt=act.pk in receipts,
                is_signed="signature" in act.detail,
            )
            for act in self.acts
        ]

    def _mended(self, content: Mapping[str, Any]) -> list[Mended]:
        """What came back last, with the difference that mends it."""
        returned = next((act for act in reversed(self.acts) if act.verb == "return"), None)
        if returned is None:
            return []
        old = next((one for one in self.versions if one.number == returned.version), None)
        is_open = self.document.state == "returned" and self.draft is not None
        new = self.draft.content if is_open and self.draft else content
        changes = {one.name: one for one in differences(self.kind, content_of(old) if old else {}, new)}
        return [
            Mended(
                label_of(self.kind, one["field"]),
                one["reason"],
                changes.get(one["field"].partition(".")[0]),
                returned.clause,
            )
            for one in returned.detail.get("fields", [])
        ]

    def _places(self) -> Iterable[UUID]:
        yield self.document.author_id
        if self.document.acting_id:
            yield self.document.acting_id
        for part in self.receptions:
            yield part.organisation_id
        for act in self.acts:
            yield act.organisation_id
            yield act.home_id
        for clock in self.clocks:
            yield clock.organisation_id

    def _is_open_to(self, organisation: UUID) -> bool:
        """Whether the people of an organisation are named: to their own, and to the centre."""
        return self.by.reach is Reach.CENTRE or organisation in self.by.organisations

    def _whom(self, organisation: UUID, home: UUID, person: Person | None) -> str:
        if self.is_hidden and organisation == self.document.author_id:
            return author_name(self.document, self.by, self.names)
        name = self.names.get(organisation, "—")
        if home != organisation:
            name = gettext("%(centre)s for %(organisation)s") % {
                "centre": self.names.get(home, "—"),
                "organisation": name,
            }
        return f"{person.full_name}, {name}" if person and self._is_open_to(home) else name


def content_of(version: Version) -> Mapping[str, Any]:
    """What a version that was sent says."""
    return wording_of(version).content


def wording_of(version: Version) -> Wording:
    """A version that was sent, with its head."""
    return msgspec.json.decode(bytes(version.exact), type=Wording)
