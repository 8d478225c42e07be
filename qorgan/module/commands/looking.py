"""`qorgan module status`, `receipts` and `quarantine`: reading, also while another process writes."""

from __future__ import annotations

import argparse
import http.client
import json
from pathlib import Path
from typing import Final

import msgspec

from qorgan.ledger.entry import SignalsEntry
from qorgan.ledger.receipt import Receipt, ReceiptError, verify
from qorgan.ledger.receipt import read as read_receipt
from qorgan.module import enrolment
from qorgan.module.accounting import Account
from qorgan.module.commands.outcome import CommandRefused, Outcome, table
from qorgan.module.config import Config, load
from qorgan.module.health import OK, Health
from qorgan.module.spool import evidence, view
from qorgan.module.spool.database import FILE

_PATIENCE: Final = 5.0
_IN_TROUBLE: Final = 1
_SHOWN: Final = 50


def status(args: argparse.Namespace) -> Outcome:
    """How the module does, from its page if it runs, and the account from the spool in any case."""
    config = load(args.config)
    health = _health(config)
    account = health.account if health else _account(config)
    faults = account.faults()
    troubles = health.troubles if health else ["the module does not run"]
    value = {
        "running": health is not None,
        "health": msgspec.to_builtins(health) if health else None,
        "account": msgspec.to_builtins(account),
        "adds_up": not faults,
    }
    words = "\n\n".join([_state(health), _accounting(account), *_sources(account)])
    words += "".join(f"\n! {trouble}" for trouble in troubles)
    is_well = health is not None and health.status == OK and not faults
    return Outcome(value, words, 0 if is_well else _IN_TROUBLE)


def quarantine(args: argparse.Namespace) -> Outcome:
    """The newest records that could not be read or that the hub refused."""
    config = load(args.config)
    with view.opened(_existing(config), config.keys_at) as connection:
        rows = view.quarantine(connection, last=args.last)
        lost = view.lost(connection)
    words = "\n".join(f"{row.at}  {row.source}  {row.place}\n    {row.reason}\n    {row.text[:200]}" for row in rows)
    words += "".join(
        f"\nlost on the disk: signals {row.first} to {row.last} ({row.reason}, found {row.at})" for row in lost
    )
    value = {"quarantine": msgspec.to_builtins(rows), "lost": msgspec.to_builtins(lost)}
    return Outcome(value, words or "the quarantine is empty")


def receipts(args: argparse.Namespace) -> Outcome:
    """The newest receipts; or one of them, written out with the document it is for."""
    config = load(args.config)
    folder = _existing(config)
    if args.export is not None:
        if args.number is None:
            raise CommandRefused("--export needs --number, the sequence number of a signal the receipt is for")
        return _export(config, args.number, args.export)
    with view.opened(folder, config.keys_at) as connection:
        found = (
            [one for one in [evidence.of_number(connection, args.number)] if one]
            if args.number
            else evidence.newest(connection, args.last)
        )
    rows = [("first", "last", "records", "refused", "received at", "ledger index"), *map(_row, found)]
    value = [
        {"first": one.first, "last": one.last, "refused": one.refused, "receipt": json.loads(bytes(one.receipt))}
        for one in found
    ]
    return Outcome(value, table(rows) if found else "there is no receipt yet")


def _export(config: Config, number: int, folder: Path) -> Outcome:
    """Write a receipt and its document as `qorgan verify` takes them, having verified them with the pinned key."""
    with view.opened(config.folder, config.keys_at) as connection:
        stored = evidence.of_number(connection, number)
        document = view.document_of(connection, stored) if stored else None
    if stored is None:
        raise CommandRefused(f"there is no receipt for number {number}; `qorgan module receipts` lists them")
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{stored.first}-{stored.last}"
    receipt = folder / f"receipt-{name}.json"
    receipt.write_bytes(bytes(stored.receipt) + b"\n")
    kept = folder / f"document-{name}.ndjson"
    speaker = enrolment.speaker(config.folder)
    found = read_receipt(bytes(stored.receipt))
    try:
        trusted = speaker.trusted(found.log) if isinstance(found, Receipt) else []
        verify(found, document or b"", trusted)
    except ReceiptError as error:
        words = f"wrote {receipt}; its document is not kept here any more ({error})"
        return Outcome({"receipt": str(receipt), "document": None}, words)
    kept.write_bytes(document or b"")
    words = f"wrote {receipt} and {kept}\nverify with: qorgan verify {receipt} {kept} --key '{trusted[0]}'"
    return Outcome({"receipt": str(receipt), "document": str(kept), "key": str(trusted[0])}, words)


def _health(config: Config) -> Health | None:
    place = config.status.place()
    if place is None:
        return None
    connection = http.client.HTTPConnection(*place, timeout=_PATIENCE)
    try:
        connection.request("GET", "/health")
        return msgspec.json.decode(connection.getresponse().read(), type=Health)
    except (OSError, http.client.HTTPException, msgspec.DecodeError):
        return None
    finally:
        connection.close()


def _existing(config: Config) -> Path:
    if not (config.folder / FILE).exists():
        raise CommandRefused(f"{config.folder}: there is no spool yet; start `qorgan module run`")
    return config.folder


def _account(config: Config) -> Account:
    with view.opened(_existing(config), config.keys_at) as connection:
        return view.account(connection)


def _state(health: Health | None) -> str:
    if health is None:
        return "not running"
    rows = [
        ("status", health.status),
        ("module", f"{health.module} of BIN {health.organisation}, version {health.version}"),
        ("sending", health.phase),
        ("ASOI", _asoi(health)),
        ("last answer of the hub", health.last_answer_at.isoformat() if health.last_answer_at else "none yet"),
        ("hub's ledger", f"{health.log or 'unknown'}, {health.log_size} entries"),
        ("spool", f"{health.spool_bytes:,} bytes"),
    ]
    return table(rows)


def _asoi(health: Health) -> str:
    """How ASOI stands and since when."""
    since = f" since {health.asoi_since.isoformat(timespec='seconds')}" if health.asoi_since else ""
    reason = f": {health.asoi_reason}" if health.asoi_reason else ""
    return f"{health.asoi or 'not looked for yet'}{since}{reason}"


def _accounting(account: Account) -> str:
    """Both sums, each with the line that it must equal."""
    ignored = sum(account.ignored.values())
    lines = [
        ("records read", account.read, ""),
        ("  became signals", account.became, ""),
        ("    sent", account.sent_records, ""),
        ("    waiting", account.spooled_records, ""),
        ("    lost on the disk", account.lost_records, ""),
        ("  ignored", ignored, ""),
        *((f"    {reason}", value, "") for reason, value in sorted(account.ignored.items())),
        ("  quarantined", account.quarantined, ""),
        ("signals made", account.signals, ""),
        ("  sent", account.sent, f"of which the hub refused {account.refused:,}" if account.refused else ""),
        ("  waiting", account.spooled, ""),
        ("  lost on the disk", account.lost, ""),
    ]
    rows = [(words, f"{value:,}", remark) for words, value, remark in lines]
    faults = account.faults()
    verdict = "it adds up" if not faults else "IT DOES NOT ADD UP: " + "; ".join(faults)
    return f"{table(rows)}\n{verdict}"


def _sources(account: Account) -> list[str]:
    if not account.sources:
        return []
    rows: list[tuple[str, ...]] = [("source", "read", "signals", "ignored", "quarantined")]
    rows += [
        (
            source.name,
            f"{source.read:,}",
            f"{source.signals:,}",
            f"{sum(source.ignored.values()):,}",
            f"{source.quarantined:,}",
        )
        for source in account.sources[:_SHOWN]
    ]
    return [table(rows)]


def _row(stored: evidence.StoredReceipt) -> tuple[str, str, str, str, str, str]:
    receipt = read_receipt(bytes(stored.receipt))
    if not isinstance(receipt, Receipt) or not isinstance(receipt.entry, SignalsEntry):
        return (str(stored.first), str(stored.last), "?", "?", "?", "?")
    entry = receipt.entry
    return (
        str(stored.first),
        str(stored.last),
        str(entry.records),
        str(entry.refused),
        entry.received_at,
        str(receipt.index),
    )
