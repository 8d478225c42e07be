"""Pages to look at: the inbox, the list of documents, one document, what differs between two of its versions."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from qorgan.hub.casework import queries
from qorgan.hub.casework.access import document_for, version_for
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.desk import inbox as inbox_
from qorgan.hub.desk import words
from qorgan.hub.desk.asking import document_page, language, makers_places, reader
from qorgan.hub.desk.difference import differences
from qorgan.hub.desk.document import content_of
from qorgan.hub.desk.listing import Listing, read_filters
from qorgan.hub.members.access import Reach
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qorgan.hub.casework.models import Document


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What is mine to do, by working time left."""
    by = reader(request)
    at = now()
    found = inbox_.items(by, at, language())
    context = {
        "items": found,
        "overdue": [one for one in found if one.left and one.left.is_over],
        "others": [one for one in found if not (one.left and one.left.is_over)],
        "late": inbox_.late(by, at, language()) if queries.is_centre(by) else [],
        "may_write": bool(makers_places(by)),
        "is_centre": by.reach is Reach.CENTRE,
    }
    return render(request, "desk/inbox.html", context)


@require_safe
def news(request: HttpRequest) -> JsonResponse:
    """What waits now, by the keys of the inbox's lines: an open inbox asks when its person was told of something."""
    return JsonResponse({"waiting": inbox_.keys(reader(request))})


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Documents by kind, state, institution and words, as the address says."""
    by = reader(request)
    listing = Listing(read_filters(request.GET), by, now(), language())
    return render(request, "desk/list.html", {"listing": listing, "may_write": bool(makers_places(by))})


@require_safe
def document(request: HttpRequest, document: UUID) -> HttpResponse:
    """One document."""
    reader(request)
    asked = request.GET.get("version", "")
    shown = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None  # noqa: PLR2004
    return document_page(request, document_for(document), shown=shown)


@require_safe
def difference(request: HttpRequest, document: UUID) -> HttpResponse:
    """What differs between two versions; 0 is the draft, for those who may see it."""
    reader(request)
    found = document_for(document)
    kind = kind_of(found.kind)
    sent = [one.number for one in queries.versions_of(found)]
    draft = queries.draft_of(found)
    numbers = [*([0] if draft else []), *sent]
    newer = _asked(request, "to", numbers, numbers[0] if numbers else None)
    earlier = [one for one in sent if newer == 0 or one < (newer or 0)]
    others = [one for one in numbers if one != newer]
    older = _asked(request, "from", numbers, next(iter([*earlier, *others]), None))
    context: dict[str, Any] = {
        "document": found,
        "kind_name": words.kind_name(found.kind),
        "numbers": numbers,
        "older": older,
        "newer": newer,
        "is_alone": len(numbers) < 2,  # noqa: PLR2004  # two sides
        "changes": differences(kind, _content(found, older), _content(found, newer)),
    }
    return render(request, "desk/difference.html", context)


def _asked(request: HttpRequest, name: str, numbers: list[int], usual: int | None) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return usual
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1  # noqa: PLR2004
    if asked not in numbers:
        raise Refusal("version-unknown", gettext("There is no such version."), status=HTTPStatus.NOT_FOUND)
    return asked


def _content(found: Document, number: int | None) -> Mapping[str, Any]:
    if number is None:
        return {}
    if number == 0:
        draft = queries.draft_of(found)
        return draft.content if draft else {}
    return content_of(version_for(found, number))
