"""The inspector's page, and the files of evidence taken from it."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from qorgan.gate.console.doors import Staff, shown, staff
from qorgan.gate.console.rights import Right
from qorgan.gate.inspection import clauses, evidence, looking
from qorgan.gate.inspection.period import Period, period_of
from qorgan.gate.pages.asking import because, language
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population

_FORMS: Final = ("json", "csv")


@require_safe
@staff(Right.INSPECT)
def inspection(request: HttpRequest, who: Staff) -> HttpResponseBase:
    """The page."""
    return _page(request, who)


@require_POST
@staff(Right.INSPECT)
def take(request: HttpRequest, who: Staff) -> HttpResponseBase:
    """A file of evidence. That it was taken is written down, with its digest."""
    form = request.POST.get("form", "json")
    try:
        period = period_of(dict(request.GET.lists()), now())
        taken = evidence.take(period, form=form if form in _FORMS else "json", act=who.act(request))
    except Refusal as refusal:
        return _page(request, who, refusal)
    return HttpResponse(taken.body, content_type=taken.media_type, headers=taken.headers)


def _page(request: HttpRequest, who: Staff, refused: Refusal | None = None) -> HttpResponseBase:
    moment = now()
    try:
        period = period_of(dict(request.GET.lists()), moment)
    except Refusal as refusal:
        refused, today = refusal, moment.date()
        period = Period(first=today, last=today)
    found = looking.seen(period, act=who.act(request))
    context: dict[str, Any] = {
        "period": period,
        "query": urlencode({"since": period.first.isoformat(), "until": period.last.isoformat()}),
        "found": found,
        "rows": [(one, _population(one.population)) for one in found.ruled],
        "clauses": clauses.held(found),
        "refused": because(refused) if refused else None,
    }
    return shown(request, who, "console/inspection.html", context)


def _population(code: str) -> str:
    known = next((one for one in Population if one.value == code), None)
    return known.label(language()) if known else code
