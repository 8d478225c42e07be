"""Secrets in files: made once however many begin at once, whole at every moment, closed to everybody else."""

from __future__ import annotations

import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from qorgan.kit.secret_files import make_secret, signing_secret, write_secret


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_secret_is_readable_by_its_owner_alone_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        write_secret(tmp_path / "secrets" / "one", b"words")
        make_secret(tmp_path / "secrets" / "two", lambda: b"words")
    finally:
        os.umask(before)
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    for path in (tmp_path / "secrets").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_many_that_make_it_at_once_have_the_same(tmp_path):
    path = tmp_path / "secrets" / "key"
    gate = threading.Barrier(16)

    def begin(_number):
        gate.wait()
        return make_secret(path, lambda: secrets.token_bytes(32))

    with ThreadPoolExecutor(16) as threads:
        assert set(threads.map(begin, range(16))) == {path.read_bytes()}
    assert list(path.parent.iterdir()) == [path], "drafts were left behind"


def test_a_reader_sees_the_old_or_the_new_and_nothing_between(tmp_path):
    path = tmp_path / "key"
    whole = {bytes([one]) * 100_000 for one in range(4)}
    write_secret(path, min(whole))
    stop = threading.Event()

    def write():
        while not stop.is_set():
            for one in whole:
                write_secret(path, one)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert {path.read_bytes() for _ in range(300)} <= whole
    finally:
        stop.set()
        writer.join()


def test_a_command_before_the_first_start_leaves_no_secret_behind(tmp_path):
    assert signing_secret(tmp_path) != signing_secret(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "secrets").mkdir()
    assert signing_secret(tmp_path) == signing_secret(tmp_path)
