"""Which of its languages a page speaks: the person's own choice, else the browser's cookie, else its wish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from qorgan.kit.refusal import Refusal


class LanguageMiddleware:
    """Speaks the right language for the time of one request. A program that knows people overrides `language_of`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language."""
        with translation.override(self.language_of(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    def language_of(self, request: HttpRequest) -> str:
        """The language's code."""
        return translation.get_language_from_request(request)


@contextmanager
def in_english() -> Iterator[None]:
    """For what a command does: it says everything in the language of its help, refusals too, whoever raises them."""
    with translation.override("en"):
        try:
            yield
        except Refusal as refusal:
            # Said here: a lazy sentence would be in another language by the time that it is shown.
            refusal.message = str(refusal.message)
            raise


def chosen(request: HttpRequest) -> tuple[str | None, HttpResponse]:
    """The language that was posted, if we speak it, and the answer that keeps it in the browser and goes back."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return None, response
    set_cookie(response, language)
    return language, response


def set_cookie(response: HttpResponseBase, language: str) -> None:
    """Keep a browser's language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the language posted, for this browser alone."""
    return chosen(request)[1]
