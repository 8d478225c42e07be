"""The module's own path, from a record to what is stored of it, and the search for survivors in all that comes out."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from msgspec import Struct, field

from qorgan.bench.redaction.lines import Line, lines
from qorgan.bench.redaction.survivors import Read, texts_of
from qorgan.module.formats.reading import Reader
from qorgan.module.judging import InstitutionJudge
from qorgan.module.portion import Portion
from qorgan.module.redact.fields import Redactor
from qorgan.module.refine import refine

OWN_BIN: Final = "940140000385"
ZONE: Final = "Asia/Almaty"
_BATCH: Final = 60
"""Records of one portion: below the number from which an unreadable record's text is no more kept."""


class Found(Struct):
    """What was planted and seen, by kind and form, and of it what was found where it must not be, or missed."""

    lines: int = 0
    silent: int = 0
    """Lines of which nothing left: no rule made a signal of them, or they were joined with an equal one."""
    planted: Counter[tuple[str, str]] = field(default_factory=Counter)
    survived: Counter[tuple[str, str]] = field(default_factory=Counter)
    near: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    """Near-misses that were taken out."""
    examples: dict[str, str] = {}
    """One generated record for each kind and form that survived, or near-miss that was removed."""

    def add(self, other: Found) -> None:
        """Put another's counts to these."""
        self.lines += other.lines
        self.silent += other.silent
        for name in ("planted", "survived", "near", "removed"):
            getattr(self, name).update(getattr(other, name))
        self.examples = {**other.examples, **self.examples}


class _Heard(logging.Handler):
    """Keeps what the programs log."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


class Path:
    """Records in, what would leave or be stored out."""

    def __init__(self) -> None:
        self.judge = InstitutionJudge(Redactor(bytes(range(32)), domains=["bank.example"], own_bins=[OWN_BIN]))
        self._readers: dict[str, Reader] = {}
        self._heard = _Heard()
        self.silent = 0
        """Records so far of which there was neither a signal nor a text in the quarantine."""

    def outcome(self, product: str, records: list[bytes]) -> list[str]:
        """All texts of signals, of the quarantine and of the log."""
        reader = self._readers.setdefault(product, Reader("auto", ZONE))
        portion = Portion(source="bench", format="auto", zone=ZONE, records=records)
        root = logging.getLogger()
        level = root.level
        root.addHandler(self._heard)
        root.setLevel(logging.DEBUG)
        try:
            done = refine(portion, reader, self.judge, 1)
        finally:
            root.removeHandler(self._heard)
            root.setLevel(level)
        said, self._heard.said = self._heard.said, []
        self.silent += len(records) - (len(done.lines) - done.found) - len(done.texts)
        return [*map(texts_of, done.lines), *done.texts, *{why for _, why in done.unreadable}, *said]


def one_by_one(seed: int, count: int) -> Found:
    """Each line alone: what became of it can be told exactly, also of near-misses."""
    path, found = Path(), Found()
    for line in lines(seed, count):
        _look(line, path, found)
    return found


def _look(line: Line, path: Path, found: Found) -> None:
    found.lines += 1
    out = path.outcome(line.product, [line.record])
    if not out:
        found.silent += 1
        return
    read = Read(out)
    for planted in line.planted:
        key = planted.kind, planted.form
        found.planted[key] += 1
        if any(read.holds(planted.kind, part) for part in planted.parts):
            found.survived[key] += 1
            found.examples.setdefault(f"{planted.kind}, {planted.form}", line.record.decode())
    for kind, text in line.near:
        found.near[kind] += 1
        if not any(_plain(text) in _plain(each) for each in read.texts):
            found.removed[kind] += 1
            found.examples.setdefault(kind, line.record.decode())


def _plain(text: str) -> str:
    """A text without the marks that formats escape in their own ways."""
    return "".join(each for each in text if each not in "\\\"'")


def many(seed: int, count: int) -> Found:
    """Lines in portions, as a busy source brings them; only where something is found is each looked at alone."""
    path, found = Path(), Found()
    by_product: dict[str, list[Line]] = {}
    for line in lines(seed, count):
        waiting = by_product.setdefault(line.product, [])
        waiting.append(line)
        if len(waiting) >= _BATCH:
            _look_at_many(waiting, path, found)
            waiting.clear()
    for waiting in by_product.values():
        _look_at_many(waiting, path, found)
    return found


def _look_at_many(some: list[Line], path: Path, found: Found) -> None:
    if not some:
        return
    silent = path.silent
    read = Read(path.outcome(some[0].product, [line.record for line in some]))
    planted = [one for line in some for one in line.planted]
    if any(read.holds(one.kind, part) for one in planted for part in one.parts):
        for line in some:
            _look(line, path, found)
        return
    found.lines += len(some)
    found.silent += path.silent - silent
    found.planted.update((one.kind, one.form) for one in planted)


def in_processes(
    work: Callable[[int, int], Found], seed: int, count: int, *, processes: int, share: int
) -> Iterator[Found]:
    """`many` or `one_by_one` over so many lines, in shares with seeds that follow one another.

    Gives what was found so far, whenever one more share is done: a run that is cut short has told what it has seen.
    """
    whole = Found()
    sizes = [min(share, count - done) for done in range(0, count, share)]
    with ProcessPoolExecutor(processes) as pool:
        for found in pool.map(work, range(seed, seed + len(sizes)), sizes):
            whole.add(found)
            yield whole
