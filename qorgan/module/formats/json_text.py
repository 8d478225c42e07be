"""The JSON object in a record, also behind a byte order mark, a syslog header or words, and before rests of them."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

from qorgan.module.event import Unreadable
from qorgan.module.formats.syslog import strip_header

NO_OBJECT: Final = "no JSON object in it"

_SURROGATES: Final = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""An escaped backslash, a pair that makes one character, or a half of such a pair, which is no character."""

_decode: Final = msgspec.json.Decoder(dict[str, object]).decode


def object_in(record: bytes) -> tuple[dict[str, object], str]:
    """The record's JSON object and the time of its syslog header. Of a repeated key the last value counts.

    Raises `Unreadable` when there is none.
    """
    start = record.lstrip()
    if start.startswith(b"{"):
        return _decoded(start), ""
    stripped = strip_header(record)
    at = stripped.body.find(b"{")
    if at < 0:
        raise Unreadable(NO_OBJECT)
    return _decoded(stripped.body[at:]), stripped.time


def _decoded(text: bytes) -> dict[str, object]:
    try:
        return _decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _leniently(text)


def _leniently(text: bytes) -> dict[str, object]:
    # The standard library's reader says where the object ends, and so forgives what follows it.
    whole = _SURROGATES.sub(lambda each: "\\ufffd" if each["lone"] else each[0], text.decode("utf-8", "replace"))
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(whole)
    except (ValueError, RecursionError) as broken:
        raise Unreadable("broken JSON") from broken
    if not isinstance(found, dict):
        raise Unreadable(NO_OBJECT)
    return found
