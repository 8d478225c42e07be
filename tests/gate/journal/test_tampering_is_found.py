"""Whatever somebody with the database in their hands does to the journal, the audit says where."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from filling import ago, fill, sign_in, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from qorgan.gate.journal.archive.making import archive
from qorgan.gate.journal.archive.shelf import Shelf, shelf_of
from qorgan.gate.journal.audit.audit import audit
from qorgan.gate.journal.audit.findings import Report
from qorgan.gate.journal.epochs import Signer, sign_epoch, signer_of
from qorgan.kit import clock
from qorgan.ledger.note import SigningKey

DAYS = [ago(120), ago(100), ago(2), ago(1)]


class Watched:
    """A journal with four days, two of them in the archive, and an epoch signed after them."""

    def __init__(self, journal: Any, folder: Path) -> None:
        made = shelf_of(journal.gate.config)
        self.journal = journal
        self.shelf = Shelf(folder / "journal", made.origin, made.wrap, made.unwrap)
        self.signer = Signer(signer_of(journal.gate.config).key, folder / "epochs")
        self.ids = fill(journal.web, DAYS, 10)

    def sign(self) -> int:
        with psycopg.connect(self.journal.clerk, autocommit=True) as connection:
            return sign_epoch(connection, self.signer, clock.now())

    def archive(self) -> None:
        list(archive(self.journal.clerk, self.shelf, clock.now))

    def audit(self) -> Report:
        return audit(self.journal.read, self.shelf, self.signer)

    def told(self) -> list[str]:
        return [f"{one.where}: {one.what}" for one in self.audit().findings]

    def hot(self, place: int) -> int:
        """One of the entries of the days at hand, in the order of the chain's strands: 0 the first, -1 the last."""
        rows = self.journal.rows("SELECT entry FROM gate_journal_link WHERE at > %s ORDER BY strand, link", DAYS[2])
        return int(rows[place][0])


@pytest.fixture
def watched(journal: Any, tmp_path: Path) -> Watched:
    return Watched(journal, tmp_path)


@pytest.mark.clause("D26.journal")
def test_a_journal_that_nobody_touched_is_sound(watched: Watched) -> None:
    assert watched.told() == []
    assert watched.sign() == 1
    assert watched.sign() == 0
    watched.archive()
    assert watched.sign() == 2
    report = watched.audit()
    assert report.findings == []
    assert (report.entries, report.archives, report.epochs) == (42, 2, 2)


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("place", [0, 7, -1])
def test_an_entry_that_was_changed_is_named(watched: Watched, place: int) -> None:
    entry = watched.hot(place)
    assert watched.journal.tamper("UPDATE gate_journal SET outcome = 'refused' WHERE id = %s", entry) == 1
    assert watched.told() == [f"entry {entry}: it is not what was written, or stands elsewhere than it was"]


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("place", [0, 7, -1])
def test_an_entry_that_was_removed_is_named(watched: Watched, place: int) -> None:
    entry = watched.hot(place)
    assert watched.journal.tamper("DELETE FROM gate_journal WHERE id = %s", entry) == 1
    assert watched.told() == [f"entry {entry}: it was removed"]


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("place", [0, 7, -1])
def test_an_entry_that_was_removed_with_its_link_is_missed(watched: Watched, place: int) -> None:
    entry = watched.hot(place)
    [(strand, link)] = watched.journal.rows("SELECT strand, link FROM gate_journal_link WHERE entry = %s", entry)
    watched.journal.tamper("DELETE FROM gate_journal WHERE id = %s", entry)
    watched.journal.tamper("DELETE FROM gate_journal_link WHERE entry = %s", entry)
    [told] = watched.told()
    assert told.startswith(f"strand {strand}")
    assert f"link {link}" in told


@pytest.mark.clause("D26.journal")
def test_the_last_entry_with_its_link_and_the_head_is_missed_by_the_epoch(watched: Watched) -> None:
    watched.sign()
    [(strand, link)] = watched.journal.rows("SELECT strand, link FROM gate_journal_head ORDER BY link DESC LIMIT 1")
    gone = watched.journal.rows("SELECT entry FROM gate_journal_link WHERE strand = %s AND link = %s", strand, link)
    watched.journal.tamper("DELETE FROM gate_journal WHERE id = %s", gone[0][0])
    watched.journal.tamper("DELETE FROM gate_journal_link WHERE entry = %s", gone[0][0])
    watched.journal.tamper("DELETE FROM gate_journal_head WHERE strand = %s AND link = %s", strand, link)
    assert watched.told() == [f"strand {strand}, link {link}: an epoch vouches for it, and it is not there"]
    watched.journal.tamper("DELETE FROM gate_journal_epoch")
    assert watched.told() == ["epochs: the last that was signed is not in the database: the journal's end was cut off"]


@pytest.mark.clause("D26.journal")
def test_entries_that_changed_places_are_named(watched: Watched) -> None:
    one, other = watched.hot(3), watched.hot(4)
    # The same two rows, each with the other's number, as if they had been written in the other order.
    watched.journal.tamper("UPDATE gate_journal SET id = -1 WHERE id = %s", one)
    watched.journal.tamper("UPDATE gate_journal SET id = %s WHERE id = %s", one, other)
    watched.journal.tamper("UPDATE gate_journal SET id = %s WHERE id = -1", other)
    assert any("stands elsewhere" in told or "was removed" in told for told in watched.told())
    assert {one, other} <= {finding.order for finding in watched.audit().findings}


@pytest.mark.clause("D26.journal")
def test_links_that_changed_places_are_named(watched: Watched) -> None:
    [(strand, link)] = watched.journal.rows("SELECT strand, link FROM gate_journal_head ORDER BY link DESC LIMIT 1")
    for was, becomes in ((link, -1), (link - 1, link), (-1, link - 1)):
        watched.journal.tamper(
            "UPDATE gate_journal_link SET link = %s WHERE strand = %s AND link = %s", becomes, strand, was
        )
    assert len([told for told in watched.told() if "stands elsewhere" in told]) >= 2


@pytest.mark.clause("D26.journal")
def test_a_chain_that_was_made_anew_is_found_by_the_epoch(watched: Watched) -> None:
    watched.sign()
    entry = watched.hot(2)
    watched.journal.tamper("UPDATE gate_journal SET client = NULL, detail = '{}' WHERE id = %s", entry)
    _chain_anew(watched)
    told = watched.told()
    assert told
    assert all("an epoch vouches for another hash" in one for one in told)


def _chain_anew(watched: Watched) -> None:
    """What somebody does who knows how the chain is made, and has the database but not the key."""
    watched.journal.tamper(
        """DO $$
        DECLARE one record; made bytea; strand_now smallint := -1;
        BEGIN
            FOR one IN SELECT link.*, journal.ctid AS place, journal.tableoid AS part,
                       gate_journal_content(journal) AS content
                FROM gate_journal_link AS link JOIN gate_journal AS journal ON journal.id = link.entry
                ORDER BY strand, link LOOP
                IF one.strand <> strand_now THEN
                    strand_now := one.strand;
                    made := sha256(convert_to('qorgan gate journal, strand ' || one.strand, 'UTF8'));
                END IF;
                made := sha256(made || int8send((extract(epoch FROM one.linked_at) * 1000000)::bigint)
                    || convert_to(one.content, 'UTF8'));
                UPDATE gate_journal_link SET hash = made WHERE strand = one.strand AND link = one.link;
                UPDATE gate_journal_head SET hash = made WHERE strand = one.strand AND link = one.link;
            END LOOP;
        END $$"""
    )


@pytest.mark.clause("D26.journal")
def test_an_epoch_that_was_removed_changed_or_signed_by_another_is_named(watched: Watched) -> None:
    watched.sign()
    written(watched.journal.web, sign_in())
    watched.sign()
    note, epochs = "SELECT note FROM gate_journal_epoch WHERE epoch = 1", watched.journal.rows
    kept = epochs(note)[0][0]
    watched.journal.tamper("UPDATE gate_journal_epoch SET heads = jsonb_set(heads, '{0,1}', '77') WHERE epoch = 1")
    assert any(told.startswith("epoch 1: its heads are not those that were signed") for told in watched.told())
    watched.journal.tamper("UPDATE gate_journal_epoch SET note = replace(note, 'gate.example', 'else.example')")
    told = watched.told()
    assert any("epoch 2: this gate did not sign it" in one for one in told), told
    watched.journal.tamper("UPDATE gate_journal_epoch SET note = %s", kept)
    watched.journal.tamper("DELETE FROM gate_journal_epoch WHERE epoch = 1")
    assert "epoch 1: it was removed" in watched.told()
    another = Signer(SigningKey.generate(watched.signer.key.name), watched.signer.notes)
    report = audit(watched.journal.read, watched.shelf, another)
    assert any("did not sign it" in finding.what for finding in report.findings)


def _gone(watched: Watched, path: Path) -> None:
    path.unlink()


def _another(watched: Watched, path: Path) -> None:
    path.chmod(0o600)
    shutil.copy(watched.shelf.path(DAYS[1]), path)


def _bit(watched: Watched, path: Path) -> None:
    path.chmod(0o600)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("harm", [_gone, _another, _bit])
def test_an_archive_that_is_gone_or_another_or_damaged_is_named(
    watched: Watched, harm: Callable[[Watched, Path], None]
) -> None:
    watched.archive()
    harm(watched, watched.shelf.path(DAYS[0]))
    [told] = watched.told()
    assert told.startswith(f"archive of {DAYS[0]}: ")
    assert "put the archive back from a copy" in told


@pytest.mark.clause("D26.journal")
def test_an_archive_of_which_the_database_says_another_thing_is_named(watched: Watched) -> None:
    watched.archive()
    watched.journal.tamper("UPDATE gate_archive SET digest = sha256('') WHERE day = %s", DAYS[0])
    assert any("gate_archive says other than entry" in told for told in watched.told())
    watched.journal.tamper("DELETE FROM gate_archive WHERE day = %s", DAYS[0])
    told = watched.told()
    assert any("gate_archive says other than entry" in one for one in told)
    assert any("removed, and the entry with it" in one for one in told)


def test_an_entry_that_came_past_the_chain_is_named(watched: Watched) -> None:
    watched.journal.tamper(
        """INSERT INTO gate_journal (at, event, outcome, population, port, program, trace, factors, rule, edition,
               reason, detail) VALUES (now(), 'sign-in', 'done', '', 0, '', '', '{}', '', '', '', '{}')"""
    )
    [told] = watched.told()
    assert "it was never linked" in told


@pytest.mark.clause("D26.journal")
def test_transactions_that_commit_at_once_make_one_chain(watched: Watched) -> None:
    def many(_: int) -> list[int]:
        with psycopg.connect(watched.journal.web, autocommit=True) as connection:
            from qorgan.gate.journal.rows import write_by

            ids = []
            for number in range(15):
                with connection.transaction():
                    ids += [write_by(connection, sign_in()) for _ in range(number % 3 + 1)]
            return ids

    with ThreadPoolExecutor(12) as threads:
        ids = [one for some_ids in threads.map(many, range(12)) for one in some_ids]
    assert len(set(ids)) == 12 * 30
    report = watched.audit()
    assert report.findings == []
    assert report.entries == 40 + 360
    links = watched.journal.rows("SELECT max(link) FROM gate_journal_head GROUP BY strand")
    assert sum(link for (link,) in links) == 400
    assert sum(link > 20 for (link,) in links) > 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=some.data())
@pytest.mark.clause("D26.journal")
def test_any_change_of_any_entry_is_found(watched: Watched, data: some.DataObject) -> None:
    entry = data.draw(some.sampled_from(watched.ids))
    column, value = data.draw(
        some.sampled_from(
            [
                ("event", "'account.opened'"),
                ("outcome", "'refused'"),
                ("population", "'employee'"),
                ("client", "gen_random_uuid()"),
                ("actor", "gen_random_uuid()"),
                ("ceremony", "NULL"),
                ("device", "NULL"),
                ("address", "'192.0.2.1'"),
                ("port", "port + 1"),
                ("program", "program || ' '"),
                ("trace", "''"),
                ("factors", "factors || 'passkey'::text"),
                ("rule", "'R57.8'"),
                ("edition", "'2027'"),
                ("reason", "'x'"),
                ("before", """'{"phone": "ends in 18"}'"""),
                ("after", "'{}'"),
                ("detail", "detail || '{\"number\": -1}'"),
                ("at", "at + interval '1 microsecond'"),
                ("id", "id + 1000000"),
            ]
        )
    )
    for said in (
        "CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM gate_journal WHERE false",
        "DELETE FROM kept",
        f"INSERT INTO kept SELECT * FROM gate_journal WHERE id = {entry}",
        f"UPDATE gate_journal SET {column} = {value} WHERE id = {entry}",
    ):
        watched.journal.tamper(said)
    assert not watched.audit().sound
    watched.journal.tamper("DELETE FROM gate_journal WHERE id IN (%s, %s)", entry, entry + 1000000)
    watched.journal.tamper("INSERT INTO gate_journal SELECT * FROM kept")
    assert watched.audit().findings == []


def test_heads_that_are_long_past_are_taken_away(journal: Any) -> None:
    from qorgan.gate.journal.rows import write_by

    with psycopg.connect(journal.web) as connection:
        # One transaction, and so one strand.
        for _ in range(1005):
            write_by(connection, sign_in())
    assert journal.rows("SELECT count(*), max(link) FROM gate_journal_head WHERE link > 0") == [(7, 1005)]


def test_a_strand_does_not_fork_for_who_names_it_himself(watched: Watched) -> None:
    from qorgan.gate.journal.rows import write_by

    with psycopg.connect(watched.journal.web) as connection:
        connection.execute("SET LOCAL qorgan.gate_strand = '99'")
        write_by(connection, sign_in())
        with pytest.raises(psycopg.errors.NoDataFound):
            connection.commit()

    def at_once(_: int) -> None:
        with psycopg.connect(watched.journal.web) as connection:
            connection.execute("SET LOCAL qorgan.gate_strand = '3'")
            write_by(connection, sign_in())

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(at_once, range(40)))
    assert watched.told() == []


def test_an_entry_of_the_far_past_or_future_is_audited_where_it_lies(watched: Watched) -> None:
    written(watched.journal.web, sign_in(clock.now() + timedelta(days=30)), sign_in(clock.now() - timedelta(days=30)))
    assert watched.told() == []
