"""What differs between two wordings of a document, field by field and word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from qorgan.cards.fields import Field
from qorgan.hub.casework.kinds import DocumentKind
from qorgan.hub.desk.shown import line

_TOKENS: Final = re.compile(r"\s+|\w+|[^\w\s]")
_MOST: Final = 4_000
"""Tokens of a text that are compared one by one; a longer one is compared by lines."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stayed, were added or were removed."""

    kind: str
    """same, added or removed."""
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that is not what it was."""

    name: str
    label: str
    runs: list[Run]
    before: str
    after: str


def differences(kind: DocumentKind, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """The fields that differ, in the order of the form."""
    return [
        changed
        for one in kind.fields
        if (changed := _field(one, before.get(one.name), after.get(one.name))) is not None
    ]


def words(before: str, after: str) -> list[Run]:
    """Two texts as one, its words kept, added or removed."""
    old, new = _split(before), _split(after)
    if len(old) + len(new) > _MOST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    runs: list[Run] = []
    for verb, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            runs.append(Run("same", "".join(old[from_old:to_old])))
            continue
        if to_old > from_old:
            runs.append(Run("removed", "".join(old[from_old:to_old])))
        if to_new > from_new:
            runs.append(Run("added", "".join(new[from_new:to_new])))
    return runs


def _field(one: Field, before: Any, after: Any) -> Changed | None:
    old, new = line(one, before), line(one, after)
    if old == new:
        return None
    return Changed(one.name, str(one.label), words(old, new), old, new)


def _split(text: str) -> list[str]:
    return _TOKENS.findall(text)
