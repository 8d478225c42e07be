"""Three months at hand, then a sealed file for a year and more: nothing goes before its time, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from filling import ago, at, fill, sign_in, written

from qorgan.gate.journal.archive.errors import ArchiveDamaged, ArchiveForeign, ArchiveMissing, ArchiveRefused
from qorgan.gate.journal.archive.making import archive, due
from qorgan.gate.journal.archive.shelf import Shelf, shelf_of
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import write_by
from qorgan.gate.journal.search.archived import Archives
from qorgan.gate.journal.search.query import Query
from qorgan.gate.journal.search.search import search_in
from qorgan.kit import clock
from qorgan.law.decree_2026 import SIGN_IN_JOURNAL

OLD, OLDER = ago(100), ago(130)
INSERT = "INSERT INTO gate_archive (day, file, rows, size, digest, runs, entry) VALUES (%s, '', %s, 0, '', '[]', %s)"


@pytest.fixture
def shelf(journal: Any, tmp_path: Path) -> Shelf:
    made = shelf_of(journal.gate.config)
    return Shelf(tmp_path / "journal", made.origin, made.wrap, made.unwrap)


def move(journal: Any, shelf: Shelf) -> list[tuple[date, int]]:
    return [(one.day, one.rows) for one in archive(journal.clerk, shelf, clock.now)]


def found(journal: Any, shelf: Shelf, query: Query | None = None) -> list[int]:
    archives = Archives(shelf)
    with psycopg.connect(journal.read, autocommit=True) as connection:
        page = search_in(connection, archives, query or Query(), size=1000)
    archives.close()
    return [one.row.id for one in page.entries]


def partitions(journal: Any, day: date) -> int:
    return len(journal.rows(f"SELECT 1 FROM pg_class WHERE relname ~ '^gate_journal(_link)?_{day:%Y%m%d}$'"))


@pytest.mark.clause("D26.journal")
def test_days_past_three_months_are_moved_and_still_found(journal: Any, shelf: Shelf) -> None:
    made = fill(journal.web, [OLDER, OLD, ago(50)])
    before = found(journal, shelf)
    assert sorted(before) == sorted(made)
    assert move(journal, shelf) == [(OLDER, 12), (OLD, 12)]
    assert [partitions(journal, day) for day in (OLDER, OLD, ago(50))] == [0, 0, 2]
    assert found(journal, shelf) == [*_named(journal), *before]
    assert shelf.path(OLD).stat().st_mode & 0o777 == 0o400
    assert b"Mozilla" not in shelf.path(OLD).read_bytes()
    assert b"PAR1" not in shelf.path(OLD).read_bytes()


def _named(journal: Any) -> list[int]:
    return [
        number for (number,) in journal.rows("SELECT id FROM gate_journal WHERE event ~ '^journal' ORDER BY id DESC")
    ]


@pytest.mark.clause("D26.journal")
def test_the_journal_names_each_archive_by_digest_and_number_of_rows(journal: Any, shelf: Shelf) -> None:
    fill(journal.web, [OLD])
    move(journal, shelf)
    [(said, digest)] = journal.rows(
        "SELECT detail, encode(digest, 'hex') FROM gate_archive JOIN gate_journal AS said ON said.id = entry"
    )
    assert said == {
        "day": OLD.isoformat(),
        "file": shelf.path(OLD).name,
        "rows": 12,
        "size": shelf.path(OLD).stat().st_size,
        "digest": digest,
    }


@pytest.mark.clause("D26.journal")
def test_a_day_is_at_hand_for_three_months_to_the_day(journal: Any, shelf: Shelf) -> None:
    assert SIGN_IN_JOURNAL.at_hand_months == 3
    months = journal.rows("SELECT (current_date - interval '3 months')::date")[0][0]
    fill(journal.web, [months - timedelta(days=2), months - timedelta(days=1), months, months + timedelta(days=1)], 2)
    with psycopg.connect(journal.clerk) as connection:
        days = due(connection)
    assert months not in days
    assert months - timedelta(days=2) in days


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT gate_journal_drop('{young}')",
        "SELECT gate_journal_drop('{old}')",
        "SELECT gate_journal_close('{young}')",
        "SELECT gate_archive_destroy('{old}', 1)",
        "DROP TABLE gate_journal_{old:%Y%m%d}",
        "ALTER TABLE gate_journal DETACH PARTITION gate_journal_{old:%Y%m%d}",
        INSERT.replace("%s", "{}").format("'{old}'", 12, 1),
        "UPDATE gate_archive SET dropped_at = now()",
        "DELETE FROM gate_archive",
        "UPDATE gate_journal_term SET at_hand = '0'",
    ],
)
def test_no_role_gets_rid_of_a_day_before_its_time(journal: Any, statement: str) -> None:
    fill(journal.web, [OLD, ago(80)])
    said = statement.format(old=OLD, young=ago(80))
    for url in (journal.web, journal.clerk, journal.read):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(said)
    assert journal.rows("SELECT count(*) FROM gate_journal") == [(24,)]


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("act", ["close", "drop"])
def test_the_clerk_is_told_until_when_a_day_is_at_hand(journal: Any, act: str) -> None:
    fill(journal.web, [ago(80)])
    with (
        psycopg.connect(journal.clerk) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="is at hand until"),
    ):
        connection.execute(f"SELECT gate_journal_{act}(%s)", [ago(80)])


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("rows", [11, 13])
def test_an_archive_with_fewer_or_more_rows_than_the_day_is_not_taken(journal: Any, rows: int) -> None:
    fill(journal.web, [OLD])
    with psycopg.connect(journal.clerk) as connection:
        connection.execute("SELECT gate_journal_close(%s)", [OLD])
        entry = write_by(connection, sign_in(event=Event.JOURNAL_ARCHIVED))
        with connection.transaction(force_rollback=True):
            connection.execute(INSERT, [OLD, 12, entry])
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="has 12 rows"), connection.transaction():
            connection.execute(INSERT, [OLD, rows, entry])
        connection.rollback()


@pytest.mark.clause("D26.journal")
def test_a_day_that_is_closed_or_archived_takes_no_more_entries(journal: Any, shelf: Shelf) -> None:
    fill(journal.web, [OLD])
    with psycopg.connect(journal.clerk) as connection:
        connection.execute("SELECT gate_journal_close(%s)", [OLD])
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is closed"):
        written(journal.web, sign_in(at(OLD)))
    move(journal, shelf)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="in the archive"):
        written(journal.web, sign_in(at(OLD)))


DYING = """
import os, signal, sys
from pathlib import Path
from qorgan.gate.config import Config
from qorgan.gate.journal.archive.making import archive
from qorgan.gate.journal.archive.shelf import Shelf, shelf_of
from qorgan.kit import clock
url, state, origin, folder, last = sys.argv[1:]
made = shelf_of(Config(state=Path(state), origin=origin))
def step(done):
    if done == last:
        os.kill(os.getpid(), signal.SIGKILL)
list(archive(url, Shelf(Path(folder), made.origin, made.wrap, made.unwrap), clock.now, step))
"""


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("last", ["closed", "writing", "written", "in place", "named", "dropped"])
def test_whoever_dies_on_the_way_to_the_archive_loses_nothing(journal: Any, shelf: Shelf, last: str) -> None:
    made = sorted(fill(journal.web, [OLD]))
    config = journal.gate.config
    command = [sys.executable, "-c", DYING, journal.clerk, config.state, config.origin, shelf.folder, last]
    assert subprocess.run(command, env=dict(os.environ), check=False).returncode == -signal.SIGKILL
    assert sorted(set(found(journal, shelf)) & set(made)) == made
    move(journal, shelf)
    assert sorted(set(found(journal, shelf)) & set(made)) == made
    assert len(found(journal, shelf)) == len(made) + 1
    assert partitions(journal, OLD) == 0


@pytest.mark.clause("D26.journal")
def test_an_archive_that_is_wrong_damaged_foreign_or_gone_is_said_to_be_so(
    journal: Any, shelf: Shelf, tmp_path: Path
) -> None:
    fill(journal.web, [OLD, OLDER])
    move(journal, shelf)
    path, other = shelf.path(OLD), shelf.path(OLDER)
    whole = path.read_bytes()
    path.chmod(0o600)
    for content, error in (
        (whole[:-1], ArchiveDamaged),
        (whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:], ArchiveDamaged),
        (other.read_bytes(), ArchiveDamaged),
    ):
        path.write_bytes(content)
        with pytest.raises(error, match="put the archive back from a copy"):
            found(journal, shelf)
    path.unlink()
    with pytest.raises(ArchiveMissing, match="put the archive back from a copy"):
        found(journal, shelf)
    path.write_bytes(whole)
    assert len(found(journal, shelf)) == 26

    def not_on_the_ring(_: bytes) -> bytes:
        raise LookupError

    with pytest.raises(ArchiveForeign, match="not in this gate's ring"):
        found(journal, Shelf(shelf.folder, shelf.origin, shelf.wrap, not_on_the_ring))
    # The same file, asked for by a gate of another name.
    with pytest.raises(ArchiveForeign, match=shelf.origin):
        found(journal, Shelf(shelf.folder, "another.example", shelf.wrap, shelf.unwrap))


def test_a_day_with_an_entry_that_was_never_linked_is_not_moved(journal: Any, shelf: Shelf) -> None:
    fill(journal.web, [OLD])
    journal.tamper("DELETE FROM gate_journal_link WHERE entry = (SELECT min(entry) FROM gate_journal_link)")
    with pytest.raises(ArchiveRefused, match="never linked"):
        move(journal, shelf)
    assert partitions(journal, OLD) == 2


def test_dropping_a_day_waits_for_nobody_for_long(journal: Any, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(journal.web, [OLD])
    monkeypatch.setattr("qorgan.gate.journal.archive.making._TRIES", 2)
    with psycopg.connect(journal.read) as reader:
        reader.execute("SELECT count(*) FROM gate_journal")
        with pytest.raises(ArchiveRefused, match="being read all the time"):
            move(journal, shelf)
        started = datetime.now(UTC)
        written(journal.web, sign_in())
        assert datetime.now(UTC) - started < timedelta(seconds=1)
    assert move(journal, shelf) == [(OLD, 12)]
