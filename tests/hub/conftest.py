"""A prepared hub for tests: its own database, its secrets, and a module that speaks to it over a real socket."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql
from psycopg.conninfo import make_conninfo

from qorgan.hub.config import Config
from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import make_log_key
from qorgan.hub.database.prepare import prepare
from qorgan.hub.intake.app import Application
from qorgan.kit.database.connection import keep_urls
from qorgan.kit.postgres import Running
from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.ledger.note import VerifierKey
from qorgan.ledger.receipt import Receipt, read, verify
from qorgan.wire import batch, enrolment, record, signature
from qorgan.wire.signal import Classification, FileHash, HashAlgorithm, Sensor, Signal, Source, Url

ORIGIN = "asoi.example/test"


@dataclass(frozen=True)
class Template:
    """A database prepared once, copied for each test."""

    name: str
    config: Config


@pytest.fixture(scope="session")
def template(cluster: Running, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The roles and tables of the hub, made once a session."""
    name = f"template_{secrets.token_hex(4)}"
    with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    config = Config(state=tmp_path_factory.mktemp("template"), origin=ORIGIN)
    prepare(config, cluster.superuser_dsn(name))
    make_log_key(config)
    return Template(name, config)


@dataclass
class Hub:
    """A hub without processes: configuration, database and key."""

    config: Config
    superuser: str
    """URL by which a test does what no role may."""
    database: str

    def connect(self, role: Role, *, scope: str = "", organisations: Sequence[UUID] = ()) -> psycopg.Connection:
        """A connection of a role, with a scope for as long as it lives."""
        connection = psycopg.connect(role_url(self.config, role), autocommit=True)
        connection.execute("SELECT set_config('qorgan.scope', %s, false)", [scope])
        listed = "{" + ",".join(map(str, organisations)) + "}" if organisations else ""
        connection.execute("SELECT set_config('qorgan.organisations', %s, false)", [listed])
        return connection

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a superuser reads, whom no row security stops."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def tamper(self, statement: str, *parameters: object) -> int:
        """Change what nobody may change, as somebody with the server in their hands would. Gives the rows changed."""
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            return connection.execute(statement, parameters).rowcount

    @property
    def verifier(self) -> VerifierKey:
        return make_log_key(self.config).verifier()

    def add_organisation(self, number: int = 1, *, kind: str = "bank", served_by: UUID | None = None) -> UUID:
        """An organisation straight in the table, with a BIN that holds."""
        from qorgan.hub.members.bin import check_digit  # noqa: PLC0415 (Django-free, but below the hub's floor)

        eleven = next(
            text for text in (f"2601400{number:03d}{last}" for last in range(10)) if check_digit(text) is not None
        )
        organisation = UUID(int=number)
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(
                """INSERT INTO organisation (id, bin, kind, name_kk, name_ru, name_en, email, reporting_phone,
                       contacts, inventory, served_by_id, state, created_at)
                   VALUES (%s, %s, %s, %s, %s, %s, 'office@bank.example', '', '[]', '[]', %s, 'connected', now())""",
                [
                    organisation,
                    f"{eleven}{check_digit(eleven)}",
                    kind,
                    *[f"{language} Bank {number}" for language in ("kk", "ru", "en")],
                    served_by,
                ],
            )
        return organisation

    def add_module(self, organisation: UUID, name: str = "edge", *, lives: timedelta = timedelta(hours=1)) -> str:
        """A module straight in the table; gives its one-time code."""
        code = enrolment.new_code(str(self.verifier))
        module = UUID(bytes=secrets.token_bytes(16))
        now = datetime.now(UTC)
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute(
                """INSERT INTO module (id, organisation_id, name, state, version, high_water, created_at)
                   VALUES (%s, %s, %s, 'awaiting-enrolment', '', 0, %s)""",
                [module, organisation, name, now],
            )
            connection.execute(
                "INSERT INTO enrolment_code (id, module_id, organisation_id, digest, expires_at) "
                "VALUES (gen_random_uuid(), %s, %s, %s, %s)",
                [module, organisation, enrolment.code_digest(code), now + lives],
            )
        return code


@pytest.fixture
def hub(template: Template, cluster: Running, tmp_path: Path) -> Iterator[Hub]:
    """A hub with an empty database of its own."""
    with fresh_hub(template, cluster, tmp_path) as made:
        yield made


@contextmanager
def fresh_hub(template: Template, cluster: Running, folder: Path) -> Iterator[Hub]:
    """A hub in a folder, for as long as whoever asks keeps it: a test, or a file of them."""
    name = f"hub_{secrets.token_hex(6)}"
    with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER qorgan_owner").format(
                sql.Identifier(name), sql.Identifier(template.name)
            )
        )
        config = Config(state=folder / "state", origin=ORIGIN)
        shutil.copytree(template.config.state, config.state)
        urls = {role.value: make_conninfo(role_url(template.config, role), dbname=name) for role in Role}
        keep_urls(config.state, urls)
        yield Hub(config, cluster.superuser_dsn(name), name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def django_hub(hub: Hub) -> Iterator[Hub]:
    """The same hub, with Django set up and connected to it as the web role."""
    with django_on(hub):
        yield hub


@contextmanager
def django_on(hub: Hub) -> Iterator[None]:
    """Django, set up and connected to a hub as the web role."""
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from qorgan.kit.database.connection import django_database  # noqa: PLC0415

    os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.hub.settings"
    if not settings.configured:
        # Read once, now. Left behind it would lead every later `qorgan` of this process to this hub.
        os.environ["QORGAN_HUB_STATE"] = str(hub.config.state)
        django.setup()
        del os.environ["QORGAN_HUB_STATE"]
    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(django_database(role_url(hub.config, Role.WEB)))
    yield
    connection.close()


@dataclass
class Intake:
    """A running intake and how to reach it."""

    hub: Hub
    address: str
    client: httpx.Client

    def enrol(self, organisation: UUID | None = None, *, name: str = "edge") -> Client:
        """Enrol a module of an organisation (made here if none is given) and give it to speak with."""
        owner = organisation or self.hub.add_organisation(len(self.hub.rows("SELECT 1 FROM organisation")) + 1)
        code = self.hub.add_module(owner, name)
        client = Client(self, Ed25519PrivateKey.generate())
        answer = client.ask_enrolment(code)
        assert answer.status_code == 200, answer.text
        client.module = answer.json()["module"]
        client.organisation = owner
        return client


@dataclass
class Client:
    """A module as the contract sees it: signs, sends, keeps what it is told."""

    intake: Intake
    key: Ed25519PrivateKey
    module: str = ""
    organisation: UUID = field(default_factory=lambda: UUID(int=0))
    known: str = ""
    """The checkpoint it presents."""

    def ask_enrolment(self, code: str, **other: str) -> httpx.Response:
        public = enrolment.public_text(self.key)
        body = {
            "code": code,
            "public_key": public,
            "proof": enrolment.prove(self.key, enrolment.enrolment_statement(code, public)),
            "version": "0.1.0",
        } | other
        return self.intake.client.post(enrolment.ENROLMENTS_PATH, json=body)

    def post(self, path: str, body: bytes, headers: dict[str, str], *, now: datetime | None = None) -> httpx.Response:
        """Send something signed."""
        whole = {signature.AUDIENCE: ORIGIN, signature.MODULE: self.module} | headers
        if self.known:
            whole[signature.KNOWN_CHECKPOINT] = base64.b64encode(self.known.encode()).decode()
        signed = signature.sign("POST", path, whole, body, key=self.key, now=now or datetime.now(UTC))
        return self.intake.client.post(path, content=body, headers=signed)

    def send(self, signals: Sequence[Signal | bytes], said: batch.SequenceRange | None = None) -> httpx.Response:
        """Send a batch; its range is that of its signals unless another is given."""
        lines = [record.encode(one) if isinstance(one, Signal) else one for one in signals]
        numbers = [one.sequence for one in signals if isinstance(one, Signal)]
        said = said or batch.SequenceRange(min(numbers), max(numbers))
        return self.send_body(batch.pack(lines), said)

    def send_body(self, body: bytes, said: batch.SequenceRange, **headers: str) -> httpx.Response:
        whole = {
            "Content-Type": batch.CONTENT_TYPE,
            "Content-Encoding": batch.CONTENT_ENCODING,
            signature.SEQUENCE: str(said),
        } | headers
        return self.post(batch.PATH, body, whole)

    def send_json(self, path: str, body: bytes) -> httpx.Response:
        return self.post(path, body, {"Content-Type": enrolment.JSON})

    def receipt(self, answer: httpx.Response, accepted: Sequence[Signal]) -> Receipt:
        """The receipt of an answer, believed only after verification against the pinned key."""
        assert answer.status_code == 200, answer.text
        import msgspec  # noqa: PLC0415

        raw = bytes(msgspec.json.decode(answer.content, type=dict[str, msgspec.Raw])["receipt"])
        found = read(raw)
        assert isinstance(found, Receipt)
        pinned = self.intake.hub.verifier
        keys = [VerifierKey(found.log, pinned.public)]
        verify(found, b"".join(record.encode(one) + b"\n" for one in accepted), keys)
        return found


def signal(sequence: int, **changes: Any) -> Signal:
    """A signal that says something in every searchable field."""
    at = datetime(2026, 8, 1, 12, 0, tzinfo=UTC) + timedelta(seconds=sequence)
    plain: dict[str, Any] = {
        "schema_version": 1,
        "id": f"01890a5d-ac96-774b-bcce-{sequence:012x}",
        "sequence": sequence,
        "type": SignalType.WAF,
        "first_seen": at,
        "last_seen": at + timedelta(seconds=1),
        "count": 1 + sequence % 3,
        "sensor": Sensor(vendor="Trustwave", product="ModSecurity", rule_id="942100", rule_name="SQL injection"),
        "severity": Severity.HIGH,
        "source": Source(address=f"203.0.113.{sequence % 250}", port=40_000, country="ZZ"),
        "url": Url(host="Bank.example", path="/login"),
        "hashes": (FileHash(algorithm=HashAlgorithm.MD5, value=f"{sequence:032x}"),) if sequence % 2 else (),
        "classified_by": Classification(pack="modsecurity", pack_version="1", rule="waf-crs"),
        "record": "kept «as it was»",
    }
    return Signal(**(plain | changes))


@pytest.fixture
def a_signal() -> Callable[..., Signal]:
    return signal


@contextmanager
def running(application: Any) -> Iterator[str]:
    """A server on a free port of the loopback, in a thread; gives the address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(application, log_level="critical", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < deadline, "intake did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@pytest.fixture
def intake(hub: Hub) -> Iterator[Intake]:
    """A real intake over a real socket."""
    with taking_in(hub) as made:
        yield made


@contextmanager
def taking_in(hub: Hub) -> Iterator[Intake]:
    """The intake of a hub that somebody else keeps."""
    with running(Application(hub.config)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield Intake(hub, address, client)
