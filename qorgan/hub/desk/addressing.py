"""Whom a vulnerability warning goes to: found by the inventories of the profiles, then chosen by a person (R67.3.5).

Only the centre's people see this page: who runs what is nobody else's to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext

from qorgan.hub.casework import directory, drafts, engine
from qorgan.hub.casework.access import document_for, draft_for
from qorgan.hub.casework.exact import read_content
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.desk.asking import Told, asks, language, number, reader, told
from qorgan.hub.members.access import Reach
from qorgan.hub.warnings import concerns
from qorgan.hub.warnings.actions import address
from qorgan.hub.warnings.vulnerability import CLAUSE, VulnerabilityWarning
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from qorgan.hub.casework.models import Document
    from qorgan.hub.members.access import Scope
    from qorgan.hub.warnings.matching import Match


@dataclass(frozen=True, slots=True)
class Institution:
    """One that may be addressed."""

    id: UUID
    name: str
    bin: str
    kind: str
    matches: tuple[Match, ...]
    is_chosen: bool


@asks
def addressing(request: HttpRequest, document: UUID) -> HttpResponse:
    """Who matched and by what; all, none, those matched, or any of them are chosen."""
    by = reader(request)
    found = document_for(document)
    draft_for(found)
    may = any(step.verb == "edit" for step in engine.possible(found, by))
    if found.kind != DocumentType.VULNERABILITY_WARNING or by.reach is not Reach.CENTRE or not may:
        raise Refusal("not-allowed", gettext("Only the sectoral centre addresses by inventories."), CLAUSE)
    refused, status = None, HTTPStatus.OK
    if request.method == "POST":
        try:
            _choose(request, found, by)
        except Refusal as refusal:
            refused, status = told(refusal, found, by, number(request, "seen")), HTTPStatus(refusal.status)
        else:
            return redirect("desk:addressing", found.pk)
    return render(request, "desk/addressing.html", _context(document_for(document), refused), status=status)


def _choose(request: HttpRequest, document: Document, by: Scope) -> None:
    verb = request.POST.get("choose", "")
    if verb == "match":
        found = address(document.pk, by=by, now=now())
        told_ = ngettext("%(count)s institution matches.", "%(count)s institutions match.", len(found))
        messages.success(request, told_ % {"count": len(found)})
        return
    everyone = [entry.id for entry in _others(document)]
    posted = set(request.POST.getlist("addressees"))
    chosen = {
        "all": everyone,
        "none": [],
        "matched": [one for one, kept in concerns.kept(document).items() if kept.matches],
    }.get(verb, [one for one in everyone if str(one) in posted])
    revision = number(request, "revision")
    draft = draft_for(document)
    drafts.edit(document.pk, draft.content, by=by, now=now(), revision=revision, addressees=chosen)
    told_ = ngettext("It goes to %(count)s institution.", "It goes to %(count)s institutions.", len(chosen))
    messages.success(request, told_ % {"count": len(chosen)})


def _context(document: Document, refused: Told | None) -> dict[str, object]:
    draft = draft_for(document)
    kept = concerns.kept(document)
    spoken = language()
    rows = [
        Institution(
            entry.id,
            entry.name(spoken),
            entry.bin,
            entry.kind.label(spoken),
            kept[entry.id].matches if entry.id in kept else (),
            entry.id in draft.addressees,
        )
        for entry in _others(document)
    ]
    last = max(kept.values(), key=lambda one: one.at, default=None)
    content = read_content(kind_of(document.kind), draft.content)
    if not isinstance(content, VulnerabilityWarning):
        raise TypeError(document.kind)
    return {
        "document": document,
        "draft": draft,
        "institutions": sorted(rows, key=lambda one: (not one.matches, not one.is_chosen)),
        "matched": sum(bool(one.matches) for one in rows),
        "chosen": sum(one.is_chosen for one in rows),
        "looked": last.at if last else None,
        # Products that were written after the inventories were looked at may stand in others.
        "is_stale": last is not None and last.basis != concerns.basis_of(content),
        "to_all": content.to_all,
        "refused": refused,
    }


def _others(document: Document) -> list[directory.Entry]:
    return [
        entry
        for entry in directory.entries()
        if entry.kind is not OrganisationKind.AUTHORITY and entry.id != document.author_id
    ]
