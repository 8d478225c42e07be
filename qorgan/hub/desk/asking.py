"""How the pages of the desk ask: who asks and when, and a refusal told on the page with the typed text kept."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from qorgan.hub.casework import queries
from qorgan.hub.casework.lifecycle import Actor
from qorgan.hub.desk import words
from qorgan.hub.desk.cover import cover_of, may_address, may_supersede
from qorgan.hub.desk.document import Deed, Reader
from qorgan.hub.members.access import Scope, require
from qorgan.hub.members.roles import Right
from qorgan.kit import clock
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from qorgan.hub.casework.lifecycle import Step
    from qorgan.hub.casework.models import Document
    from qorgan.kit.refusal import Sentence

asks = require_http_methods(["GET", "HEAD", "POST"])

CHANGED: Final = "changed-meanwhile"
_ENDS: Final = frozenset({"submit", "close"})


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal as the page says it."""

    message: Sentence
    code: str
    clause: str
    field: str
    meanwhile: list[Deed] = dataclasses.field(default_factory=list)
    """What others did since whoever acts last looked."""


@dataclass(frozen=True, slots=True)
class Button:
    """A verb that somebody may say now."""

    verb: str
    words: str
    step: Step


def reader(request: HttpRequest) -> Scope:
    """Who asks, if they may read documents. Raises Refusal."""
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]
    require(scope, Right.DOCUMENTS_READ)
    return scope


def language() -> str:
    """The page's language."""
    return translation.get_language() or "kk"


def number(request: HttpRequest, name: str) -> int | None:
    """A whole number that was sent along; None where none was."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


def told(refusal: Refusal, document: Document, by: Scope, seen: int | None) -> Told:
    """The refusal with what others did meanwhile. Raises it again where it says that nothing is here to be seen."""
    if refusal.code.endswith("-unknown") or refusal.code == "not-allowed":
        raise refusal
    meanwhile: list[Deed] = []
    if refusal.code in {CHANGED, "wrong-state"} and seen is not None:
        meanwhile = Reader(document, by, clock.now(), language()).meanwhile(seen)
    return Told(refusal.message, refusal.code, refusal.clause or "", refusal.field, meanwhile)


def document_page(
    request: HttpRequest,
    document: Document,
    *,
    refused: Told | None = None,
    status: int = 200,
    typed: dict[str, str] | None = None,
    shown: int | None = None,
) -> HttpResponse:
    """The page of a document; where an act was refused, with the refusal and with what was typed."""
    by = reader(request)
    sheet = Reader(document, by, clock.now(), language()).sheet(shown)
    context = {
        "sheet": sheet,
        "buttons": buttons(sheet.steps),
        "mine": [(party, buttons(party.steps)) for party in sheet.mine],
        "refused": refused,
        "typed": typed or {},
        "cover": cover_of(document, by, clock.now(), request.GET.dict(), language()),
        "may_supersede": may_supersede(document, by),
        "may_address": may_address(document, may_write=sheet.may_write),
        "may_comment": by.may(Right.DOCUMENTS_WRITE) or by.may(Right.DOCUMENTS_AGREE) or queries.is_centre(by),
    }
    return render(request, "desk/document.html", context, status=status)


def buttons(steps: list[Step]) -> list[Button]:
    """The verbs as buttons, those first that need the least; writing on comes after what ends a matter or sends it."""
    found = [Button(step.verb, words.to_do(step.verb), step) for step in steps]
    is_ready = any(step.verb in _ENDS for step in steps)
    return sorted(found, key=lambda one: (len(one.step.needs & {"reason", "fields"}), is_ready and one.verb == "edit"))


def makers_places(by: Scope) -> list[UUID]:
    """For whom somebody may write documents."""
    return queries.places(by, Actor.MAKER)


def onward(request: HttpRequest, document: UUID) -> HttpResponse:
    """Back to where the button was pressed."""
    back = request.POST.get("next", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("desk:document", document)
