"""One person at the console: found by what they say of themselves, seen, blocked, unblocked, signed out (R57.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qorgan.gate.ceremonies import factoring, sessions
from qorgan.gate.clients import access, actions, numbers
from qorgan.gate.clients.act import Act
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.clients.models import Client
from qorgan.gate.console.doors import Staff, shown, staff
from qorgan.gate.console.rights import Right
from qorgan.gate.devices import register as devices
from qorgan.gate.devices.refusal import DeviceRefused
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.search.query import Query
from qorgan.gate.journal.search.search import search
from qorgan.gate.notices import queries
from qorgan.gate.notices.kinds import Kind as Told
from qorgan.gate.notices.telling import tell
from qorgan.gate.pages import words
from qorgan.gate.pages.asking import because, language, said, to
from qorgan.gate.pages.programs import program
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population

_RECENT: Final = 20
_DEMANDS: Final[Mapping[str, tuple[Right, Right]]] = MappingProxyType(
    {
        "see": (Right.CLIENTS_SEE, Right.EMPLOYEES_BLOCK),
        "block": (Right.CLIENTS_BLOCK, Right.EMPLOYEES_BLOCK),
        "unblock": (Right.CLIENTS_UNBLOCK, Right.EMPLOYEES_BLOCK),
        "end": (Right.SESSIONS_END, Right.EMPLOYEES_BLOCK),
    }
)
"""Which right an act on a client takes, and which the same on an employee."""


@require_http_methods(["GET", "POST"])
@staff(Right.CLIENTS_SEE)
def people(request: HttpRequest, who: Staff) -> HttpResponseBase:
    """Find a client by IIN or number. Asked by POST: neither belongs in an address."""
    offered = [one for one in settings.CONFIG.pages.populations if one is not Population.EMPLOYEE]
    asked, population = said(request, "identifier", longest=100), said(request, "population")
    chosen = next((one for one in offered if one.value == population), None)
    if request.method == "POST" and chosen is not None and asked:
        found = access.find(chosen, asked)
        if found is not None:
            return to(reverse("console-person", args=[found.pk]))
    context = {
        "populations": [(one.value, one.label(language())) for one in offered],
        "chosen": population,
        "is_nobody": request.method == "POST",
    }
    return shown(request, who, "console/people.html", context)


@require_safe
@staff()
def person(request: HttpRequest, who: Staff, client_id: UUID) -> HttpResponseBase:
    """All that is known of an account, but what it is proven with. That it was looked at is written down."""
    client = access.by_id(client_id)
    _demand(who, "see", client)
    return _page(request, who, client)


@require_POST
@staff()
def block(request: HttpRequest, who: Staff, client_id: UUID) -> HttpResponseBase:
    """Let somebody do nothing, and end whatever they have begun."""

    def do(client: Client, act: Act) -> None:
        blocked, entry = actions.block(client.pk, act=act)
        sessions.end_all(blocked, why="blocked", act=act)
        tell(blocked, Told.BLOCKED, entry=entry, now=act.now)

    return _done(request, who, client_id, "block", do)


@require_POST
@staff()
def unblock(request: HttpRequest, who: Staff, client_id: UUID) -> HttpResponseBase:
    """Let them in again."""

    def do(client: Client, act: Act) -> None:
        freed, entry = actions.unblock(client.pk, act=act)
        tell(freed, Told.UNBLOCKED, entry=entry, now=act.now)

    return _done(request, who, client_id, "unblock", do)


@require_POST
@staff()
def end_sessions(request: HttpRequest, who: Staff, client_id: UUID) -> HttpResponseBase:
    """Sign somebody out everywhere."""

    def do(client: Client, act: Act) -> None:
        sessions.end_all(client, why="by-staff", act=act)

    return _done(request, who, client_id, "end", do)


@require_POST
@staff()
def close_device(request: HttpRequest, who: Staff, client_id: UUID) -> HttpResponseBase:
    """Take a device away from an account, with what was begun on it."""

    def do(client: Client, act: Act) -> None:
        try:
            which = UUID(said(request, "device"))
            devices.close(client.pk, which, why=devices.Why.STAFF, now=act.now)
        except (ValueError, DeviceRefused):
            gone = _("There is no such device. Load the page again.")
            raise Refusal("device-unknown", gone, status=HTTPStatus.NOT_FOUND) from None
        entry = act.write(Event.DEVICE_CLOSED, client, device=which)
        sessions.end_of_device(client, which, why="device-closed", act=act)
        tell(client, Told.DEVICE_REMOVED, entry=entry, now=act.now)

    return _done(request, who, client_id, "end", do)


def _done(
    request: HttpRequest, who: Staff, client_id: UUID, verb: str, do: Callable[[Client, Act], None]
) -> HttpResponseBase:
    """Do it with a reason, in one transaction with its entry, and show the person again."""
    client = access.by_id(client_id)
    _demand(who, verb, client)
    act = who.act(request, said(request, "reason", longest=500))
    try:
        _demand_reason(client, act)
        with transaction.atomic():
            do(client, act)
    except Refusal as refusal:
        return _page(request, who, client, refusal)
    return to(reverse("console-person", args=[client_id]))


def _page(request: HttpRequest, who: Staff, client: Client, refused: Refusal | None = None) -> HttpResponseBase:
    moment = now()
    with transaction.atomic():
        who.act(request).write(Event.ACCOUNT_SEEN, client)
    is_employee = client.population == Population.EMPLOYEE.value
    place = 1 if is_employee else 0
    context = {
        "client": client,
        "is_employee": is_employee,
        "is_own": client.pk == who.session.client_id,
        "name": access.name_of(client),
        "phone": numbers.masked(access.phone_of(client)),
        "who": Population(client.population).label(language()),
        "state": "good" if client.state == State.ACTIVE else "bad",
        "is_blocked": client.state == State.BLOCKED,
        "is_active": client.state == State.ACTIVE,
        "refused": because(refused) if refused else None,
        "sessions": [{"one": one, "program": program(one.program)} for one in sessions.listed(client.pk, now=moment)],
        "devices": devices.listed(client.pk),
        "ways": [words.METHODS[one] for one in sorted(factoring.enrolled(client.pk))],
        "notices": queries.of_client(client.pk, most=_RECENT),
        "entries": search(Query(client=client.pk), size=_RECENT).entries,
        "allowed": {verb: who.may(rights[place]) for verb, rights in _DEMANDS.items()},
    }
    return shown(request, who, "console/person.html", context)


def _demand(who: Staff, verb: str, client: Client) -> None:
    who.demand(_DEMANDS[verb][1 if client.population == Population.EMPLOYEE.value else 0])


def _demand_reason(client: Client, act: Act) -> None:
    """Every act on an account says why, and is another's. Raises Refusal."""
    if client.pk == act.by:
        raise Refusal("own-account", _("Nobody does this to their own account."), "R57.7")
    if not act.reason:
        raise Refusal("reason-missing", _("Say why."), "R57.7", HTTPStatus.UNPROCESSABLE_ENTITY, field="reason")
