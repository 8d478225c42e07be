"""A cluster is made, opens to its passwords only, keeps what it took, and says why when it cannot start."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from qorgan.kit.postgres import Cluster, ClusterError, StartError

if TYPE_CHECKING:
    from conftest import Site


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_rows_are_there_after_a_stop_and_a_start(site: Site) -> None:
    with Cluster(site.folder).start() as running:
        with psycopg.connect(running.superuser_dsn()) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('сигнал')")
        assert not running.joined
    assert not site.alive()
    with Cluster(site.folder).start() as running:
        assert site.ask(running, "SELECT word FROM kept") == "сигнал"
    assert "not properly shut down" not in site.log()


def test_a_second_stop_does_nothing(site: Site) -> None:
    running = Cluster(site.folder).start()
    running.stop()
    running.stop()
    assert not site.alive()


def test_a_wrong_password_is_refused_over_the_socket(site: Site) -> None:
    with Cluster(site.folder).start() as running:
        for dsn in (
            running.dsn("qorgan_super", "postgres", "wrong"),
            running.dsn("qorgan_super", "postgres", ""),
            running.dsn("nobody", "postgres", "wrong"),
        ):
            with pytest.raises(psycopg.OperationalError, match=r"password authentication failed|no password supplied"):
                psycopg.connect(dsn)


def test_only_the_owner_can_reach_the_socket_the_data_and_the_password(site: Site) -> None:
    with Cluster(site.folder).start() as running:
        assert mode(running.socket_folder) == 0o700
        assert mode(running.cluster.home.data) == 0o700
        assert mode(running.cluster.home.log) == 0o700
        assert mode(running.cluster.home.password) == 0o600
        assert site.ask(running, "SHOW listen_addresses") == ""


def test_a_port_listens_on_the_loopback_and_asks_for_the_password_too(site: Site, unused_port: int) -> None:
    with Cluster(site.folder, port=unused_port).start() as running:
        assert site.ask(running, "SHOW listen_addresses") == "127.0.0.1"
        password = running.cluster.home.password.read_text()
        with psycopg.connect(running.dsn("qorgan_super", "postgres", password, host="127.0.0.1")) as connection:
            assert connection.info.host == "127.0.0.1"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(running.dsn("qorgan_super", "postgres", "wrong", host="127.0.0.1"))


def test_names_and_passwords_with_any_letters_fit_into_a_dsn(site: Site) -> None:
    role, database, password = "аудит/@:?", "қор ған", "п@роль/с%40:&#"
    with Cluster(site.folder).start() as running:
        with psycopg.connect(running.superuser_dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD '{password}'")
            connection.execute(f'CREATE DATABASE "{database}"')
        with psycopg.connect(running.dsn(role, database, password)) as connection:
            assert connection.execute("SELECT current_user, current_database()").fetchone() == (role, database)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("SELECT lower('ӘҒҚҢӨҰҮҺІ')", "әғқңөұүһі"),
        ("SELECT upper('әғқңөұүһі')", "ӘҒҚҢӨҰҮҺІ"),
        ("SELECT 'Қазақстан' ILIKE 'қАЗАҚ%'", True),
        ("SELECT 'Ёлка' ~* '^ёлка$'", True),
        ("SELECT to_tsvector('simple', '«Қорған» жүйесі')::text", "'жүйесі':2 'қорған':1"),
        ("SHOW server_encoding", "UTF8"),
        ("SHOW data_checksums", "on"),
        ("SHOW fsync", "on"),
        ("SHOW synchronous_commit", "on"),
        ("SHOW full_page_writes", "on"),
        ("SHOW password_encryption", "scram-sha-256"),
        ("SHOW timezone", "UTC"),
        ("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'", 0),
    ],
)
def test_letters_and_safeguards_are_as_promised(site_of_session: Site, question: str, answer: object) -> None:
    with Cluster(site_of_session.folder).start() as running:
        assert site_of_session.ask(running, question) == answer


def test_a_setting_of_the_caller_replaces_the_usual_one(site: Site) -> None:
    with Cluster(site.folder).start({"shared_buffers": "40MB"}) as running:
        assert site.ask(running, "SHOW shared_buffers") == "40MB"


@pytest.mark.parametrize("name", ["fsync", "synchronous_commit", "full_page_writes", "listen_addresses"])
def test_a_setting_that_would_lose_rows_or_open_doors_is_refused(site: Site, name: str) -> None:
    with pytest.raises(ClusterError, match=name):
        Cluster(site.folder).start({name: "off"})
    assert not site.alive()


def test_a_failed_start_says_why_and_leaves_nothing_running(site: Site) -> None:
    with pytest.raises(StartError, match=r"(?s)ended while starting in .*FATAL.*shared_buffers"):
        Cluster(site.folder).start({"shared_buffers": "some"})
    site.gone()
    with pytest.raises(StartError, match=r"(?s)FATAL.*no_such_library"):
        Cluster(site.folder).start({"shared_preload_libraries": "no_such_library"})
    site.gone()
    with Cluster(site.folder).start() as running:
        assert site.ask(running, "SELECT 1") == 1


def test_a_start_without_the_password_file_is_refused_with_the_remedy(site: Site) -> None:
    with Cluster(site.folder).start() as running:
        password = running.cluster.home.password
    password.unlink()
    with pytest.raises(ClusterError, match=r"superuser\.password is missing\. Put the file back"):
        Cluster(site.folder).start()


def test_data_of_another_major_version_is_refused_and_left_alone(site: Site) -> None:
    with Cluster(site.folder).start() as running:
        version = running.cluster.home.data / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(ClusterError, match="made by 16 version of PostgreSQL, this one is 18"):
        Cluster(site.folder).start()
    assert version.read_text() == "16\n"


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(site: Site) -> None:
    (site.folder / "letters.txt").write_text("mine")
    before = mode(site.folder)
    with pytest.raises(ClusterError, match=r"letters\.txt"):
        Cluster(site.folder).start()
    assert [entry.name for entry in site.folder.iterdir()] == ["letters.txt"]
    assert mode(site.folder) == before


def test_a_making_that_was_cut_is_begun_again(site: Site) -> None:
    home = Cluster(site.folder).home
    (home.path / "server.lock").touch()
    (home.path / "data.new" / "base").mkdir(parents=True)
    with Cluster(site.folder).start() as running:
        assert site.ask(running, "SELECT 1") == 1
    assert not (home.path / "data.new").exists()


def test_a_folder_too_deep_for_a_socket_gets_a_private_short_one_for_the_time_it_runs(site: Site) -> None:
    deep = site.folder / ("long" * 25)
    with Cluster(deep).start() as running:
        assert site.ask(running, "SELECT 1") == 1
        short = running.socket_folder
        assert not short.is_relative_to(site.folder)
        assert mode(short) == 0o700
        with Cluster(deep).start() as second:
            assert second.socket_folder == short
    assert not short.exists()


def test_naming_a_cluster_makes_nothing_and_starting_it_makes_the_folders_above(site: Site) -> None:
    before = os.umask(0o077)
    try:
        cluster = Cluster(site.folder / "a" / "b" / "c")
        assert list(site.folder.iterdir()) == []
        with cluster.start() as running:
            assert running.cluster.home.path == (site.folder / "a" / "b" / "c").resolve()
    finally:
        os.umask(before)


def test_the_folders_above_keep_their_modes(site: Site) -> None:
    above = site.folder / "above"
    above.mkdir(mode=0o711)
    before = {path: path.stat().st_mode for path in (above, *above.parents)}
    with Cluster(above / "cluster").start():
        pass
    assert {path: path.stat().st_mode for path in before} == before


def test_a_running_cluster_is_not_removed_and_a_stopped_one_is(site: Site) -> None:
    cluster = Cluster(site.folder / "one")
    with cluster.start(), pytest.raises(ClusterError, match="Stop it before"):
        cluster.remove()
    cluster.remove()
    assert not (site.folder / "one").exists()
    cluster.remove()


def test_the_log_says_who_did_it_and_grows_by_the_day_of_the_week(site: Site) -> None:
    with Cluster(site.folder).start() as running, pytest.raises(psycopg.errors.UndefinedTable):
        site.ask(running, "SELECT * FROM absent")
    (written,) = (site.folder / "log").iterdir()
    assert re.fullmatch(r"server-(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.log", written.name)
    assert 'qorgan_super@postgres ERROR:  relation "absent" does not exist' in written.read_text()
