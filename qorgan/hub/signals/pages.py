"""Pages of signals: the live page, the search, its numbers, and one signal."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from qorgan.hub.members.access import Reach, require
from qorgan.hub.members.journal import Act
from qorgan.hub.members.names import organisation_names
from qorgan.hub.members.roles import Right
from qorgan.hub.receipts.record import record_receipt
from qorgan.hub.signals import access, counts, queries
from qorgan.hub.signals.access import SEARCH_MAY_TAKE, TooLong, bounded
from qorgan.hub.signals.account import account_of
from qorgan.hub.signals.filters import FilterRefused, Filters, read
from qorgan.hub.signals.live_page import live_words
from qorgan.hub.signals.search_page import applied, chart, choices, facets, presets, refusals
from qorgan.hub.signals.shown import line_of
from qorgan.hub.signals.stream import Watcher, events, position_seen
from qorgan.kit.clock import now
from qorgan.law.severity import Severity
from qorgan.ledger.receipt import write

if TYPE_CHECKING:
    from qorgan.hub.members.access import Scope

COUNTS_MAY_TAKE: Final = timedelta(seconds=8)


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """What is happening now. The page is empty until its stream fills it, and so reads nothing by itself."""
    scope = _reader(request)
    least = _least(request)
    many = scope.reach is Reach.CENTRE or len(scope.organisations) > 1
    context = {
        "levels": [
            {"value": grade.value if grade.rank else "", "severity": grade, "current": grade.rank == least}
            for grade in Severity
        ],
        "least": request.GET.get("least", "") if least else "",
        "words": live_words(_language(), many=many),
        "centre": scope.reach is Reach.CENTRE,
        "many": many,
    }
    return render(request, "signals/live.html", context)


@require_safe
def stream(request: HttpRequest) -> StreamingHttpResponse:
    """The live page's events, with `lines=0` its numbers alone.

    Opening it is a reading of others' signals, and is written down (R67.4).
    """
    scope = _reader(request)
    least = _least(request)
    detail = {"least": request.GET["least"]} if least else {}
    access.note(Act.SIGNALS_LIVE, by=scope, now=now(), detail=detail)
    watcher = Watcher(scope.person_id, request.session.session_key or "", scope)
    return StreamingHttpResponse(
        events(watcher, least, position_seen(request), numbers_only=request.GET.get("lines") == "0"),
        content_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """A page of a search (R67.4: a reading of others' signals is written down with what was searched for)."""
    scope = _reader(request)
    at = now()
    names = organisation_names(_language())
    shared: dict[str, Any] = {"names": names, "many": len(names) > 1, "given": request.GET}
    # An incident card is an institution's; it can be begun from its signals.
    shared["may_report"] = scope.reach is Reach.INSTITUTION and scope.may(Right.DOCUMENTS_WRITE)
    try:
        filters = read(dict(request.GET.lists()))
    except FilterRefused as refused:
        usual = Filters()
        shared |= {"filters": usual, "errors": refusals(refused), "choices": choices(usual, names)}
        return render(request, "signals/search.html", shared, status=HTTPStatus.BAD_REQUEST)
    since, until = filters.span(at)
    shared |= {
        "filters": filters,
        "applied": applied(filters, names),
        "choices": choices(filters, names),
        "presets": presets(filters),
        "since": since,
        "until": until,
    }
    try:
        with bounded(SEARCH_MAY_TAKE):
            page = queries.search(filters, at, within=access.within(scope))
    except TooLong:
        return render(request, "signals/search.html", shared | {"too_long": True})
    detail = filters.told() | ({"page": str(filters.before)} if filters.before else {})
    access.note(Act.SIGNALS_SEARCH, by=scope, now=at, organisation=filters.only, detail=detail)
    lines = [line_of(row, page.rules) for row in page.rows]
    older = filters.query(before=page.after) if page.after else ""
    return render(request, "signals/search.html", shared | {"lines": lines, "older": older, "newest": filters.query()})


@require_safe
def search_counts(request: HttpRequest) -> HttpResponse:
    """The numbers of a search, for the page that shows it."""
    scope = _reader(request)
    at = now()
    try:
        filters = read(dict(request.GET.lists()))
    except FilterRefused:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    try:
        with bounded(COUNTS_MAY_TAKE):
            found = counts.count(filters, at, access.within(scope))
    except TooLong:
        return render(request, "signals/counts.html", {"too_long": True})
    access.note_once(Act.SIGNALS_SEARCH, by=scope, now=at, organisation=filters.only, detail=filters.told())
    names = organisation_names(_language())
    drawn = chart(found)
    context = {
        "counts": found,
        "total": found.total,
        "facets": facets(found, filters, names),
        "chart": drawn,
        # In an attribute: htmx takes scripts out of what it puts in, this one with them.
        "chart_json": json.dumps(drawn),
    }
    return render(request, "signals/counts.html", context)


@require_safe
def signal(request: HttpRequest, module: UUID, sequence: int) -> HttpResponse:
    """Everything of one signal."""
    scope = _reader(request)
    at = now()
    row = access.signal_for(module, sequence)
    _note_read(scope, row, at, {})
    return render(request, "signals/signal.html", {"account": account_of(row, at)})


@require_safe
def record(request: HttpRequest, module: UUID, sequence: int) -> HttpResponse:
    """The line of a signal, byte for byte as the module sent it: what its receipt is for."""
    scope = _reader(request)
    row = access.signal_for(module, sequence)
    _note_read(scope, row, now(), {"part": "record"})
    name = f"{str(module)[:8]}-{sequence}.record.ndjson"
    return HttpResponse(
        row.record + b"\n",
        content_type="application/x-ndjson",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
def receipt(request: HttpRequest, module: UUID, sequence: int) -> HttpResponse:
    """The receipt of a signal's record as a file (R48I.3). It holds digests alone, nothing that was recorded."""
    require(request.hub_scope, Right.RECEIPTS_READ)  # type: ignore[attr-defined]
    _batch, narrowed = record_receipt(module, sequence)
    name = f"{str(module)[:8]}-{sequence}.receipt.json"
    return HttpResponse(
        write(narrowed) + b"\n",
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _note_read(scope: Scope, row: queries.Row, at: datetime, detail: dict[str, str]) -> None:
    on = f"{row.module_id}/{row.sequence}"
    access.note(Act.SIGNALS_READ, by=scope, now=at, organisation=row.organisation_id, on=on, detail=detail)


def _reader(request: HttpRequest) -> Scope:
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]
    access.require_signals(scope)
    return scope


def _least(request: HttpRequest) -> int:
    """The lowest severity to show, as a rank; 0 for all."""
    wanted = request.GET.get("least", "")
    return Severity(wanted).rank if wanted in list(Severity) else 0


def _language() -> str:
    return translation.get_language() or "kk"
