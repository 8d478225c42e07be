"""What `qorgan gate audit`, `archive` and `expire` do with the journal."""

from __future__ import annotations

import argparse

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.database.prepare import connected
from qorgan.gate.journal.archive.destroying import destroy
from qorgan.gate.journal.archive.errors import ArchiveRefused
from qorgan.gate.journal.archive.making import Archived
from qorgan.gate.journal.archive.making import archive as make_archives
from qorgan.gate.journal.archive.shelf import shelf_of
from qorgan.gate.journal.audit.audit import audit as audit_journal
from qorgan.gate.journal.epochs import signer_of
from qorgan.kit import clock
from qorgan.kit.outcome import Outcome


def audit(config: Config, _args: argparse.Namespace) -> Outcome:
    """Recompute the journal. Exit code 1 when something is not as it was written."""
    signer = signer_of(config)
    with connected(config) as urls:
        report = audit_journal(urls[Role.READ], shelf_of(config), signer)
    findings = report.findings
    value = {
        "sound": report.sound,
        "entries": report.entries,
        "archives": report.archives,
        "epochs": report.epochs,
        "key": str(signer.key.verifier),
        "found": report.found,
        "findings": [{"where": one.where, "what": one.what} for one in findings],
    }
    counted = f"{report.entries} entries, {report.archives} archives, {report.epochs} epochs signed by {value['key']}"
    words = [f"{one.where}: {one.what}" for one in findings]
    if report.found > len(findings):
        words.append(f"and {report.found - len(findings)} more")
    words.append(f"{counted}: {'all as it was written' if report.sound else f'{report.found} findings'}")
    return Outcome(value, "\n".join(words), int(not report.sound))


def archive(config: Config, _args: argparse.Namespace) -> Outcome:
    """Move days that need no longer be at hand into the archive."""
    done: list[Archived] = []
    refused = ""
    with connected(config) as urls:
        try:
            done += make_archives(urls[Role.CLERK], shelf_of(config), clock.now)
        except ArchiveRefused as error:
            refused = str(error)
    value = {"archived": [{"day": one.day.isoformat(), "rows": one.rows, "bytes": one.size} for one in done]}
    words = [f"{one.day}  {one.rows} entries, {one.size} bytes" for one in done] or ["No day is due."]
    if refused:
        return Outcome(value | {"error": refused}, "\n".join([*words, refused]), 1)
    return Outcome(value, "\n".join(words))


def expire(config: Config, _args: argparse.Namespace) -> Outcome:
    """Destroy archives whose time is over."""
    with connected(config) as urls:
        days = [day.isoformat() for day in destroy(urls[Role.CLERK], shelf_of(config), clock.now)]
    return Outcome({"destroyed": days}, "\n".join(days) or "No archive is due.")
