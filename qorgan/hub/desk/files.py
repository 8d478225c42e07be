"""What can be put to a document and taken away from it: files, exact bytes of its acts, their receipts (R48I.3)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from qorgan.hub.casework import attachments, queries
from qorgan.hub.casework.access import attachment_for, document_for
from qorgan.hub.desk.asking import document_page, reader, told
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from qorgan.hub.casework.models import Act


@require_POST
def add(request: HttpRequest, document: UUID) -> HttpResponse:
    """Put files to the draft. One that is refused leaves the others."""
    by = reader(request)
    found = document_for(document)
    refusals: list[Refusal] = []
    for one in request.FILES.getlist("file"):
        # One byte more than is taken is read at most: the rest of a file that is too large need not be.
        content = one.read(attachments.MOST_BYTES + 1)
        try:
            attachments.add(document, one.name or "", content, by=by, now=now())
        except Refusal as refusal:
            refusals.append(refusal)
    if refusals:
        refused = told(refusals[0], found, by, None)
        return document_page(request, document_for(document), refused=refused, status=refusals[0].status)
    return redirect(f"{request.path.removesuffix('files/')}#d-files")


@require_POST
def remove(request: HttpRequest, document: UUID, attachment: UUID) -> HttpResponse:
    """Take a file out of the draft; versions that were sent with it keep it."""
    by = reader(request)
    found = document_for(document)
    one = _attachment(found.pk, attachment)
    try:
        attachments.remove(one, by=by, now=now())
    except Refusal as refusal:
        refused = told(refusal, found, by, None)
        return document_page(request, found, refused=refused, status=refusal.status)
    messages.success(request, gettext("The file was taken out of the draft."))
    return redirect("desk:document", document)


@require_safe
def download(request: HttpRequest, document: UUID, attachment: UUID) -> HttpResponse:
    """A file, to be saved and never run."""
    reader(request)
    found = attachment_for(_attachment(document_for(document).pk, attachment))
    return HttpResponse(bytes(found.content), headers=dict(attachments.headers_of(found)))


@require_safe
def exact(request: HttpRequest, document: UUID, act: int) -> HttpResponse:
    """The canonical bytes that an act's receipt proves."""
    found = _act(request, document, act)
    return _download(bytes(found.exact), f"{found.document.number}-{found.pk}.json")


@require_safe
def receipt(request: HttpRequest, document: UUID, act: int) -> HttpResponse:
    """The receipt of an act, once the clerk has entered it into the ledger."""
    found = _act(request, document, act)
    if not hasattr(found, "receipt"):
        raise Refusal("receipt-unknown", gettext("The act is not in the ledger yet."), status=HTTPStatus.NOT_FOUND)
    return _download(bytes(found.receipt.receipt), f"{found.document.number}-{found.pk}-receipt.json")


def _attachment(document: UUID, attachment: UUID) -> UUID:
    """The file's identifier, if it belongs to the document. Raises Refusal `attachment-unknown`."""
    found = attachment_for(attachment)
    if found.document_id != document:
        missing = gettext("There is no such file, or it is not yours to see.")
        raise Refusal("attachment-unknown", missing, status=HTTPStatus.NOT_FOUND)
    return found.pk


def _act(request: HttpRequest, document: UUID, act: int) -> Act:
    reader(request)
    found = queries.act_of(document_for(document), act)
    if found is None:
        raise Refusal("act-unknown", gettext("There is no such act."), status=HTTPStatus.NOT_FOUND)
    return found


def _download(raw: bytes, name: str) -> HttpResponse:
    response = HttpResponse(raw, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
