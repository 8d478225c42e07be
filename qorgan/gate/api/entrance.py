"""The entrance: who calls, whom they speak for, what was sent; and every no as a problem with its trace (R48.161.1).

A cookie counts for nothing here, so that no other site can speak for a browser. Every answer is `no-store`, which the
middleware of headers sees to.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from qorgan.gate.api import callers, openapi
from qorgan.gate.api.call import Call, session_of
from qorgan.gate.api.models import Caller, Kind
from qorgan.gate.api.routes import Route
from qorgan.gate.ceremonies import wording
from qorgan.gate.devices import nonces, proving
from qorgan.gate.devices.refusal import DeviceRefused
from qorgan.gate.journal.entry import Whence
from qorgan.gate.journal.whence import whence_of
from qorgan.kit import problem
from qorgan.kit.api import answers, bodies
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal, Unavailable

CEREMONY: Final = "Qorgan-Ceremony"
SESSION: Final = "Qorgan-Session"
FOR_ADDRESS: Final = "Qorgan-Client-Address"
FOR_PROGRAM: Final = "Qorgan-Client-Program"
PROOF: Final = "DPoP"
NONCE: Final = "DPoP-Nonce"
_LONGEST: Final = 300

log = logging.getLogger(__name__)


def resource(*routes: Route) -> Any:
    """The view of one path: one route for each method."""
    by_method = {route.method: route for route in routes}

    @csrf_exempt
    def view(request: HttpRequest, **path: Any) -> HttpResponse:
        trace = whence_of(request).trace
        try:
            return _answer(_route(by_method, request), request, path)
        except Refusal as refusal:
            log.info("refused %s: %s (trace %s)", request.method, refusal.code, trace)
            response = answers.refused(refusal, trace=trace, allowed=answers.methods_of(by_method))
        except Unavailable as failure:
            log.warning("%s (trace %s)", failure, trace)
            response = _failed(problem.of_unavailable(failure, wording.unavailable(), trace=trace))
            response["Retry-After"] = str(failure.retry_after)
        except Exception:
            log.exception("an error of ours (trace %s)", trace)
            response = _failed(_error(trace))
        if request.headers.get(SESSION):
            response[NONCE] = nonces.issue(now())
        return response

    return view


@csrf_exempt
def described(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, for anybody: it holds no secret."""
    if request.method not in {"GET", "HEAD"}:
        methods = ["GET", "HEAD"]
        return answers.refused(answers.another_method(methods), trace=whence_of(request).trace, allowed=methods)
    return answers.given(openapi.document())


@csrf_exempt
def unknown(request: HttpRequest, path: str = "") -> HttpResponse:
    """What is not in the table, told as a problem and not as a page."""
    del path
    return answers.refused(answers.no_such_address(), trace=whence_of(request).trace)


def _route(by_method: Mapping[str, Route], request: HttpRequest) -> Route:
    route = by_method.get("GET" if request.method == "HEAD" else str(request.method))
    if route is None:
        raise answers.another_method(answers.methods_of(by_method))
    return route


def _answer(route: Route, request: HttpRequest, path: dict[str, Any]) -> HttpResponse:
    at = now()
    caller = callers.bearer(request.headers.get("Authorization", ""))
    if caller.kind not in route.callers:
        words = _("A program of this kind may not ask for this.")
        raise Refusal("another-kind-of-caller", words)
    query = bodies.read_query_lists(request, route.query)
    session = session_of(request.headers.get(SESSION, "")[:_LONGEST], caller, at)
    if session is None and (route.of_session or request.headers.get(SESSION)):
        raise wording.session_missing()
    if session is not None and session.device_id is not None:
        _prove_device(request, session.device_id, at)
    call = Call(
        caller=caller,
        whence=_for_whom(request, caller),
        now=at,
        path=path,
        query=query,
        ceremony_secret=request.headers.get(CEREMONY, "")[:_LONGEST],
        session=session,
        body=bodies.read(request, route.takes, route.most_bytes) if route.takes else None,
    )
    answer = route.does(call)
    if answer.body is None:
        return HttpResponse(status=answer.status, headers=answer.headers)
    return answers.given(answer.body, answer.status, answer.media_type, answer.headers)


def _prove_device(request: HttpRequest, device: UUID, at: datetime) -> None:
    """A session begun on a device is used on that device alone, which proves its key at every call (R48.161.2)."""
    try:
        proven = proving.prove(
            request.headers.get(PROOF, ""),
            method=str(request.method),
            address=settings.CONFIG.portal.address.rstrip("/") + request.path,
            now=at,
            token=request.headers.get(SESSION, ""),
        )
    except DeviceRefused:
        proven = None
    if proven is None or proven.device_id != device:
        raise Refusal(
            "device-not-proven",
            _("Prove the device's key in the header DPoP, with the nonce of DPoP-Nonce."),
            "R48.161.2",
            HTTPStatus.UNAUTHORIZED,
        )


def _for_whom(request: HttpRequest, caller: Caller) -> Whence:
    """Where the person is: a server says it, an app is there itself. Raises Refusal for an address that is none."""
    found = whence_of(request)
    address, program = request.headers.get(FOR_ADDRESS, ""), request.headers.get(FOR_PROGRAM, "")
    if caller.kind != Kind.SERVER or not (address or program):
        return found
    try:
        named = str(ipaddress.ip_address(address)) if address else found.address
    except ValueError:
        words = _("This is no address.")
        raise Refusal("address-malformed", words, status=HTTPStatus.BAD_REQUEST, field=FOR_ADDRESS) from None
    return Whence(named, 0 if address else found.port, program or found.program, found.trace)


def _error(trace: str) -> problem.Problem:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return problem.Problem(
        type="urn:qorgan:problem:error", title=status.phrase, status=status.value, code="error", trace=trace
    )


def _failed(told: problem.Problem) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(told), status=told.status, content_type=problem.MEDIA_TYPE)
