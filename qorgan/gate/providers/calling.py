"""One call of a service outside: in time, of a bearable size, decoded into what was expected, or Unavailable."""

from __future__ import annotations

import math
import ssl
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Final, TypeVar

import httpx
import msgspec
from msgspec import Struct

from qorgan.gate.providers.fields import Undecodable, decoded
from qorgan.kit.refusal import Unavailable

LARGEST: Final = 1 << 20
"""Bytes of an answer."""
_T = TypeVar("_T")


class Address(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a service is and how patiently it is asked."""

    name: str
    """Our name of it, for the log."""
    url: str
    key: str = ""
    """The secret by which it knows us, sent as a bearer token."""
    authorities: Path | None = None
    """Certificates to trust instead of the system's, as PEM."""
    seconds: float = 5.0
    """How long a whole answer may take. A person waits for it."""
    patience: int = 5
    """Failures in a row after which the service is not asked for `rest` seconds, so that its outage is not ours."""
    rest: float = 10.0
    at_once: int = 6
    """Calls under way at the same time. Each holds a thread, and a service that is slow is not to be burdened more."""
    wait: float = 0.5
    """Seconds that a call waits for its turn."""

    def __repr__(self) -> str:
        return f"Address({self.name})"


class Refused(Exception):
    """The service understood and said no: the status and the code it gave, for the log and for tests."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class _No(Struct, frozen=True):
    """The body of a refusal."""

    code: str = ""


class Service:
    """A service that is asked by HTTP. One is made at the start and shared by all threads."""

    def __init__(self, address: Address, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds and never goes back."""
        self.address = address
        self._clock = clock
        self._lock = Lock()
        self._turns = BoundedSemaphore(address.at_once)
        self._failures = 0
        self._asleep_until = 0.0
        headers = {"Accept-Encoding": "identity", "User-Agent": "qorgan-gate"}
        if address.key:
            headers["Authorization"] = f"Bearer {address.key}"
        context = ssl.create_default_context(cafile=str(address.authorities) if address.authorities else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._client = httpx.Client(
            base_url=address.url.rstrip("/"),
            verify=context,
            timeout=httpx.Timeout(address.seconds),
            headers=headers,
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, method: str, path: str, wanted: type[_T], *, body: object = None, largest: int = LARGEST) -> _T:
        """The decoded answer. Raises Unavailable, or Refused for a 4xx."""
        raw = self.fetch(method, path, body=body, largest=largest)
        try:
            return decoded(raw, wanted)
        except Undecodable:
            # Answers that are not the protocol's are an outage of the protocol.
            self._count(failed=True)
            raise Unavailable(self.address.name) from None

    def fetch(self, method: str, path: str, *, body: object = None, largest: int = LARGEST) -> bytes:
        """The bytes of the answer. Raises Unavailable, or Refused for a 4xx."""
        self._demand_awake()
        content = None if body is None else msgspec.json.encode(body)
        if not self._turns.acquire(timeout=self.address.wait):
            raise Unavailable(self.address.name, retry_after=math.ceil(self.address.seconds))
        try:
            status, raw = self._exchange(method, path, content, largest)
        except (httpx.HTTPError, httpx.StreamError, OverflowError) as gone:
            self._count(failed=True)
            raise Unavailable(self.address.name) from gone
        finally:
            self._turns.release()
        if (
            status == HTTPStatus.TOO_MANY_REQUESTS
            or status >= HTTPStatus.INTERNAL_SERVER_ERROR
            or status < HTTPStatus.OK
        ):
            self._count(failed=True)
            raise Unavailable(self.address.name)
        self._count(failed=False)
        if status >= HTTPStatus.BAD_REQUEST:
            raise Refused(status, _code(raw))
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise Unavailable(self.address.name)
        return raw

    def _exchange(self, method: str, path: str, content: bytes | None, largest: int) -> tuple[int, bytes]:
        """Raises OverflowError for an answer that is too large, and a timeout for one that drips."""
        headers = {"Content-Type": "application/json"} if content is not None else {}
        until = self._clock() + self.address.seconds
        with self._client.stream(method, path, content=content, headers=headers) as response:
            raw = bytearray()
            for part in response.iter_raw():
                raw += part
                if len(raw) > largest:
                    raise OverflowError
                if self._clock() > until:
                    raise httpx.ReadTimeout("the answer drips")
            return response.status_code, bytes(raw)

    def _demand_awake(self) -> None:
        with self._lock:
            left = self._asleep_until - self._clock()
        if left > 0:
            raise Unavailable(self.address.name, retry_after=max(1, round(left)))

    def _count(self, *, failed: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= self.address.patience:
                # One failure more after the rest puts it to sleep again.
                self._failures = self.address.patience - 1
                self._asleep_until = self._clock() + self.address.rest


def _code(raw: bytes) -> str:
    try:
        return decoded(raw, _No).code
    except Undecodable:
        return ""


def quoted(text: str) -> str:
    """A part of a path. Raises ValueError for what no reference of a service may hold."""
    if not text or not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in text):
        raise ValueError("not a reference")
    return text
