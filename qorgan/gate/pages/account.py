"""A page of one's own: what one signs in with, where one is signed in, on which devices, and the last sign-ins."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qorgan.gate.ceremonies import actions, cookies, factoring, sessions
from qorgan.gate.ceremonies.kinds import NAMES_A_FACTOR, Kind
from qorgan.gate.ceremonies.sessions import Session
from qorgan.gate.clients import access, numbers
from qorgan.gate.clients.act import Act
from qorgan.gate.devices import register as devices
from qorgan.gate.devices.refusal import DeviceRefused
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.whence import whence_of
from qorgan.gate.notices.kinds import Kind as Told
from qorgan.gate.notices.telling import tell
from qorgan.gate.pages import words
from qorgan.gate.pages.asking import language, said, signed_in, to
from qorgan.gate.pages.history import last_sign_ins
from qorgan.gate.pages.programs import program
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population

HERE: Final = frozenset(
    {Kind.NEW_DEVICE, Kind.PASSWORD_CHANGE, Kind.PHONE_CHANGE, Kind.FACTOR_ADDED, Kind.FACTOR_REMOVED, Kind.CLOSING}
)
"""What is begun from one's own page."""
ADDED: Final = (Method.PASSWORD, Method.ONE_TIME_CODE, Method.PASSKEY, Method.SIGNATURE)
"""What can be set up in a browser."""


@require_safe
@signed_in
def account(request: HttpRequest, session: Session) -> HttpResponseBase:
    """The page."""
    moment, client = now(), access.by_id(session.client_id)
    context = {
        "name": access.name_of(client),
        "who": session.population.label(language()),
        "phone": numbers.masked(access.phone_of(client)),
        "login": client.login,
        "current": session,
        "sessions": [
            {"one": one, "program": program(one.program), "by": _methods(one)}
            for one in sessions.listed(client.pk, now=moment)
        ],
        "devices": devices.listed(client.pk),
        "ways": _ways(client.pk),
        "addable": [words.way(one) for one in ADDED if _may_add(one, client.pk)],
        "is_employee": session.population is Population.EMPLOYEE,
        "may_bind": session.population is Population.EMPLOYEE or Method.BIOMETRICS in factoring.available(),
        "sign_ins": last_sign_ins(client.pk),
    }
    return render(request, "pages/account.html", context)


@require_POST
@signed_in
def begin(request: HttpRequest, session: Session) -> HttpResponseBase:
    """Begin to change something: whoever sits here proves anew who they are."""
    kind = next((one for one in HERE if one.value == said(request, "kind")), None)
    changed = next((one for one in ADDED if one.value == said(request, "method")), None)
    if kind is None or (kind in NAMES_A_FACTOR) != (changed is not None):
        raise Refusal("kind-unknown", _("This cannot be begun here. Load the page again."), status=HTTPStatus.CONFLICT)
    begun = actions.begin(kind, session.population, whence_of(request), session=session, changed=changed, now=now())
    response = to(reverse("step"))
    cookies.give_ceremony(response, begun.ceremony, begun.secret)
    return response


@require_POST
@signed_in
def end_session(request: HttpRequest, session: Session) -> HttpResponseBase:
    """End one of one's sessions."""
    which = _id(said(request, "session"))
    with transaction.atomic():
        client = access.by_id(session.client_id)
        sessions.end(which, client, why="owner", act=Act(now=now(), whence=whence_of(request)))
    return to(reverse("account"))


@require_POST
@signed_in
def end_others(request: HttpRequest, session: Session) -> HttpResponseBase:
    """End every session but this one."""
    with transaction.atomic():
        client = access.by_id(session.client_id)
        sessions.end_all(client, why="owner", act=Act(now=now(), whence=whence_of(request)), but=session.id)
    return to(reverse("account"))


@require_POST
@signed_in
def close_device(request: HttpRequest, session: Session) -> HttpResponseBase:
    """Take a device away from whoever has it: at once, and with all that was begun on it. Raises Refusal."""
    which, moment = _id(said(request, "device")), now()
    try:
        with transaction.atomic():
            client = access.by_id(session.client_id)
            act = Act(now=moment, whence=whence_of(request))
            devices.close(client.pk, which, why=devices.Why.OWNER, now=moment)
            entry = act.write(Event.DEVICE_CLOSED, client, device=which, reason="owner")
            sessions.end_of_device(client, which, why="device-closed", act=act)
            tell(client, Told.DEVICE_REMOVED, entry=entry, now=moment)
    except DeviceRefused:
        raise Refusal(
            "device-unknown", _("There is no such device. Load the page again."), status=HTTPStatus.NOT_FOUND
        ) from None
    return to(reverse("account"))


@require_POST
@signed_in
def sign_out(request: HttpRequest, session: Session) -> HttpResponseBase:
    """End this session."""
    with transaction.atomic():
        client = access.by_id(session.client_id)
        sessions.end(session.id, client, why="signed-out", act=Act(now=now(), whence=whence_of(request)))
    response = to(reverse("sign-in"))
    cookies.take_session(response)
    return response


def _ways(client_id: UUID) -> list[dict[str, Any]]:
    """What somebody has to sign in with, each with what is behind it."""
    shown = [*ADDED, Method.BIOMETRICS]
    available = factoring.available()
    return [
        {**words.way(one), "credentials": found, "removable": one is not Method.BIOMETRICS}
        for one in shown
        if one in available and (found := factoring.factor(one).enrolled(client_id))
    ]


def _may_add(method: Method, client_id: UUID) -> bool:
    if method not in factoring.available():
        return False
    once = method in {Method.PASSWORD, Method.SIGNATURE}
    return not (once and factoring.factor(method).enrolled(client_id))


def _methods(session: Session) -> str:
    return ", ".join(str(words.METHODS[one.method]) for one in session.proofs)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(
            "unknown", _("There is no such thing here. Load the page again."), status=HTTPStatus.NOT_FOUND
        ) from None
