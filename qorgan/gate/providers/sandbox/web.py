"""As much of a web server as the sandbox needs: a table of places, forms, and a label on every answer."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from qorgan.gate.providers.fields import Undecodable, decoded

LABEL: Final = "SANDBOX: invented people, believed by nobody"
_LARGEST: Final = 64 << 10
_CSP: Final = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'"

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_T = TypeVar("_T")


class Answered(Exception):
    """The request ends here, with this status and code."""

    def __init__(self, status: HTTPStatus, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Asked(Struct, frozen=True, kw_only=True):
    """A request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base: str
    """Under which address the sandbox was reached."""

    def read(self, wanted: type[_T]) -> _T:
        """The body, decoded."""
        try:
            return decoded(self.body, wanted)
        except Undecodable:
            raise Answered(HTTPStatus.BAD_REQUEST, "not-the-protocol") from None

    def form(self) -> dict[str, str]:
        """The body of a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), max_num_fields=20))

    def demand_key(self, key: str) -> None:
        """Refuse whoever does not know the key."""
        if self.headers.get("authorization") != f"Bearer {key}":
            raise Answered(HTTPStatus.UNAUTHORIZED, "no-access")


class Said(Struct, frozen=True, kw_only=True):
    """An answer."""

    body: bytes = b""
    kind: str = "application/json"
    status: int = HTTPStatus.OK
    after: float = 0
    """Seconds to wait before it is given."""
    to: str = ""
    """Where to go instead."""


def saying(value: object, status: int = HTTPStatus.OK) -> Said:
    """A value as JSON."""
    return Said(body=msgspec.json.encode(value), status=status)


def page(title: str, inner: str, *, language: str) -> Said:
    """A page with its label. `inner` is markup."""
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{html.escape(title)} · SANDBOX</title><link rel="stylesheet" href="/style.css"></head>'
        f'<body><p class="label" role="note">SANDBOX · СЫНАҚ ОРТАСЫ · ПЕСОЧНИЦА</p><main><h1>{html.escape(title)}</h1>'
        f"{inner}</main></body></html>"
    )
    return Said(body=text.encode(), kind="text/html; charset=utf-8")


Handler: TypeAlias = Callable[[Asked, str], Said]
"""The second argument is what the place's pattern caught."""


class Site:
    """Places and who answers there, as an ASGI application."""

    def __init__(self) -> None:
        self._places: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, method: str, place: str, handler: Handler) -> None:
        """Answer at a place. `*` in it stands for one part, which the handler is given."""
        pattern = re.escape(place).replace(r"\*", "([A-Za-z0-9_-]{1,80})")
        self._places.append((method, re.compile(pattern), handler))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        try:
            said = self._answer(await _asked(scope, receive))
        except Answered as ended:
            said = saying({"code": ended.code}, ended.status)
        if said.after:
            await asyncio.sleep(said.after)
        headers = [
            (b"content-type", said.kind.encode()),
            (b"content-length", str(len(said.body)).encode()),
            (b"x-qorgan-sandbox", LABEL.encode()),
            (b"cache-control", b"no-store"),
            (b"content-security-policy", _CSP.encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if said.to:
            headers.append((b"location", said.to.encode()))
        await send({"type": "http.response.start", "status": int(said.status), "headers": headers})
        await send({"type": "http.response.body", "body": said.body if scope["method"] != "HEAD" else b""})

    def _answer(self, asked: Asked) -> Said:
        for method, pattern, handler in self._places:
            caught = pattern.fullmatch(asked.path)
            if caught and method == asked.method.replace("HEAD", "GET"):
                return handler(asked, caught.group(1) if pattern.groups else "")
        raise Answered(HTTPStatus.NOT_FOUND, "nothing-here")


async def _asked(scope: Scope, receive: Receive) -> Asked:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _LARGEST:
            raise Answered(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = scope["query_string"].decode("latin-1")
    return Asked(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(query, max_num_fields=20)),
        headers=headers,
        body=bytes(body),
        base=f"{scope['scheme']}://{headers.get('host', '')}",
    )
