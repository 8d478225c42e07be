"""The server runs as us, or as an unprivileged account in a place that account can reach when we are root."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qorgan.kit.postgres import Cluster, ClusterError, binaries, home
from qorgan.kit.postgres.account import Account, for_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Site

SOMEBODY = Account(54321, 54321, switch=True)
"""Neither root nor whoever runs the tests."""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder everybody may enter."""
    made = Path(tempfile.mkdtemp(prefix="qorgan-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.mark.parametrize(("mode", "reached"), [(0o755, True), (0o711, True), (0o700, False), (0o770, False)])
def test_a_folder_is_reached_when_each_above_it_lets_pass(open_folder: Path, mode: int, reached: bool) -> None:
    (open_folder / "gate").mkdir()
    (open_folder / "gate").chmod(mode)
    assert SOMEBODY.can_reach(open_folder / "gate" / "inside") is reached
    (open_folder / "gate").chmod(0o755)


def test_the_owner_of_a_folder_is_judged_by_the_owners_bits(open_folder: Path) -> None:
    (open_folder / "gate").mkdir()
    mine = Account(os.geteuid(), os.getegid(), switch=False)
    (open_folder / "gate").chmod(0o077)
    assert not mine.can_reach(open_folder / "gate" / "inside")
    (open_folder / "gate").chmod(0o100)
    assert mine.can_reach(open_folder / "gate" / "inside")
    (open_folder / "gate").chmod(0o755)


def test_a_program_must_be_readable_and_executable(open_folder: Path) -> None:
    program = open_folder / "program"
    program.touch()
    for mode, runs in [(0o755, True), (0o744, False), (0o751, False), (0o700, False)]:
        program.chmod(mode)
        assert SOMEBODY.can_run(program) is runs


def test_programs_nobody_else_can_reach_are_copied_once_and_work_from_the_copy(open_folder: Path) -> None:
    copied = binaries.programs_for(SOMEBODY_NOWHERE, lambda: open_folder)
    assert copied.is_relative_to(open_folder)
    assert SOMEBODY.can_run(copied / "postgres")
    made = (copied / "postgres").stat()
    assert os.spawnv(os.P_WAIT, copied / "initdb", ["initdb", "--version"]) == 0
    again = binaries.programs_for(SOMEBODY_NOWHERE, lambda: open_folder)
    assert again == copied
    assert (again / "postgres").stat().st_ino == made.st_ino


class _Nowhere(Account, frozen=True):
    """An account that can run nothing where the wheel was installed."""

    def can_run(self, program: Path) -> bool:
        return not program.exists()


SOMEBODY_NOWHERE = _Nowhere(54321, 54321, switch=True)


if os.geteuid() == 0:

    def test_root_starts_a_server_that_is_not_root_and_whose_files_are_its_own(site: Site) -> None:
        with Cluster(site.folder).start() as running:
            data = running.cluster.home.data
            assert owner_of(site.postmaster()) == data.stat().st_uid != 0
            assert {path.lstat().st_uid for path in data.rglob("*")} == {data.stat().st_uid}
            assert running.cluster.home.password.stat().st_uid == 0
            assert running.cluster.note is None

    def test_the_server_cannot_read_the_superusers_password(site: Site) -> None:
        with Cluster(site.folder).start() as running:
            server = for_server(running.cluster.home.data)
            assert not server._may(running.cluster.home.password, execute=False)

    def test_a_folder_the_server_cannot_enter_is_kept_closed_and_the_data_goes_elsewhere(
        site: Site, open_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(home, "SHELVES", (open_folder,))
        closed = site.folder / "closed"
        closed.mkdir(mode=0o700)
        asked = Cluster(closed / "cluster")
        with asked.start() as running:
            assert running.cluster.home.path.parent == open_folder
            assert asked.note
            assert str(closed / "cluster") in asked.note
            assert site.ask(running, "SELECT 1") == 1
            site.ask(running, "SELECT pg_create_physical_replication_slot('mark')")
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        with Cluster(closed / "cluster").start() as running:
            assert site.ask(running, "SELECT count(*) FROM pg_replication_slots") == 1
        asked.remove()
        assert list(open_folder.iterdir()) == []
        assert list((closed / "cluster").iterdir()) == []

    def test_a_folder_of_another_user_is_refused(site: Site) -> None:
        os.chown(site.folder, 54321, 54321)
        with pytest.raises(ClusterError, match="belongs to user number 54321"):
            Cluster(site.folder).start()
        os.chown(site.folder, 0, 0)

    def test_a_shelf_that_others_could_write_is_not_used(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (open_folder / "loose").mkdir()
        (open_folder / "loose").chmod(0o777)
        monkeypatch.setattr(home, "SHELVES", (open_folder / "loose", open_folder / "tight"))
        assert home.shelf() == open_folder / "tight"

else:

    def test_an_ordinary_users_server_runs_as_that_user_where_it_was_asked(site: Site) -> None:
        with Cluster(site.folder).start() as running:
            assert owner_of(site.postmaster()) == os.geteuid()
            assert running.cluster.home.path == site.folder.resolve()
            assert stat.S_IMODE(site.folder.stat().st_mode) == 0o700
            assert running.cluster.note is None

    def test_a_folder_of_another_user_is_refused() -> None:
        with pytest.raises(ClusterError, match="belongs to user number 0"):
            Cluster("/usr").start()
