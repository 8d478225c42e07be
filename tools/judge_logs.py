"""What the module makes of a folder of logs: per file how many records, which types, what is ignored and why.

    python tools/judge_logs.py FOLDER [--json]

With an EVENTS.csv in the folder (columns file, line, label, also_acceptable) each judged record is held against its
label. Nothing is stored and nothing is sent; records themselves are never printed.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from qorgan.module.classify.decide import Decision, decide
from qorgan.module.event import Event
from qorgan.module.formats.framing import Cutter
from qorgan.module.formats.reading import Reader

NO_SIGNAL = frozenset({"none", "auth_fail", "user_enum"})
WIDTH = 62
"""Columns for a file's name."""
UNDECIDED = frozenset({"", "unlabelled", "mixed"})


@dataclass
class Judged:
    """One file's account."""

    file: str
    records: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    """As `line 3: ids for waf`."""

    @property
    def is_ours(self) -> bool:
        """Whether any record was of a format that the module reads."""
        return bool(self.formats)


def judge_file(path: Path, name: str, labels: dict[int, set[str]]) -> Judged:
    """Read and judge one file as a source of unknown format would be."""
    judged = Judged(name)
    content = path.read_bytes()
    cut = Cutter(blocks=True).cut(content, final=True)
    records = [bytes(record) for record in cut.records]
    readings = Reader().read_all(records)
    judged.records = len(records)
    judged.ignored.update(readings.ignored)
    judged.unreadable.update(reason for _, reason in readings.unreadable)
    lines = _line_numbers(content, records)
    verdicts: dict[int, str] = {}
    for index, event in readings.events:
        judged.formats[event.format] += 1
        verdicts[lines[index]] = _verdict(judged, event)
    for line, accepted in labels.items():
        verdict = verdicts.get(line, "none") if judged.is_ours else None
        if verdict is None or accepted & UNDECIDED:
            continue
        if verdict in accepted or (verdict == "none" and accepted & NO_SIGNAL):
            judged.right += 1
        else:
            judged.wrong.append(f"line {line}: {verdict} for {'|'.join(sorted(accepted))}")
    return judged


def _verdict(judged: Judged, event: Event) -> str:
    decided = decide(event)
    if isinstance(decided, Decision):
        judged.types[decided.type.value] += 1
        return decided.type.value
    judged.ignored[decided.reason] += 1
    return "none"


def _line_numbers(content: bytes, records: list[bytes]) -> list[int]:
    """The line on which each record begins, from 1."""
    numbers, at = [], 0
    for record in records:
        found = content.find(record, at)
        at = found if found >= 0 else at
        numbers.append(content.count(b"\n", 0, at) + 1)
        at += len(record)
    return numbers


def labels_of(folder: Path) -> dict[str, dict[int, set[str]]]:
    """Labels by file and line."""
    labels: dict[str, dict[int, set[str]]] = {}
    if (folder / "EVENTS.csv").is_file():
        with (folder / "EVENTS.csv").open(newline="") as stream:
            for row in csv.DictReader(stream):
                if row["line"].isdigit():
                    accepted = {row["label"], *filter(None, row["also_acceptable"].replace("|", ";").split(";"))}
                    labels.setdefault(row["file"], {})[int(row["line"])] = {one.strip() for one in accepted}
    return labels


def judge_folder(folder: Path) -> list[Judged]:
    """Every log below a folder."""
    labels = labels_of(folder)
    logs = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix in {".log", ".json", ".jsonl"}]
    names = [str(path.relative_to(folder)) for path in logs]
    return [judge_file(path, name, labels.get(name, {})) for path, name in zip(logs, names, strict=True)]


def table(judged: list[Judged]) -> str:
    """A line for each file of a format that the module reads, and a line for all others together."""
    head = f"{'file':<{WIDTH}} {'records':>7}  {'became':<28} {'right':>5} {'wrong':>5}  ignored, unreadable\n"
    rows = [head]
    for one in (one for one in judged if one.is_ours):
        types = ", ".join(f"{count} {kind}" for kind, count in one.types.most_common()) or "-"
        why = "; ".join(f"{count} {reason}" for reason, count in (one.ignored + one.unreadable).most_common())
        name = one.file if len(one.file) <= WIDTH else "…" + one.file[1 - WIDTH :]
        rows.append(f"{name:<{WIDTH}} {one.records:>7}  {types:<28} {one.right:>5} {len(one.wrong):>5}  {why}\n")
        rows.extend(f"    {fault}\n" for fault in one.wrong)
    others = [one for one in judged if not one.is_ours]
    count = sum(one.records for one in others)
    rows.append(f"{len(others)} files with {count} records are of no format that the module reads yet.\n")
    return "".join(rows)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    judged = judge_folder(arguments.folder)
    if arguments.json:
        print(json.dumps([vars(one) for one in judged]))
    else:
        print(table(judged), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
