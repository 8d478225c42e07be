"""Answering an inquiry (R67.14): a draft beside the work, and what sending it means for the inquiry."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import access, drafts, receptions
from qorgan.hub.casework.models import Document, Reception
from qorgan.hub.inquiries import lifecycle
from qorgan.hub.inquiries.content import ANSWER_CLAUSE
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Scope
from qorgan.kit.refusal import Refusal
from qorgan.law.documents import DocumentType

_ANSWERABLE: Final = frozenset({lifecycle.IN_WORK, lifecycle.WORK_DONE})


@transaction.atomic
def start_answer(reception_id: UUID, *, by: Scope, now: datetime) -> Document:
    """Begin the answer of an addressee, or give the one that was begun.

    A draft can be written while the work lasts; it is sent once the work is finished. Raises Refusal
    `wrong-state` unless the inquiry was taken into work, `not-allowed`.
    """
    members.enter(by)
    reception = access.reception_for(reception_id, lock=True)
    inquiry = reception.document
    if inquiry.kind != DocumentType.INQUIRY:
        raise drafts.wrong_state(ANSWER_CLAUSE)
    if reception.answer_id is not None:
        return access.document_for(reception.answer_id)
    if reception.state not in _ANSWERABLE or inquiry.state != lifecycle.SENT:
        raise drafts.wrong_state(ANSWER_CLAUSE)
    words = {"subject": inquiry.title, "tlp": inquiry.tlp or None}
    document = drafts.create(
        DocumentType.ANSWER, author=reception.organisation_id, by=by, now=now, content=words, about=inquiry
    )
    reception.answer = document
    reception.revision += 1
    reception.save(update_fields=["answer", "revision"])
    return document


def after_answer(document: Document, verb: str, by: Scope, now: datetime) -> None:
    """Sending an answer answers the inquiry; discarding it makes room for another. Raises Refusal."""
    if verb not in {"submit", "discard"}:
        return
    found = Reception.objects.filter(answer=document).values_list("pk", flat=True).first()
    if found is None:
        raise Refusal(
            "inquiry-missing",
            _("An answer belongs to an inquiry that came to you."),
            ANSWER_CLAUSE,
            HTTPStatus.CONFLICT,
        )
    reception = access.reception_for(found, lock=True)
    if verb == "discard":
        reception.answer = None
        reception.revision += 1
        reception.save(update_fields=["answer", "revision"])
    elif reception.state == lifecycle.IN_WORK:
        raise Refusal(
            "work-not-finished",
            _("Say first that the work on the inquiry is finished: the term of the answer runs from there."),
            ANSWER_CLAUSE,
            HTTPStatus.CONFLICT,
        )
    elif reception.state == lifecycle.WORK_DONE:
        receptions.perform(reception.pk, "answer", by=by, now=now)
