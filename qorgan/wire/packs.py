"""A set of rule packs as it travels: the files, and a signed note that names each by its digest (R67.9).

The note is a C2SP signed note with Ed25519. Its text is the list: a first line, the set's number, and for each file
its SHA-256 and name. What is signed is the files' own bytes: nothing is written anew before it is compared, so there
is no second form of a pack that a signature could be for.

A set is whole: it takes the place of every pack before it. Its number goes up by one with every set that is published.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from qorgan.ledger.errors import NoteError
from qorgan.ledger.note import SignedNote, SigningKey, VerifierKey

PACKS_PATH: Final = "/v1/rule-packs"
LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a whole set as JSON."""
MOST_FILES: Final = 128
_HEAD: Final = "qorgan rule packs"
_LINE: Final = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>[a-z0-9][a-z0-9.-]{0,58}\.toml)")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")


class PackSetRefused(Exception):
    """A set of rule packs cannot be used. One line: which file, what is wrong, what to do."""


class PacksWanted(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Asks for the newest set, if it is newer than what the module has."""

    have: Annotated[int, Meta(ge=0)]


class PackSet(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A set of packs with the note that vouches for it."""

    note: str
    files: Annotated[dict[str, str], Meta(max_length=MOST_FILES)]


class PacksOffered(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The newest set, when it is newer than the module's own; None when there is none."""

    packs: PackSet | None = None


class Listing(Struct, frozen=True):
    """What a note's text says."""

    number: int
    digests: dict[str, str]
    """SHA-256 in hexadecimal by file name."""

    def text(self) -> str:
        """The list as it is signed."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.digests.items()))
        return f"{_HEAD}\nset {self.number}\n{lines}"

    @classmethod
    def of(cls, number: int, files: Mapping[str, bytes]) -> Listing:
        """The list for these files."""
        return cls(number, {name: hashlib.sha256(content).hexdigest() for name, content in files.items()})

    @classmethod
    def parse(cls, text: str) -> Listing:
        """Read what `text` writes. Raises PackSetRefused on anything else."""
        head, *lines = text.removesuffix("\n").split("\n")
        number = lines.pop(0).removeprefix("set ") if lines else ""
        found = [_LINE.fullmatch(line) for line in lines]
        if head != _HEAD or not _NUMBER.fullmatch(number) or not found or len(found) > MOST_FILES:
            raise PackSetRefused("the list of the set is none; have the set made again by tools/packs.py")
        listing = cls(int(number), {one["name"]: one["digest"] for one in found if one})
        if listing.text() != text:
            raise PackSetRefused("the list of the set is not in its one form; have it made again by tools/packs.py")
        return listing

    def check(self, files: Mapping[str, bytes]) -> None:
        """Raise PackSetRefused unless these are the files of the list, byte for byte, and no others."""
        for name in sorted({*files, *self.digests}):
            digest = hashlib.sha256(files.get(name, b"")).hexdigest()
            if name not in files or not hmac.compare_digest(digest, self.digests.get(name, "")):
                how = "is missing" if name not in files else "is not the file that the set's list names"
                raise PackSetRefused(f"{name}: {how}; get the whole set again, and do not edit it")


def signed_set(number: int, files: Mapping[str, bytes], key: SigningKey) -> PackSet:
    """A set, signed. Raises PackSetRefused when a file is not text or a name cannot stand in a list."""
    text = Listing.of(number, files).text()
    Listing.parse(text)
    try:
        return PackSet(
            note=str(SignedNote(text, (key.sign(text),))),
            files={name: content.decode("utf-8") for name, content in files.items()},
        )
    except UnicodeDecodeError:
        raise PackSetRefused("a file of the set is not UTF-8; write it as such") from None


def read_set(body: bytes) -> PackSet:
    """A set from its JSON, proven by nothing yet. Raises PackSetRefused."""
    if len(body) > LARGEST:
        raise PackSetRefused(f"the set is over {LARGEST:,} bytes; ask its maker for a smaller one")
    try:
        return msgspec.json.decode(body, type=PackSet)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise PackSetRefused("this is not a set of rule packs; get it again from the centre") from None


def verified(packs: PackSet, keys: Sequence[VerifierKey]) -> Listing:
    """The list of a set that one of these keys signed and whose files are those of the list.

    Raises PackSetRefused, naming the file where it is a file that is wrong.
    """
    try:
        note = SignedNote.parse(packs.note)
        proven = note.verified(keys)
    except NoteError as wrong:
        raise PackSetRefused(f"the set's signature: {wrong}; do not use it, and tell the centre") from None
    if not proven:
        raise PackSetRefused(
            "no key that this module trusts signed the set; name its key in `[rules] keys`, "
            "or do not use it and tell the centre"
        )
    listing = Listing.parse(note.text)
    listing.check({name: content.encode("utf-8", "surrogatepass") for name, content in packs.files.items()})
    return listing
