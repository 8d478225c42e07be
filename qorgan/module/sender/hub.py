"""The hub as HTTP: one client, kept open, that turns every way of not getting an answer into one."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, Self

import httpx
from msgspec import Struct

from qorgan import __version__
from qorgan.module.config import ConfigRefused
from qorgan.module.config import Hub as HubTable

_OK: Final = 200
_MAX_ANSWER: Final = 32 * 1024 * 1024


class HubAway(Exception):
    """No answer came: no channel, no hub, or not in time. The reason names no secret."""


class Answer(Struct, frozen=True, kw_only=True):
    """What came back."""

    status: int
    body: bytes
    retry_after: float | None = None
    """Seconds the hub asks to wait."""
    date: datetime | None = None
    """The hub's clock."""

    @property
    def is_taken(self) -> bool:
        """Whether the request was done."""
        return self.status == _OK


class Hub:
    """A connection to the hub. Raises HubAway from every request that gets no answer."""

    def __init__(self, table: HubTable) -> None:
        """Raises ConfigRefused when the file of authorities cannot be used."""
        self._client = httpx.AsyncClient(
            base_url=table.url.rstrip("/"),
            proxy=table.proxy or None,
            verify=_authorities(table.ca_file),
            timeout=httpx.Timeout(table.timeout_seconds, connect=min(10.0, table.timeout_seconds)),
            limits=httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=60.0),
            headers={"User-Agent": f"qorgan-module/{__version__}", "Accept-Encoding": "identity"},
            trust_env=False,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(self, path: str) -> Answer:
        """Ask for what is public."""
        return await self._request("GET", path, {}, b"")

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a body with exactly these headers."""
        return await self._request("POST", path, headers, body)

    async def _request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            async with self._client.stream(method, path, headers=dict(headers), content=body or None) as response:
                content = b""
                async for part in response.aiter_raw():
                    content += part
                    if len(content) > _MAX_ANSWER:
                        raise HubAway("the answer is too large to be the hub's")
        except httpx.TimeoutException:
            raise HubAway("no answer in time") from None
        except httpx.ProxyError as error:
            raise HubAway(f"the proxy refuses: {_said(error)}") from None
        except httpx.HTTPError as error:
            raise HubAway(_said(error)) from None
        return Answer(
            status=response.status_code,
            body=content,
            retry_after=_seconds(response.headers.get("retry-after", "")),
            date=_date(response.headers.get("date", "")),
        )


def _authorities(ca_file: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigRefused(f"hub.ca_file: {ca_file}: {error}; give a PEM file of certificates") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _said(error: Exception) -> str:
    return str(error).strip() or type(error).__name__


def _seconds(text: str) -> float | None:
    """A Retry-After in seconds. One that names a date is passed over: our clock may be wrong."""
    return float(text) if text.isdecimal() and len(text) < 9 else None  # noqa: PLR2004 (thirty years)


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
