"""Keeps what the sent version of a card names, for whoever looks from the other side."""

from __future__ import annotations

from datetime import datetime

import msgspec

from qorgan.hub.casework.models import Document
from qorgan.hub.incidents.content import Card
from qorgan.hub.incidents.models import Link
from qorgan.hub.members.access import Scope


def keep(document: Document, verb: str, _by: Scope, _now: datetime) -> None:
    """Keep the links of a version that is being sent, in its transaction; those it no more names are dropped."""
    if verb != "submit":
        return
    words = msgspec.convert(document.draft.content, Card)
    wanted = {reference.strip() for reference in (*words.related, *words.signals)} - {""}
    Link.objects.filter(document=document).exclude(reference__in=wanted).delete()
    there = set(Link.objects.filter(document=document).values_list("reference", flat=True))
    Link.objects.bulk_create(
        Link(document=document, author_id=document.author_id, reference=reference) for reference in wanted - there
    )
