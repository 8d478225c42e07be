"""Saving a draft while others may save it too: both people's fields are kept, and nobody's words are lost.

The form says what it was made from, field by field. What another changed meanwhile is taken over where whoever saves
did not touch it; where both changed one field they are asked, and their own text stays before them.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from qorgan.hub.casework import drafts
from qorgan.hub.casework.access import document_for, draft_for
from qorgan.hub.casework.kinds import Addressing, DocumentKind, kind_of
from qorgan.hub.casework.models import Document, Draft
from qorgan.hub.desk.difference import Changed, differences
from qorgan.hub.desk.entry import PRESENT, Entry, read_entry
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from django.http import QueryDict

    from qorgan.hub.members.access import Scope

ADDRESSEES: Final = "addressees"
_TRIES: Final = 3


@dataclass(slots=True)
class Saved:
    """What became of a save."""

    document: Document
    draft: Draft
    entry: Entry
    addressees: list[UUID]
    taken_over: list[Changed] = field(default_factory=list)
    """What others changed meanwhile, and is in it too."""
    clash: list[Changed] = field(default_factory=list)
    """What both changed: before is theirs, after is one's own. Nothing is saved while there is any."""
    voids: bool = False
    """Whether the head decided meanwhile, so that saving needs to be said again."""

    @property
    def is_saved(self) -> bool:
        """Whether it is kept."""
        return not self.clash and not self.voids


def stamp(draft: Draft) -> str:
    """What a form was made from: a digest of each field."""
    whole = {**draft.content, ADDRESSEES: sorted(map(str, draft.addressees))}
    return json.dumps({name: _digest(value) for name, value in whole.items()}, separators=(",", ":"))


def save(document_id: UUID, posted: QueryDict, *, by: Scope, now: datetime) -> Saved:
    """Keep what was typed. Raises Refusal where the document cannot be written in."""
    for _try in range(_TRIES - 1):
        try:
            return _save(document_id, posted, by, now)
        except Refusal as refusal:
            # Somebody was quicker between our look and our lock: look again.
            if refusal.code != "changed-meanwhile":
                raise
    return _save(document_id, posted, by, now)


def _save(document_id: UUID, posted: QueryDict, by: Scope, now: datetime) -> Saved:
    document = document_for(document_id)
    draft = draft_for(document)
    kind = kind_of(document.kind)
    entry = read_entry(kind, draft.content, posted)
    _remove_row(kind, entry, posted)
    saved = Saved(document, draft, entry, _addressees(kind, draft, posted))
    if posted.get("revision", "") != str(document.revision):
        _merge(kind, saved, posted)
    if saved.is_saved:
        saved.document = drafts.edit(
            document_id, entry.content, by=by, now=now, revision=document.revision, addressees=saved.addressees
        )
        saved.draft = draft_for(saved.document)
    return saved


def _merge(kind: DocumentKind, saved: Saved, posted: QueryDict) -> None:
    base = _read_stamp(posted.get("base", ""))
    stored, mine = saved.draft.content, saved.entry.content
    # A decision counts for what was shown: of a later change whoever decides is told anew.
    resolving = posted.get("_resolve", "") == str(saved.document.revision)
    decided = posted.get("draft_state", "") != saved.draft.state and saved.draft.state != "open"
    for one in differences(kind, stored, mine):
        is_theirs = base.get(one.name) != _digest(stored.get(one.name))
        is_mine = base.get(one.name) != _digest(mine.get(one.name))
        wants_theirs = resolving and posted.get(f"take.{one.name}") == "theirs"
        if (is_theirs and not is_mine) or (is_theirs and wants_theirs):
            mine[one.name] = stored.get(one.name)
            saved.taken_over.append(one)
        elif is_theirs and not resolving:
            saved.clash.append(one)
    if base.get(ADDRESSEES) == _digest(sorted(map(str, saved.addressees))):
        saved.addressees = list(saved.draft.addressees)
    saved.voids = decided and not resolving


def _addressees(kind: DocumentKind, draft: Draft, posted: QueryDict) -> list[UUID]:
    if kind.addressing is not Addressing.CHOSEN or ADDRESSEES not in posted.getlist(PRESENT):
        return list(draft.addressees)
    try:
        return list(dict.fromkeys(UUID(one) for one in posted.getlist(ADDRESSEES)))
    except ValueError:
        return list(draft.addressees)


def _remove_row(kind: DocumentKind, entry: Entry, posted: QueryDict) -> None:
    """Take out the row whose button was pressed: the one of that number among those that say anything."""
    verb, _colon, path = posted.get("_row", "").partition(":")
    name, _dot, number = path.rpartition(".")
    if verb != "remove" or not number.isdigit() or name not in {one.name for one in kind.fields}:
        return
    left = posted.copy()
    for key in [key for key in left if key == path or key.startswith(f"{path}.")]:
        del left[key]
    again = read_entry(kind, entry.content, _only(name, left))
    entry.content = again.content


def _only(name: str, posted: QueryDict) -> QueryDict:
    posted.setlist(PRESENT, [name])
    return posted


def extra_row(posted: QueryDict) -> str:
    """The list that asked for one more row."""
    verb, _colon, path = posted.get("_row", "").partition(":")
    return path if verb == "add" else ""


def _digest(value: Any) -> str:
    return f"{zlib.crc32(msgspec.json.encode(value, order='sorted')):08x}" if value not in (None, "", []) else ""


def _read_stamp(text: str) -> Mapping[str, str]:
    try:
        return msgspec.json.decode(text.encode(), type=dict[str, str])
    except msgspec.DecodeError:
        return {}
