"""Sealed files: what was written is read from anywhere, and any other byte, order, length or key is refused."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from qorgan.gate.journal.archive.errors import ArchiveDamaged, ArchiveForeign, ArchiveMissing, ArchiveRefused
from qorgan.gate.journal.archive.sealed import PIECE, Sealed, Sealing

RING = AESGCM(b"k" * 32)
NONCE = b"n" * 12


def wrap(key: bytes) -> bytes:
    return RING.encrypt(NONCE, key, None)


def unwrap(wrapped: bytes) -> bytes:
    return RING.decrypt(NONCE, wrapped, None)


def seal(path: Path, content: bytes) -> Path:
    with path.open("wb") as file:
        out = Sealing(file, origin="gate.example", about="journal/2026-08-01", wrap=wrap)
        out.write(content)
        out.finish()
    return path


def opened(path: Path) -> bytes:
    return Sealed(path, unwrap=unwrap).read()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    size=some.integers(0, 4 * PIECE) | some.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE]),
    places=some.lists(some.tuples(some.integers(0, 4 * PIECE), some.integers(0, PIECE + 9)), max_size=9),
)
def test_what_was_sealed_is_read_from_anywhere(tmp_path: Path, size: int, places: list[tuple[int, int]]) -> None:
    content = os.urandom(size)
    path = seal(tmp_path / "a", content)
    assert opened(path) == content
    sealed = Sealed(path, unwrap=unwrap)
    assert sealed.size == size
    for start, length in places:
        sealed.seek(start)
        assert sealed.read(length) == content[start : start + length]
    assert content[:64] not in path.read_bytes() or size < 64


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(some.data())
@pytest.mark.clause("D26.journal")
def test_no_bit_of_it_can_be_another(tmp_path: Path, data: some.DataObject) -> None:
    path = seal(tmp_path / "a", os.urandom(2 * PIECE + 99))
    raw = bytearray(path.read_bytes())
    raw[data.draw(some.integers(0, len(raw) - 1))] ^= 1 << data.draw(some.integers(0, 7))
    path.write_bytes(raw)
    with pytest.raises(ArchiveRefused):
        opened(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(gone=some.integers(1, 2 * PIECE) | some.sampled_from([99 + 16, PIECE + 16, PIECE + 99 + 32]))
@pytest.mark.clause("D26.journal")
def test_its_end_cannot_be_cut_off(tmp_path: Path, gone: int) -> None:
    path = seal(tmp_path / "a", os.urandom(2 * PIECE + 99))
    path.write_bytes(path.read_bytes()[:-gone])
    with pytest.raises(ArchiveDamaged):
        opened(path)


def test_pieces_do_not_change_places(tmp_path: Path) -> None:
    path = seal(tmp_path / "a", os.urandom(3 * PIECE))
    raw = path.read_bytes()
    one = PIECE + 16
    start = len(raw) - 3 * one
    path.write_bytes(raw[:start] + raw[start + one : start + 2 * one] + raw[start : start + one] + raw[-one:])
    with pytest.raises(ArchiveDamaged):
        opened(path)


def test_many_threads_read_one_file_each_from_its_own_place(tmp_path: Path) -> None:
    content = os.urandom(40 * PIECE)
    sealed = Sealed(seal(tmp_path / "a", content), unwrap=unwrap)

    def look(number: int) -> bool:
        for step in range(200):
            start = (number * 7919 + step * 104729) % len(content)
            sealed.seek(start)
            if sealed.read(5000) != content[start : start + 5000]:
                return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(look, range(8)))


def test_a_file_whose_writer_died_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        Sealing(file, origin="gate.example", about="journal/2026-08-01", wrap=wrap).write(os.urandom(3 * PIECE))
    with pytest.raises(ArchiveDamaged):
        opened(path)


def test_another_ring_and_another_file_and_none_are_told_apart(tmp_path: Path) -> None:
    path = seal(tmp_path / "a", b"content")
    with pytest.raises(ArchiveForeign, match="key that is not in this gate's ring"):
        Sealed(path, unwrap=lambda wrapped: AESGCM(b"x" * 32).decrypt(NONCE, wrapped, None))
    with pytest.raises(ArchiveMissing, match="put the archive back"):
        opened(tmp_path / "b")
    (tmp_path / "c").write_bytes(b"PAR1 something else")
    with pytest.raises(ArchiveForeign, match="not a sealed file"):
        opened(tmp_path / "c")
