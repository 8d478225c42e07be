"""The call that told of a card first is found again, so that both are one incident (R48I.3-fallback).

Sure is: the number that the centre gave on the phone, of a report of this very institution; or, where no number was
written down, the one report of it from the same number, at about the same time, of the same category. Whatever is less
is shown to the officer, who joins by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from qorgan.hub.calls import actions as calls
from qorgan.hub.calls.kind import PHONE_REPORT, plain_number
from qorgan.hub.calls.lifecycle import RECORDED
from qorgan.hub.calls.queries import words_of
from qorgan.hub.casework.models import Document
from qorgan.hub.members import access as members
from qorgan.hub.members.access import HUB
from qorgan.hub.packages import people
from qorgan.hub.packages.models import Package
from qorgan.wire.package import Call, Evidence

NEAR: Final = timedelta(minutes=30)
"""By how much the two ends of a call may disagree about when it was."""


def join_if_sure(package: Package, now: datetime) -> Document | None:
    """Join the recorded call that this card was told by, where there is no doubt; gives the report."""
    call = call_of(package)
    members.enter(HUB)
    if call is None or is_joined(package.document):
        return None
    report = _the_one(call, package)
    if report is None:
        return None
    return calls.join(report.pk, package.document_id, by=people.itself(), now=now)


def call_of(package: Package) -> Call | None:
    """The call that the package tells of."""
    return msgspec.convert(package.evidence, Evidence).call


def is_joined(card: Document) -> bool:
    """Whether a report by phone is part of this card's incident already."""
    return Document.objects.filter(about=card, kind=PHONE_REPORT.code).exists()


def possible(package: Package) -> list[Document]:
    """Recorded calls of the institution that nobody has joined with a card yet, the latest first."""
    rows = Document.objects.filter(
        kind=PHONE_REPORT.code,
        state=RECORDED,
        drill=package.document.drill,
        receptions__organisation=package.organisation_id,
    )
    return list(rows.order_by("-submitted_at", "pk").distinct())


def to_ask(most: int) -> Iterator[tuple[Package, list[Document]]]:
    """Cards that say they were told by phone and have no report yet, each with the reports that it might be."""
    shown: set[object] = set()
    for package in Package.objects.select_related("document", "organisation").order_by("-received_at")[:most]:
        if package.document_id in shown or call_of(package) is None or is_joined(package.document):
            continue
        shown.add(package.document_id)
        yield package, possible(package)


def _the_one(call: Call, package: Package) -> Document | None:
    several = possible(package)
    if call.centre_number.strip():
        return next((one for one in several if one.number == call.centre_number.strip().upper()), None)
    alike = [one for one in several if _is_alike(one, call, package)]
    return alike[0] if len(alike) == 1 else None


def _is_alike(report: Document, call: Call, package: Package) -> bool:
    words = words_of(report)
    return (
        words.called_at is not None
        and abs(words.called_at - datetime.fromisoformat(call.called_at)) <= NEAR
        and plain_number(words.calling_number) == plain_number(call.called_from)
        and report.category == package.document.category
    )
