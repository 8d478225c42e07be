"""A folder that was deleted and made again is a new cluster, also where root's data had to go elsewhere."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from qorgan.kit.postgres import Cluster


def test_old_data_does_not_come_back_to_life(tmp_path: Path) -> None:
    folder = tmp_path / "closed" / "cluster"
    folder.parent.mkdir(mode=0o700)
    first, again = Cluster(folder), Cluster(folder)
    assert first.home.path == again.home.path
    if os.geteuid() == 0:
        assert first.home.path != folder
    with first.start():
        pass
    shutil.rmtree(folder)
    other = Cluster(folder)
    try:
        if os.geteuid() == 0:
            assert other.home.path != first.home.path
        assert not other.home.data.exists()
    finally:
        shutil.rmtree(first.home.path, ignore_errors=True)
        other.remove()


@pytest.fixture(autouse=True)
def closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
