"""A JSON object as names and values: its leaves by their paths, bounded in depth, number and length."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from qorgan.module.formats.tidy import LONGEST_VALUE

DEEPEST: Final = 10
MOST_LEAVES: Final = 512
_MOST_ITEMS: Final = 8
"""Objects of one list that are looked into. Of lists of plain values all are kept, within a value's length."""
_MANY: Final = 5
_PERSONS: Final = re.compile(
    r"(?:^|[._a-z])(?:accounts|users|identities|subjects|principals|mailboxes)$", re.IGNORECASE
)
"""Lists of objects that are so many persons: that is told, as of them all only some are looked into."""
_TOGETHER: Final = ("name", "type", "category", "classification", "title", "tag", "label", "ruleId", "verdict")
_LONGEST_TOGETHER: Final = 1_000
_MOST_KEYS: Final = 4
_NAMES: Final = ("name", "Name", "key", "Key", "label", "Label", "field", "Field", "title", "Title")
_VALUES: Final = ("value", "Value", "boolValue", "intValue", "multiValue", "NewValue")
_LONGEST_LABEL: Final = 64
_LONGEST_PATH: Final = 256
"""A path is written before each of its leaves, so a long name would come again and again."""
_LARGEST: Final = 10**18
_LONGEST_WRITTEN: Final = 16_384
"""Characters of an object that stands written out inside a text."""
_decode: Final = msgspec.json.Decoder().decode


def leaves_of(value: object) -> dict[str, str]:
    """The leaves by their dotted paths, without places in lists. Of equal paths the first stands, but
    names and kinds, which stand together.

    A plain value is written out; a list of plain values is joined with '; '.
    """
    leaves: dict[str, str] = {}
    # Breadth first: where there are too many, those that lie deep are left out.
    level: list[tuple[str, object]] = [("", value)]
    for _ in range(DEEPEST):
        below: list[tuple[str, object]] = []
        for path, node in level:
            _look_into(path, node, leaves, below)
            if len(leaves) >= MOST_LEAVES:
                return leaves
        level = below[:MOST_LEAVES]
        if not level:
            break
    return leaves


def _look_into(path: str, node: object, leaves: dict[str, str], below: list[tuple[str, object]]) -> None:
    if isinstance(node, dict):
        dot = f"{path}." if path else ""
        for key, value in node.items():
            if len(leaves) >= MOST_LEAVES:
                return
            name = f"{dot}{key}"[:_LONGEST_PATH]
            if isinstance(value, dict | list):
                below.append((name, value))
            elif value is not None:
                _put(leaves, name, plain(value))
                below += _written_out(name, value)
    elif isinstance(node, list):
        words = [plain(item) for item in node[:MOST_LEAVES] if not isinstance(item, dict | list) and item is not None]
        if words:
            leaves.setdefault(path, "; ".join(dict.fromkeys(words))[:LONGEST_VALUE])
        _count(path, node, leaves)
        named = _named_values(node)
        for name, value in named.items():
            leaves.setdefault(f"{path}.{name}", value)
        if not named:
            below += [(path, item) for item in node[:_MOST_ITEMS] if isinstance(item, dict | list)]


def _count(path: str, node: list[object], leaves: dict[str, str]) -> None:
    if len(node) >= _MANY and _PERSONS.search(path):
        leaves.setdefault(path, str(len(node)))


def _written_out(name: str, value: object) -> Iterable[tuple[str, object]]:
    """What a text comes to that is itself an object, as products write what others gave them."""
    if not isinstance(value, str) or not value.startswith(('{"', "[{")) or len(value) > _LONGEST_WRITTEN:
        return ()
    try:
        return [(name, _decode(value))]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()


def _put(leaves: dict[str, str], name: str, value: str) -> None:
    known = leaves.setdefault(name, value)
    # The names of several rules or threats in one record all say what it is about.
    if known != value and name.endswith(_TOGETHER) and len(known) + len(value) < _LONGEST_TOGETHER:
        leaves[name] = f"{known}; {value}"


def _named_values(items: list[object]) -> dict[str, str]:
    """The values of a list of objects that are only a name and a value each, as audit logs and alerts have them.

    A value may be a list of plain values.
    """
    found: dict[str, str] = {}
    for item in items[:MOST_LEAVES]:
        if not isinstance(item, dict) or len(item) > _MOST_KEYS:
            return {}
        name = next((item[key] for key in _NAMES if key in item), None)
        value = next((item[key] for key in _VALUES if key in item), None)
        if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value[:_MOST_ITEMS]):
            value = "; ".join(map(plain, value[:_MOST_ITEMS]))
        if not isinstance(name, str) or value is None or isinstance(value, dict | list):
            return {}
        found.setdefault(name[:_LONGEST_LABEL], plain(value)[:LONGEST_VALUE])
    return found


def plain(value: object) -> str:
    """A plain value written out."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        # Longer numbers are refused by the interpreter itself, and no product means them.
        return str(value) if -_LARGEST < value < _LARGEST * 100 else ""
    return str(value) if isinstance(value, float) else ""
