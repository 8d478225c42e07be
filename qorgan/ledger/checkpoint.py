"""Checkpoints (C2SP tlog-checkpoint): a log's size and root, signed by the log and cosigned by witnesses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qorgan.ledger.canonical import from_base64, to_base64
from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import Algorithm, SignedNote, VerifierKey, cosigned_at
from qorgan.ledger.tree import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qorgan.ledger.note import SigningKey

LARGEST_SIZE = (1 << 53) - 1
"""Leaves a log may have here: sizes and indexes stand in JSON too, and must be exact there."""

_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_ESSENTIAL_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one size."""

    origin: str
    """The log's name, for ever."""
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Further lines, which other logs may have and ours never writes."""

    def text(self) -> str:
        """The text that is signed. Raises NoteError when it could not be read back as this checkpoint."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        text = "".join(f"{line}\n" for line in lines)
        if Checkpoint.parse(text) != self:
            raise NoteError(f"The origin or the extensions of {self.origin!r} do not fit on lines")
        return text

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note. Raises NoteError when it is not a checkpoint."""
        lines = text.removesuffix("\n").split("\n")
        if not text.endswith("\n") or len(lines) < _ESSENTIAL_LINES or not all(lines):
            raise NoteError("A checkpoint has a line each for origin, size and root, and none empty")
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size) or int(size) > LARGEST_SIZE:
            raise NoteError(f"{size[:40]!r} is not the size of a log")
        root_hash = from_base64(root)
        if len(root_hash) != HASH_SIZE:
            raise NoteError(f"The root in the checkpoint has {len(root_hash)} bytes, not {HASH_SIZE}")
        return cls(origin, int(size), root_hash, tuple(extensions))


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's word that it saw this head, and that nothing before it was changed."""

    witness: str
    at: int
    """Seconds since 1970 UTC by the witness's clock."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkpoint that a pinned key has signed."""

    checkpoint: Checkpoint
    signer: VerifierKey
    cosignatures: tuple[Cosignature, ...]
    """Those of pinned witnesses, all verified. How many are enough is for the reader's policy to say."""


def sign(checkpoint: Checkpoint, keys: Sequence[SigningKey]) -> SignedNote:
    """Sign a head with the log's keys: one, or the old and the new while a key is being rotated.

    Raises NoteError for a key of another name: what it signed would be refused.
    """
    if not keys or any(key.name != checkpoint.origin for key in keys):
        raise NoteError(f"A checkpoint of {checkpoint.origin} is signed by keys of that name")
    text = checkpoint.text()
    return SignedNote(text, tuple(key.sign(text) for key in keys))


def open_checkpoint(note: str, keys: Sequence[VerifierKey]) -> Opened:
    """Read a signed head and believe it, if a pinned log key of its very origin signed it.

    A key pinned for one log never vouches for another. Raises NoteError: malformed, no pinned key at all,
    none of them signed, or a line of a pinned key or witness that does not verify.
    """
    signed = SignedNote.parse(note)
    checkpoint = Checkpoint.parse(signed.text)
    if not keys:
        raise NoteError("No key is pinned, so nobody's signature counts")
    lines = signed.verified(keys)
    signers = [key for key, _ in lines if key.algorithm is Algorithm.ED25519 and key.name == checkpoint.origin]
    if not signers:
        raise NoteError(f"None of the pinned keys signed this checkpoint as {checkpoint.origin}")
    cosignatures = tuple(
        Cosignature(key.name, cosigned_at(line)) for key, line in lines if key.algorithm is Algorithm.COSIGNATURE
    )
    return Opened(checkpoint, signers[0], cosignatures)
