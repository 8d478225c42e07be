"""The answer to whoever asks whether a program answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def health(request: HttpRequest) -> HttpResponse:
    """That the process answers; nothing about anything else."""
    del request
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
