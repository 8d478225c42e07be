"""Acts on a document, each a press of a button: verbs of its three lives, comments, a new one, an answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from qorgan.hub.calls.actions import join
from qorgan.hub.casework import drafts, engine, queries, receptions
from qorgan.hub.casework.access import document_for, reception_for
from qorgan.hub.casework.exact import read_content
from qorgan.hub.casework.kinds import Addressing, kind_of, kinds
from qorgan.hub.casework.lifecycle import Need
from qorgan.hub.desk import words
from qorgan.hub.desk.asking import asks, document_page, language, makers_places, number, onward, reader, told
from qorgan.hub.desk.document import Reader, content_of
from qorgan.hub.desk.form import Beside, sections
from qorgan.hub.desk.inbox import names_of
from qorgan.hub.incidents.actions import start_card
from qorgan.hub.inquiries.actions import start_answer
from qorgan.hub.members.access import Reach
from qorgan.hub.signals.access import signal_for
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from django.http import QueryDict

    from qorgan.hub.casework.kinds import DocumentKind
    from qorgan.hub.casework.models import Document
    from qorgan.hub.desk.form import Node
    from qorgan.hub.desk.shown import Said
    from qorgan.hub.members.access import Scope

_UNREADABLE: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@require_POST
def act(request: HttpRequest, document: UUID, verb: str) -> HttpResponse:
    """Say a verb of the document; where a rule says no, the page says so and keeps what was typed."""
    by = reader(request)
    reason = request.POST.get("reason", "")
    try:
        _say(document, verb, request, by)
    except Refusal as refusal:
        found = document_for(document)
        refused = told(refusal, found, by, number(request, "seen"))
        typed = {verb: request.POST.get("about", reason)}
        return document_page(request, found, refused=refused, status=refusal.status, typed=typed)
    messages.success(request, _done(document_for(document), verb))
    return onward(request, document)


@require_POST
def reception_act(request: HttpRequest, reception: UUID, verb: str) -> HttpResponse:
    """Say a verb of an addressee's part. `decide` is accepting where any recommendation is accepted, else declining."""
    by = reader(request)
    part = reception_for(reception)
    if verb == "answer":
        return redirect("desk:edit", start_answer(reception, by=by, now=now()).pk)
    decision = _decision(request) if verb == "decide" else ()
    said = verb if verb != "decide" else "accept" if any(one.accepted for one in decision) else "decline"
    try:
        receptions.perform(
            reception,
            said,
            by=by,
            now=now(),
            revision=number(request, "revision"),
            reason=request.POST.get("reason", ""),
            decision=decision,
        )
    except Refusal as refusal:
        found = document_for(part.document_id)
        refused = told(refusal, found, by, number(request, "seen"))
        typed = {name: request.POST[name] for name in request.POST}
        return document_page(request, found, refused=refused, status=refusal.status, typed=typed)
    messages.success(request, gettext("Done: %(act)s.") % {"act": words.done(said, reception=True)})
    return onward(request, part.document_id)


@require_POST
def comment(request: HttpRequest, document: UUID) -> HttpResponse:
    """Write a comment: for all parties, or for those of one addressee's part."""
    by = reader(request)
    found = document_for(document)
    text = request.POST.get("text", "")
    part = request.POST.get("reception", "")
    try:
        reception = next(one for one in queries.receptions_of(found) if str(one.pk) == part) if part else None
        receptions.comment(found, text, by=by, now=now(), reception=reception)
    except StopIteration:
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    except Refusal as refusal:
        refused = told(refusal, found, by, None)
        return document_page(
            request, found, refused=refused, status=refusal.status, typed={"comment": text, "reception": part}
        )
    return redirect("desk:document", found.pk)


@asks
def send_back(request: HttpRequest, document: UUID) -> HttpResponse:
    """The centre returns a document: fields picked from its own form, a reason for each (R67.15)."""
    by = reader(request)
    found = document_for(document)
    kind = kind_of(found.kind)
    refused, status = None, HTTPStatus.OK
    step = kind.life.step(found.state, "return")
    if request.method == "POST":
        picked = [
            engine.Lacking(one.name, request.POST.get(f"reason.{one.name}", ""))
            for one in kind.fields
            if request.POST.get(f"lacks.{one.name}") or request.POST.get(f"reason.{one.name}", "").strip()
        ]
        try:
            engine.perform(
                document, "return", by=by, now=now(), revision=number(request, "revision"), fields=tuple(picked)
            )
        except Refusal as refusal:
            refused, status = told(refusal, found, by, number(request, "seen")), HTTPStatus(refusal.status)
        else:
            with_term = gettext("Returned. Its author has three working days to mend it.")
            messages.success(request, with_term if step and step.starts else gettext("Returned to its author."))
            return redirect("desk:inbox")
    found = document_for(document)
    step = kind.life.step(found.state, "return") or step
    if step is None and refused is None:
        raise drafts.wrong_state("R67.15")
    sheet = Reader(found, by, now(), language()).sheet()
    if not any(one.verb == "return" for one in sheet.steps) and refused is None:
        raise Refusal("not-allowed", gettext("Your role does not allow this."), "R67.15")
    said = {part.name: part for heading in sheet.content for part in heading.said}
    content = content_of(sheet.versions[0]) if sheet.versions else {}
    lacks = kind.lacks(read_content(kind, dict(content)))
    asked, empty = [], []
    for section in sections(kind, content, Beside(lacks=lacks)):
        shown = [_picked(node, said.get(node.path), request.POST) for node in section.nodes if node.shown]
        first = [one for one in shown if one[1] or one[0].lacks]
        asked += [(section.heading, first)] if first else []
        empty += [one for one in shown if one not in first]
    context = {"sheet": sheet, "sections": asked, "empty": empty, "refused": refused, "step": step}
    context |= {"is_empty_picked": any(is_ticked for *_row, is_ticked in empty)}
    return render(request, "desk/return.html", context, status=status)


def _picked(node: Node, said: Said | None, typed: QueryDict) -> tuple[Node, Said | None, str, bool]:
    """A field that may be sent back: what is said in it, the reason typed so far, and whether it is ticked."""
    reason = typed.get(f"reason.{node.path}", "")
    return node, said, reason, bool(reason or typed.get(f"lacks.{node.path}"))


@asks
def new(request: HttpRequest, kind: str = "") -> HttpResponse:
    """Begin a document: of which kind, for whom, and whether it is an exercise."""
    by = reader(request)
    offered = [one for one in _offered(by) if kind in {"", one.code}]
    places = makers_places(by)
    if not places or not offered:
        raise Refusal("not-allowed", gettext("Your role does not allow this."))
    if request.method == "POST" and kind:
        wanted = request.POST.get("author", "")
        author = next((one for one in places if str(one) == wanted), places[0] if len(places) == 1 else None)
        if author is not None:
            made = drafts.create(kind, author=author, by=by, now=now(), drill=bool(request.POST.get("drill")))
            return redirect("desk:edit", made.pk)
    names = names_of(places, language())
    context = {
        "kinds": [(one.code, words.kind_name(one.code), one.life.steps[0].clause) for one in offered],
        "authors": [(place, names.get(place, "—")) for place in places],
        "unchosen": request.method == "POST",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "desk/new.html", context, status=status)


@require_POST
def from_signals(request: HttpRequest) -> HttpResponse:
    """Begin a card out of the signals that were ticked on the search page: `ref` is `module/sequence`, many times."""
    by = reader(request)
    refs = request.POST.getlist("ref")
    made = start_card(refs, author=_whose(refs, makers_places(by)), by=by, now=now(), drill="drill" in request.POST)
    return redirect("desk:edit", made.pk)


def _whose(refs: list[str], places: list[UUID]) -> UUID:
    """Whose card it is to be: that of the institution whose signal was ticked first. Raises Refusal."""
    if not refs or not places:
        raise Refusal("signals-missing", gettext("Choose the signals that the card is about."), "R67.12", _UNREADABLE)
    module, _slash, sequence = refs[0].partition("/")
    try:
        return signal_for(UUID(module), int(sequence)).organisation_id
    except ValueError as wrong:
        raise Refusal("signal-unknown", gettext("There is no such signal, or it is not yours to see.")) from wrong


def _offered(by: Scope) -> list[DocumentKind]:
    """The kinds that somebody may begin: an answer begins at its inquiry."""
    is_centre = by.reach is Reach.CENTRE
    begun = [one for one in kinds() if one.addressing is not Addressing.ASKER]
    return [one for one in begun if not (one.made_by_institutions_only if is_centre else one.made_by_centre_only)]


def _say(document_id: UUID, verb: str, request: HttpRequest, by: Scope) -> None:
    reason, revision = request.POST.get("reason", ""), number(request, "revision")
    if verb == "propose":
        drafts.propose(document_id, by=by, now=now(), revision=revision)
    elif verb == "agree":
        drafts.agree(document_id, by=by, now=now(), revision=revision)
    elif verb == "decline":
        drafts.decline(document_id, reason=reason, by=by, now=now(), revision=revision)
    elif verb == "join":
        card = queries.numbered(request.POST.get("about", ""))
        if card is None:
            missing = gettext("There is no such card, or it is not yours to see.")
            raise Refusal("card-missing", missing, status=HTTPStatus.UNPROCESSABLE_ENTITY, field="about")
        join(document_id, card.pk, by=by, now=now(), revision=revision)
    else:
        engine.perform(document_id, verb, by=by, now=now(), revision=revision, reason=reason)


def _decision(request: HttpRequest) -> tuple[receptions.Verdict, ...]:
    given = [name.removeprefix("item.") for name in request.POST if name.startswith("item.")]
    return tuple(
        receptions.Verdict(
            int(item), request.POST[f"item.{item}"] == "accept", request.POST.get(f"reason.{item}", "").strip()
        )
        for item in sorted(given)
        if item.isascii() and item.isdigit() and len(item) < 6  # noqa: PLR2004
    )


def _done(document: Document, verb: str) -> str:
    kind = kind_of(document.kind)
    if verb == "submit" and not any(Need.AGREED in step.needs for step in kind.life.steps):
        return gettext("Done: %(act)s.") % {"act": words.life_state(document.state).words}
    return gettext("%(number)s: %(act)s.") % {"number": document.number, "act": words.done(verb)}
