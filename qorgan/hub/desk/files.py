"""Files of a document: put to its draft, taken out of it, taken away."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from qorgan.hub.casework import attachments
from qorgan.hub.casework.access import attachment_for, document_for
from qorgan.hub.desk.asking import document_page, reader, told
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal


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


def _attachment(document: UUID, attachment: UUID) -> UUID:
    """The file's identifier, if it belongs to the document. Raises Refusal `attachment-unknown`."""
    found = attachment_for(attachment)
    if found.document_id != document:
        missing = gettext("There is no such file, or it is not yours to see.")
        raise Refusal("attachment-unknown", missing, status=HTTPStatus.NOT_FOUND)
    return found.pk
