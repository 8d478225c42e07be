"""What redaction finds and takes out too much, measured on generated records; and that nothing gets out of many.

`python -m qorgan.bench redaction` writes docs/design/redaction-measured.md. The many lines are ten million and take
little more than an hour of a core; `QORGAN_REDACTION_LINES` says another number, which the page then tells.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from qorgan.bench.figures import Figure, at_least, at_most
from qorgan.bench.redaction.run import Found, in_processes, many, one_by_one

LINES: Final = 10_000_000
EXACT: Final = 60_000
"""Lines that are looked at one by one, for recall by form and for false removals."""
EXACT_SEED: Final = 1_122
SEED: Final = 20_261_122
LEAST: Final[dict[str, float]] = {
    "pan": 1.0, "iin": 1.0, "iban": 1.0, "bin": 1.0, "phone": 0.999, "account": 0.999, "email": 0.999,
    "credential": 0.995, "user": 0.99, "host": 0.99, "name": 0.98,
}  # fmt: skip
"""The share of what was planted that must be gone, by kind."""
MOST_REMOVED: Final = 0.02
"""The share of near-misses that may be taken out."""
PAGE: Final = Path("docs/design/redaction-measured.md")
MOST_SILENT: Final = 0.02
"""The share of lines of which nothing leaves. What was planted in them proves nothing."""
_SAFE: Final = ("pan", "iin")
_EXACT_SHARE: Final = 5_000
_SHARE: Final = 25_000


def measure() -> list[Figure]:
    """Recall of every kind, false removals, and survivors among many lines."""
    count = int(os.environ.get("QORGAN_REDACTION_LINES", LINES))
    processes = os.cpu_count() or 1
    exact = whole = Found()
    for exact in in_processes(one_by_one, EXACT_SEED, EXACT, processes=processes, share=_EXACT_SHARE):
        _told(exact, EXACT)
    for whole in in_processes(many, SEED, count, processes=processes, share=_SHARE):
        _told(whole, count)
        # Anew after each share: whatever ends the run early, the page is of what was looked at.
        PAGE.write_text(page(exact, whole, f"{datetime.now(UTC):%Y-%m-%d}"), encoding="utf-8")
    return figures(exact, whole)


def _told(found: Found, count: int) -> None:
    said = f"{found.survived.total():,} of {found.planted.total():,} planted got out"
    print(f"  {datetime.now(UTC):%H:%M:%S} {found.lines:,} of {count:,} lines; {said}", file=sys.stderr, flush=True)


def figures(exact: Found, whole: Found) -> list[Figure]:
    """What must hold."""
    how = f"{exact.lines:,} generated lines, one by one, through reading, rules, redaction and the signal maker"
    made = [
        at_least(f"redaction, {kind}: planted values gone", _share(exact, kind), least, how)
        for kind, least in LEAST.items()
    ]
    removed = exact.removed.total() / max(1, exact.near.total())
    made.append(
        Figure(
            what="redaction, near-misses removed",
            measured=f"{removed:.2%}",
            limit=f"at most {MOST_REMOVED:.0%}",
            holds=removed <= MOST_REMOVED,
            how=f"{exact.near.total():,} near-misses of {len(exact.near)} kinds in the same lines",
        )
    )
    made.append(
        Figure(
            what="redaction, lines of which nothing leaves",
            measured=f"{_silent(whole):.2%}",
            limit=f"at most {MOST_SILENT:.0%}",
            holds=_silent(whole) <= MOST_SILENT,
            how=f"{whole.silent:,} of {whole.lines:,} lines made neither a signal nor an entry of the quarantine",
        )
    )
    for kind in _SAFE:
        planted, survived = _of_kind(whole.planted, kind), _of_kind(whole.survived, kind)
        said = f"{planted:,} planted in {whole.lines:,} lines; signals, quarantine and log searched in every encoding"
        made.append(at_most(f"redaction, {kind} that got out", survived, 0, "values", said))
    return made


def page(exact: Found, whole: Found, day: str) -> str:
    """The Markdown of PAGE."""
    kinds = "".join(
        f"| {kind} | {_of_kind(exact.planted, kind):,} | {_share(exact, kind):.2%} | {least:.1%} "
        f"| {_of_kind(whole.planted, kind):,} | {_of_kind(whole.survived, kind):,} |\n"
        for kind, least in LEAST.items()
    )
    forms = "".join(
        f"| {form} | {_cell(exact, 'iin', form)} | {_cell(exact, 'pan', form)} | {_cell(exact, 'iban', form)} |\n"
        for form in dict.fromkeys(form for kind, form in sorted(exact.planted) if kind in {"iin", "pan"})
    )
    near = "".join(
        f"| {kind} | {seen:,} | {exact.removed[kind]:,} | {exact.removed[kind] / seen:.2%} |\n"
        for kind, seen in sorted(exact.near.items())
    )
    return f"""# Redaction, measured

Written by `python -m qorgan.bench redaction` on {day}. Records of 14 shapes (EVE, ModSecurity, CEF, LEEF, ECS, Zeek,
Snort, key=value, syslog, JSON, JSON in JSON, one cut short, one unreadable) with sentences in Kazakh, Russian, English
are generated with secrets in them that belong to nobody, and go the module's own way: read, judged, redacted, made a
signal. What comes out (signals, quarantine, log) is searched for what was planted by a program that shares no code with
the redactor: it takes every encoding off, in every order, and looks for the planted characters.

## What was found

{exact.lines:,} lines one by one; {whole.lines:,} lines in portions, of {_silent(whole):.2%} of which nothing left.
`bin` is a company's number other than the institution's own, removed as class `account`.

| class | planted, one by one | gone | limit | planted, in portions | survived |
|---|---|---|---|---|---|
{kinds}
Forms, one by one: survived of planted.

| form | IIN | PAN | IBAN |
|---|---|---|---|
{forms}
## What was taken out too much

| what stood there | times | removed | share |
|---|---|---|---|
{near}"""


def _share(found: Found, kind: str) -> float:
    return 1 - _of_kind(found.survived, kind) / max(1, _of_kind(found.planted, kind))


def _silent(found: Found) -> float:
    return found.silent / max(1, found.lines)


def _of_kind(counts: Counter[tuple[str, str]], kind: str) -> int:
    return sum(count for (each, _), count in counts.items() if each == kind)


def _cell(found: Found, kind: str, form: str) -> str:
    planted = found.planted[kind, form]
    return f"{found.survived[kind, form]} of {planted}" if planted else "–"
