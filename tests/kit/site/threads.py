"""A small Django program that says in which thread it answers, and what that thread was left with."""

from __future__ import annotations

import socket
import sys
import threading
from typing import Final

import uvicorn
from django.conf import settings
from django.core import signals
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.utils import translation

from qorgan.kit.pages import one_thread

TALES: Final[list[list[str]]] = []
"""Of each request: the threads it began in, was seen by a middleware in, was answered in and ended in."""
LEFT: Final = threading.Event()


class Passing:
    """A middleware that is not asynchronous."""

    def __init__(self, get_response: object) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        TALES[-1].append(threading.current_thread().name)
        return self._get_response(request)  # type: ignore[operator, no-any-return]


def tell(request: HttpRequest) -> HttpResponse:
    TALES[-1].append(threading.current_thread().name)
    return JsonResponse({"tales": TALES[:-1], "language": translation.get_language(), "sent": len(request.body)})


def spoil(request: HttpRequest) -> HttpResponse:
    translation.activate("kk")
    return tell(request)


def break_down(request: HttpRequest) -> HttpResponse:
    raise KeyError("10.0.0.7")


def wait(request: HttpRequest) -> HttpResponse:
    LEFT.wait(10)
    TALES[-1].append("done although nobody waits")
    return HttpResponse()


def leave(request: HttpRequest) -> HttpResponse:
    LEFT.set()
    return HttpResponse()


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a", b"b"]))


urlpatterns = [
    path(name, view)
    for name, view in {
        "tell": tell, "spoil": spoil, "break": break_down, "wait": wait, "leave": leave, "stream": stream,
    }.items()
]  # fmt: skip


def began(**_: object) -> None:
    TALES.append([threading.current_thread().name])


def ended(**_: object) -> None:
    TALES[-1].append(threading.current_thread().name)


if __name__ == "__main__":
    settings.configure(
        SECRET_KEY="for tests",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        LANGUAGE_CODE="en",
        MIDDLEWARE=[f"{__name__}.Passing"],
        DATA_UPLOAD_MAX_MEMORY_SIZE=1000,
    )
    application = one_thread.application()
    signals.request_started.connect(began)
    signals.request_finished.connect(ended)
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    server = uvicorn.Config(application, log_level="critical", lifespan="off", interface="asgi3")
    uvicorn.Server(server).run(sockets=[listener])
