"""What the module makes of a folder of logs: per product and type how much is right, what is ignored and why.

    python tools/judge_logs.py FOLDER [--json] [--wrong] [--write FILE]

With an EVENTS.csv in the folder (columns file, line, label, also_acceptable) each record is held against its label:
precision and recall of each type are taken per family and then averaged, so that one chatty vendor does not decide.
`--write` puts the tables between the marks of docs/formats.md. Nothing is stored and nothing is sent; records
themselves are never printed.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from qorgan.law.asoi import SignalType
from qorgan.module.classify.decide import Decision, decide
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.windows import Windows
from qorgan.module.event import Event
from qorgan.module.formats.framing import Cutter
from qorgan.module.formats.reading import Reader
from qorgan.module.redact.hosts import Inside

NONE: Final = "none"
NO_SIGNAL: Final = frozenset({"none", "auth_fail", "user_enum"})
"""Labels of what is no signal by itself: one sign-in is a building block, and so is asking for names."""
UNDECIDED: Final = frozenset({"", "unlabelled", "mixed"})
SUFFIXES: Final = frozenset({".log", ".json", ".jsonl", ".txt", ".xml", ".csv", ".tsv"})
BEGIN: Final = "<!-- judged: begin -->"
END: Final = "<!-- judged: end -->"
_TYPES: Final = tuple(kind.value for kind in SignalType)


@dataclass
class Judged:
    """What became of one record that has a label, or of all records of a file that have none."""

    file: str
    line: int
    label: str
    accepted: frozenset[str]
    became: str
    why: str
    """The rule that decided, or the reason under which the record is ignored or not readable."""
    format: str = ""
    product: str = ""

    @property
    def family(self) -> str:
        """The vendor's folder; of a folder without such folders, the file."""
        parts = Path(self.file).parts
        return parts[1] if len(parts) > 2 else Path(self.file).stem  # noqa: PLR2004 (logs/<family>/<file>)

    @property
    def is_right(self) -> bool:
        """Whether it became what it is."""
        return self.became in self.accepted


@dataclass
class Share:
    """How many of how many, per family."""

    families: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))

    @property
    def mean(self) -> float | None:
        """The mean of the families' shares; None when there is none."""
        shares = [sum(each) / len(each) for each in self.families.values()]
        return sum(shares) / len(shares) if shares else None

    @property
    def count(self) -> int:
        """How many records stand behind it."""
        return sum(map(len, self.families.values()))


def judge_file(path: Path, name: str, labels: dict[str, tuple[str, frozenset[str]]]) -> Iterator[Judged]:
    """Read and judge one file as a source of unknown format would be."""
    content = path.read_bytes()
    whole = labels.get("*")
    cut = Cutter(blocks=True).cut(content, final=True)
    records = [content] if whole else [bytes(record) for record in cut.records]
    readings = Reader().read_all(records)
    events: dict[int, Event] = dict(readings.events)
    unreadable = dict(readings.unreadable)
    for index, line in enumerate([1] if whole else _line_numbers(content, records)):
        label, accepted = whole or labels.get(str(line), ("", frozenset()))
        became, why, event = NONE, "sifted out", events.get(index)
        if index in unreadable:
            why = f"unreadable: {unreadable[index]}"
        elif event is not None:
            verdict = decide(event)
            if isinstance(verdict, Decision):
                became, why = verdict.type.value, verdict.rule
            else:
                why = verdict.reason
        found = Judged(name, line, label, accepted, became, why)
        if event is not None:
            found.format, found.product = event.format, f"{event.vendor} {event.product}".strip()
        yield found


def _line_numbers(content: bytes, records: list[bytes]) -> list[int]:
    """The line on which each record begins, from 1."""
    numbers, counted, at, line = [], 0, 0, 1
    for record in records:
        found = content.find(record, at)
        if found >= 0:
            line += content.count(b"\n", counted, found)
            counted, at = found, found + len(record)
        numbers.append(line)
    return numbers


def labels_of(folder: Path) -> dict[str, dict[str, tuple[str, frozenset[str]]]]:
    """By file and line (`*`: the whole file), the label and all that counts as right."""
    labels: dict[str, dict[str, tuple[str, frozenset[str]]]] = defaultdict(dict)
    if (folder / "EVENTS.csv").is_file():
        with (folder / "EVENTS.csv").open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                accepted = {row["label"], *row["also_acceptable"].replace("|", ";").replace(" ", ";").split(";")} - {""}
                whole = accepted | ({NONE} if accepted & NO_SIGNAL else set())
                labels[row["file"]][row["line"]] = (row["label"], frozenset(whole))
    return labels


def judge_folder(folder: Path) -> list[Judged]:
    """Every record of every log below a folder; where there are labels, of the logs that have some.

    Sequences (`seq/`), which only windows can judge, are left out.
    """
    labels = labels_of(folder)
    found: list[Judged] = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        is_log = path.is_file() and path.suffix in SUFFIXES and not name.startswith("seq/")
        if is_log and (name in labels or not labels):
            found += judge_file(path, name, labels.get(name, {}))
    return found


class Outside(Inside):
    """Nothing is inside: published samples have private addresses, which else are the institution's own."""

    def holds_address(self, address: str) -> bool:
        """Never."""
        return not address.isascii()


def judge_sequences(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """Of each labelled sequence (`seq/`): file, label, and whether windows and rules say so."""
    for name, lines in sorted(labels_of(folder).items()):
        label, accepted = lines.get("*") or next(iter(lines.values()))
        if not name.startswith("seq/") or label in UNDECIDED:
            continue
        cut = Cutter(blocks=True).cut((folder / name).read_bytes(), final=True)
        windows = Windows(DetectTable(), bytes(32), Outside())
        found: set[str] = set()
        for _, event in Reader().read_all([bytes(record) for record in cut.records]).events:
            verdict = decide(event)
            windows.see(event, verdict)
            found |= {verdict.type.value} if isinstance(verdict, Decision) else set()
        found |= {decision.type.value for _, decision in windows.take()}
        yield name, label, bool(found & accepted) if found else NONE in accepted


def by_sequence(sequences: list[tuple[str, str, bool]]) -> str:
    """How many sequences of each type are found, in one line."""
    kinds = Counter(label for _, label, _ in sequences)
    right = Counter(label for _, label, is_right in sequences if is_right)
    said = ", ".join(f"{label} {right[label]} of {count}" for label, count in kinds.most_common())
    return f"Sequences, by windows and rules, every address taken for an outside one: {said or 'none'}."


def labelled(judged: Iterable[Judged]) -> list[Judged]:
    """Those whose label decides something."""
    return [one for one in judged if one.label not in UNDECIDED]


def recall_of(judged: Iterable[Judged], label: str) -> Share:
    """Of what is of a type (or no signal), how much became it, or what counts as right as well."""
    share = Share()
    for one in judged:
        if (NONE if one.label in NO_SIGNAL else one.label) == label:
            share.families[one.family].append(one.is_right)
    return share


def precision_of(judged: Iterable[Judged], label: str) -> Share:
    """Of what became a type, how much is of it."""
    share = Share()
    for one in judged:
        if one.became == label:
            share.families[one.family].append(one.is_right)
    return share


def by_type(judged: list[Judged]) -> str:
    """The table of types: Markdown."""
    rows = ["| type | labelled | families | precision | recall |", "|---|---|---|---|---|"]
    means = []
    for label in (*_TYPES, NONE):
        recall, precision = recall_of(judged, label), precision_of(judged, label)
        means += [one.mean for one in (recall, precision) if one.mean is not None and label != NONE]
        shares = f"{_percent(precision.mean)} | {_percent(recall.mean)}"
        rows.append(f"| {label} | {recall.count} | {len(recall.families)} | {shares} |")
    rows.append(
        f"| **mean of the types** | {len(judged)} | | | **{_percent(sum(means) / len(means) if means else None)}** |"
    )
    return "\n".join(rows)


def by_product(judged: list[Judged]) -> str:
    """The table of products: of each family's labelled records, what they are, what they became, and why not."""
    families: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        families[one.family].append(one)
    rows = ["| product | type | labelled | recall | precision | ignored, and why |", "|---|---|---|---|---|---|"]
    for family, those in sorted(families.items()):
        kinds = Counter(NONE if one.label in NO_SIGNAL else one.label for one in those)
        for label in sorted({*kinds, *(one.became for one in those)}):
            recall, precision = recall_of(those, label).mean, precision_of(those, label).mean
            whys = Counter(one.why for one in those if one.became == NONE and _kind(one) == label)
            why = "; ".join(f"{count} {reason}" for reason, count in whys.most_common(4))
            rows.append(f"| {family} | {label} | {kinds[label]} | {_percent(recall)} | {_percent(precision)} | {why} |")
    return "\n".join(rows)


def _kind(one: Judged) -> str:
    return NONE if one.label in NO_SIGNAL else one.label


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def account(judged: list[Judged]) -> str:
    """Every record, labelled or not: how many were read, what they became, and what is ignored under which reason."""
    became = Counter(one.became for one in judged if one.became != NONE)
    ignored = Counter(one.why.partition(":")[0] for one in judged if one.became == NONE)
    types = ", ".join(f"{count} {kind}" for kind, count in became.most_common())
    reasons = ", ".join(f"{count} {reason}" for reason, count in ignored.most_common())
    return f"{len(judged)} records: {types}; no signal: {reasons}."


def report(judged: list[Judged], sequences: list[tuple[str, str, bool]]) -> str:
    """The whole of it, as Markdown."""
    known = labelled(judged)
    return "\n\n".join([by_type(known), by_sequence(sequences), account(judged), by_product(known)])


def wrong(judged: list[Judged]) -> Iterator[str]:
    """Each labelled record that did not become what it is."""
    for one in labelled(judged):
        if not one.is_right:
            yield f"{one.file}:{one.line}: {one.became} for {one.label} ({one.format}, {one.why})"


def write(file: Path, text: str) -> None:
    """Put the tables between the marks of a page."""
    page = file.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


def main() -> int:
    """Print the tables, or the wrong ones, or everything as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="every record's verdict")
    parser.add_argument("--wrong", action="store_true", help="only the labelled records that are wrong")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into a page")
    arguments = parser.parse_args()
    judged = judge_folder(arguments.folder)
    if arguments.json:
        print(json.dumps([{**vars(one), "accepted": sorted(one.accepted)} for one in judged]))
    elif arguments.wrong:
        print("\n".join(wrong(judged)))
    else:
        text = report(judged, list(judge_sequences(arguments.folder)))
        if arguments.write:
            write(arguments.write, text)
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
