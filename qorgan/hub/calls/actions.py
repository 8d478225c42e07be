"""Reports by phone: taken down, joined with the card and the letter into one incident (R48I.3-fallback)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from qorgan.hub.calls.kind import PHONE_REPORT, match_of
from qorgan.hub.calls.lifecycle import CLAUSE, CLOSED, JOINED
from qorgan.hub.calls.queries import words_of
from qorgan.hub.casework import access, directory, drafts, engine
from qorgan.hub.casework.exact import plain
from qorgan.hub.casework.models import Document
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Reach, Scope


@transaction.atomic
def take_down(
    institution: UUID,
    *,
    by: Scope,
    now: datetime,
    content: Mapping[str, Any] | None = None,
    drill: bool = False,
) -> Document:
    """Begin to take down a call of an institution; the calling number is held against its profile. Raises Refusal."""
    members.enter(by)
    called = members.organisation_for(institution)
    said = {"called_at": now, **(content or {})}
    number = str(said.get("calling_number") or "")
    if number:
        said["number_is"] = match_of(number, called).value
    author = directory.authority().id if by.reach is Reach.CENTRE else institution
    report = drafts.create(PHONE_REPORT.code, author=author, by=by, now=now, content=said, drill=drill)
    return drafts.edit(report.pk, access.draft_for(report).content, by=by, now=now, addressees=[institution])


@transaction.atomic
def record(report_id: UUID, *, by: Scope, now: datetime, revision: int | None = None) -> Document:
    """Record a report as it was read back. Raises Refusal."""
    return engine.perform(report_id, "submit", by=by, now=now, revision=revision)


@transaction.atomic
def join(report_id: UUID, card_id: UUID, *, by: Scope, now: datetime, revision: int | None = None) -> Document:
    """Make one incident of a recorded call and the card that came later. Raises Refusal."""
    members.enter(by)
    report = _report(report_id)
    drafts.check_revision(report.revision, revision)
    report.about = access.document_for(card_id)
    report.save(update_fields=["about"])
    return _closed_with_letter(engine.perform(report_id, "join", by=by, now=now), by=by, now=now)


@transaction.atomic
def note_letter(
    report_id: UUID,
    *,
    number: str,
    dated: date,
    received_at: datetime,
    by: Scope,
    now: datetime,
) -> Document:
    """Write down the letter that repeats a call, before or after the card has come. Raises Refusal."""
    members.enter(by)
    report = _report(report_id)
    said = plain(words_of(report)) | {
        "letter_number": number,
        "letter_date": dated,
        "letter_received_at": received_at,
    }
    drafts.edit(report_id, said, by=by, now=now)
    return _closed_with_letter(engine.perform(report_id, "submit", by=by, now=now), by=by, now=now)


def _report(report_id: UUID) -> Document:
    """The report under its lock. Raises Refusal, `wrong-state` for a document of another kind."""
    found = access.document_for(report_id, lock=True)
    if found.kind != PHONE_REPORT.code or found.version == 0:
        raise drafts.wrong_state(CLAUSE)
    return found


def _closed_with_letter(report: Document, *, by: Scope, now: datetime) -> Document:
    """Once card and letter are there, nothing is awaited."""
    if report.state != JOINED or not words_of(report).has_letter:
        return report
    step = PHONE_REPORT.life.step(report.state, "close")
    if step is None or step.to != CLOSED:
        raise RuntimeError("a joined report can be closed")
    return engine.perform(report.pk, step.verb, by=by, now=now)
