"""Short forms in patterns: `<user>` stands for a named group of the shape that the field usually has.

`<user:^'>` is all but an apostrophe, `<user:lazy>` as little as fits, `<user:rest>` all that is left; `<any>`,
`<word>` and `<number>` take without a name; `<past:rhost=>` goes on to the first `rhost=` and past it. A name may end
in a digit where a field stands in two alternatives. A group `more_…` goes to `Event.more`.
"""

from __future__ import annotations

import re
from typing import Final

from qorgan.module.formats.text.shape import PatternRefused

_MACRO: Final = re.compile(r"(?<!\\)(?<!\?P)<(?:past:([^<>]{1,48})|([a-z_]+\d?)(?::(\^[^<]{1,8}?|[a-z]+))?)>")
_DIGITS: Final = re.compile(r"(\\d\{\d{1,2},\d{1,2}\})(?![+?])")
"""Digits are followed by what is none, so that a repeat of them may as well be possessive."""
_WORD: Final = r"\S{1,256}+"
_ADDRESS: Final = r"[\w.:%/-]{1,128}+"
_HOST: Final = r"[\w.:%-]{1,128}+"
_PORT: Final = r"\d{1,5}+"
_SHAPES: Final = {
    "word": _WORD,
    "ip": _HOST,
    "name": r"[\w.@\\$+-]{1,128}+",
    "lazy": r".{0,96}?",
    "rest": r".{0,2048}+",
    "number": r"\d{1,19}+",
    "quoted": r'[^"]{0,2048}+',
}
_BY_FIELD: Final = {
    "source_address": _ADDRESS,
    "destination_address": _ADDRESS,
    "source_port": _PORT,
    "destination_port": _PORT,
    "protocol": r"[\w-]{1,16}+",
    "count": r"\d{1,9}+",
}
_UNNAMED: Final = {"any": r".{0,96}?", "word": _WORD, "number": r"\d{1,19}+"}
FIELDS: Final = frozenset(
    (
        *("rule_id", "rule_name", "category", "severity", "action", "source_address", "source_port"),
        *(
            "destination_address",
            "destination_port",
            "protocol",
            "application",
            "host",
            "path",
            "url",
            "domain",
            "hash",
        ),
        *("file_name", "mail_sender", "mail_subject", "user", "machine", "message", "count", "time"),
    )
)
"""What groups may be named: fields of an Event, and `url` and `hash`, which become some."""


def expanded(pattern: str) -> str:
    """The pattern with its short forms written out. Raises PatternRefused."""
    return _DIGITS.sub(r"\1+", _MACRO.sub(_written_out, pattern))


def _written_out(found: re.Match[str]) -> str:
    name, shape = found[2], found[3]
    if name is None:
        literal = re.escape(found[1]).replace("\\ ", " ")
        return f"(?:(?!{literal}).){{0,512}}+{literal}"
    if shape is None and name in _UNNAMED:
        return _UNNAMED[name]
    if shape is None:
        body = _BY_FIELD.get(name.rstrip("0123456789"), _WORD)
    elif shape.startswith("^"):
        body = rf"[^{re.escape(shape[1:])}]{{1,512}}+"
    elif shape in _SHAPES:
        body = _SHAPES[shape]
    else:
        raise PatternRefused(f"there is no short form {shape}")
    return f"(?P<{name}>{body})"
