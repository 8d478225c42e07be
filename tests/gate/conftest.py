"""A prepared gate for tests: a database of its own for each, its secrets, and a portal in a process when asked.

These tests run in a process of their own: Django's settings are read once, and here they are the gate's.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role, role_url
from qorgan.gate.database.prepare import SETTINGS, prepare
from qorgan.gate.sealing.ring import bind
from qorgan.kit.database.connection import django_database
from qorgan.kit.postgres import Running
from tests.fixtures_portal import Web, a_certificate, a_life, await_answer
from tests.warm import warm

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Page

ORIGIN = "gate.example/test"
T = TypeVar("T")


@dataclass(frozen=True)
class Gate:
    """A gate without processes: configuration and database. Django is set up and connected as the web role."""

    config: Config
    superuser: str
    """URL by which a test does what no role may."""
    database: str

    def url(self, role: Role) -> str:
        """Where a role connects to this gate's database."""
        return make_conninfo(role_url(self.config, role), dbname=self.database)

    def connect(self, role: Role) -> psycopg.Connection[Any]:
        """A connection of a role, each statement committed by itself."""
        return psycopg.connect(self.url(role), autocommit=True)

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a superuser reads."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            return connection.execute(query, parameters or None).fetchall()

    def tamper(self, statement: str, *parameters: object) -> int:
        """Change what nobody may change, as somebody with the server in their hands would. Gives the rows changed."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            return connection.execute(statement, parameters or None).rowcount

    def apart(self, work: Callable[[], T]) -> T:
        """Do something with Django in a thread of its own: while a browser is driven, this one has an event loop."""

        def alone() -> T:
            from django.db import connections

            try:
                return work()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(alone).result()


@dataclass(frozen=True)
class Template:
    """A database prepared once, copied for each test."""

    name: str
    config: Config


@pytest.fixture(scope="session")
def template(cluster: Running, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The roles and tables of the gate, made once a session; Django is set up for the gate of this state folder."""
    name = f"gate_template_{secrets.token_hex(4)}"
    with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    config = Config(state=tmp_path_factory.mktemp("gate"), origin=ORIGIN)
    prepare(config, cluster.superuser_dsn(name))
    bind(config.state)
    _set_django_up(config)
    return Template(name, config)


def _set_django_up(config: Config) -> None:
    import django
    from django.conf import settings

    assert not settings.configured, "another program's settings are loaded; run `pytest tests/gate` by itself"
    file = config.state / "gate.toml"
    file.write_text(f'state = "{config.state}"\norigin = "{ORIGIN}"\n', encoding="utf-8")
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    # Read once, now. Left behind it would lead every later `qorgan` of this process to this gate.
    os.environ["QORGAN_GATE_CONFIG"] = str(file)
    django.setup()
    del os.environ["QORGAN_GATE_CONFIG"]


@pytest.fixture
def gate(template: Template, cluster: Running) -> Iterator[Gate]:
    """A gate with an empty database of its own, to which Django is connected as the web role."""
    with standing(template, cluster) as made:
        yield made


@contextmanager
def standing(template: Template, cluster: Running) -> Iterator[Gate]:
    """A gate on a copy of the template, for a test or for a module of them."""
    from django.db import connections
    from django.utils.translation import override

    name = f"gate_{secrets.token_hex(6)}"
    with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as server:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER gate_owner STRATEGY FILE_COPY")
        server.execute(copy.format(sql.Identifier(name), sql.Identifier(template.name)))
        made = Gate(template.config, cluster.superuser_dsn(name), name)
        connection = connections["default"]
        connection.close()
        connection.settings_dict.update(django_database(made.url(Role.WEB)))
        # Sentences are held against their source, and it is English.
        with override("en"):
            yield made
        connections.close_all()
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def visitor(gate: Gate) -> Callable[[], Client]:
    """A browser without scripts: Django's test client, on a host the gate answers to."""
    from django.test import Client

    headers = {"host": "localhost", "accept-language": "en"}
    return lambda: Client(headers=headers, raise_request_exception=False)


@pytest.fixture
def more_settings() -> str:
    """Tables for the configuration of the portal's process; a test that needs some makes a fixture of this name."""
    return ""


@pytest.fixture
def web(gate: Gate, tmp_path: Path, more_settings: str) -> Iterator[Web]:
    """The portal's process as the gate starts it, on `http://localhost:<port>`, where passkeys work as behind https.

    With it the fixtures `context` and `page` of `tests/fixtures_portal.py` open a real browser.
    """
    with serving(gate, tmp_path, more_settings) as running:
        yield running


@pytest.fixture
def web_by_tls(gate: Gate, tmp_path: Path) -> Iterator[Web]:
    """The same on `https://localhost:<port>`: the gate's own listener with a certificate that nobody vouches for."""
    certificate, key = a_certificate(tmp_path)
    tls = f'[portal.tls]\ncertificate = "{certificate}"\nkey = "{key}"\n'
    with serving(gate, tmp_path, tls, scheme="https") as running:
        yield running


@pytest.fixture
def gate_url(web: Web) -> str:
    """Where the running portal answers."""
    return web.address


@pytest.fixture
def at_gate(page: Page) -> Page:
    """A page of a real browser, to which addresses below the portal's can be given without it."""
    return page


@contextmanager
def serving(gate: Gate, folder: Path, settings_beside: str = "", *, scheme: str = "http") -> Iterator[Web]:
    """The portal in a process of its own, on the database and with the secrets of a gate."""
    with socket.socket() as listener, a_life() as life:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        port = listener.getsockname()[1]
        address = f"{scheme}://localhost:{port}"
        config = folder / "portal.toml"
        portal = f'origin = "{ORIGIN}"\n[portal]\nport = {port}\naddress = "{address}"\n'
        config.write_text(portal + settings_beside, encoding="utf-8")
        environment = os.environ | {
            "QORGAN_GATE_CONFIG": str(config),
            "QORGAN_GATE_STATE": str(gate.config.state),
            "QORGAN_GATE_DATABASE_URL_WEB": gate.url(Role.WEB),
            "DJANGO_SETTINGS_MODULE": SETTINGS,
        }
        arguments = ["portal", listener.fileno(), life]
        with warm("qorgan.gate.run.serve", arguments, environment, folder / "web.log") as process:
            await_answer(f"{address}/health", process)
            yield Web(address, port, process)
