"""What the log says: entries, of which it publishes only hashes, and the digests of what they speak of."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, TypeAlias

import msgspec
from msgspec import Meta

from qorgan.ledger.canonical import LARGEST_INTEGER, canonical
from qorgan.ledger.errors import EntryError
from qorgan.ledger.tree import leaf_hash, leaf_hashes, root_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGEST = "sha-256:"

Uuid: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\Z")]
Bin: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{12}\Z")]
Digest: TypeAlias = Annotated[str, Meta(pattern=r"^sha-256:[0-9a-f]{64}\Z")]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=LARGEST_INTEGER)]
Word: TypeAlias = Annotated[str, Meta(pattern=r"^[!-~]{1,100}\Z")]
Instant: TypeAlias = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z")
]


class SignalsEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="signals"
):
    """A batch of signals was received (R67.8, R48I.3)."""

    module: Uuid
    """The integration module that sent it."""
    organisation: Bin
    """The business identification number of the organisation it belongs to."""
    first: Count
    """The first sequence number of the batch."""
    last: Count
    """The last sequence number of the batch."""
    records: Count
    """Records accepted, which are what the digest is over."""
    refused: Count
    """Records refused, each told to the sender with its reason."""
    digest: Digest
    """`records_digest` of the accepted records, in their order."""
    received_at: Instant
    """When the hub had them durably, by its clock."""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise EntryError(f"`last` {self.last} comes before `first` {self.first}")
        _check_instant(self.received_at)


class DocumentEntry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="document"
):
    """A version of one document was received or issued: a card, a warning, an inquiry, an answer (R48I.3)."""

    type: Word
    number: Word
    version: Count
    organisation: Bin
    """The business identification number of whoever submitted it."""
    digest: Digest
    """`document_digest` of its exact bytes."""
    at: Instant
    """When the hub had it durably, by its clock."""

    def __post_init__(self) -> None:
        _check_instant(self.at)


Entry: TypeAlias = SignalsEntry | DocumentEntry
"""Told apart by `kind`. A further kind is a further struct here; the fields of a kind never change."""


def entry_hash(entry: Entry) -> bytes:
    """The 32 bytes that stand in the log for an entry: SHA-256 of its canonical JSON.

    Raises EntryError for an entry that a verifier would refuse to read, so that none is ever logged.
    """
    try:
        msgspec.convert(msgspec.to_builtins(entry), type=Entry)
    except msgspec.ValidationError as wrong:
        raise EntryError(f"The entry cannot be logged: {wrong}") from wrong
    return sha256(canonical(entry)).digest()


def entry_leaf(entry: Entry) -> bytes:
    """The leaf hash of an entry, which is what the tree is built from."""
    return leaf_hash(entry_hash(entry))


def records_of(document: bytes) -> list[bytes]:
    """The records of an NDJSON document, without their newlines. The last newline may be missing.

    Raises EntryError for an empty line, which is no record.
    """
    records = document.removesuffix(b"\n").split(b"\n") if document else []
    if not all(records):
        raise EntryError("The document has an empty line, which is no record")
    return records


def records_digest(records: Sequence[bytes]) -> str:
    """The Merkle root over the records (RFC 6962), so that one of them can be proven without the others."""
    return _DIGEST + root_of(leaf_hashes(records)).hex()


def digest_root(digest: str) -> bytes:
    """The root within a digest that `records_digest` made."""
    return bytes.fromhex(digest.removeprefix(_DIGEST))


def document_digest(document: bytes) -> str:
    """The SHA-256 of a document's bytes."""
    return _DIGEST + sha256(document).hexdigest()


def instant(at: datetime) -> str:
    """A moment as entries spell it: RFC 3339, UTC, microseconds. Raises EntryError when it has no zone."""
    if at.tzinfo is None:
        raise EntryError(f"The time {at} has no zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check_instant(text: str) -> None:
    """Raise EntryError for a day or an hour that does not exist."""
    try:
        datetime.fromisoformat(text)
    except ValueError as wrong:
        raise EntryError(f"{text!r} is not a moment: {wrong}") from wrong
