"""What can be taken away from a document: the exact bytes of its acts, and their receipts (R48I.3)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from qorgan.hub.casework import queries
from qorgan.hub.casework.access import document_for
from qorgan.hub.desk.asking import reader
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from qorgan.hub.casework.models import Act


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
