"""The page on which a head agrees to a decision on a warning: the verdicts, the exact bytes, the signature (R67.13)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from qorgan.hub.casework import deciding, receptions
from qorgan.hub.casework.access import document_for, reception_for
from qorgan.hub.desk import words
from qorgan.hub.desk.agreeing import page
from qorgan.hub.desk.asking import Told, asks, language, number, onward, reader, told
from qorgan.hub.desk.document import Reader
from qorgan.hub.signatures import agreeing
from qorgan.hub.signatures.believing import read_cms
from qorgan.hub.signatures.queries import decision_signature_for
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.ledger.entry import document_digest

if TYPE_CHECKING:
    from qorgan.hub.casework.models import Reception
    from qorgan.hub.members.access import Scope


@asks
def agree(request: HttpRequest, reception: UUID) -> HttpResponse:
    """What the head agrees to: each recommendation with its verdict, the digest, and the answer."""
    by = reader(request)
    part = reception_for(reception)
    refused, status = None, HTTPStatus.OK
    if request.method == "POST":
        try:
            _say(part, request, by)
        except Refusal as refusal:
            refused = told(refusal, document_for(part.document_id), by, number(request, "seen"))
            status = HTTPStatus(refusal.status)
        else:
            messages.success(request, gettext("Done: %(act)s.") % {"act": words.done(deciding.AGREE, reception=True)})
            return onward(request, part.document_id)
    return _page(request, reception_for(reception), by, refused, status)


@require_safe
def exact(request: HttpRequest, reception: UUID) -> HttpResponse:
    """The very bytes that the head is asked to agree to and to sign."""
    by = reader(request)
    return _download(deciding.proposed(reception_for(reception), by=by), "application/json", "decision.json")


@require_safe
def signature(request: HttpRequest, reception: UUID) -> HttpResponse:
    """The head's digital signature (CMS) under the decision."""
    reader(request)
    found = decision_signature_for(reception_for(reception))
    return _download(bytes(found.cms), "application/pkcs7-signature", "decision.p7s")


@require_safe
def evidence(request: HttpRequest, reception: UUID) -> HttpResponse:
    """All that the signature was believed on: `qorgan eds verify --evidence` reaches the verdict again, offline."""
    reader(request)
    found = decision_signature_for(reception_for(reception))
    return _download(bytes(found.evidence), "application/json", "decision.evidence.json")


def _page(request: HttpRequest, part: Reception, by: Scope, refused: Told | None, status: HTTPStatus) -> HttpResponse:
    sheet = Reader(document_for(part.document_id), by, now(), language()).sheet(part.version)
    party = next((one for one in (*sheet.mine, *sheet.others) if one.reception.pk == part.pk), None)
    may = party is not None and any(step.verb == deciding.AGREE for step in party.steps)
    context = {
        "sheet": sheet,
        "party": party,
        "refused": refused,
        "digest": document_digest(deciding.proposed(part, by=by)) if may else "",
    }
    exact_at = reverse("desk:agree_part_bytes", args=[part.pk])
    return page(request, "agree_part", context, exact_at=exact_at, may=may, status=status)


def _say(part: Reception, request: HttpRequest, by: Scope) -> None:
    revision, signed = number(request, "revision"), request.POST.get("signature", "")
    if signed:
        agreeing.agree_to_decision(part.pk, read_cms(signed), by=by, now=now(), revision=revision)
    else:
        receptions.perform(part.pk, deciding.AGREE, by=by, now=now(), revision=revision)


def _download(raw: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(raw, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
