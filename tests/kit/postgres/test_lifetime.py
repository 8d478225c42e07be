"""The server lives exactly as long as somebody needs it, whoever is killed, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import psycopg

from qorgan.kit.postgres import Cluster, Running
from qorgan.kit.postgres.cluster import DEFAULT_PORT

if TYPE_CHECKING:
    from conftest import Site

FIVE_SECONDS = 5


def insert_until(site: Site, running: Running, act: int, victim: int) -> int:
    """Insert numbers one commit each, kill the victim at one of them, go on; the number of acknowledged rows."""
    acknowledged = 0
    with suppress(psycopg.OperationalError), psycopg.connect(running.superuser_dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS taken (number bigint)")
        for number in range(100_000):
            if number == act:
                os.kill(victim, signal.SIGKILL)
            connection.execute("INSERT INTO taken VALUES (%s)", [number])
            acknowledged += 1
    return acknowledged


def test_the_server_ends_in_order_when_its_owner_is_killed(site: Site) -> None:
    owner = site.owner()
    assert owner.up() == "launched"
    assert site.alive()
    owner.kill()
    site.gone(FIVE_SECONDS)
    assert "received fast shutdown request" in site.log()
    assert site.log().rstrip().endswith("database system is shut down")
    with Cluster(site.folder).start():
        assert "not properly shut down" not in site.log()


def test_the_server_ends_in_order_when_its_guardian_is_killed(site: Site) -> None:
    owner = site.owner()
    owner.up()
    os.kill(site.guardian(), signal.SIGKILL)
    site.gone(FIVE_SECONDS)
    assert site.log().rstrip().endswith("database system is shut down")
    with Cluster(site.folder).start() as running:
        assert not running.joined


def test_the_server_ends_in_order_when_the_machine_asks_the_guardian_to(site: Site) -> None:
    site.owner().up()
    os.kill(site.guardian(), signal.SIGTERM)
    site.gone(FIVE_SECONDS)
    assert site.log().rstrip().endswith("database system is shut down")


def test_a_killed_postmaster_is_back_by_itself_with_every_acknowledged_row(site: Site) -> None:
    with Cluster(site.folder).start() as running:
        acknowledged = insert_until(site, running, act=50, victim=site.postmaster())
        assert acknowledged >= 50
        site.until(lambda: answers(running))
        rows = site.ask(running, "SELECT count(*) FROM taken")
        assert isinstance(rows, int)
        assert acknowledged <= rows <= acknowledged + 1
    assert not site.alive()


def test_a_killed_postmaster_does_not_come_back_once_its_owners_are_gone(site: Site) -> None:
    owner = site.owner()
    owner.up()
    os.kill(owner.process.pid, signal.SIGSTOP)
    os.kill(site.postmaster(), signal.SIGKILL)
    owner.kill()
    site.gone(FIVE_SECONDS)


def test_a_busy_server_process_does_not_outlive_its_killed_postmaster(site: Site) -> None:
    with Cluster(site.folder).start() as running, closing(psycopg.connect(running.superuser_dsn())) as connection:
        busy = connection.info.backend_pid
        connection.pgconn.send_query(b"DO $$ BEGIN LOOP END LOOP; END $$")
        os.kill(site.postmaster(), signal.SIGKILL)
        site.until(lambda: busy not in site.alive(), 10)
        site.until(lambda: answers(running))


def test_after_everything_was_killed_the_next_start_finds_every_acknowledged_row(site: Site) -> None:
    owner = site.owner()
    owner.up()
    with Cluster(site.folder).start() as second:
        acknowledged = insert_until(site, second, act=20, victim=site.postmaster())
        site.kill_everything()
    with Cluster(site.folder).start() as running:
        assert not running.joined
        rows = site.ask(running, "SELECT count(*) FROM taken")
        assert isinstance(rows, int)
        assert acknowledged <= rows <= acknowledged + 1


def test_an_entry_of_a_dead_server_whose_number_lives_again_does_not_stop_the_start(site: Site) -> None:
    owner = site.owner()
    owner.up()
    entry = site.folder / "data" / "postmaster.pid"
    kept = entry.read_text().split("\n")
    site.kill_everything()
    entry.write_text("\n".join([str(os.getpid()), *kept[1:]]))
    (site.folder / "socket" / f".s.PGSQL.{DEFAULT_PORT}.lock").write_text(f"{os.getpid()}\n")
    with Cluster(site.folder).start() as running:
        assert site.ask(running, "SELECT 1") == 1
    entry.write_text("")
    with Cluster(site.folder).start() as running:
        assert site.ask(running, "SELECT 1") == 1


def test_of_programs_that_start_together_one_launches_and_all_get_the_same_server(site: Site) -> None:
    owners = [site.owner() for _ in range(4)]
    assert sorted(owner.up() for owner in owners) == ["joined", "joined", "joined", "launched"]
    postmaster = site.postmaster()
    for owner in owners[:-1]:
        owner.let_go()
    assert site.postmaster() == postmaster
    assert site.alive()
    with Cluster(site.folder).start() as running:
        assert running.joined
        assert site.ask(running, "SELECT 1") == 1
    assert site.alive()
    owners[-1].let_go()
    assert not site.alive()


def test_a_start_while_the_server_goes_down_waits_and_gets_a_new_one(site: Site) -> None:
    for _ in range(5):
        owner = site.owner()
        owner.up()
        owner.kill()
        with Cluster(site.folder).start() as running:
            assert site.ask(running, "SELECT 1") == 1


def test_a_forked_child_is_no_owner(site: Site) -> None:
    running = Cluster(site.folder).start()
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    try:
        running.stop()
        assert not site.alive()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_an_owner_killed_at_any_instant_of_a_start_leaves_nothing_and_breaks_nothing(site: Site) -> None:
    chance = random.Random(67)
    for _ in range(15):
        owner = site.owner()
        time.sleep(chance.uniform(0.0, 0.6))
        owner.kill()
    site.gone()
    with Cluster(site.folder).start() as running:
        assert site.ask(running, "SELECT 1") == 1


def answers(running: Running) -> bool:
    try:
        psycopg.connect(running.superuser_dsn(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
