"""Employees' accounts: opened by invitation, listed with what they may do (R57.6, R57.7)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from qorgan.gate.clients import access, actions
from qorgan.gate.clients.lifecycle import HELD
from qorgan.gate.clients.models import Client
from qorgan.gate.console import duties
from qorgan.gate.console.doors import Staff, shown, staff
from qorgan.gate.console.rights import Duty, Right
from qorgan.gate.pages.asking import because, language, said
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population

_FIELDS = ("login", "iin", "name", "phone")


@require_http_methods(["GET", "POST"])
@staff(Right.EMPLOYEES_BLOCK)
def employees(request: HttpRequest, who: Staff) -> HttpResponseBase:
    """Every employee's account; and a new one, whose invitation is shown this once."""
    refused, made, secret = None, None, ""
    if request.method == "POST":
        who.demand(Right.EMPLOYEES_OPEN)
        try:
            made, secret = _opened(request, who)
        except Refusal as refusal:
            refused = because(refusal)
    return _page(request, who, refused=refused, made=made, secret=secret)


@require_POST
@staff(Right.EMPLOYEES_OPEN)
def invite(request: HttpRequest, who: Staff, client_id: UUID) -> HttpResponseBase:
    """Another invitation, which ends an earlier one: for whoever lost what they signed in with."""
    client = access.by_id(client_id)
    try:
        secret = actions.invite(client.pk, act=who.act(request, said(request, "reason", longest=500)))
    except Refusal as refusal:
        return _page(request, who, refused=because(refusal), made=None, secret="")
    return _page(request, who, refused=None, made=client, secret=secret)


@transaction.atomic
def _opened(request: HttpRequest, who: Staff) -> tuple[Client, str]:
    """The account and its invitation, both or neither. Raises Refusal."""
    act = who.act(request, said(request, "reason", longest=500))
    told = {name: said(request, name, longest=200) for name in _FIELDS}
    made = actions.open_employee(**told, language=language(), act=act)
    return made, actions.invite(made.pk, act=act)


def _page(
    request: HttpRequest, who: Staff, *, refused: dict[str, str] | None, made: Client | None, secret: str
) -> HttpResponseBase:
    moment = now()
    rows = Client.objects.filter(population=Population.EMPLOYEE.value, state__in=[one.value for one in HELD])
    context = {
        "employees": [
            {
                "client": one,
                "name": access.name_of(one),
                "duties": [Duty(each.duty).label(language()) for each in duties.held(one.pk, moment)],
                "invited": one.invitation_until is not None and one.invitation_until > moment,
            }
            for one in rows.order_by("login")[:500]
        ],
        "refused": refused,
        "made": made,
        "secret": secret,
        "said": {name: said(request, name, longest=200) for name in (*_FIELDS, "reason")} if refused else {},
    }
    return shown(request, who, "console/employees.html", context)
