"""Killed processes, cut connections and a database that is away: nothing receipted is lost, nothing is doubled."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import psycopg
import pytest

from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import audit
from qorgan.wire.batch import SequenceRange


class Killable:
    """An intake process on a socket that outlives it, as under the supervisor."""

    def __init__(self, hub):
        self.hub = hub
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(128)
        self.life = os.pipe()
        self.process = None
        self.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def start(self):
        numbers = [self.listener.fileno(), self.life[0]]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qorgan.hub.run.serve", "intake", *map(str, numbers)],
            pass_fds=numbers,
            env=os.environ | {"QORGAN_HUB_STATE": str(self.hub.config.state), "QORGAN_HUB_CONFIG": self.toml()},
            stderr=subprocess.DEVNULL,
        )

    def toml(self):
        path = self.hub.config.state / "hub.toml"
        path.write_text(f'origin = "{self.hub.config.origin}"\n')
        return str(path)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        for one in self.life:
            os.close(one)
        self.listener.close()


@pytest.fixture
def killable(hub):
    one = Killable(hub)
    yield one
    one.close()


class Load(threading.Thread):
    """A module that sends everything it has, again and again until it is receipted, as a sender does."""

    def __init__(self, module, a_signal, batches):
        super().__init__()
        self.module = module
        self.signal = a_signal
        self.batches = batches
        self.receipts = 0
        self.retries = 0
        self.error = None

    def run(self):
        try:
            first = 1
            for _ in range(self.batches):
                sent = [self.signal(number) for number in range(first, first + 40)]
                self.deliver(sent)
                first += 40
        except Exception as error:  # noqa: BLE001 (shown by the test that joins us)
            self.error = error

    def deliver(self, sent):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                answer = self.module.send(sent)
            except httpx.TransportError:
                self.retries += 1
                continue
            if answer.status_code == 503:
                assert answer.headers["retry-after"]
                self.retries += 1
                time.sleep(0.02)
                continue
            self.module.receipt(answer, sent)
            self.receipts += 1
            return
        raise AssertionError("not delivered in a minute")


def check(hub, loads):
    for load in loads:
        assert load.error is None, repr(load.error)
        stored = hub.rows("SELECT sequence FROM signal WHERE module_id = %s ORDER BY 1", load.module.module)
        assert [number for (number,) in stored] == list(range(1, 40 * load.batches + 1))
    report = audit(role_url(hub.config, Role.READ), read_log_key(hub.config))
    assert report.findings == []
    assert report.batches == sum(load.batches for load in loads)


@pytest.fixture
def loads(killable, intake, a_signal):
    """Two modules enrolled, to load the killable process."""
    made = []
    for _ in range(2):
        module = intake.enrol()
        made.append(Load(module, a_signal, 60))
    client = httpx.Client(base_url=killable.address, timeout=10)
    for load in made:
        load.module.intake = type(intake)(intake.hub, killable.address, client)
    yield made
    client.close()


@pytest.mark.clause("R48I.3")
def test_kill_9_of_intake_under_load(killable, hub, loads):
    dice = random.Random(20260801)
    for load in loads:
        load.start()
    kills = 0
    while any(load.is_alive() for load in loads) and kills < 8:
        time.sleep(0.3 + dice.random() * 0.5)
        killable.kill()
        killable.start()
        kills += 1
    for load in loads:
        load.join()
    assert kills > 0
    check(hub, loads)


@pytest.mark.clause("R48I.3")
def test_connections_cut_under_load(hub, loads):
    for load in loads:
        load.start()
    pause = 0.15
    with psycopg.connect(hub.superuser, autocommit=True) as connection:
        while any(load.is_alive() for load in loads):
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE usename = 'qorgan_intake' AND datname = current_database()"
            )
            time.sleep(pause)
            # A machine that is too busy to store a batch between two cuts comes to it when they are further apart.
            pause *= 1.05
    for load in loads:
        load.join()
    assert sum(load.retries for load in loads) > 0
    check(hub, loads)


def test_a_database_that_is_away_is_said_and_waited_for(intake, cluster, a_signal):
    module = intake.enrol()
    with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as connection:
        name = intake.hub.database
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        answer = module.send([a_signal(1)])
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["retry-after"]) > 0
        assert intake.client.get("/health").status_code == 503
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
    deadline = time.monotonic() + 60
    while module.send([a_signal(1)]).status_code == 503:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert intake.hub.rows("SELECT count(*) FROM signal") == [(1,)]
    assert intake.client.get("/health").status_code == 200


def test_one_batch_sent_by_many_at_once_is_stored_once(intake, a_signal):
    module = intake.enrol()
    sent = [a_signal(number) for number in range(1, 200)]
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(module.send(sent).content)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert intake.hub.rows("SELECT count(*) FROM signal") == [(199,)]
    assert intake.hub.rows("SELECT size FROM ledger_state") == [(1,)]


def test_a_partition_that_vanished_is_made_again(intake, a_signal):
    module = intake.enrol()
    module.send([a_signal(1)])
    (day,) = intake.hub.rows("SELECT DISTINCT tableoid::regclass::text FROM signal")[0]
    intake.hub.tamper(f"DROP TABLE {day}")
    statuses = [module.send([], SequenceRange(2, 2)).status_code, module.send([a_signal(3)]).status_code]
    statuses.append(module.send([a_signal(3)]).status_code)
    assert statuses == [200, 503, 200]
