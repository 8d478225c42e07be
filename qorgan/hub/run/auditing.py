"""What `qorgan hub audit` does: the audit over the read role, with its progress and its outcome said."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from qorgan.hub.config import Config
from qorgan.hub.database.connection import Role
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import Progress
from qorgan.hub.receipts.audit import audit as examine
from qorgan.hub.receipts.findings import Report
from qorgan.hub.run.server import connected
from qorgan.kit.outcome import Outcome

TAMPERED = 1


def audit(config: Config, args: argparse.Namespace) -> Outcome:
    """Recompute everything; exit code 1 when something is not as it was receipted."""
    with connected(config) as urls:
        report = examine(urls[Role.READ], read_log_key(config), _progress(args))
    value = asdict(report) | {"clean": report.is_clean}
    return Outcome(value, _words(report), 0 if report.is_clean else TAMPERED)


def _progress(args: argparse.Namespace) -> Progress:
    if args.json or not sys.stderr.isatty():
        return lambda _done, _all: None

    def show(done: int, total: int) -> None:
        if done % 100 == 0 or done == total:
            sys.stderr.write(f"\r{done} of {total} entries" + ("\n" if done == total else ""))

    return show


def _words(report: Report) -> str:
    counted = (
        f"{report.entries} entries, {report.batches} batches, {report.signals} signals, "
        f"{report.acts} acts on documents, {report.journal} acts of the audit trail"
    )
    beside = f"; the signals of {report.dropped} batches are past their keeping" if report.dropped else ""
    beside += f"; {report.waiting} acts wait for the clerk" if report.waiting else ""
    if report.is_clean:
        return f"Everything is as it was receipted: {counted}{beside}."
    lines = [f"{one.table}  {one.row}  {one.fault}" for one in report.findings]
    return "\n".join([*lines, f"Tampered: {len(lines)} faults in {counted}{beside}."])
