"""People who sign in, through Django's test client or a real browser: for every room that has pages."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import secrets
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import psycopg
import pytest
from playwright.sync_api import expect, sync_playwright

from qorgan.bench.chromium import chromium
from tests.warm import warm

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

    from django.test import Client
    from playwright.sync_api import BrowserContext, Page

PASSWORD = "seven-quiet-mountains-9"
_HEADERS = {"host": "localhost", "accept-language": "en"}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# A machine that runs many tests at once is slow to show what it will show.
expect.set_options(timeout=60_000)


def one_time_code(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows for a base32 secret (RFC 6238), `steps` periods from now."""
    counter = int(time.time() // 30) + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


@dataclass
class Somebody:
    """A person with an account, and everything they know."""

    id: int
    email: str
    secret: str | None
    recovery_codes: tuple[str, ...]
    organisation: UUID | None
    password: str = PASSWORD

    @property
    def code(self) -> str:
        """What their authenticator app shows."""
        assert self.secret is not None
        return one_time_code(self.secret)


Enlist = Callable[..., Somebody]


@pytest.fixture
def enlist(django_hub: Any) -> Enlist:
    """Make a person: `enlist("centre-analyst")`, `enlist("responsible-employee", organisation=…)`, `enlist(None)`.

    Without an organisation, a role of the centre is held in an authority that is made for it.
    """
    return enlisting(django_hub)


def enlisting(hub: Any) -> Enlist:
    """What enlists people at a hub."""

    def make(
        role: str | None,
        *,
        organisation: UUID | None = None,
        factor: bool = True,
        language: str = "en",
        email: str | None = None,
    ) -> Somebody:
        number = len(hub.rows("SELECT 1 FROM person")) + 1
        secret = base64.b32encode(secrets.token_bytes(20)).decode() if factor else None
        fields = {
            "email": email or f"person{number}@centre.example",
            "full_name": f"Person {number}",
            "password": PASSWORD,
            "totp_secret": secret,
            "language": language,
        }
        account = _created(fields)
        if role is not None and organisation is None:
            found = hub.rows("SELECT id FROM organisation WHERE kind = 'authority'")
            organisation = found[0][0] if found else hub.add_organisation(900, kind="authority")
        if role is not None:
            with psycopg.connect(hub.superuser, autocommit=True) as connection:
                connection.execute(
                    "INSERT INTO membership (person_id, organisation_id, role) VALUES (%s, %s, %s)",
                    [account.person.pk, organisation, role],
                )
        return Somebody(account.person.pk, account.person.email, secret, account.recovery_codes, organisation)

    return make


def _created(fields: dict[str, Any]) -> Any:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _with_account(fields)
    # In a thread of its own: while a browser is driven, this one has an event loop, where Django refuses to work.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_created_apart, fields).result()


def _created_apart(fields: dict[str, Any]) -> Any:
    from django.db import connections  # noqa: PLC0415 (Django is set up only now)

    try:
        return _with_account(fields)
    finally:
        connections.close_all()


def _with_account(fields: dict[str, Any]) -> Any:
    """Make an account that ends up with the costly hash which is made for everybody: once for each password."""
    from django.test import override_settings  # noqa: PLC0415 (Django is set up only now)

    from qorgan.hub.members.models import Person  # noqa: PLC0415
    from qorgan.hub.portal.accounts import create_person  # noqa: PLC0415

    kept = _hashed(fields["password"])
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        account = create_person(**fields)
    Person.objects.filter(pk=account.person.pk).update(password=kept)
    return account


@cache
def _hashed(password: str) -> str:
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 (Django is set up only now)

    return make_password(password)


@pytest.fixture
def visitor(django_hub: Any) -> Callable[[], Client]:
    """A browser without scripts: Django's test client, on a host the hub answers to."""
    return visiting


def visiting() -> Client:
    """One such browser."""
    from django.test import Client  # noqa: PLC0415 (Django is set up only now)

    return Client(headers=_HEADERS, raise_request_exception=False)


@pytest.fixture
def signed_in(visitor: Callable[[], Client]) -> Callable[[Somebody], Client]:
    """Give the browser of somebody who has signed in by password and one-time code.

    What the pages leave behind is left without them; `tests/hub/portal` walks through the pages, and holds both alike.
    """

    def enter(person: Somebody) -> Client:
        client = visitor()
        leave_signed_in(client, person)
        return client

    return enter


def leave_signed_in(client: Client, person: Somebody) -> None:
    """Leave behind what the sign-in pages leave when somebody has gone through them."""
    from allauth.account.adapter import get_adapter  # noqa: PLC0415 (Django is set up only now)
    from allauth.account.internal.flows.login import record_authentication  # noqa: PLC0415
    from allauth.account.signals import user_logged_in  # noqa: PLC0415
    from allauth.core import context  # noqa: PLC0415
    from allauth.mfa.models import Authenticator  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    request = RequestFactory(headers=_HEADERS).post("/sign-in/code/")
    request.session, request.user = SessionStore(), AnonymousUser()
    account = get_user_model().objects.get(pk=person.id)
    with context.request_context(request):
        record_authentication(request, account, "password", email=person.email)
        factor = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
        if factor is not None:
            record_authentication(request, account, "mfa", id=factor.pk, type=factor.type)
        get_adapter().login(request, account)
        user_logged_in.send(sender=type(account), request=request, response=None, user=account)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key


@pytest.fixture
def signed_in_by_pages(visitor: Callable[[], Client]) -> Callable[[Somebody], Client]:
    """Take somebody through the real sign-in pages, and give their browser."""

    def enter(person: Somebody) -> Client:
        client = visitor()
        client.post("/sign-in/", {"login": person.email, "password": person.password})
        answer = client.post("/sign-in/code/", {"code": person.code})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return enter


@dataclass
class Web:
    """The portal in a process of its own."""

    address: str
    port: int
    process: ForkServerProcess


@pytest.fixture
def more_settings() -> str:
    """Tables for the configuration of the portal's process; a test that needs some makes a fixture of this name."""
    return ""


@pytest.fixture
def web(django_hub: Any, tmp_path: Path, more_settings: str) -> Iterator[Web]:
    """The portal's process as the hub starts it, on `http://localhost:<port>`, where passkeys work as behind https."""
    with serving(django_hub, tmp_path, settings_beside=more_settings) as running:
        yield running


@pytest.fixture
def web_behind_tls(django_hub: Any, tmp_path: Path) -> Iterator[Web]:
    """The same on `https://localhost:<port>`, with a certificate that nobody vouches for."""
    certificate, key = a_certificate(tmp_path)
    with serving(django_hub, tmp_path, "--ssl-keyfile", str(key), "--ssl-certfile", str(certificate)) as running:
        yield running


def a_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that nobody vouches for, and its key."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    subprocess.run([*made, *subject, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@contextmanager
def serving(django_hub: Any, tmp_path: Path, *tls: str, settings_beside: str = "") -> Iterator[Web]:
    from django.conf import settings  # noqa: PLC0415 (Django is set up only now)

    # The accounts were sealed by this process, whose secret is that of the session's first hub.
    kept = django_hub.config.state / "secrets" / "signing"
    kept.write_text(settings.SECRET_KEY, encoding="ascii")
    with socket.socket() as listener, a_life() as life:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        port = listener.getsockname()[1]
        config = tmp_path / "hub.toml"
        address = f"{'https' if tls else 'http'}://localhost:{port}"
        origin = f'origin = "{django_hub.config.origin}"\n'
        portal = f'{origin}[portal]\nport = {port}\naddress = "{address}"\n'
        config.write_text(portal + settings_beside, encoding="utf-8")
        environment = os.environ | {
            "QORGAN_HUB_CONFIG": str(config),
            "QORGAN_HUB_STATE": str(django_hub.config.state),
            "DJANGO_SETTINGS_MODULE": "qorgan.hub.settings",
        }
        module, arguments = "qorgan.hub.run.serve", ["portal", listener.fileno(), life]
        if tls:
            module, arguments = "uvicorn.main", ["qorgan.hub.asgi:application", *tls, "--fd", listener.fileno()]
        with warm(module, arguments, environment, tmp_path / "web.log") as process:
            await_answer(f"{address}/health", process)
            yield Web(address, port, process)


@contextmanager
def a_life() -> Iterator[int]:
    """The end of a pipe by which a process of the hub sees that nobody keeps it any more."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


def await_answer(address: str, process: ForkServerProcess) -> None:
    """Return once the address answers; fail when its process ends before."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.is_alive(), "the portal did not start"
        try:
            if httpx.get(address, verify=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the portal does not answer")


@pytest.fixture
def context(web: Web) -> Iterator[BrowserContext]:
    """A fresh profile of Debian's Chromium, speaking English. Whatever it complains of fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium(), args=FLAGS)
        context = browser.new_context(base_url=web.address, locale="en-GB", viewport={"width": 1366, "height": 820})
        complaints: list[str] = []
        context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        yield context
        browser.close()
    assert not complaints, complaints


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of that browser."""
    return context.new_page()


@pytest.fixture
def browse_in(page: Page) -> Callable[[Somebody], Page]:
    """Sign somebody in, in the browser, by password and one-time code."""

    def enter(person: Somebody) -> Page:
        sign_in_on(page, person)
        return page

    return enter


def sign_in_on(page: Page, person: Somebody) -> None:
    """Sign somebody in, on a page of a browser, by password and one-time code."""
    page.goto("/sign-in/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", person.password)
    page.click("form[action='/sign-in/'] button")
    page.fill("[name=code]", person.code)
    page.click("form[action='/sign-in/code/'] button")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
