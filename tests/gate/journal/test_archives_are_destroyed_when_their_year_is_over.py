"""An archive is kept a year after the three months at hand, then destroyed, and the journal says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from filling import ago, fill, sign_in

from qorgan.gate.journal.archive.destroying import destroy
from qorgan.gate.journal.archive.making import archive
from qorgan.gate.journal.archive.shelf import Shelf, shelf_of
from qorgan.gate.journal.audit.audit import audit
from qorgan.gate.journal.epochs import Signer, sign_epoch, signer_of
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import write_by
from qorgan.kit import clock
from qorgan.law.decree_2026 import SIGN_IN_JOURNAL

PAST, KEPT, HOT = ago(470), ago(440), ago(3)


@pytest.fixture
def shelf(journal: Any, tmp_path: Path) -> Shelf:
    made = shelf_of(journal.gate.config)
    return Shelf(tmp_path / "journal", made.origin, made.wrap, made.unwrap)


@pytest.fixture
def archived(journal: Any, shelf: Shelf) -> Shelf:
    fill(journal.web, [PAST, KEPT, HOT], 9)
    assert [one.day for one in archive(journal.clerk, shelf, clock.now)] == [PAST, KEPT]
    return shelf


@pytest.mark.clause("D26.journal")
def test_it_is_destroyed_after_a_year_and_no_day_before(journal: Any, archived: Shelf, tmp_path: Path) -> None:
    assert (SIGN_IN_JOURNAL.at_hand_months, SIGN_IN_JOURNAL.archive_months) == (3, 12)
    signer = Signer(signer_of(journal.gate.config).key, tmp_path / "epochs")
    with psycopg.connect(journal.clerk, autocommit=True) as connection:
        sign_epoch(connection, signer, clock.now())
        assert list(destroy(journal.clerk, archived, clock.now)) == [PAST]
        sign_epoch(connection, signer, clock.now())
    assert not archived.path(PAST).exists()
    assert archived.path(KEPT).exists()
    assert journal.rows("SELECT detail ->> 'day' FROM gate_journal WHERE event = 'journal.archive-destroyed'") == [
        (PAST.isoformat(),)
    ]
    report = audit(journal.read, archived, signer)
    assert report.findings == []
    assert report.archives == 1
    # Nothing is due any more.
    assert list(destroy(journal.clerk, archived, clock.now)) == []


@pytest.mark.clause("D26.journal")
def test_who_dies_before_the_file_is_removed_has_it_removed_by_the_next(journal: Any, archived: Shelf) -> None:
    steps = destroy(journal.clerk, archived, clock.now)
    whole = archived.path(PAST).read_bytes()
    assert next(steps) == PAST
    steps.close()
    archived.path(PAST).write_bytes(whole)
    assert list(destroy(journal.clerk, archived, clock.now)) == [PAST]


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("day", [KEPT, HOT])
def test_postgresql_lets_nobody_destroy_one_before_its_time(journal: Any, archived: Shelf, day: Any) -> None:
    with psycopg.connect(journal.clerk) as clerk:
        said = write_by(clerk, sign_in(event=Event.JOURNAL_ARCHIVE_DESTROYED))
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is in the archive until"):
            clerk.execute("SELECT gate_archive_destroy(%s, %s)", [day, said])
    for url in (journal.web, journal.read):
        with (
            psycopg.connect(url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="may not touch the archive"),
        ):
            connection.execute("SELECT gate_archive_destroy(%s, 1)", [PAST])


@pytest.mark.clause("D26.journal")
def test_nor_one_whose_time_has_come_in_silence(journal: Any, archived: Shelf) -> None:
    with (
        psycopg.connect(journal.clerk) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="the journal says when"),
    ):
        connection.execute("SELECT gate_archive_destroy(%s, 1)", [PAST])


def test_the_clerk_makes_days_signs_and_moves(journal: Any, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections

    from qorgan.gate.journal import clerk
    from qorgan.kit.database.connection import django_database

    fill(journal.web, [KEPT], 9)
    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(django_database(journal.clerk))
    monkeypatch.setattr(clerk, "role_url", lambda *_: journal.clerk)
    monkeypatch.setattr(clerk, "shelf_of", lambda _: shelf)
    journal.tamper(f"DROP TABLE gate_journal_{ago(-9):%Y%m%d}, gate_journal_link_{ago(-9):%Y%m%d}")
    assert clerk.open_days() == 1
    assert clerk.sign() == 1
    assert clerk.sign() == 0
    clerk.move()
    for thread in clerk._moving:
        thread.join(30)
    assert shelf.path(KEPT).exists()
    assert clerk.sign() == 1
