"""The page of a draft's form: it saves itself where scripts run, and says at once what lacks, why and by which clause.

Without scripts the same form is posted by its buttons and drawn anew. A row is added or removed either way without
losing a word.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from qorgan.hub.casework import directory, drafts, engine, queries
from qorgan.hub.casework.access import document_for, draft_for
from qorgan.hub.casework.kinds import Addressing, kind_of
from qorgan.hub.desk import words
from qorgan.hub.desk.asking import asks, language, number, reader, told
from qorgan.hub.desk.difference import differences
from qorgan.hub.desk.document import Reader, content_of
from qorgan.hub.desk.edit import ADDRESSEES, Saved, extra_row, save, stamp
from qorgan.hub.desk.entry import Entry
from qorgan.hub.desk.form import Beside, Section, sections, top, visible
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from qorgan.hub.casework.models import Document, Draft
    from qorgan.hub.desk.asking import Told
    from qorgan.hub.members.access import Scope


@asks
def edit(request: HttpRequest, document: UUID) -> HttpResponse:
    """The form, and what is posted from it."""
    by = reader(request)
    found = document_for(document)
    draft = draft_for(found)
    if request.method != "POST":
        if not any(step.verb == "edit" for step in engine.possible(found, by)):
            return redirect("desk:document", document)
        return render(request, "desk/edit.html", _context(found, draft, by))
    shown = visible(kind_of(found.kind), draft.content)
    saved = save(document, request.POST, by=by, now=now())
    if not saved.is_saved:
        return _conflict(request, saved, by)
    if "HX-Request" in request.headers and "_row" not in request.POST:
        return _quietly(request, saved, shown, by)
    if saved.entry.errors or request.POST.get("_row"):
        context = _context(saved.document, saved.draft, by, saved.entry, extra=extra_row(request.POST))
        status = HTTPStatus.UNPROCESSABLE_ENTITY if saved.entry.errors else HTTPStatus.OK
        return render(request, "desk/edit.html", context, status=status)
    return _then(request, saved, by)


def _quietly(request: HttpRequest, saved: Saved, shown: frozenset[str], by: Scope) -> HttpResponse:
    """What changes on a page that saved itself: the strip, what lacks, and fields that come, go or were another's."""
    context = _context(saved.document, saved.draft, by, saved.entry)
    news = shown ^ visible(kind_of(saved.document.kind), saved.draft.content)
    news |= {one.name for one in saved.taken_over}
    return render(request, "desk/edit_saved.html", context | {"news": news, "taken_over": saved.taken_over})


def _then(request: HttpRequest, saved: Saved, by: Scope) -> HttpResponse:
    """What was pressed besides saving: put before the head, or send where no head is asked."""
    verb = request.POST.get("_then", "")
    document = saved.document
    if verb not in {"propose", "submit"}:
        for one in saved.taken_over:
            messages.info(
                request, gettext("“%(field)s” was changed by another meanwhile, and is kept.") % {"field": one.label}
            )
        messages.success(request, gettext("Saved."))
        return redirect("desk:edit", document.pk)
    say = drafts.propose if verb == "propose" else _submit
    try:
        say(document.pk, by=by, now=now(), revision=document.revision)
    except Refusal as refusal:
        refused = told(refusal, document, by, number(request, "seen"))
        context = _context(document, saved.draft, by, saved.entry, refused=refused)
        return render(request, "desk/edit.html", context, status=refusal.status)
    messages.success(request, gettext("%(number)s: %(act)s.") % {"number": document.number, "act": words.done(verb)})
    return redirect("desk:document", document.pk)


def _submit(document: UUID, **said: Any) -> Document:
    return engine.perform(document, "submit", **said)


def _conflict(request: HttpRequest, saved: Saved, by: Scope) -> HttpResponse:
    """Nothing was saved: both texts are shown, and one's own stays in the form."""
    context = _context(saved.document, saved.draft, by, saved.entry, addressees=saved.addressees)
    seen = number(request, "seen") or 0
    meanwhile = Reader(saved.document, by, now(), language()).meanwhile(seen)
    context |= {"saved": saved, "meanwhile": meanwhile, "seen": seen, "base": request.POST.get("base", "")}
    context |= {"revision": request.POST.get("revision", ""), "draft_state": request.POST.get("draft_state", "")}
    page = "desk/edit_saved.html" if "HX-Request" in request.headers else "desk/edit.html"
    return render(request, page, context, status=HTTPStatus.CONFLICT)


def _context(
    document: Document,
    draft: Draft,
    by: Scope,
    entry: Entry | None = None,
    *,
    extra: str = "",
    refused: Told | None = None,
    addressees: list[UUID] | None = None,
) -> dict[str, Any]:
    kind = kind_of(document.kind)
    content = entry.content if entry else draft.content
    lacks = drafts.lacks(document, draft)
    returned = {top(one["field"]): one["reason"] for one in _returned(document)}
    beside = Beside(
        errors=entry.errors if entry else {},
        typed=entry.typed if entry else {},
        lacks=lacks,
        returned=returned,
        extra=extra,
    )
    form = sections(kind, content, beside)
    versions = queries.versions_of(document)
    return {
        "document": document,
        "draft": draft,
        "draft_state": draft.state,
        "state": words.preparation_state(draft.state),
        "kind": kind,
        "kind_name": words.kind_name(kind.code),
        "author": _name(document.author_id),
        "form": form,
        "lacks": [(one, _label(form, one.field)) for one in lacks],
        "base": stamp(draft),
        "revision": document.revision,
        "seen": max((act.pk for act in queries.acts_of(document)), default=0),
        "chosen": kind.addressing is Addressing.CHOSEN,
        "directory": _directory(document, draft.addressees if addressees is None else addressees)
        if kind.addressing is Addressing.CHOSEN
        else [],
        "changes": differences(kind, content_of(versions[0]), content) if versions else [],
        "edited_by": draft.edited_by if draft.edited_by_id != by.person_id else None,
        "refused": refused,
    }


def _returned(document: Document) -> list[dict[str, str]]:
    """What the centre found to lack, while it waits to be mended."""
    if document.state != "returned":
        return []
    act = queries.last_returns([document.pk]).get(document.pk)
    return list(act.detail.get("fields", [])) if act else []


def _directory(document: Document, chosen: list[UUID]) -> list[tuple[UUID, str, str, bool]]:
    """Whom it can be addressed to: identifier, name, BIN, and whether it is."""
    return [
        (entry.id, entry.name(language()), entry.bin, entry.id in chosen)
        for entry in directory.entries()
        if entry.id != document.author_id
    ]


def _name(organisation: UUID) -> str:
    return next((entry.name(language()) for entry in directory.entries([organisation])), "—")


def _label(form: list[Section], path: str) -> str:
    if top(path) == ADDRESSEES:
        return gettext("Addressees")
    return next((node.label for section in form for node in section.nodes if node.path == top(path)), path)
