"""A small Django program that only says no: served over real HTTP for tests of the middleware."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import django
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy

import qorgan.kit
from qorgan.kit.refusal import Refusal, Unavailable


def refuse(request: HttpRequest) -> HttpResponse:
    raise Refusal("card_unknown", gettext_lazy("This field is required."), "R67.12", 404)


async def refuse_later(request: HttpRequest) -> HttpResponse:
    raise Refusal("too_early", "Too <b>early</b>", status=409)


def fail(request: HttpRequest) -> HttpResponse:
    raise Unavailable("digital-id", retry_after=7) from TimeoutError("10.0.0.7 does not answer")


def break_down(request: HttpRequest) -> HttpResponse:
    raise KeyError("10.0.0.7")


urlpatterns = [
    path("refuse", refuse),
    path("refuse-later", refuse_later),
    path("fail", fail),
    path("break", break_down),
]

settings.configure(
    SECRET_KEY="for tests",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    LANGUAGE_CODE="en",
    LOCALE_PATHS=[Path(qorgan.kit.__file__).parent / "locale"],
    MIDDLEWARE=["django.middleware.locale.LocaleMiddleware", "qorgan.kit.problem_middleware.ProblemMiddleware"],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [Path(__file__).parent / "templates"],
        }
    ],
)

if __name__ == "__main__":
    django.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(get_asgi_application(), log_level="critical")).run(sockets=[listener])
