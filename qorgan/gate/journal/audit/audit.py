"""The audit of a whole journal: every entry, link, archive and epoch, and what they say of each other.

It finds an entry that was changed, removed (the first, the last, any) or moved, with its link or without; a chain that
was made anew; an archive that is gone, another or damaged; an epoch that is gone or that the gate did not sign. It does
not find what was cut off, by somebody who owns the database, of the seconds since the last epoch.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any, Final

import psycopg

from qorgan.gate.journal.archive.errors import ArchiveRefused
from qorgan.gate.journal.archive.shelf import Known, Shelf
from qorgan.gate.journal.audit.chain import Chain
from qorgan.gate.journal.audit.days import ArchivedDay, HotDay, hot_days
from qorgan.gate.journal.audit.findings import Report
from qorgan.gate.journal.epochs import Signer, last_note, root_of
from qorgan.ledger.checkpoint import open_checkpoint
from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import VerifierKey

_EPOCHS: Final = "SELECT epoch, heads, note FROM gate_journal_epoch ORDER BY epoch"
_HEADS: Final = "SELECT DISTINCT ON (strand) strand, link, hash FROM gate_journal_head ORDER BY strand, link DESC"


def audit(url: str, shelf: Shelf, signer: Signer) -> Report:
    """Recompute everything. `url` is the role `gate_read`'s. Raises psycopg.Error."""
    report = Report()
    with psycopg.connect(url) as connection:
        # One moment of the whole database, however long this takes.
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL statement_timeout = 0")
        signed = _epochs(connection, signer.key.verifier, last_note(signer.notes), report)
        chain = Chain(report, signed)
        known = shelf.all_known(connection)
        at_hand = hot_days(connection)
        for archive in known:
            # Between being named and being dropped a day is in both places, and the tables are read.
            if archive.day not in at_hand:
                _read_archive(archive, shelf, chain, report)
        for day in at_hand:
            chain.read(HotDay(connection, day))
        _compare(known, chain, report)
        chain.finish({strand: (link, bytes(found)) for strand, link, found in connection.execute(_HEADS).fetchall()})
    return report


def _read_archive(archive: Known, shelf: Shelf, chain: Chain, report: Report) -> None:
    if archive.destroyed_at is not None:
        chain.skip(json.loads(archive.runs))
        return
    report.archives += 1
    try:
        chain.read(ArchivedDay(shelf, archive))
    except ArchiveRefused as refused:
        report.add(f"archive of {archive.day}", str(refused))
        chain.skip(json.loads(archive.runs))


def _compare(known: list[Known], chain: Chain, report: Report) -> None:
    """What `gate_archive` says of archives, against what the journal's own entries say."""
    by_day = {archive.day.isoformat(): archive for archive in known}
    gone = {archive.day for archive in known if archive.destroyed_at is not None}
    for day, row in chain.archived.items():
        archive, said = by_day.get(day), json.loads(row.detail)
        told = {"rows": archive.rows, "size": archive.size, "digest": archive.digest.hex()} if archive else {}
        if not told or told.items() - said.items():
            report.add(f"archive of {day}", f"gate_archive says other than entry {row.id}", entry=row.id)
    for day, archive in by_day.items():
        # The entry that names an archive is itself gone once the archive it came into was destroyed.
        if day not in chain.archived and archive.made_at.astimezone(UTC).date() not in gone:
            report.add(f"archive of {day}", "no entry of the journal names it")
        if (
            archive.destroyed_at
            and day not in chain.destroyed
            and archive.destroyed_at.astimezone(UTC).date() not in gone
        ):
            report.add(f"archive of {day}", "it was destroyed, and no entry of the journal says so")


def _epochs(
    connection: psycopg.Connection[Any], key: VerifierKey, kept: str, report: Report
) -> dict[tuple[int, int], str]:
    """The hashes that epochs vouch for, by strand and link. `kept` is the last note beside the database."""
    signed: dict[tuple[int, int], str] = {}
    before, expected, kept_is_there = "", 1, not kept
    with connection.cursor(name="gate_epochs") as cursor:
        for epoch, heads, note in cursor.execute(_EPOCHS):
            report.epochs += 1
            kept_is_there = kept_is_there or note == kept
            if epoch != expected:
                report.add(f"epoch {expected}", "it was removed")
            if (wrong := _wrong(epoch, heads, note, before if epoch == expected else None, key)) is not None:
                report.add(f"epoch {epoch}", wrong)
            signed.update({(strand, link): found for strand, link, found in heads if link})
            before, expected = note, epoch + 1
    if not kept_is_there:
        report.add("epochs", "the last that was signed is not in the database: the journal's end was cut off")
    return signed


def _wrong(epoch: int, heads: list[Any], note: str, before: str | None, key: VerifierKey) -> str | None:
    """What is wrong with an epoch; `before` is the note of the one before it, None when that is gone."""
    try:
        checkpoint = open_checkpoint(note, [key]).checkpoint
    except NoteError as error:
        return f"this gate did not sign it: {error}"
    told = [(one[0], one[1], one[2]) for one in heads]
    if before is not None and checkpoint.root != root_of(epoch, told, before=before):
        return "its heads are not those that were signed, or the epoch before it is another"
    return None
