"""`POST packages`: a module sends what it sealed, once ASOI is back. The package proves itself: no token is needed."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from qorgan.hub.packages.taking import reply_to, take
from qorgan.kit import problem
from qorgan.kit.clock import now
from qorgan.kit.refusal import Refusal
from qorgan.wire.package import CONTENT_TYPE, MAX_SIZE

log = logging.getLogger(__name__)


@csrf_exempt
def bring(request: HttpRequest) -> HttpResponse:
    """Take a package; what was taken before is answered alike, with its receipt once there is one."""
    try:
        file = _file(request)
        with transaction.atomic():
            reply = reply_to(take(file, now=now(), by_module=True))
    except Refusal as refused:
        trace = secrets.token_hex(8)
        log.info("refused a package: %s (trace %s)", refused.code, trace)
        told = problem.of_refusal(refused, trace=trace)
        return HttpResponse(problem.encode(told), status=told.status, content_type=problem.MEDIA_TYPE)
    return HttpResponse(msgspec.json.encode(reply), content_type="application/json")


def _file(request: HttpRequest) -> bytes:
    """The body. Raises Refusal."""
    if request.method != "POST":
        raise Refusal("method-unknown", _("Ask by one of: POST."), status=HTTPStatus.METHOD_NOT_ALLOWED)
    if request.content_type != CONTENT_TYPE:
        raise Refusal("media-type", _("Send a sealed package."), status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        return bytes(request.read(MAX_SIZE + 1))
    except (UnreadablePostError, RawPostDataException, OSError):
        raise Refusal(
            "body-malformed", _("This cannot be read."), status=HTTPStatus.BAD_REQUEST, field="file"
        ) from None
