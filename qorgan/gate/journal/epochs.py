"""Signed epochs: the heads of the chain's strands, vouched for by a key that is not in the database (D26.journal).

An epoch's root is the digest of all heads and of the epoch before it, and stands in a checkpoint of the ledger's form
(C2SP tlog-checkpoint), signed by the gate. Each note is also added to a file beside the database: whoever cuts off the
end of the journal with its epochs must reach that too, and every copy of it that the institution has elsewhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from qorgan.gate.config import Config
from qorgan.gate.journal.archive.shelf import FOLDER
from qorgan.kit.database.connection import DatabaseRefused
from qorgan.kit.secret_files import SECRETS, make_secret
from qorgan.ledger.canonical import canonical
from qorgan.ledger.checkpoint import Checkpoint, sign
from qorgan.ledger.note import SigningKey

KEY: Final = SECRETS / "journal.pem"
NOTES: Final = FOLDER / "epochs"
"""Below the state folder: every note, one after another, and a line after each that no note has."""
END: Final = "---\n"
_HEADS: Final = """
SELECT DISTINCT ON (strand) strand, link, encode(hash, 'hex') FROM gate_journal_head ORDER BY strand, link DESC
"""
_LAST: Final = "SELECT epoch, heads::text, note FROM gate_journal_epoch ORDER BY epoch DESC LIMIT 1"
_ADD: Final = """
INSERT INTO gate_journal_epoch (epoch, at, heads, note) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""

Head = tuple[int, int, str]
"""Strand, its last link, that link's hash in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs a gate's epochs, and where their notes are kept beside the database."""

    key: SigningKey
    notes: Path


def signer_of(config: Config) -> Signer:
    """The signer of this gate, its key made now if there is none. Raises DatabaseRefused when it cannot be read."""
    path = config.state / KEY
    made = make_secret(
        path, lambda: Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    try:
        private = load_pem_private_key(made, password=None)
    except ValueError as error:
        raise DatabaseRefused(f"{path}: the journal's key cannot be read ({error}); put back this gate's own") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise DatabaseRefused(f"{path}: the journal's key is not Ed25519; put back the file this gate made")
    return Signer(SigningKey(config.origin, private), config.state / NOTES)


def sign_epoch(connection: psycopg.Connection[Any], signer: Signer, now: datetime) -> int:
    """Sign what was written since the last epoch; the number of the new epoch, 0 when nothing was.

    `connection` commits each statement by itself.
    """
    heads: list[Head] = connection.execute(_HEADS).fetchall()
    last = connection.execute(_LAST).fetchone()
    if not any(link for _, link, _ in heads) or (last and [tuple(head) for head in json.loads(last[1])] == heads):
        return 0
    epoch = last[0] + 1 if last else 1
    root = root_of(epoch, heads, before=last[2] if last else "")
    note = str(sign(Checkpoint(signer.key.name, sum(link for _, link, _ in heads), root), [signer.key]))
    if connection.execute(_ADD, [epoch, now, json.dumps(heads), note]).rowcount:
        _keep(signer.notes, note)
    return epoch


def root_of(epoch: int, heads: Sequence[Head], *, before: str) -> bytes:
    """What is signed of an epoch. `before` is the note of the epoch before it; empty for the first."""
    told = {"before": sha256(before.encode()).hexdigest(), "epoch": epoch, "heads": [list(head) for head in heads]}
    return sha256(canonical(told)).digest()


def last_note(notes: Path) -> str:
    """The last note of those kept beside the database; empty when there is none."""
    try:
        kept = notes.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    # What is after the last such line was not written whole.
    whole = kept.split("\n" + END)[:-1]
    return whole[-1] + "\n" if whole else ""


def _keep(notes: Path, note: str) -> None:
    notes.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write((note + END).encode())
        file.flush()
        os.fsync(file.fileno())
