"""The authorities asked by HTTP: OCSP answers and revocation lists, in time and of a bearable size.

Only addresses out of certificates that lead to a pin are ever asked: `eds` walks the path first.
"""

from __future__ import annotations

import threading
import time
from typing import Final

import httpx

_OCSP_MOST: Final = 1 << 16
_LIST_MOST: Final = 32 << 20
_LIST_KEPT: Final = 300.0
"""Seconds for which a list is not fetched again."""
_LISTS: Final = 8


class TooLarge(Exception):
    """The answer is longer than any honest one."""


class Watched:
    """The authorities asked for one verdict, and whether any of them was silent."""

    def __init__(self, authorities: Authorities) -> None:
        self.silent = False
        self._authorities = authorities

    def ocsp(self, url: str, request: bytes) -> bytes:
        """See Port."""
        try:
            return self._authorities.ocsp(url, request)
        except (httpx.HTTPError, TooLarge):
            self.silent = True
            raise

    def crl(self, url: str) -> bytes:
        """See Port."""
        try:
            return self._authorities.crl(url)
        except (httpx.HTTPError, TooLarge):
            self.silent = True
            raise


class Authorities:
    """A port for `qorgan.eds`. One for the process; threads share it."""

    def __init__(self, *, seconds: float, ocsp: str = "") -> None:
        """`seconds` is how long a whole answer may take; `ocsp` is asked instead of what certificates name."""
        self._seconds = seconds
        self._ocsp = ocsp
        self._client = httpx.Client(
            timeout=seconds, follow_redirects=False, trust_env=False, headers={"User-Agent": "qorgan-gate"}
        )
        self._lists: dict[str, tuple[float, bytes]] = {}
        self._lock = threading.Lock()

    def ocsp(self, url: str, request: bytes) -> bytes:
        """See Port."""
        headers = {"Content-Type": "application/ocsp-request"}
        return self._fetch(
            self._client.build_request("POST", self._ocsp or url, content=request, headers=headers), _OCSP_MOST
        )

    def crl(self, url: str) -> bytes:
        """See Port. Whether the list is fresh by its own words is for whoever asked."""
        with self._lock:
            kept = self._lists.get(url)
        if kept and time.monotonic() - kept[0] < _LIST_KEPT:
            return kept[1]
        raw = self._fetch(self._client.build_request("GET", url), _LIST_MOST)
        with self._lock:
            while len(self._lists) >= _LISTS:
                self._lists.pop(next(iter(self._lists)))
            self._lists[url] = (time.monotonic(), raw)
        return raw

    def _fetch(self, request: httpx.Request, most: int) -> bytes:
        """The whole answer, which must come within the time and be no longer than `most`."""
        until = time.monotonic() + self._seconds
        found = bytearray()
        response = self._client.send(request, stream=True)
        try:
            response.raise_for_status()
            for part in response.iter_bytes():
                found += part
                if len(found) > most:
                    raise TooLarge
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the answer drips", request=request)
        finally:
            response.close()
        return bytes(found)
