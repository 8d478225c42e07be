"""Which of the three languages a page speaks: the person's own choice, else the browser's cookie, else its wish."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from qorgan.hub.portal.models import Preference
from qorgan.kit.pages import language

_SESSION_KEY: Final = "qorgan-language"


class LanguageMiddleware(language.LanguageMiddleware):
    """Speaks a person's own language to them on every device."""

    def language_of(self, request: HttpRequest) -> str:
        """The language's code."""
        person: AbstractBaseUser | AnonymousUser = request.user
        if isinstance(person, AnonymousUser) or not person.is_authenticated:
            return super().language_of(request)
        # The choice is kept in the session too, so that a page costs no query for it.
        if _SESSION_KEY not in request.session:
            request.session[_SESSION_KEY] = preferred(person) or super().language_of(request)
        return str(request.session[_SESSION_KEY])


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the language posted, for this browser and, when somebody is signed in, for the person."""
    wanted, response = language.chosen(request)
    if wanted is not None and request.user.is_authenticated:
        remember(request.user, wanted)
        request.session[_SESSION_KEY] = wanted
    return response


def remember(person: AbstractBaseUser, wanted: str) -> None:
    """Keep a person's language for every device."""
    Preference.objects.update_or_create(person_id=person.pk, defaults={"language": wanted})


def preferred(person: AbstractBaseUser) -> str | None:
    """The language a person has chosen, if any."""
    return Preference.objects.filter(person_id=person.pk).values_list("language", flat=True).first()
