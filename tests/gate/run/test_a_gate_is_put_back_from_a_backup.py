"""A gate is put back at another place from its database's dump, its secrets and its archives, as the docs say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from msgspec.structs import replace
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.journal.archive.making import archive
from qorgan.gate.journal.archive.shelf import shelf_of
from qorgan.gate.journal.entry import Entry, Whence
from qorgan.gate.journal.epochs import sign_epoch, signer_of
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import write_by
from qorgan.gate.journal.search.archived import Archives
from qorgan.gate.journal.search.query import Query
from qorgan.gate.journal.search.search import search_in
from qorgan.gate.sealing.ring import FILE, bind
from qorgan.kit import clock
from qorgan.kit.postgres import Cluster, Running, binaries
from qorgan.law.factors import Population
from tests.gate.ceremonies.people import PASSWORD, Somebody, act, somebody

ROLES = Path(__file__).parents[3] / "deploy" / "postgres" / "gate-roles.sql"
PROGRAMS = binaries._installed() / binaries.INSTALL / "bin"
WORDS = {"owner": "gate_owner", "web": "gate_web", "clerk": "gate_clerk", "read": "gate_read"}
LONG_AGO = datetime.now(UTC) - timedelta(days=100)
"""A day that is in the archive by now."""


@dataclass
class Backup:
    """What an operator took home, and who was a client by then."""

    folder: Path
    who: Somebody
    token: str
    entries: int


@dataclass
class Elsewhere:
    """Another machine: a PostgreSQL with nothing in it, and a folder for the gate."""

    cluster: Running
    state: Path
    origin: str

    @property
    def environment(self) -> dict[str, str]:
        """As an operator gives the roles' connections."""
        names = {"owner": "", "web": "_WEB", "clerk": "_CLERK", "read": "_READ"}
        urls = {f"QORGAN_GATE_DATABASE_URL{name}": self.url(role) for role, name in names.items()}
        return os.environ | urls | {"QORGAN_GATE_STATE": str(self.state)}

    def url(self, role: str) -> str:
        """Of a role, by the password that the operator chose."""
        return make_conninfo(self.cluster.superuser_dsn("gate"), user=WORDS[role], password=f"{role} of a test")

    def gate(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of the gate."""
        self.config.write_text(f'origin = "{self.origin}"\n[portal]\nport = 0\n')
        command = [sys.executable, "-m", "qorgan", "gate", *words, "--config", str(self.config), "--json"]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=120)

    @property
    def config(self) -> Path:
        return self.state.parent / "gate.toml"

    @contextmanager
    def running(self) -> Iterator[str]:
        """`qorgan gate run`; gives where it answers."""
        command = [sys.executable, "-m", "qorgan", "gate", "run", "--config", str(self.config), "--json"]
        with (self.state.parent / "log").open("ab") as log:
            process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout
            yield json.loads(process.stdout.readline())["portal"]
        finally:
            process.terminate()
            process.wait(40)
            process.stdout.close()


def program(name: str, dsn: str, *words: str) -> None:
    """A program of PostgreSQL, as somebody who may do everything there."""
    parts = conninfo_to_dict(dsn)
    where = ["-h", str(parts["host"]), "-p", str(parts["port"]), "-U", str(parts["user"]), "-d", str(parts["dbname"])]
    done = subprocess.run(
        [PROGRAMS / name, *where, *words],
        env=os.environ | {"PGPASSWORD": str(parts["password"])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def backup(gate: Any, tmp_path: Path) -> Backup:
    """A gate with a client, a program that calls it and a day in the archive, taken home."""
    from qorgan.gate.api import callers
    from qorgan.gate.api.models import Kind

    who, old = somebody(), tmp_path / "old"
    shutil.copytree(gate.config.state / "secrets", old / "secrets")
    config: Config = replace(gate.config, state=old)
    token = callers.register("a test's program", Kind.SERVER, Population.BANK_CLIENT, act=act())[1]
    with psycopg.connect(gate.url(Role.WEB)) as connection:
        for minutes in range(5):
            whence = Whence("203.0.113.7", 50_100, "Mozilla/5.0", "0af7651916cd43dd")
            at = LONG_AGO + timedelta(seconds=minutes)
            changes: dict[str, Any] = {"client": UUID(int=7), "ceremony": uuid4(), "factors": ("password",)}
            write_by(connection, Entry(event=Event.SIGN_IN, outcome="done", at=at, whence=whence, **changes))
    assert list(archive(gate.url(Role.CLERK), shelf_of(config), clock.now))
    with gate.connect(Role.CLERK) as connection:
        sign_epoch(connection, signer_of(config), clock.now())
    home = tmp_path / "home"
    home.mkdir()
    program("pg_dump", gate.superuser, "-Fc", "-f", str(home / "gate.dump"))
    for folder in ("secrets", "journal"):
        shutil.copytree(old / folder, home / folder)
    ((entries,),) = gate.rows("SELECT count(*) FROM gate_journal")
    return Backup(home, who, token, entries)


@pytest.fixture
def elsewhere(backup: Backup, gate: Any) -> Iterator[Elsewhere]:
    """The place to which it is put back, by the steps of the docs."""
    folder = Path(tempfile.mkdtemp(prefix="qorgan-"))
    cluster = Cluster(folder / "postgres")
    try:
        with cluster.start() as running:
            place = Elsewhere(running, folder / "gate" / "state", gate.config.origin)
            place.state.mkdir(parents=True, mode=0o700)
            chosen = [word for role in WORDS for word in ("-v", f"{role}={role} of a test")]
            program("psql", running.superuser_dsn(), *chosen, "-v", "database=gate", "-q", "-f", str(ROLES))
            dump = str(backup.folder / "gate.dump")
            program("pg_restore", running.superuser_dsn("gate"), "--exit-on-error", dump)
            for kept in ("secrets", "journal"):
                shutil.copytree(backup.folder / kept, place.state / kept)
            (place.state / "secrets" / "database.toml").unlink()
            yield place
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def signs_in(portal: str, backup: Backup) -> httpx.Response:
    sent = {"identifier": backup.who.identifier, "password": PASSWORD, "code": backup.who.code(datetime.now(UTC))}
    headers = {"Authorization": f"Bearer {backup.token}"}
    return httpx.post(f"{portal}/api/v1/sign-ins", json=sent, headers=headers, timeout=60, trust_env=False)


@pytest.mark.clause("D26.journal")
def test_what_is_put_back_is_whole_signs_people_in_and_is_searched(backup: Backup, elsewhere: Elsewhere) -> None:
    migrated = elsewhere.gate("migrate")
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    audited = json.loads(elsewhere.gate("audit").stdout)
    assert audited["sound"], audited
    assert (audited["entries"] - backup.entries, audited["archives"], audited["epochs"]) == (5, 1, 1)
    with elsewhere.running() as portal:
        answer = signs_in(portal, backup)
        assert answer.status_code == 201, answer.text
    config = Config(state=elsewhere.state, origin=elsewhere.origin)
    archives = Archives(shelf_of(config))
    with psycopg.connect(elsewhere.url("read"), autocommit=True) as connection:
        found = search_in(connection, archives, Query(client=UUID(int=7))).entries
        again = search_in(connection, archives, Query(client=backup.who.id, events=(Event.SIGN_IN,))).entries
    archives.close()
    assert [one.archived for one in found] == [True] * 5
    assert [one.archived for one in again] == [False]
    later = elsewhere.gate("audit")
    assert json.loads(later.stdout)["sound"], later.stdout


@pytest.mark.clause("R57.3.2")
def test_without_the_ring_it_does_not_start_and_makes_no_other(backup: Backup, elsewhere: Elsewhere) -> None:
    kept = (elsewhere.state / FILE).read_bytes()
    (elsewhere.state / FILE).unlink()
    for command in (["migrate"], ["run"], ["rotate-keys"], ["applications"]):
        done = elsewhere.gate(*command)
        said = json.loads(done.stdout)["error"]
        assert done.returncode == 1
        assert "is not on this ring; put back the sealing.json that belongs to this database" in said
        assert not (elsewhere.state / FILE).exists(), "nothing is sealed with a ring that is not theirs"
    assert "the ring of keys is not there" in elsewhere.gate("audit").stdout
    assert not (elsewhere.state / FILE).exists()
    bind(elsewhere.state)
    assert "put back the sealing.json" in elsewhere.gate("run").stdout
    audited = json.loads(elsewhere.gate("audit").stdout)
    assert not audited["sound"]
    assert "is not on the ring" in str(audited["findings"]) or "not in this gate's ring" in str(audited["findings"])
    (elsewhere.state / FILE).write_bytes(kept)
    with elsewhere.running() as portal:
        assert signs_in(portal, backup).status_code == 201


def test_without_the_archives_the_audit_says_which_file_to_bring(backup: Backup, elsewhere: Elsewhere) -> None:
    shutil.rmtree(elsewhere.state / "journal")
    assert elsewhere.gate("migrate").returncode == 0
    done = elsewhere.gate("audit")
    assert done.returncode == 1
    assert "put the archive back from a copy" in done.stdout
