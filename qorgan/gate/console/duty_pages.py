"""The page of duties: which rights each gives, who has it until when, and what waits for a second pair of eyes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from qorgan.gate.clients import access
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.clients.models import Client
from qorgan.gate.console import duties
from qorgan.gate.console.doors import Staff, shown, staff
from qorgan.gate.console.models import DutyOf
from qorgan.gate.console.rights import GIVES, Duty, Right
from qorgan.gate.pages.asking import because, language, said, to
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population

RIGHTS = {
    Right.CLIENTS_BLOCK: _("block clients"),
    Right.CLIENTS_SEE: _("see clients' accounts"),
    Right.CLIENTS_UNBLOCK: _("unblock clients"),
    Right.DUTIES_GIVE: _("give and take duties"),
    Right.EMPLOYEES_BLOCK: _("see, block and unblock employees"),
    Right.EMPLOYEES_OPEN: _("open employees' accounts"),
    Right.INSPECT: _("inspect"),
    Right.JOURNAL_SEARCH: _("search the journal"),
    Right.SESSIONS_END: _("end sessions, take devices away"),
}


@require_safe
@staff()
def page(request: HttpRequest, who: Staff) -> HttpResponseBase:
    """The table of duties is for every employee; who has them, for those who give them."""
    return _page(request, who)


@require_POST
@staff(Right.DUTIES_GIVE)
def propose(request: HttpRequest, who: Staff) -> HttpResponseBase:
    """Say that an employee shall have a duty."""
    duty = next((one for one in Duty if one.value == said(request, "duty")), None)

    def do(act: Any) -> None:
        found = access.find(Population.EMPLOYEE, said(request, "login", longest=64))
        if found is None or duty is None:
            raise Refusal("employee-unknown", _("There is no such employee."), status=404, field="login")
        duties.propose(found.pk, duty, act=act)

    return _done(request, who, do)


@require_POST
@staff(Right.DUTIES_GIVE)
def agree(request: HttpRequest, who: Staff, row: UUID) -> HttpResponseBase:
    """Agree to what another proposed."""
    return _done(request, who, lambda act: duties.agree(row, act=act))


@require_POST
@staff(Right.DUTIES_GIVE)
def review(request: HttpRequest, who: Staff, row: UUID) -> HttpResponseBase:
    """Say that a duty is still needed."""
    return _done(request, who, lambda act: duties.review(row, act=act))


@require_POST
@staff(Right.DUTIES_GIVE)
def take(request: HttpRequest, who: Staff, row: UUID) -> HttpResponseBase:
    """Take a duty back."""
    return _done(request, who, lambda act: duties.take(row, act=act))


def _done(request: HttpRequest, who: Staff, do: Callable[[Any], object]) -> HttpResponseBase:
    try:
        do(who.act(request, said(request, "reason", longest=500)))
    except Refusal as refusal:
        return _page(request, who, because(refusal))
    return to(reverse("console-duties"))


def _page(request: HttpRequest, who: Staff, refused: dict[str, str] | None = None) -> HttpResponseBase:
    gives = who.may(Right.DUTIES_GIVE)
    logins = dict(Client.objects.filter(population=Population.EMPLOYEE.value).values_list("pk", "login"))
    context = {
        "table": [
            {"words": duty.label(language()), "code": duty.value, "rights": [RIGHTS[one] for one in sorted(rights)]}
            for duty, rights in GIVES.items()
        ],
        "rows": [_shown(one, who, logins) for one in duties.standing()] if gives else [],
        "employees": Client.objects.filter(population=Population.EMPLOYEE.value, state=State.ACTIVE).order_by("login")
        if gives
        else [],
        "refused": refused,
    }
    return shown(request, who, "console/duties.html", context)


def _shown(row: DutyOf, who: Staff, logins: dict[UUID, str]) -> dict[str, Any]:
    mine = who.session.client_id
    return {
        "row": row,
        "login": row.client.login,
        "words": Duty(row.duty).label(language()),
        "proposed_by": logins.get(row.proposed_by, _("command line")),
        "agreed_by": logins.get(row.agreed_by, _("command line")) if row.agreed_by else "",
        "may_agree": row.agreed_at is None and mine not in {row.proposed_by, row.client_id},
        "may_review": row.agreed_at is not None and mine != row.client_id,
        "is_over": row.until is not None and row.until <= now(),
    }
