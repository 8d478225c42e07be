"""A disk that can be filled by a test: a small file system of its own for root, else the margin of the one there is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MIB = 1024 * 1024
_SIZE = 40
_MARGIN = 2_048
"""MiB by which what others do on the machine meanwhile may change the free space."""


class SmallDisk:
    """A folder on a disk that others can fill."""

    def __init__(self, folder: Path, *, is_own: bool) -> None:
        self.folder = folder
        self.is_own = is_own
        """Whether it is really small: then it runs out of space, otherwise only below the margin."""
        free = shutil.disk_usage(folder).free // MIB
        self._margin = min(_MARGIN, free // 4)
        self.free_mib = 0 if is_own else free - self._margin
        """What `limits.free_mib` must be for `fill` to be noticed."""
        self._others = folder / "others"

    def fill(self) -> None:
        """Let somebody else use up the space."""
        left = shutil.disk_usage(self.folder).free
        size = left - 64 * 1024 if self.is_own else left - (self.free_mib - self._margin) * MIB
        with self._others.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)

    def clear(self) -> None:
        self._others.unlink()


@contextmanager
def small_disk(parent: Path) -> Iterator[SmallDisk]:
    """Mounted where that is allowed."""
    place = parent / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}m", "tmpfs", str(place)]
    is_own = os.geteuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield SmallDisk(place, is_own=is_own)
    finally:
        if is_own:
            subprocess.run(["umount", "-l", str(place)], check=True)
