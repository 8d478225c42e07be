"""The page on which a head agrees: what differs, the exact bytes, the two answers, and the digital signature."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from qorgan.eds.certificate import EMAIL_PROTECTION
from qorgan.eds.roles import Role, oid_of
from qorgan.hub.casework import drafts
from qorgan.hub.casework.access import document_for, draft_for
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.config import Agreement, SignatureForm, SignatureRule
from qorgan.hub.desk import words
from qorgan.hub.desk.asking import asks, language, number, reader, told
from qorgan.hub.desk.difference import differences
from qorgan.hub.desk.document import Reader, content_of
from qorgan.hub.signatures import agreeing
from qorgan.hub.signatures.believing import read_cms
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.ledger.entry import document_digest

if TYPE_CHECKING:
    from qorgan.hub.members.access import Scope

MODULE: Final = "kz.gov.pki.knca.basics"
"""NCALayer's module that signs."""


@asks
def agree(request: HttpRequest, document: UUID) -> HttpResponse:
    """What the head agrees to: what differs from the version sent last, the exact digest, and the two answers."""
    by = reader(request)
    found = document_for(document)
    draft = draft_for(found)
    kind = kind_of(found.kind)
    refused, status = None, HTTPStatus.OK
    if request.method == "POST":
        verb = "decline" if "decline" in request.POST else "agree"
        try:
            _say(document, verb, request, by)
        except Refusal as refusal:
            refused, status = told(refusal, found, by, number(request, "seen")), HTTPStatus(refusal.status)
        else:
            said = {"number": found.number, "act": words.done(verb)}
            messages.success(request, gettext("%(number)s: %(act)s.") % said)
            return redirect("desk:inbox")
    found = document_for(document)
    sheet = Reader(found, by, now(), language()).sheet(0)
    last = sheet.versions[0] if sheet.versions else None
    may = any(step.verb == "agree" for step in sheet.steps)
    context = {
        "sheet": sheet,
        "refused": refused,
        "reason": request.POST.get("reason", ""),
        "changes": differences(kind, content_of(last), draft.content) if last else [],
        "is_first": last is None,
        "digest": document_digest(bytes(draft.exact)) if draft.exact else "",
        "may_decline": any(step.verb == "decline" for step in sheet.steps),
    }
    return page(
        request, "agree", context, exact_at=reverse("desk:agree_bytes", args=[found.pk]), may=may, status=status
    )


@require_safe
def exact(request: HttpRequest, document: UUID) -> HttpResponse:
    """The very bytes that the head is asked to agree to and to sign."""
    by = reader(request)
    found = document_for(document)
    name = f"{found.number}.{found.version + 1}.json"
    raw = drafts.proposed(found, by=by)
    return HttpResponse(
        raw, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def page(
    request: HttpRequest, name: str, context: dict[str, Any], *, exact_at: str, may: bool, status: HTTPStatus
) -> HttpResponse:
    """A page on which a head agrees to exact bytes: with a digital signature, as the centre has configured it."""
    rule = settings.CONFIG.agreement.signature
    takes = may and rule is not SignatureRule.OFF
    context |= {
        "may": may,
        "signing": signing(exact_at) if takes else None,
        "must_sign": rule is SignatureRule.REQUIRED,
    }
    response = render(request, f"desk/{name}.html", context, status=status)
    if takes:
        response.agent = settings.CONFIG.agreement.agent  # type: ignore[attr-defined]  # the headers' policy names it
    return response


def signing(exact_at: str) -> dict[str, Any]:
    """What the page's script needs: where the bytes and the agent are, what NCALayer is asked for, and what to say.

    The bytes themselves go to NCALayer, never a digest: they say of themselves what they are (R48I.3).
    """
    agreement: Agreement = settings.CONFIG.agreement
    params: dict[str, Any] = {
        "decode": True,
        "encapsulate": agreement.form is SignatureForm.ATTACHED,
        "digested": False,
    }
    if agreement.timestamp:
        params["tsaProfile"] = {}
    signer: dict[str, Any] = {"extKeyUsageOids": [EMAIL_PROTECTION, oid_of(Role.ENTITY)]}
    if agreement.test_authority:
        # NCALayer shows keys of a test authority only where an empty chain is given.
        signer["chain"] = []
    args = {
        "allowedStorages": None,
        "format": "cms",
        "data": "",
        "signingParams": params,
        "signerParams": signer,
        "locale": language(),
    }
    return {
        "agent": agreement.agent,
        "bytes": exact_at,
        "request": {"module": MODULE, "method": "sign", "args": args},
        "words": _words(),
    }


def _words() -> dict[str, str]:
    """What the script says, each with what to do. Nothing is agreed until a signature was given and believed."""
    return {
        "connecting": gettext("Looking for NCALayer on this computer…"),
        "waiting": gettext("Choose your key in the window of NCALayer and give its password there."),
        "sending": gettext("Signed. The signature is being verified…"),
        "absent": gettext(
            "NCALayer does not answer on this computer. Start it, or install it from ncl.pki.gov.kz, and press again. "
            "If the browser asks whether this page may reach this computer, allow it."
        ),
        "cancelled": gettext("You cancelled in NCALayer. Nothing is agreed. Press again to sign."),
        "failed": gettext("NCALayer could not sign: %(message)s. Check that your key is at hand, and press again."),
        "lost": gettext("NCALayer was closed before it signed. Nothing is agreed. Start it and press again."),
        "stopped": gettext("Stopped. Nothing is agreed. Close the window of NCALayer, and press again to sign."),
        "unread": gettext("The text could not be loaded from ASOI. Nothing is agreed. Load the page again."),
    }


def _say(document_id: UUID, verb: str, request: HttpRequest, by: Scope) -> None:
    revision, signature = number(request, "revision"), request.POST.get("signature", "")
    if verb == "decline":
        drafts.decline(document_id, reason=request.POST.get("reason", ""), by=by, now=now(), revision=revision)
    elif signature:
        agreeing.agree(document_id, read_cms(signature), by=by, now=now(), revision=revision)
    else:
        drafts.agree(document_id, by=by, now=now(), revision=revision)
