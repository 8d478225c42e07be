"""Routes that begin a document out of something else, and those that join documents: what the engine alone cannot."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from qorgan.hub.api import documents, given, taken
from qorgan.hub.api.call import Answer, Call
from qorgan.hub.calls import actions as calls
from qorgan.hub.casework import access
from qorgan.hub.casework.models import Document
from qorgan.hub.incidents import actions as incidents
from qorgan.hub.inquiries import actions as inquiries
from qorgan.hub.members.access import require
from qorgan.hub.members.roles import Right
from qorgan.hub.warnings import actions as warnings
from qorgan.hub.warnings import csaf_file, queries

LARGEST_ADVISORY: Final = csaf_file.LARGEST


def card(call: Call) -> Answer:
    """Begin an incident card with all that chosen signals tell."""
    asked: taken.CardOfSignals = call.body
    return _begun(
        incidents.start_card(asked.signals, author=asked.author, by=call.scope, now=call.now, drill=asked.drill), call
    )


def answer(call: Call) -> Answer:
    """Begin the answer to an inquiry that came to an addressee, or give the one that was begun."""
    return _begun(inquiries.start_answer(call.id, by=call.scope, now=call.now), call)


def phone_report(call: Call) -> Answer:
    """Begin to take down a report by phone."""
    asked: taken.CallTaken = call.body
    return _begun(
        calls.take_down(asked.institution, by=call.scope, now=call.now, content=asked.content, drill=asked.drill), call
    )


def join(call: Call) -> Answer:
    """Make one incident of a recorded call and the card that came later."""
    asked: taken.Joined = call.body
    made = calls.join(call.id, asked.card, by=call.scope, now=call.now, revision=asked.revision)
    return Answer(documents.shown(made, call))


def letter(call: Call) -> Answer:
    """Write down the letter that repeats a call."""
    asked: taken.Letter = call.body
    made = calls.note_letter(
        call.id, number=asked.number, dated=asked.dated, received_at=asked.received_at, by=call.scope, now=call.now
    )
    return Answer(documents.shown(made, call))


def advisory(call: Call) -> Answer:
    """Make the draft of a vulnerability warning out of a CSAF 2.0 file, or bring the one it made up to date."""
    require(call.scope, Right.DOCUMENTS_WRITE)
    made = warnings.import_advisory(call.body, author=call.scope.memberships[0], by=call.scope, now=call.now)
    return _begun(made, call)


def address(call: Call) -> Answer:
    """Fill the addressees of a draft by the inventories of the profiles."""
    found = warnings.address(call.id, by=call.scope, now=call.now)
    return Answer(
        [
            given.Addressed(organisation=place, products=[f"{one.used.vendor} {one.used.product}" for one in matched])
            for place, matched in found.items()
        ]
    )


def superseding(call: Call) -> Answer:
    """Begin a warning that takes the place of a published one."""
    return _begun(warnings.supersede(call.id, by=call.scope, now=call.now), call)


def coverage(call: Call) -> Answer:
    """Where a warning stands at its addressees."""
    require(call.scope, Right.DOCUMENTS_READ)
    found = queries.coverage(access.document_for(call.id), call.scope, call.now)
    return Answer(
        given.CoverageShown(
            parts=[
                given.PartCovered(
                    reception=one.reception,
                    organisation=one.institution.id if one.institution else None,
                    state=one.state,
                    version=one.version,
                    delivered_at=one.delivered_at,
                    decided_at=one.decided_at,
                    processed_at=one.processed_at,
                    due_at=one.due_at,
                    late=one.late,
                )
                for one in found.parts
            ],
            states=found.states,
            late=found.late,
            recommendations=[
                given.RecommendationCovered(item=one.item, text=one.text, accepted=one.accepted, declined=one.declined)
                for one in found.recommendations
            ],
        )
    )


def _begun(document: Document, call: Call) -> Answer:
    where = f"/api/v1/documents/{document.pk}"
    return Answer(documents.shown(document, call), HTTPStatus.CREATED, headers={"Location": where})
