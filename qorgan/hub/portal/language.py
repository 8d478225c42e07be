"""Which of the three languages a page speaks: the person's own choice, else the browser's cookie, else its wish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from qorgan.hub.portal.models import Preference

_SESSION_KEY: Final = "qorgan-language"


class LanguageMiddleware:
    """Speaks the right language for the time of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language."""
        with translation.override(_language_of(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the language posted, for this browser and, when somebody is signed in, for the person."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        set_cookie(response, language)
        if request.user.is_authenticated:
            remember(request.user, language)
            request.session[_SESSION_KEY] = language
    return response


def remember(person: AbstractBaseUser, language: str) -> None:
    """Keep a person's language for every device."""
    Preference.objects.update_or_create(person_id=person.pk, defaults={"language": language})


def preferred(person: AbstractBaseUser) -> str | None:
    """The language a person has chosen, if any."""
    return Preference.objects.filter(person_id=person.pk).values_list("language", flat=True).first()


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


def _language_of(request: HttpRequest) -> str:
    person: AbstractBaseUser | AnonymousUser = request.user
    if isinstance(person, AnonymousUser) or not person.is_authenticated:
        return translation.get_language_from_request(request)
    # The choice is kept in the session too, so that a page costs no query for it.
    if _SESSION_KEY not in request.session:
        request.session[_SESSION_KEY] = preferred(person) or translation.get_language_from_request(request)
    return str(request.session[_SESSION_KEY])
