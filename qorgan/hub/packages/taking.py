"""A package becomes a card as it was submitted: made, agreed and sent by its own people, once (R48I.3, R67.12).

Everything happens in one transaction under a lock of the card, so that whoever is killed, repeats or comes at the same
time finds one card. Rows keep the institution's times; acts and the ledger keep the hub's, for only those it can vouch.
"""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from qorgan.cards.words import Channel
from qorgan.hub.casework import access, drafts, engine
from qorgan.hub.casework.models import ActReceipt, Document, Draft
from qorgan.hub.incidents.kind import INCIDENT_CARD
from qorgan.hub.members import access as members
from qorgan.hub.members.access import HUB
from qorgan.hub.packages import joining, people
from qorgan.hub.packages.models import Package
from qorgan.hub.packages.proving import CLAUSE, Proven, prove
from qorgan.kit.refusal import Refusal
from qorgan.ledger.entry import instant
from qorgan.wire.package import Reply

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 48))"


@transaction.atomic
def take(file: bytes, *, now: datetime, brought_by: int | None = None, by_module: bool = False) -> Package:
    """Take a package. The same again gives what it gave the first time. Raises Refusal and changes nothing.

    `brought_by` is the person who imports the file; `by_module` says that the module itself sent it, ASOI being back.
    """
    proven = prove(file, now)
    _lock(proven)
    known = Package.objects.filter(digest=proven.opened.digest).first()
    if known is None:
        known = _keep(proven, file, _document(proven, now, by_module=by_module), now, brought_by)
    joining.join_if_sure(known, now)
    members.enter(HUB)
    return known


def reply_to(package: Package) -> Reply:
    """What is given back for a package. Its receipt is null for the seconds until the clerk has entered the act.

    Must run inside a transaction of whoever may see the document.
    """
    version = access.version_for(package.document, package.version)
    found = ActReceipt.objects.filter(
        act__document=package.document, act__verb="submit", act__version=package.version
    ).order_by("pk")
    receipt = found.values_list("receipt", flat=True).first()
    return Reply(
        card=str(package.card),
        wording=package.wording,
        number=package.document.number,
        version=package.version,
        received_at=instant(version.sent_at),
        exact=bytes(version.exact).decode(),
        receipt=msgspec.Raw(b"null" if receipt is None else bytes(receipt)),
    )


def _lock(proven: Proven) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{proven.organisation.pk}/{proven.words.card}"])


def _document(proven: Proven, now: datetime, *, by_module: bool) -> tuple[Document, int]:
    """The card of the package with its version, made now if these words have not come before. Raises Refusal."""
    earlier = Package.objects.filter(organisation=proven.organisation, card=proven.words.card)
    same = earlier.filter(wording=proven.words.wording).select_related("document").first()
    if same is not None:
        if same.agreed != proven.opened.package.agreement.digest:
            raise _conflict(_("Other words of this card came under the same number already."))
        return same.document, same.version
    last = earlier.order_by("-wording").select_related("document").first()
    if last is not None and last.wording > proven.words.wording:
        raise _conflict(_("A later wording of this card came already."))
    return _send(proven, last.document if last else None, now, by_module=by_module)


def _send(proven: Proven, document: Document | None, now: datetime, *, by_module: bool) -> tuple[Document, int]:
    """Say every verb of the card's preparation and sending, each as the person who said it at the institution."""
    agreement = proven.opened.package.agreement
    maker = people.maker_of(agreement.maker, proven.organisation.pk, _moment(agreement.proposed_at, now))
    head = people.head_of(agreement.head, proven.organisation.pk, _moment(agreement.agreed_at, now))
    content = _content(proven, by_module=by_module)
    if document is None:
        made = drafts.create(
            INCIDENT_CARD.code,
            author=proven.organisation.pk,
            by=maker,
            now=now,
            content=content,
            drill=proven.words.drill,
        )
    else:
        made = drafts.edit(document.pk, content, by=maker, now=now)
    drafts.propose(made.pk, by=maker, now=now)
    drafts.agree(made.pk, by=head, now=now, proof={"package": proven.opened.digest})
    members.enter(maker)
    Draft.objects.filter(document=made).update(agreed_at=_moment(agreement.agreed_at, now))
    sent = engine.perform(made.pk, "submit", by=maker, now=now)
    if document is None:
        _keep_times(sent, proven, now, by_module=by_module)
    return sent, sent.version


def _content(proven: Proven, *, by_module: bool) -> dict[str, Any]:
    """The agreed words, with what the module alone can say: by which way it was told, the call and the letter."""
    content, said = dict(proven.words.content), proven.opened.package.evidence
    if said.call is not None:
        content["channel"] = Channel.PHONE.value
        content["told"] = {
            "called_at": said.call.called_at,
            "called_from": said.call.called_from,
            "letter_number": said.letter.number if said.letter else "",
            "letter_date": said.letter.dated if said.letter else None,
        }
    elif not by_module:
        content["channel"] = Channel.TRANSPORT.value
    return content


def _keep_times(sent: Document, proven: Proven, now: datetime, *, by_module: bool) -> None:
    """The card's own times: when it was begun; and, where the transport carried it, when it was given to that."""
    package = proven.opened.package
    sent.created_at = _moment(package.agreement.drafted_at, now)
    if not by_module:
        sent.submitted_at = _moment(package.sealed_at, now)
    sent.save(update_fields=["created_at", "submitted_at"])


def _keep(proven: Proven, file: bytes, made: tuple[Document, int], now: datetime, brought_by: int | None) -> Package:
    members.enter(HUB)
    package = proven.opened.package
    document, version = made
    return Package.objects.create(
        digest=proven.opened.digest,
        organisation=proven.organisation,
        document=document,
        version=version,
        card=UUID(proven.words.card),
        wording=proven.words.wording,
        agreed=package.agreement.digest,
        module=UUID(package.module),
        key=package.key,
        file=file,
        evidence=msgspec.to_builtins(package.evidence),
        drafted_at=datetime.fromisoformat(package.agreement.drafted_at),
        agreed_at=datetime.fromisoformat(package.agreement.agreed_at),
        sealed_at=datetime.fromisoformat(package.sealed_at),
        received_at=now,
        brought_by_id=brought_by,
    )


def _moment(text: str, now: datetime) -> datetime:
    """A time of the institution's clock, which may be ahead of ours: nothing that is done lies in the future."""
    return min(datetime.fromisoformat(text).astimezone(UTC), now)


def _conflict(message: object) -> Refusal:
    return Refusal("package-conflict", str(message), CLAUSE, HTTPStatus.CONFLICT, field="file")
