"""Whatever happens to a log, every complete line is committed exactly once, in the order in which it was written."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from qorgan.module.sources.file_tail import FileTail
from qorgan.module.sources.settings import FileSource
from qorgan.module.sources.trail import LINGER

HEADINGS = b"time,what"


class Writer:
    """A program that logs, and the rotation of its log."""

    def __init__(self, folder: Path, *, heads: bool) -> None:
        self.path = folder / "x.log"
        self.path.touch()
        self.stream = self.path.open("ab", buffering=0)
        self.lines: list[bytes] = []
        self.begun = b""
        self.heads = heads
        self.head()

    def head(self) -> None:
        """The line of headings that every file begins with, where the program writes one."""
        if self.heads:
            self.stream.write(HEADINGS + b"\n")

    def write(self, size: int) -> None:
        line = b"line %06d " % len(self.lines) + b"." * size
        self.stream.write(line[len(self.begun) :] + b"\n")
        self.lines.append(line)
        self.begun = b""

    def begin(self) -> None:
        if not self.begun:
            self.begun = b"line %06d" % len(self.lines)
            self.stream.write(self.begun)

    def shift(self) -> None:
        for number in range(60, 0, -1):
            old = self.path.with_name(f"x.log.{number}")
            if old.exists():
                old.rename(self.path.with_name(f"x.log.{number + 1}"))

    def rename(self) -> None:
        self.shift()
        if self.path.exists():
            self.path.rename(self.path.with_name("x.log.1"))

    def reopen(self) -> None:
        if self.begun:
            self.write(0)
        self.stream.close()
        self.stream = self.path.open("ab", buffering=0)
        if not self.path.stat().st_size:
            self.head()

    def copy_and_truncate(self) -> None:
        if self.begun:
            self.write(0)
        self.shift()
        shutil.copyfile(self.path, self.path.with_name("x.log.1"))
        os.truncate(self.path, 0)
        self.head()


class RotationRaces(RuleBasedStateMachine):
    """Appends, rotations, crashes and commits in any order."""

    @initialize(heads=st.booleans())
    def begin(self, heads: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="qorgan-tail-"))
        self.now = 0.0
        self.writer = Writer(self.folder, heads=heads)
        self.committed: list[bytes] = []
        self.position = ""
        self.tail = self.start()
        self.writer.write(3)
        self.read_all()

    def start(self) -> FileTail:
        tail = FileTail(FileSource(name="x", path=str(self.folder / "x.log"), format="eve"), clock=lambda: self.now)
        if self.position:
            tail.resume(self.position)
        return tail

    def take(self) -> bool:
        taken = False
        for chunk in self.tail.look_once():
            # A file of headings alone is equal to any copy of another such file: reading them once is enough.
            self.committed += [record for record in chunk.records if record != HEADINGS]
            self.position = chunk.position
            taken = True
        return taken

    @rule(size=st.integers(0, 40))
    def append(self, size: int) -> None:
        self.writer.write(size)

    @rule()
    def begin_a_line(self) -> None:
        self.writer.begin()

    @rule()
    def rotate_by_renaming(self) -> None:
        self.writer.rename()
        self.writer.reopen()

    @rule(lines=st.integers(1, 3))
    def rotate_while_the_writer_goes_on_in_the_old_file(self, lines: int) -> None:
        self.writer.rename()
        self.take()
        for _ in range(lines):
            self.writer.write(5)
        self.writer.reopen()

    @rule()
    def rotate_by_copying_and_truncating(self) -> None:
        # What was written since the last rotation and never seen at all cannot be told from an older log.
        self.writer.write(2)
        self.read_all()
        self.writer.write(4)
        self.writer.copy_and_truncate()

    @rule()
    def look(self) -> None:
        self.take()

    @rule()
    def read_all(self) -> None:
        while self.take():
            pass

    @rule()
    def crash(self) -> None:
        for trail in self.tail._trails.values():
            trail.close()
        self.tail = self.start()

    @rule()
    def crash_with_a_chunk_in_hand(self) -> None:
        next(iter(self.tail.look_once()), None)
        self.crash()

    @rule(seconds=st.sampled_from([1.0, LINGER + 1]))
    def time_passes(self, seconds: float) -> None:
        self.read_all()
        self.now += seconds

    @invariant()
    def nothing_is_lost_doubled_or_reordered(self) -> None:
        if hasattr(self, "writer"):
            assert self.committed == self.writer.lines[: len(self.committed)]

    def teardown(self) -> None:
        if not hasattr(self, "writer"):
            return
        try:
            self.read_all()
            assert self.committed == self.writer.lines
        finally:
            self.writer.stream.close()
            for trail in self.tail._trails.values():
                trail.close()
            shutil.rmtree(self.folder)


TestRotationRaces = pytest.mark.clause("R67.7")(RotationRaces.TestCase)
TestRotationRaces.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
