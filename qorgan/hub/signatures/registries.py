"""The authorities' registries over HTTP: OCSP answers and lists, from the places that the configuration allows.

Certificates name where their state is asked. Only those of a believed path are asked of at all, and only at an allowed
place, so that no certificate makes the hub call an address of its holder's choice.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import Final
from urllib.parse import SplitResult, urlsplit

PATIENCE: Final = 5.0
"""Seconds for one answer."""
TOGETHER: Final = 20.0
"""Seconds for all that one signature asks: a person waits for it."""
LARGEST: Final = 24 << 20
"""Bytes of an answer: the authority's lists are of megabytes."""

_PORTS: Final = {"http": 80, "https": 443}
Clock = Callable[[], float]


class RegistryError(Exception):
    """A registry did not answer, or may not be asked. The state that was asked for is then unknown."""


class Registries:
    """A port of `eds.revocation` for one verdict."""

    def __init__(self, allowed: tuple[str, ...], clock: Clock = monotonic) -> None:
        self._allowed = {_place(urlsplit(one)) for one in allowed}
        self._clock = clock
        self._until = clock() + TOGETHER

    def ocsp(self, url: str, request: bytes) -> bytes:
        """See Port."""
        return self._ask("POST", url, request, {"Content-Type": "application/ocsp-request"})

    def crl(self, url: str) -> bytes:
        """See Port."""
        return self._ask("GET", url, None, {})

    def _ask(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        where = urlsplit(url)
        if _place(where) not in self._allowed:
            raise RegistryError(f"{url} is not among the registries that may be asked")
        left = min(PATIENCE, self._until - self._clock())
        if left <= 0:
            raise RegistryError("there is no time left to ask")
        kind = HTTPSConnection if where.scheme == "https" else HTTPConnection
        path = where._replace(scheme="", netloc="", fragment="").geturl() or "/"
        with closing(kind(where.hostname or "", where.port, timeout=left)) as connection:
            try:
                connection.request(method, path, body, headers)
                return self._read(connection.getresponse())
            except (OSError, HTTPException) as wrong:
                raise RegistryError(f"{url} did not answer: {type(wrong).__name__}") from wrong

    def _read(self, answer: HTTPResponse) -> bytes:
        """The body, within its size and the time; nothing but a plain 200 is an answer, and no redirect is followed."""
        if answer.status != HTTPStatus.OK:
            raise RegistryError(f"it answered {answer.status}")
        parts, size = [], 0
        while part := answer.read1(1 << 16):
            size += len(part)
            if size > LARGEST:
                raise RegistryError("its answer is too long")
            if self._clock() > self._until:
                raise RegistryError("its answer takes too long")
            parts.append(part)
        return b"".join(parts)


def _place(where: SplitResult) -> tuple[str, str, int | None]:
    return where.scheme, where.hostname or "", where.port or _PORTS.get(where.scheme)
