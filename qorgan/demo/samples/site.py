"""A sample site over ASGI: a page, a door to the gate, a door out."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx

from qorgan.demo.samples import page
from qorgan.demo.samples.relying_party import Question, RelyingParty, SignedIn, SignInFailed
from qorgan.demo.samples.words import spoken

_MOST_WAITING: Final = 1_000
_LARGEST_FORM: Final = 16_384
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Answer = tuple[int, list[tuple[str, str]], str]


class Site:
    """Keeps in memory who is signed in: a sample forgets them when it stops."""

    def __init__(self, kind: str, party: RelyingParty, *, secure: bool) -> None:
        """`kind` is `bank` or `platform`."""
        self._kind = kind
        self._party = party
        self._attributes = f"Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
        # Two samples of one host must not take each other's cookies: browsers tell no ports apart.
        self._cookie = f"sample-{kind}"
        self._waiting: dict[str, Question] = {}
        self._people: dict[str, SignedIn] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        language = spoken(headers.get("accept-language", ""))
        try:
            status, more, body = await self._answer(scope, receive, self._known(headers), language)
        except (SignInFailed, httpx.HTTPError, KeyError, ValueError) as failed:
            reason = str(failed) if isinstance(failed, SignInFailed) else type(failed).__name__
            status, more, body = HTTPStatus.BAD_REQUEST, [], page.refused(self._kind, language, reason)
        await _send(send, status, more, body)

    async def _answer(self, scope: Scope, receive: Receive, cookie: str, language: str) -> Answer:
        here = f"{scope['method']} {scope['path']}"
        shown = {
            "GET /": lambda: page.home(self._kind, language, self._people.get(cookie)),
            "GET /signed-out": lambda: page.signed_out(self._kind, language),
        }
        done: dict[str, Callable[[], Awaitable[Answer]]] = {
            "GET /sign-in": lambda: self._sign_in(language),
            "GET /signed-in": lambda: self._signed_in(_query(scope), cookie),
            "POST /sign-out": lambda: self._sign_out(cookie),
            "POST /back-channel": lambda: self._left(receive),
        }
        if here in shown:
            return HTTPStatus.OK, [], shown[here]()
        if here in done:
            return await done[here]()
        if here == "GET /page.css":
            return HTTPStatus.OK, [("Content-Type", "text/css; charset=utf-8")], page.style(self._kind)
        return HTTPStatus.NOT_FOUND, [], page.refused(self._kind, language, "404")

    async def _sign_in(self, language: str) -> Answer:
        to, asked = await self._party.begin(language)
        cookie = secrets.token_urlsafe(24)
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.clear()
        self._waiting[cookie] = asked
        return HTTPStatus.SEE_OTHER, [("Location", to), self._set(cookie)], ""

    async def _signed_in(self, answer: dict[str, str], cookie: str) -> Answer:
        person = await self._party.finish(answer, self._waiting.pop(cookie, None))
        # Another name for the browser from here on: the one before was known before it was trusted.
        cookie = secrets.token_urlsafe(24)
        self._people[cookie] = person
        return HTTPStatus.SEE_OTHER, [("Location", "/"), self._set(cookie)], ""

    async def _sign_out(self, cookie: str) -> Answer:
        person = self._people.pop(cookie, None)
        to = await self._party.leaving(person.id_token) if person else "/"
        return HTTPStatus.SEE_OTHER, [("Location", to), self._set("")], ""

    async def _left(self, receive: Receive) -> Answer:
        session = await self._party.left((await _form(receive)).get("logout_token", ""))
        self._people = {cookie: one for cookie, one in self._people.items() if one.session != session}
        return HTTPStatus.OK, [], ""

    def _known(self, headers: dict[str, str]) -> str:
        pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        return next((value for name, _, value in pairs if name == self._cookie), "")

    def _set(self, value: str) -> tuple[str, str]:
        return "Set-Cookie", f"{self._cookie}={value}; {self._attributes}"


def _query(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1")))


async def _form(receive: Receive) -> dict[str, str]:
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), bool(part.get("more_body"))
        if len(body) > _LARGEST_FORM or part["type"] != "http.request":
            raise SignInFailed("form")
    return dict(parse_qsl(body.decode("latin-1")))


async def _send(send: Send, status: int, more: list[tuple[str, str]], body: str) -> None:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": page.POLICY,
        "Referrer-Policy": "no-referrer",
        **dict(more),
    }
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": int(status), "headers": raw})
    await send({"type": "http.response.body", "body": body.encode()})
