"""Exact bytes: what is agreed, sent and proven is canonical JSON, the same for the same words (R48I.3)."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from qorgan.hub.casework.kinds import Content, DocumentKind
from qorgan.kit.refusal import Refusal
from qorgan.ledger.canonical import canonical
from qorgan.ledger.entry import instant
from qorgan.ledger.errors import EntryError


class Wording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version of a document with its head: the bytes that a receipt proves."""

    kind: str
    number: str
    version: int
    organisation: str
    """BIN of the author; of the authority where the author is not told to the addressees."""
    acting: str | None
    """BIN of the security operations centre that made it for the author."""
    about: str | None
    """Number of the document it follows."""
    drill: bool
    addressees: tuple[str, ...]
    """BINs, in order; empty where the kind itself says to whom it goes."""
    attachments: tuple[AttachedFile, ...]
    content: dict[str, Any]


class AttachedFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that belongs to the version."""

    name: str
    size: int
    sha256: str


class DecisionWording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an addressee decided on a document's recommendations: the bytes that its head agrees to."""

    kind: str
    """Of the document, with `.decision` after it: nobody takes these bytes for a document's."""
    number: str
    version: int
    words: str
    """Digest of the version that is decided on."""
    organisation: str
    """BIN of the addressee."""
    drill: bool
    becomes: str
    """The state that the agreement leads to."""
    decision: list[dict[str, Any]]
    """For each recommendation {item, accepted, reason}."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """An act with all that it rests on: the bytes that its receipt proves."""

    number: str
    kind: str
    version: int
    words: str
    """Digest of the version it is about; empty before there is one."""
    verb: str
    before: str
    after: str
    clause: str
    organisation: str
    home: str
    person: int
    at: str
    detail: dict[str, Any]


def read_content(kind: DocumentKind, raw: object) -> Content:
    """The content of a kind out of plain values. Raises Refusal `content-malformed`, naming the field."""
    try:
        return msgspec.convert(raw, kind.content)
    except msgspec.ValidationError as wrong:
        told, _at, path = str(wrong).partition(" - at ")
        field = path.strip("`").removeprefix("$.").partition(".")[0].partition("[")[0]
        raise Refusal("content-malformed", told, status=HTTPStatus.BAD_REQUEST, field=field) from wrong


def content_in(kind: DocumentKind, raw: bytes) -> Content:
    """The content inside the exact bytes of a version."""
    return read_content(kind, msgspec.json.decode(raw, type=Wording).content)


def plain(content: Content) -> dict[str, Any]:
    """A content as JSON values, for a column."""
    value = msgspec.to_builtins(content)
    if not isinstance(value, dict):
        raise TypeError(f"{type(content).__name__} is no object")
    return value


def exact(words: Wording | DecisionWording | Said) -> bytes:
    """The exact bytes of a version, of a decision on one, or of an act.

    Raises Refusal `content-malformed` for what has no one spelling.
    """
    try:
        return canonical(words)
    except EntryError as wrong:
        raise Refusal("content-malformed", str(wrong), status=HTTPStatus.BAD_REQUEST) from wrong


def moment(at: datetime) -> str:
    """A moment as the exact bytes spell it."""
    return instant(at)
