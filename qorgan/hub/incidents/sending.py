"""What holds of a card besides its own words when a version of it is sent, in the transaction of the sending."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.cards.content import Card
from qorgan.cards.form import CLAUSE
from qorgan.hub.casework import access
from qorgan.hub.casework.exact import Wording
from qorgan.hub.casework.models import Document
from qorgan.hub.incidents.models import Link
from qorgan.hub.members.access import Scope
from qorgan.kit.refusal import Refusal


def sent(document: Document, verb: str, _by: Scope, _now: datetime) -> None:
    """Check that the stage goes on, and keep the links of the version. Raises Refusal `stage-goes-back`."""
    if verb == "submit":
        words = msgspec.convert(document.draft.content, Card)
        _check_stage(document, words)
        _keep_links(document, words)


def _check_stage(document: Document, words: Card) -> None:
    """A final report stays one: what follows it is a final report again."""
    if document.version == 1:
        return
    before = access.version_for(document, document.version - 1)
    said = msgspec.convert(msgspec.json.decode(bytes(before.exact), type=Wording).content, Card)
    if words.stage < said.stage:
        raise Refusal(
            "stage-goes-back",
            _("A later stage of this card was sent already. Choose it, or one after it."),
            CLAUSE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            field="stage",
        )


def _keep_links(document: Document, words: Card) -> None:
    """Keep what the version names, for whoever looks from the other side; what it does not name is dropped."""
    wanted = {reference.strip() for reference in (*words.related, *words.signals)} - {""}
    Link.objects.filter(document=document).exclude(reference__in=wanted).delete()
    there = set(Link.objects.filter(document=document).values_list("reference", flat=True))
    Link.objects.bulk_create(
        Link(document=document, author_id=document.author_id, reference=reference) for reference in wanted - there
    )
