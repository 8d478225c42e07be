"""ArcSight's Common Event Format as text: a header of seven fields between bars, then `key=value` pairs."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from msgspec import Struct

from qorgan.module.event import Unreadable

_MARK: Final = re.compile(r"CEF: ?\d{1,2}(?:\.\d{1,2})?\|")
_UNMARKED: Final = re.compile(
    r"(?:^|[\s:])[01]\|(?=[^|]{1,63}\|[^|]{1,63}\|[^|]{0,31}\|[^|]{1,128}\|[^|]{1,512}\|(?:\d{1,2}|[A-Za-z-]{3,9})\|)"
)
"""A header whose `CEF:` was cut off with the syslog header before it."""

_FIELD: Final = re.compile(r"((?:[^|\\]|\\.)*)\|", re.DOTALL)
_KEY: Final = re.compile(r"(?:^|(?<=[\s|]))([A-Za-z_][\w.\-\[\]]{0,62})=")
_ESCAPE: Final = re.compile(r"\\([\\=|nr])")
_ESCAPED: Final = {"n": "\n", "r": "\r"}
_HEADER_FIELDS: Final = 6
_FEWEST: Final = 3
"""Vendor, product and version: with less than these a record says nothing about where it is from."""

_MOST_PAIRS: Final = 512
_LABEL: Final = re.compile(r"^((?:cs|cn|cfp|c6a|deviceCustomDate|flexString|flexNumber|flexDate)\d{1,2})Label$")
_EMPTY: Final = frozenset({"", "N/A", "n/a", "null", "(null)", "-", "unknown", "Unknown"})


class CefText(Struct, frozen=True):
    """A CEF record taken apart. Empty text stands for header fields that were cut off."""

    before: str
    """What stood before it: a syslog header, or a rest of one."""
    vendor: str
    product: str
    version: str
    class_id: str
    name: str
    severity: str
    pairs: dict[str, str]
    labels: dict[str, str]
    """Names that the record itself gives to custom keys (`cs1Label=sname`): key to name."""


def looks_like_cef(text: str) -> bool:
    """Whether a CEF header begins somewhere in the text."""
    return bool(_MARK.search(text) or _UNMARKED.search(text))


def take_apart(text: str) -> CefText:
    """A CEF record. Raises `Unreadable` when there is none, or not even its vendor, product and version."""
    start = _MARK.search(text) or _UNMARKED.search(text)
    if start is None:
        raise Unreadable("no CEF header")
    fields: list[str] = []
    at = start.end()
    while len(fields) < _HEADER_FIELDS and (field := _FIELD.match(text, at)):
        fields.append(_unescaped(field[1]).strip())
        at = field.end()
    rest = text[at:]
    if len(fields) < _HEADER_FIELDS and not _KEY.search(rest):
        fields.append(_unescaped(rest).strip())
        rest = ""
    if len(fields) < _FEWEST:
        raise Unreadable("CEF header cut before the product's version")
    fields += [""] * (_HEADER_FIELDS - len(fields))
    pairs = _pairs(rest)
    labels = {match[1]: name for key, name in pairs.items() if name and (match := _LABEL.match(key))}
    vendor, product, version, class_id, name, severity = fields
    return CefText(
        before=text[: start.start()],
        vendor=vendor,
        product=product,
        version=version,
        class_id=class_id,
        name=name,
        severity=severity,
        pairs=pairs,
        labels=labels,
    )


def _pairs(extension: str) -> dict[str, str]:
    """The pairs; of a repeated key the first counts. Values that say "nothing" are empty."""
    keys = list(islice(_KEY.finditer(extension), _MOST_PAIRS))
    ends = [*(key.start() for key in keys[1:]), len(extension)]
    pairs: dict[str, str] = {}
    for key, end in zip(keys, ends[: len(keys)], strict=True):
        value = _unescaped(extension[key.end() : end]).strip()
        if not pairs.get(key[1]):
            pairs[key[1]] = "" if value in _EMPTY else value
    return pairs


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), value)
