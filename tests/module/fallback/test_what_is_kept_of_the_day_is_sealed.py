"""Cards, packages, calls and letters tell nothing to whoever has the disk without the key; a lost key costs nothing."""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from qorgan.module.durable import write_durably
from qorgan.module.fallback import disrupted, drafts, evidence, letters, packing, people, sealed
from qorgan.module.fallback.language import speaking
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.store import FILE, Store
from qorgan.module.spool import SpoolLocked, key_file
from qorgan.module.spool.sealing import is_sealed, key_of
from qorgan.wire import package as wire
from qorgan.wire.disruption import Cause, Disruption, Phase
from tests.module.fallback.conftest import HEAD, MAKER, NOW, Site, complete
from tests.module.fallback.test_nothing_leaves_that_was_not_agreed import reply

pytestmark = [pytest.mark.clause("R48I.3-fallback")]

TELLING = (
    b"Flood of requests",
    b"The gateway is down",
    b"AAA-of-the-centre",
    b"a paper of the day",
    b"no such maker",
    b"registry-of-the-day",
)


def a_day(site: Site) -> str:
    """Everything that can be kept of a day, of one card."""
    card = site.agreed()
    evidence.choose_phone(site.store, card, by=MAKER, reason="The gateway is down", now=NOW)
    evidence.note_call(
        site.store,
        card,
        wire.Call(
            called_at=drafts.instant(NOW),
            called_from="+77270000000",
            called_to="+77172000000",
            caller="Maker",
            centre_number="AAA-of-the-centre",
            read_back=True,
        ),
        by=MAKER,
        now=NOW,
    )
    form = letters.Form(number="15/{number}", signatory="Head", dated=date(2026, 11, 23))
    letters.number_letter(
        site.store, card, form, by=MAKER, now=NOW, write=lambda *_said: {"kk.pdf": b"a paper of the day"}
    )
    packing.refuse(site.store, site.sealed(card), "no such maker")
    packing.take_receipt(site.store, reply(site, card), site.speaker, NOW)
    away = Disruption(
        id=uuid4(), phase=Phase.BEGAN, cause=Cause.PROVIDER, at=NOW, since=NOW, services={"registry-of-the-day": 7}
    )
    with speaking("en") as manner:
        disrupted.draft(site.store, away, manner, NOW)
    return card


def what_stands(store: Store, card: str) -> list[object]:
    return [
        drafts.draft_of(store, card),
        drafts.acts_of(store, card),
        evidence.require_agreed(store, card),
        evidence.evidence_of(store, card, NOW),
        letters.letters_of(store, card),
        letters.file_of(store, card, 1, "kk.pdf", lambda *_said: {}),
        packing.refused_of(store, card, 1),
        packing.receipt_of(store, card, 1),
        people.living(store),
    ]


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"{FILE}*")))


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()


def values(folder: Path):
    """Every value that should be sealed, as it stands in the file."""
    with closing(sqlite3.connect(folder / FILE)) as connection:
        for table, column in sealed.COLUMNS:
            rows = connection.execute(f"SELECT {column} FROM {table} WHERE length({column}) > 0").fetchall()
            assert rows, f"{table}.{column} holds nothing: the test says too little"
            yield from ((f"{table}.{column}", value) for (value,) in rows)


def test_nothing_of_the_incident_stands_on_the_disk_in_clear(site):
    a_day(site)
    assert all(isinstance(value, bytes) and is_sealed(value) for _name, value in values(site.folder))
    raw = on_disk(site.folder)
    for words in TELLING:
        assert words not in raw
        assert base64.b64encode(words)[:12] not in raw


def test_every_column_is_known_to_be_sealed_or_to_tell_nothing(site):
    quiet = {
        "away": {"id", "since", "found_at", "until", "reason"},
        "person": {"email", "name", "position", "role", "secret", "added_at", "closed_at"},
        "card": {"id", "state", "revision", "wording", "drill", "makers", "drafted_at", "proposed_by", "proposed_at"},
        "agreement": {"card", "wording", "agreed_at"},
        "act": {"id", "at", "card", "person", "verb"},
        "package": {"digest", "card", "wording", "way", "sealed_at"},
        "receipt": {"card", "wording", "number", "kept_at"},
        "choice": {"card"},
        "call": {"card"},
        "letter": {"id", "drill", "running", "card", "number", "dated", "signatory", "supplements", "basis"},
        "paper": {"letter", "name", "digest"},
        "disruption": {"id", "card"},
        "seal": {"key"},
    }
    with closing(sqlite3.connect(site.folder / FILE)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            assert columns == quiet[table] | {name for where, name in sealed.COLUMNS if where == table}


@pytest.mark.parametrize("what", ["lost", "another", "readable by others"])
def test_a_key_that_is_lost_or_wrong_is_refused_before_anything_is_written(site, what):
    card = a_day(site)
    before, keys = digest(site.folder), key_file.beside(site.folder)
    safe = keys.read_bytes()
    if what == "lost":
        keys.unlink()
    elif what == "another":
        keys.unlink()
        key_file.make(keys)
    else:
        keys.chmod(0o644)
    for act in (
        lambda: Store(site.folder),
        lambda: drafts.every(site.store),
        lambda: drafts.begin(site.store, drafts.Card(), by=MAKER, now=NOW),
        lambda: people.close(site.store, MAKER.email, NOW),
    ):
        with pytest.raises(SpoolLocked) as locked:
            act()
        assert (
            "nothing was touched" in locked.value.remedy
            or "chmod" in str(locked.value)
            or "No such" in str(locked.value)
        )
    assert digest(site.folder) == before
    assert keys.exists() is (what != "lost")
    write_durably(keys, safe)
    assert drafts.draft_of(Store(site.folder), card).state == drafts.AGREED


def opened_as_before_seals(site: Site) -> None:
    """The file as the version before wrote it: everything open, one letter a card, and no files of letters."""
    with site.store.writing() as connection:
        for name in ("letter_same", "paper_same", "paper_stays", "agreement_stays"):
            connection.execute(f"DROP TRIGGER {name}")
        for (table, column), row in sealed.COLUMNS.items():
            for found in connection.execute(f"SELECT rowid AS place, * FROM {table}").fetchall():
                if not found[column]:
                    continue
                plain = connection.unseal(f"{table}.{column}", found[column], *(found[name] for name in row))
                value = plain.decode() if column in {"detail", "refused"} else plain
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, found["place"]))
        connection.execute("DROP TABLE paper")
        connection.execute("DROP TABLE seal")
        connection.execute("ALTER TABLE letter RENAME TO newer")
        connection.execute(
            "CREATE TABLE letter (running INTEGER PRIMARY KEY, year INTEGER NOT NULL, card TEXT NOT NULL UNIQUE "
            "REFERENCES card, number TEXT NOT NULL, dated TEXT NOT NULL, signatory TEXT NOT NULL, exact BLOB NOT NULL)"
        )
        connection.execute("INSERT INTO letter SELECT running, 2026, card, number, dated, signatory, exact FROM newer")
        connection.execute("DROP TRIGGER letter_stays")
        connection.execute("DROP TABLE newer")
        connection.execute("PRAGMA user_version = 0")


def test_what_an_earlier_version_left_open_is_sealed_without_loss(site):
    card = a_day(site)
    before = what_stands(site.store, card)
    opened_as_before_seals(site)
    assert all(words in on_disk(site.folder) for words in (TELLING[0], TELLING[1], TELLING[2], TELLING[4]))
    store = Store(site.folder)
    raw = on_disk(site.folder)
    assert not any(words in raw for words in TELLING)
    made: list[object] = []

    def write(agreed, said, _before):
        made.append((agreed, said))
        return {"kk.pdf": b"a paper of the day"}

    # The letter's files were never kept: made once out of the words that it was numbered over, and kept.
    for _ in range(2):
        assert letters.file_of(store, card, 1, "kk.pdf", write) == b"a paper of the day"
    assert len(made) == 1
    assert what_stands(store, card) == before
    assert not letters.is_behind(store, card)


def test_a_key_is_rotated_under_running_processes_and_the_old_one_let_go(site):
    card = a_day(site)
    before, keys = what_stands(site.store, card), key_file.beside(site.folder)
    old = key_file.ring(keys).current
    key_file.rotate(keys)
    # The store that was open goes on: it reads the file of keys at every act.
    drafts.begin(site.store, complete(), by=MAKER, now=NOW)
    current = key_file.ring(keys).current
    assert {key_of(value) for _name, value in values_or_none(site.folder)} == {old, current}
    Store(site.folder)
    assert {key_of(value) for _name, value in values_or_none(site.folder)} == {current}
    key_file.retire(keys, set())
    assert key_file.ring(keys).ids == (current,)
    assert what_stands(site.store, card) == before
    with site.store.reading() as connection:
        assert sealed.keys_used(connection) == {current}


def test_a_key_that_nothing_is_sealed_under_any_more_can_be_let_go(site):
    card, keys = drafts.begin(site.store, complete(), by=MAKER, now=NOW), key_file.beside(site.folder)
    key_file.rotate(keys)
    with site.store.writing() as connection:
        connection.execute("DROP TRIGGER act_stays")
        connection.execute("DELETE FROM act")
        connection.execute("DELETE FROM card")
    Store(site.folder)
    key_file.retire(keys, set())
    assert drafts.every(Store(site.folder)) == []
    assert card


def values_or_none(folder: Path):
    with closing(sqlite3.connect(folder / FILE)) as connection:
        for table, column in sealed.COLUMNS:
            for (value,) in connection.execute(f"SELECT {column} FROM {table} WHERE length({column}) > 0"):
                yield f"{table}.{column}", value


@pytest.mark.clause("R48.15")
def test_a_value_that_was_changed_or_moved_is_refused(site):
    one, other = site.agreed(), site.agreed(description="Quite another\nincident")
    with closing(sqlite3.connect(site.folder / FILE)) as connection, connection:
        (content,) = connection.execute("SELECT content FROM card WHERE id = ?", (other,)).fetchone()
        connection.execute("UPDATE card SET content = ? WHERE id = ?", (content, one))
    with pytest.raises(Refused) as refused:
        drafts.draft_of(site.store, one)
    assert refused.value.code == "damaged"
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 1
        with closing(sqlite3.connect(site.folder / FILE)) as connection, connection:
            connection.execute("UPDATE card SET content = ? WHERE id = ?", (bytes(changed), other))
        with pytest.raises((Refused, SpoolLocked, ValueError)):
            drafts.draft_of(site.store, other)


def test_a_new_key_is_not_made_while_the_spool_needs_a_lost_one(site, tmp_path_factory):
    from tests.module.spool.conftest import Disk  # noqa: PLC0415 (its fixture is another room's)

    folder = tmp_path_factory.mktemp("state")
    disk = Disk(folder)
    disk.append(3)
    disk.spool.close()
    keys = key_file.beside(disk.folder)
    keys.unlink()
    with pytest.raises(SpoolLocked):
        Store(disk.folder)
    assert not keys.exists()


def test_letters_of_a_card_cannot_be_changed_or_removed_even_by_a_statement(site):
    a_day(site)
    for statement in (
        "UPDATE letter SET number = '15/9'",
        "DELETE FROM letter",
        "UPDATE paper SET digest = ''",
        "DELETE FROM paper",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="letters stay"), site.store.writing() as connection:
            connection.execute(statement)


def test_the_days_of_people_are_found_again_after_a_reopening(site):
    card = a_day(site)
    assert what_stands(Store(site.folder), card) == what_stands(site.store, card)
    assert re.fullmatch(r"[0-9a-f-]{36}", card)
    assert people.still(Store(site.folder), HEAD.email) == HEAD
    assert drafts.draft_of(site.store, card).content.found_at == NOW - timedelta(minutes=20)
