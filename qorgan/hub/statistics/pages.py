"""The situation page of the centre, the statistics, and the incidents behind their numbers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from qorgan.hub.casework import calendar, directory
from qorgan.hub.members import journal
from qorgan.hub.members.access import Reach, require
from qorgan.hub.members.journal import Act
from qorgan.hub.members.roles import Right
from qorgan.hub.statistics import asked as asked_
from qorgan.hub.statistics import charts, situation_page
from qorgan.hub.statistics.figures import Figures, figures
from qorgan.hub.statistics.incidents import incidents as incidents_of
from qorgan.hub.statistics.period import Grain, Period
from qorgan.hub.statistics.situation import organisations
from qorgan.hub.statistics.situation import situation as situation_now
from qorgan.hub.statistics.tables import tables
from qorgan.hub.statistics.words import category_name
from qorgan.hub.statistics.working import working_time
from qorgan.kit.clock import now
from qorgan.law.asoi import OrganisationKind

if TYPE_CHECKING:
    from qorgan.hub.members.access import Scope
    from qorgan.hub.statistics.asked import Asked, Circle


@require_safe
def situation(request: HttpRequest) -> HttpResponse:
    """How things stand, for the people of the centre. Looking is a reading of others' data, and is written down."""
    by = reader(request)
    require(by, Right.DOCUMENTS_OVERSEE)
    at = now()
    found = situation_now(by, at)
    names = {entry.id: entry.name(language()) for entry in directory.entries(set(organisations(found)))}
    journal.write(Act.SITUATION_READ, by=by, now=at)
    shown = situation_page.Shown(found, names, calendar.in_force(), at, language())
    context = {"situation": shown, "words": situation_page.live_words(language())}
    return render(request, "statistics/situation.html", context)


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures of a period, of the market or of an institution."""
    by = reader(request)
    at = now()
    asked, circle, found = counted(request, by, at)
    note_read(Act.STATISTICS_READ, by, at, asked)
    context: dict[str, Any] = {
        "asked": asked,
        "circle": circle,
        "figures": found,
        "tables": tables(found, asked, circle, language()),
        "chart": json.dumps(charts.incidents_over_time(found, asked.period, language())),
        "grains": [(grain, asked.query(period=Period.at(grain, _near(asked.period, at)))) for grain in Grain],
        "before": asked.query(period=asked.period.before),
        "after": asked.query(period=asked.period.after) if asked.period.until <= at else "",
        "kinds": [
            (kind.value, kind.label(language())) for kind in OrganisationKind if kind is not OrganisationKind.AUTHORITY
        ],
        "is_centre": by.reach is Reach.CENTRE,
        "exports": [(name, f"?{asked.query()}") for name in ("xlsx", "csv", "pdf")],
    }
    return render(request, "statistics/statistics.html", context)


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """The incidents of a period one by one: the rows behind the numbers."""
    by = reader(request)
    at = now()
    asked = asked_.read(request.GET, at)
    circle = asked_.circle(asked, by, language())
    category = request.GET.get("category", "")
    rows = [one for one in incidents_of(asked.period, circle) if category in {"", one.category}]
    note_read(Act.STATISTICS_READ, by, at, asked)
    context = {
        "asked": asked,
        "category": category_name(category, language()) if category else "",
        "rows": [(one, circle.name(one.organisation), category_name(one.category, language())) for one in rows],
        "many": len(circle.parties) > 1,
    }
    return render(request, "statistics/incidents.html", context)


def counted(request: HttpRequest, by: Scope, at: datetime) -> tuple[Asked, Circle, Figures]:
    """The question of an address, whom it is about, and its figures. Raises Refusal."""
    asked = asked_.read(request.GET, at)
    circle = asked_.circle(asked, by, language())
    return asked, circle, figures(asked.period, circle, working_time(calendar.in_force()), at)


def note_read(act: Act, by: Scope, at: datetime, asked: Asked, **detail: str) -> None:
    """Write down that others' figures were read or handed out (R67.4)."""
    if by.reach is not Reach.CENTRE and act is Act.STATISTICS_READ:
        return
    journal.write(
        act, by=by, now=at, organisation=_whose(by, asked), on=str(asked.period), detail=_detail(asked) | detail
    )


def reader(request: HttpRequest) -> Scope:
    """Who asks, if they may read documents. Raises Refusal."""
    scope: Scope = request.hub_scope  # type: ignore[attr-defined]
    require(scope, Right.DOCUMENTS_READ)
    return scope


def language() -> str:
    """The page's language."""
    return translation.get_language() or "kk"


def _whose(by: Scope, asked: Asked) -> UUID | None:
    if asked.organisation is not None:
        return asked.organisation
    return by.organisations[0] if by.reach is not Reach.CENTRE and len(by.organisations) == 1 else None


def _detail(asked: Asked) -> dict[str, str]:
    return {"kind": asked.kind.value} if asked.kind else {}


def _near(period: Period, at: datetime) -> datetime:
    """A moment of the period that other grains are chosen around: the running one where it is running."""
    return at if period.since <= at < period.until else period.since
