"""What is done with warnings besides the engine's verbs: import, addressing by inventories, superseding, the month."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import access, calendar, deadlines, directory, drafts, engine
from qorgan.hub.casework.exact import content_in, plain, read_content
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.lifecycle import Actor
from qorgan.hub.casework.models import Deadline, Document, Draft, Reception
from qorgan.hub.casework.said import SUPERSEDED_BY
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.models import Organisation, OrganisationState
from qorgan.hub.members.profile import Product
from qorgan.hub.warnings import concerns, csaf, lifecycle
from qorgan.hub.warnings.matching import Match, Matcher, matches
from qorgan.hub.warnings.threat import ThreatWarning
from qorgan.hub.warnings.vulnerability import CLAUSE, VulnerabilityWarning, is_critical
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind
from qorgan.law.documents import DocumentType
from qorgan.law.trading_platform import INSTALL_CRITICAL_UPDATE

_OPEN: Final = frozenset({lifecycle.RECEIVED, lifecycle.ACCEPTING, lifecycle.DECLINING, lifecycle.ACCEPTED})
_KEPT: Final = ("recommendations", "due_at", "to_all", "tlp")
"""What people of the centre decided, which a newer file of the same advisory does not undo."""


@transaction.atomic
def import_advisory(raw: bytes, *, author: UUID, by: Scope, now: datetime) -> Document:
    """Make the draft of a vulnerability warning out of a CSAF file, or bring the draft of the same advisory up to date.

    A newer file of an advisory that a warning was made of changes that warning's draft: sending it again makes
    the next version. Raises Refusal `csaf-malformed`, `csaf-too-large`, `csaf-known`, `not-allowed`, `centre-only`.
    """
    members.enter(by)
    content = csaf.read(raw)
    known = draft_of(content, author)
    if known is None:
        return drafts.create(DocumentType.VULNERABILITY_WARNING, author=author, by=by, now=now, content=plain(content))
    if known.content.get("imported_from") == content.imported_from:
        raise Refusal(
            "csaf-known",
            _("Warning %(number)s was made of this very file.") % {"number": known.document.number},
            CLAUSE,
            HTTPStatus.CONFLICT,
        )
    kept = {name: known.content[name] for name in _KEPT if known.content.get(name)}
    return drafts.edit(known.document_id, plain(content) | kept, by=by, now=now)


def draft_of(content: VulnerabilityWarning, author: UUID) -> Draft | None:
    """The draft that was made of the same advisory, whichever of its files it was."""
    rows = Draft.objects.filter(
        author=author,
        document__kind=DocumentType.VULNERABILITY_WARNING,
        document__state__in=(lifecycle.NEW, lifecycle.PUBLISHED),
        content__publisher=content.publisher,
        content__advisory=content.advisory,
    )
    return rows.select_related("document").first()


@transaction.atomic
def address(document_id: UUID, *, by: Scope, now: datetime) -> dict[UUID, list[Match]]:
    """Fill the addressees of a draft by the inventories of the profiles, and say what matched at each.

    Whoever makes the warning reviews the result and may change it. With `to_all` everyone connected is addressed.
    Only the centre reads inventories of others. Raises Refusal.
    """
    members.enter(by)
    document = access.document_for(document_id, lock=True)
    draft = access.draft_for(document)
    if document.kind != DocumentType.VULNERABILITY_WARNING or by.reach is not Reach.CENTRE:
        raise Refusal("centre-only", _("Only the sectoral centre addresses by inventories."), CLAUSE)
    content = read_content(kind_of(document.kind), draft.content)
    if not isinstance(content, VulnerabilityWarning):
        raise TypeError(document.kind)
    found = _matched_everywhere(content)
    concerns.keep(document, content, found, now=now)
    chosen = [entry.id for entry in _institutions()] if content.to_all else list(found)
    drafts.edit(document_id, draft.content, by=by, now=now, addressees=chosen)
    return found


@transaction.atomic
def supersede(document_id: UUID, *, by: Scope, now: datetime) -> Document:
    """Begin a warning that takes the place of another: its words to start from, and the other named in it.

    When it is sent, the other is withdrawn. Raises Refusal `wrong-state` unless the other is published, and
    `not-allowed` for anyone but its author and the centre.
    """
    members.enter(by)
    old = access.document_for(document_id)
    if old.kind not in {DocumentType.THREAT_WARNING, DocumentType.VULNERABILITY_WARNING}:
        raise drafts.wrong_state("R67.10")
    step = kind_of(old.kind).life.step(old.state, "withdraw")
    if step is None:
        raise drafts.wrong_state("R67.10")
    actor = access.acting(step, by, old)
    kind = kind_of(old.kind)
    content = plain(content_in(kind, bytes(access.version_for(old, old.version).exact)))
    author = old.author_id if actor is Actor.MAKER else by.memberships[0]
    return drafts.create(old.kind, author=author, by=by, now=now, content=content, about=old, drill=old.drill)


def after_threat(document: Document, verb: str, by: Scope, now: datetime) -> None:
    """Sending a warning withdraws the one it takes the place of."""
    old = document.about
    if verb == "submit" and old is not None and document.version == 1 and old.state == lifecycle.PUBLISHED:
        engine.perform(old.pk, "withdraw", by=by, now=now, reason={SUPERSEDED_BY: document.number})


def after_vulnerability(document: Document, verb: str, by: Scope, now: datetime) -> None:
    """Besides, sending a critical one starts the month of R57.13 for operators of trading platforms."""
    after_threat(document, verb, by, now)
    if verb != "submit":
        return
    content = read_content(kind_of(document.kind), document.draft.content)
    if not isinstance(content, VulnerabilityWarning):
        return
    concerns.send(document, content, now=now)
    if not is_critical(content):
        return
    since = content.update_published_at
    if since is None:
        return
    platforms = {entry.id for entry in directory.entries() if entry.kind is OrganisationKind.TRADING_PLATFORM}
    counted = Deadline.objects.filter(document=document, clause=INSTALL_CRITICAL_UPDATE.clause, stopped_at=None)
    running = set(counted.values_list("reception_id", flat=True))
    parts = Reception.objects.filter(document=document, organisation__in=platforms, state__in=_OPEN)
    table = calendar.in_force()
    for part in parts.exclude(pk__in=running):
        deadlines.start(
            INSTALL_CRITICAL_UPDATE,
            calendar=table,
            document=document,
            organisation=part.organisation_id,
            now=since,
            reception=part,
        )


def in_time(content: ThreatWarning, _organisation: Organisation, now: datetime) -> bool:
    """Whether a threat warning still says something to an organisation that is connected at a moment."""
    return content.valid_until is None or content.valid_until > now


def concerns_later(content: VulnerabilityWarning, organisation: Organisation, _now: datetime) -> bool:
    """Whether a vulnerability warning concerns an organisation that is connected after it was sent."""
    return content.to_all or bool(Matcher(content).matches(_inventory(organisation)))


def brought(reception: Reception, _by: Scope, now: datetime) -> None:
    """Keep why it concerns whoever was connected later, and start the month of R57.13 for it."""
    document = reception.document
    content = content_in(kind_of(document.kind), bytes(access.version_for(document, document.version).exact))
    if not isinstance(content, VulnerabilityWarning):
        raise TypeError(document.kind)
    organisation = members.organisation_for(reception.organisation_id)
    concerns.bring(document, content, organisation.pk, matches(content, _inventory(organisation)), now=now)
    has_update = is_critical(content) and content.update_published_at is not None
    if has_update and organisation.kind == OrganisationKind.TRADING_PLATFORM:
        deadlines.start(
            INSTALL_CRITICAL_UPDATE,
            calendar=calendar.in_force(),
            document=document,
            organisation=organisation.pk,
            now=now,
            reception=reception,
        )


def _inventory(organisation: Organisation) -> tuple[Product, ...]:
    return msgspec.convert(organisation.inventory, tuple[Product, ...])


def _institutions() -> list[directory.Entry]:
    return [entry for entry in directory.entries() if entry.kind is not OrganisationKind.AUTHORITY]


def _matched_everywhere(content: VulnerabilityWarning) -> dict[UUID, list[Match]]:
    matcher = Matcher(content)
    rows = Organisation.objects.filter(state=OrganisationState.CONNECTED).exclude(kind=OrganisationKind.AUTHORITY)
    found: dict[UUID, list[Match]] = {}
    for organisation, inventory in rows.order_by("name_en", "pk").values_list("pk", "inventory").iterator():
        if matched := matcher.matches(msgspec.convert(inventory, tuple[Product, ...])):
            found[organisation] = matched
    return found
