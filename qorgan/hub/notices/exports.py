"""Downloads that outlive the hub: the receipt of an act, the exact bytes it proves, and a paper of a version."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from qorgan.hub.casework import access
from qorgan.hub.members.access import require
from qorgan.hub.members.roles import Right
from qorgan.hub.notices.given import number_in
from qorgan.hub.notices.proof import SUBMIT, Proof, proof_of, receipt_of
from qorgan.hub.notices.sheet import sheet_of
from qorgan.hub.signatures.queries import signature_for
from qorgan.kit.refusal import Refusal
from qorgan.law.labels import Language
from qorgan.paper.sheet_pdf import pdf_of

if TYPE_CHECKING:
    from qorgan.hub.members.access import Scope
    from qorgan.hub.signatures.models import Signature

_LANGUAGES: Final = frozenset(one.value for one in Language)


@require_safe
def receipt(request: HttpRequest, document: UUID) -> HttpResponse:
    """The receipt of the act asked for, of the sending of a version, or of the last sending."""
    require(_scope(request), Right.RECEIPTS_READ)
    proof = _proof(request, document)
    return _download(receipt_of(proof), "application/json", f"{_name(proof)}.receipt.json")


@require_safe
def exact(request: HttpRequest, document: UUID) -> HttpResponse:
    """The very bytes that the receipt of the same address proves."""
    require(_scope(request), Right.DOCUMENTS_READ)
    proof = _proof(request, document)
    return _download(proof.exact, "application/json", f"{_name(proof)}.json")


@require_safe
def signature(request: HttpRequest, document: UUID) -> HttpResponse:
    """The head's digital signature (CMS) under the version asked for, the one sent last, or the draft (version 0)."""
    found, name = _signature(request, document)
    return _download(bytes(found.cms), "application/pkcs7-signature", f"{name}.p7s")


@require_safe
def evidence(request: HttpRequest, document: UUID) -> HttpResponse:
    """All that the signature was believed on: `qorgan eds verify --evidence` reaches the verdict again, offline."""
    found, name = _signature(request, document)
    return _download(bytes(found.evidence), "application/json", f"{name}.evidence.json")


@require_safe
def paper(request: HttpRequest, document: UUID, language: str) -> HttpResponse:
    """A version for reading and filing, in Kazakh, Russian or English."""
    scope = _scope(request)
    require(scope, Right.DOCUMENTS_READ)
    proof = _proof(request, document)
    if language not in _LANGUAGES or proof.act.verb != SUBMIT:
        raise Refusal("paper-unknown", _("There is no such paper."), status=HTTPStatus.NOT_FOUND)
    with translation.override(language):
        made = pdf_of(sheet_of(proof, scope, language))
    return _download(made, "application/pdf", f"{_name(proof)}.{language}.pdf")


def _signature(request: HttpRequest, document: UUID) -> tuple[Signature, str]:
    require(_scope(request), Right.DOCUMENTS_READ)
    found = access.document_for(document)
    asked = number_in(request.GET.get("version", str(found.version)))
    signed = signature_for(found, -1 if asked is None else asked)
    return signed, f"{found.number}.{asked or found.version + 1}"


def _proof(request: HttpRequest, document: UUID) -> Proof:
    given = {name: request.GET[name] for name in ("act", "version") if name in request.GET}
    numbers = {name: number_in(text) for name, text in given.items()}
    if None in numbers.values():
        raise Refusal("act-unknown", _("There is no such act, or it is not yours to see."), status=HTTPStatus.NOT_FOUND)
    return proof_of(document, act=numbers.get("act"), version=numbers.get("version"))


def _name(proof: Proof) -> str:
    act = "" if proof.act.verb == SUBMIT else f".{proof.act.verb}-{proof.act.pk}"
    return f"{proof.document.number}.{proof.act.version}{act}"


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]  # ScopeMiddleware sets it
    return scope
