"""Turns a Refusal or Unavailable that left a view into an answer: a problem for programs, a page for people."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext_lazy as _

from qorgan.kit import problem
from qorgan.kit.refusal import Refusal, Unavailable

if TYPE_CHECKING:
    from django.http import HttpRequest

    from qorgan.kit.problem import Problem

PAGE: Final = "text/html"
_OFFERED: Final = [problem.MEDIA_TYPE, "application/json", PAGE]

log = logging.getLogger(__name__)


class ProblemMiddleware(MiddlewareMixin):
    """Stands anywhere after the middleware its page needs. The view's transaction is rolled back before it is asked.

    A page is the template `problem.html`, given `problem`; each program brings its own.
    """

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for the two kinds of no; leave every other exception to Django."""
        trace = secrets.token_hex(8)
        if isinstance(exception, Refusal):
            log.info("refused %s %s: %s (trace %s)", request.method, request.path, exception.code, trace)
            return _answer(request, problem.of_refusal(exception, trace=trace))
        if isinstance(exception, Unavailable):
            log.warning("%s %s: %s (trace %s)", request.method, request.path, exception, trace, exc_info=exception)
            sentence = _("A service this depends on does not answer now. Try again shortly.")
            response = _answer(request, problem.of_unavailable(exception, sentence, trace=trace))
            response["Retry-After"] = str(exception.retry_after)
            return response
        return None


def _answer(request: HttpRequest, told: Problem) -> HttpResponse:
    if _wants_page(request):
        response = render(request, "problem.html", {"problem": told}, status=told.status)
    else:
        response = HttpResponse(problem.encode(told), status=told.status, content_type=problem.MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def _wants_page(request: HttpRequest) -> bool:
    """A browser says that it prefers HTML; htmx says who it is; whoever accepts anything is a program."""
    return "HX-Request" in request.headers or request.get_preferred_type(_OFFERED) == PAGE
