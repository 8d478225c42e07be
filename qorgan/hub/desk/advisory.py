"""Warnings begun out of something else: a CSAF advisory that was sent or pasted, or a warning to be superseded.

What was read of an advisory is shown before a draft is begun. The file itself goes there and back in the page, packed.
"""

from __future__ import annotations

import base64
import zlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from qorgan.hub.casework.access import document_for
from qorgan.hub.casework.exact import plain
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.lifecycle import Actor
from qorgan.hub.casework.queries import places
from qorgan.hub.desk.asking import asks, document_page, number, reader, told
from qorgan.hub.desk.shown import headings
from qorgan.hub.members.access import Reach
from qorgan.hub.warnings import csaf
from qorgan.hub.warnings.actions import draft_of, import_advisory
from qorgan.hub.warnings.actions import supersede as begin_superseding
from qorgan.hub.warnings.csaf_file import LARGEST
from qorgan.hub.warnings.vulnerability import CLAUSE
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.documents import DocumentType

if TYPE_CHECKING:
    from qorgan.hub.members.access import Scope

_KIND: Final = DocumentType.VULNERABILITY_WARNING.value


@asks
def advisory(request: HttpRequest) -> HttpResponse:
    """Read an advisory, show what was read, and begin the draft of a warning once that was looked at."""
    by = reader(request)
    author = _centre(by)
    if request.method != "POST":
        return render(request, "desk/advisory.html")
    pasted = request.POST.get("text", "")
    try:
        raw = _given(request)
        if "begin" in request.POST:
            made = import_advisory(raw, author=author, by=by, now=now())
            messages.success(request, gettext("The draft is begun. Look it through, then choose whom it goes to."))
            return redirect("desk:edit", made.pk)
        context = _read(raw, author)
    except Refusal as refusal:
        if refusal.code == "not-allowed":
            raise
        return render(request, "desk/advisory.html", {"refused": refusal, "pasted": pasted}, status=refusal.status)
    return render(request, "desk/advisory.html", context)


@require_POST
def supersede(request: HttpRequest, document: UUID) -> HttpResponse:
    """Begin a warning that takes the place of this one."""
    by = reader(request)
    found = document_for(document)
    try:
        made = begin_superseding(document, by=by, now=now())
    except Refusal as refusal:
        refused = told(refusal, found, by, number(request, "seen"))
        return document_page(request, found, refused=refused, status=refusal.status)
    messages.success(
        request,
        gettext("This draft takes the place of %(number)s, which is withdrawn when it is sent.")
        % {"number": found.number},
    )
    return redirect("desk:edit", made.pk)


def _centre(by: Scope) -> UUID:
    """For whom the centre's makers write. Raises Refusal for anybody else."""
    found = places(by, Actor.MAKER)
    if by.reach is not Reach.CENTRE or not found:
        raise Refusal("not-allowed", gettext("Only the sectoral centre makes documents of this kind."), CLAUSE)
    return found[0]


def _given(request: HttpRequest) -> bytes:
    """The advisory that was packed into the page, sent as a file, or pasted. Raises Refusal where there is none."""
    if "begin" in request.POST:
        return _unpacked(request.POST.get("packed", ""))
    file = request.FILES.get("file")
    raw = file.read(LARGEST + 1) if file else request.POST.get("text", "").strip().encode()
    if not raw:
        raise Refusal(
            "csaf-missing",
            gettext("Choose the file of an advisory, or paste its text."),
            CLAUSE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            field="file",
        )
    return raw


def _read(raw: bytes, author: UUID) -> dict[str, Any]:
    content = csaf.read(raw)
    known = draft_of(content, author)
    return {
        "read": headings(kind_of(_KIND), plain(content)),
        "title": content.title,
        "known": known.document if known else None,
        "is_same": bool(known and known.content.get("imported_from") == content.imported_from),
        "packed": base64.b64encode(zlib.compress(raw)).decode("ascii"),
    }


def _unpacked(packed: str) -> bytes:
    """The bytes as they came, no more of them than an advisory may have."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(packed, validate=True), LARGEST + 1)
    except (ValueError, zlib.error) as wrong:
        raise Refusal(
            "csaf-missing",
            gettext("Choose the file of an advisory, or paste its text."),
            CLAUSE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            field="file",
        ) from wrong
