"""What stands on the disk tells nothing to whoever has it without the key; and a key that is not here costs nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from qorgan.module.accounting import Counts, Quarantined
from qorgan.module.spool import Limits, Spool, SpoolForeign, SpoolLocked, chunk, database, key_file, view
from qorgan.module.spool.changes import WINDOWS
from qorgan.module.spool.sealing import MARK, KeyRing, SealBroken, id_of
from qorgan.module.spool.state import insert, load
from qorgan.module.spool.waiting import COLUMNS
from qorgan.wire.batch import SequenceRange
from tests.module.spool.conftest import NOW
from tests.module.spool.test_damage import drain

MANY = 2**31
SECRET = "a very telling record"


def keys_of(disk) -> Path:
    return key_file.beside(disk.folder)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def quarantine(disk, text: str) -> None:
    row = Quarantined(place="log:1", reason="cut off", text=text)
    disk.spool.append(0, [], source="log", position="", counts=Counts(read=1, quarantined=1), quarantined=[row])


def digests(folder: Path) -> dict[str, str]:
    """Of the backlog itself: what SQLite makes for the moment of a reading is not part of it."""
    kept = [path for path in folder.iterdir() if not path.name.endswith(("-shm", "-wal", ".lock"))]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


class OldSpool:
    """A spool as the version before seals wrote it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / database.FILE

    def make(self, disk, many: int) -> list[bytes]:
        """Fill it, with a quarantined record and something already sent, and take the seals out of it."""
        lines = [line for _ in range(many) for line in disk.append(3, text=SECRET)]
        quarantine(disk, SECRET)
        disk.spool.acknowledge(SequenceRange(1, 6), b"{}")
        keys = disk.spool._keys
        disk.spool.close()
        connection = sqlite3.connect(self.path, isolation_level=None)
        for row in connection.execute(
            "SELECT first, last, records, source, position, digest, body FROM chunk"
        ).fetchall():
            found = chunk.Chunk(*row)
            body = keys.unseal(found.body, chunk._about(*found[:5]))
            digest = chunk._digest(*found[:5], body)
            connection.execute("UPDATE chunk SET body = ?, digest = ? WHERE first = ?", (body, digest, found.first))
        connection.execute("UPDATE quarantine SET text = ?", (SECRET,))
        (kept,) = connection.execute("SELECT sum(length(body)) FROM chunk WHERE last <= 6").fetchone()
        self._state(connection, kept)
        connection.execute("DROP TABLE seal")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("VACUUM")
        connection.close()
        shutil.rmtree(key_file.beside(disk.folder).parent)
        return lines

    def _state(self, connection: sqlite3.Connection, kept: int) -> None:
        insert(connection, replace(load(connection), kept_bytes=kept))


def test_neither_signals_nor_quarantine_can_be_read_off_the_disk(disk):
    lines = disk.append(3, text=SECRET)
    quarantine(disk, SECRET)
    disk.spool.close()
    content = on_disk(disk.folder)
    assert SECRET.encode() not in content
    (row,) = sqlite3.connect(disk.folder / database.FILE).execute("SELECT body FROM chunk").fetchall()
    assert row[0].startswith(MARK)
    disk.spool = disk.opened()
    assert disk.spool.read_batch(MANY, MANY).lines == lines
    with view.opened(disk.folder) as connection:
        assert view.quarantine(connection, last=1)[0].text == SECRET


def test_the_key_lies_outside_the_state_folder_for_its_owner_alone(disk):
    path = keys_of(disk)
    assert disk.folder not in path.parents
    assert path.stat().st_mode & 0o077 == 0
    key = path.read_bytes().split()[1]
    disk.append(1)
    disk.spool.close()
    assert key not in on_disk(disk.folder)
    disk.spool = disk.opened()


@pytest.mark.parametrize("how", ["lost", "another", "empty", "rubbish", "open to all", "folder"])
def test_a_wrong_or_lost_key_is_refused_at_the_start_and_the_backlog_is_not_touched(disk, how):
    lines = disk.append(5, text=SECRET)
    disk.spool.close()
    path = keys_of(disk)
    kept = path.read_bytes()
    before = digests(disk.folder)
    path.unlink()
    if how == "another":
        key_file.make(path)
    elif how == "open to all":
        path.write_bytes(kept)
        path.chmod(0o644)
    elif how == "folder":
        path.mkdir()
    elif how != "lost":
        path.write_bytes(b"" if how == "empty" else b"qorgan-spool-key-1 abcd\n")
        path.chmod(0o600)
    with pytest.raises(SpoolLocked) as refused:
        disk.opened()
    assert str(path) in str(refused.value)
    assert refused.value.remedy
    if how == "another":
        assert id_of(key_file.base64.b64decode(kept.split()[1])) in str(refused.value)
    assert digests(disk.folder) == before
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    path.write_bytes(kept)
    path.chmod(0o600)
    disk.spool = disk.opened()
    assert drain(disk.spool) == lines


def test_a_damaged_spool_is_not_mended_with_the_wrong_key(disk):
    lines = [line for _ in range(60) for line in disk.append(2, text=SECRET * 9)]
    disk.spool.close()
    path, database_file = keys_of(disk), disk.folder / database.FILE
    kept, content = path.read_bytes(), bytearray(database_file.read_bytes())
    content[100:140] = bytes(40)
    database_file.write_bytes(content)
    path.unlink()
    with pytest.raises(SpoolLocked):
        disk.opened()
    key_file.make(path)
    with pytest.raises(SpoolLocked):
        disk.opened()
    path.write_bytes(kept)
    disk.spool = disk.opened()
    assert drain(disk.spool) == lines


def test_after_a_rotation_old_and_new_are_read_and_the_old_key_may_go_once_nothing_needs_it(disk):
    old = disk.append(2, text="old")
    first = key_file.ring(keys_of(disk)).current
    key_file.rotate(keys_of(disk))
    disk.spool.renew_keys()
    new = disk.append(2, text="new")
    second = key_file.ring(keys_of(disk)).current
    assert first != second
    assert disk.spool.keys_in_use() == {first, second}
    assert disk.reopen().read_batch(MANY, MANY).lines == old + new
    key_file.retire(keys_of(disk), disk.spool.keys_in_use())
    assert key_file.ring(keys_of(disk)).ids == (second, first)
    disk.limits = Limits(free_bytes=0, keep_sent_bytes=0)
    disk.reopen()
    disk.spool.acknowledge(SequenceRange(1, 2), b"{}")
    disk.spool.trim()
    assert disk.spool.keys_in_use() == {second}
    disk.spool.forget_keys([first])
    key_file.retire(keys_of(disk), disk.spool.keys_in_use())
    assert key_file.ring(keys_of(disk)).ids == (second,)
    assert disk.reopen().read_batch(MANY, MANY).lines == new


def test_a_spool_from_before_seals_is_taken_over_without_loss_and_nothing_of_it_stays_open(disk):
    old = OldSpool(disk.folder)
    lines = old.make(disk, 300)
    assert SECRET.encode() in on_disk(disk.folder)
    disk.spool = disk.opened()
    before = disk.spool.account()
    assert disk.spool.read_batch(MANY, MANY).lines == lines[6:]
    steps = 0
    while disk.spool.seal_what_is_open():
        steps += 1
        if steps == 2:
            disk.reopen()
    assert steps > 5
    assert disk.spool.account() == before
    assert before.faults() == []
    with view.opened(disk.folder) as connection:
        assert view.quarantine(connection, last=1)[0].text == SECRET
    disk.spool.close()
    assert SECRET.encode() not in on_disk(disk.folder)
    with sqlite3.connect(old.path) as connection:
        bodies = [body for (body,) in connection.execute("SELECT body FROM chunk")]
        (kept,) = connection.execute("SELECT kept_bytes FROM state").fetchone()
        (really,) = connection.execute("SELECT sum(length(body)) FROM chunk WHERE last <= 6").fetchone()
    assert all(body.startswith(MARK) for body in bodies)
    assert kept == really
    disk.spool = disk.opened()
    assert drain(disk.spool) == lines[6:]


@pytest.mark.parametrize("place", [0, 30, 100, 3000, -20000])
def test_a_damaged_spool_from_before_seals_is_mended_as_it_ever_was(disk, place):
    lines = OldSpool(disk.folder).make(disk, 300)
    path = disk.folder / database.FILE
    content = bytearray(path.read_bytes())
    for offset in range(24):
        content[place + offset] ^= 0x5A
    path.write_bytes(content)
    disk.spool = disk.opened()
    while disk.spool.seal_what_is_open():
        pass
    found = drain(disk.spool)
    assert set(found) <= set(lines)
    assert len(found) > 700
    assert disk.spool.account().faults() == []


def test_a_taken_over_spool_that_is_damaged_later_is_mended_too(disk):
    lines = OldSpool(disk.folder).make(disk, 300)
    disk.spool = disk.opened()
    while disk.spool.seal_what_is_open():
        pass
    disk.spool.close()
    path = disk.folder / database.FILE
    content = bytearray(path.read_bytes())
    content[0:200] = bytes(200)
    path.write_bytes(content)
    disk.spool = disk.opened()
    assert len(drain(disk.spool)) > 0.9 * len(lines[6:])
    assert disk.spool.account().faults() == []


def test_a_newer_spool_is_refused_by_this_version_which_changes_nothing(disk):
    lines = disk.append(4)
    disk.spool.close()
    path = disk.folder / database.FILE
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 3")
        connection.execute("CREATE TABLE of_the_future (x)")
    before = digests(disk.folder)
    with pytest.raises(SpoolForeign, match="its layout is 3"):
        disk.opened()
    assert digests(disk.folder) == before
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE of_the_future")
        connection.execute("PRAGMA user_version = 2")
    disk.spool = disk.opened()
    assert drain(disk.spool) == lines


def test_a_body_in_another_place_or_of_another_chunk_does_not_open(disk):
    disk.append(2)
    disk.append(2)
    rows = disk.spool._read.execute(f"SELECT {COLUMNS} FROM chunk").fetchall()
    one, other = (chunk.Chunk(*row) for row in rows)
    moved = one._replace(body=other.body, digest=chunk._digest(*one[:5], other.body))
    with pytest.raises(chunk.ChunkDamaged, match="does not open"):
        moved.lines(disk.spool._keys)


def test_a_key_in_the_environment_is_refused(tmp_path):
    with pytest.raises(SpoolLocked, match="environment is not taken"):
        key_file.chosen(tmp_path, "", {"QORGAN_SPOOL_KEY": "x"})


def test_the_configured_file_goes_before_the_credential_and_that_before_the_file_beside(tmp_path):
    state, credentials = tmp_path / "state", tmp_path / "credentials"
    environment = {key_file.CREDENTIALS: str(credentials)}
    assert key_file.chosen(state, "", environment) == tmp_path / "state.keys" / "spool.key"
    credentials.mkdir()
    shutil.copy(_made(tmp_path), credentials / key_file.NAME)
    assert key_file.chosen(state, "", environment) == credentials / key_file.NAME
    assert key_file.chosen(state, "/else", environment) == Path("/else")
    # systemd gives a credential to a user by an access list, which shows as the group's right.
    (credentials / key_file.NAME).chmod(0o440)
    assert key_file.ring(credentials / key_file.NAME, credentials=str(credentials)).ids
    with pytest.raises(SpoolLocked, match="others may read it"):
        key_file.ring(credentials / key_file.NAME)


def _made(folder: Path) -> Path:
    key_file.make(folder / "made" / "spool.key")
    return folder / "made" / "spool.key"


@given(st.binary(max_size=300), st.binary(max_size=30), st.integers(0, 10**6))
def test_what_was_sealed_opens_again_and_any_changed_bit_is_found(content, about, place):
    ring = KeyRing([os.urandom(32)], "here")
    body = ring.seal(content, about)
    assert ring.unseal(body, about) == content
    changed = bytearray(body)
    changed[4 + place % (len(body) - 4)] ^= 1
    with pytest.raises((SealBroken, SpoolLocked)):
        ring.unseal(bytes(changed), about)
    with pytest.raises(SealBroken):
        ring.unseal(body, about + b"x")


def test_no_salt_and_no_nonce_comes_twice():
    key = os.urandom(32)
    heads = set()
    for _ in range(50):
        ring = KeyRing([key], "here")
        heads |= {ring.seal(b"", b"")[12:40] for _ in range(100)}
    assert len(heads) == 5000
    assert len({head[:16] for head in heads}) == 50


def test_a_derived_key_is_given_up_long_before_its_nonces_could_meet(monkeypatch):
    monkeypatch.setattr("qorgan.module.spool.sealing._MOST_BODIES", 3)
    ring = KeyRing([os.urandom(32)], "here")
    bodies = [ring.seal(b"content", b"") for _ in range(7)]
    assert len({body[12:28] for body in bodies}) == 3
    assert {ring.unseal(body, b"") for body in bodies} == {b"content"}


def test_two_processes_may_not_make_two_keys(disk, tmp_path):
    with pytest.raises(SpoolLocked, match="is there already"):
        key_file.make(keys_of(disk))
    assert Spool.open(tmp_path / "other", clock=lambda: NOW, limits=Limits(free_bytes=0)).close() is None


def test_what_windows_remember_is_sealed_too_and_read_under_an_old_key(disk):

    counts = Counts(read=0)
    disk.spool.append(1, [], source="log", position="", counts=counts, memory=SECRET)
    first = key_file.ring(keys_of(disk)).current
    key_file.rotate(keys_of(disk))
    disk.spool.renew_keys()
    assert disk.spool.position(WINDOWS) == SECRET
    assert disk.spool.keys_in_use() == {first}
    disk.spool.close()
    content = on_disk(disk.folder)
    assert SECRET.encode() not in content
    assert key_file.base64.b64encode(SECRET.encode())[:12] not in content
    disk.spool = disk.opened()
    assert disk.spool.position(WINDOWS) == SECRET
