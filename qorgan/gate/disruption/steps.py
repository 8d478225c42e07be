"""How the portal answers the steps of ceremonies: well, by a fault of its own, or too late.

Counted in the process that answers, and kept in a file of its own below the state folder: while the database is away
these are the facts that there are. What the gate rightly refused says nothing, and what a service kept from its end is
the journal's to say.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from msgspec import Struct

from qorgan.kit import clock

FOLDER: Final = "steps"
_IN_A_WINDOW: Final = 30
"""Spans that the time of the limits is parted into."""
_EVERY: Final = timedelta(seconds=1)
"""What went well is written down so often at most: what did not, at once."""
_KEPT: Final = 4
"""Windows that are kept."""
_CEREMONIES: Final = re.compile(
    r"/(?:sign-in|recover|register|invitation|step|oidc/token|api/v1/(?:ceremonies|sign-ins))(?:/|$)"
)


class Span(Struct):
    """Steps answered within one span of time."""

    at: datetime
    """When it began."""
    steps: int = 0
    hindered: int = 0
    """Of them those that failed by a fault of the gate's own, or came too late."""
    slow: int = 0
    """Of the hindered those that came too late."""


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(list[Span]).decode


class Steps:
    """The counts of one process. Safe for several threads."""

    def __init__(self, folder: Path, window: timedelta) -> None:
        self._file = folder / f"{os.getpid()}-{secrets.token_hex(4)}.json"
        self._length = max(window / _IN_A_WINDOW, timedelta(seconds=1))
        self._spans: list[Span] = []
        self._kept_at = datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def count(self, at: datetime, *, is_fault: bool, is_slow: bool) -> None:
        """One step. A disk that takes nothing keeps nobody from signing in."""
        with self._lock:
            if not self._spans or at >= self._spans[-1].at + self._length:
                self._spans = [*self._spans[-_IN_A_WINDOW * _KEPT :], Span(at)]
            span = self._spans[-1]
            span.steps += 1
            span.hindered += is_fault or is_slow
            span.slow += is_slow and not is_fault
            if is_fault or is_slow or abs(at - self._kept_at) >= _EVERY:
                self._keep(at)

    def _keep(self, at: datetime) -> None:
        self._kept_at = at
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, exist_ok=True)
            beside = self._file.with_suffix(".new")
            beside.write_bytes(_encode(self._spans))
            beside.replace(self._file)


class StepsMiddleware:
    """Stands first, so that it sees every answer as it goes out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._slow = settings.CONFIG.disruption.slow_seconds
        self._steps = Steps(folder_of(settings.CONFIG.state), settings.CONFIG.disruption.lasting)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and count the answer to a step."""
        if request.method != "POST" or _CEREMONIES.match(request.path_info) is None:
            return self._get_response(request)
        began = time.monotonic()
        response = self._get_response(request)
        is_fault = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        is_refused = response.status_code >= HTTPStatus.BAD_REQUEST and not is_fault
        if not is_refused and response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            self._steps.count(clock.now(), is_fault=is_fault, is_slow=time.monotonic() - began > self._slow)
        return response


def spans(folder: Path, since: datetime) -> Iterator[Span]:
    """What every process counted since a time. Files that nobody has written to for long are removed."""
    for file in folder.glob("*.json"):
        try:
            kept = _decode(file.read_bytes())
            if kept and kept[-1].at < since - timedelta(days=1):
                file.unlink(missing_ok=True)
        except (OSError, msgspec.MsgspecError):
            continue
        yield from (span for span in kept if span.at >= since)


def folder_of(state: Path) -> Path:
    """Where a gate's processes keep their counts."""
    return state / FOLDER
