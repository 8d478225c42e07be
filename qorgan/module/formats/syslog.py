"""Takes syslog headers off records: RFC 5424, RFC 3164, only a priority, none, or one header inside another."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

_PRIORITY: Final = re.compile(rb"<\d{1,3}>")
_VERSION: Final = re.compile(rb"1 (?=(?:-|\d{4}-))")
_STAMP: Final = re.compile(
    rb"(?P<time>\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z| ?[+-]\d{2}:?\d{2}(?!\d))?Z?"
    rb"|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]?\d (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?: (?:[A-Z]{2,4}|\d{4}))?)"
    rb":?(?: |$)"
)
_HOST: Final = re.compile(rb"(?P<host>[A-Za-z0-9_.:-]{1,255}) ")
_TAG: Final = re.compile(
    rb"(?!(?:CEF|LEEF):)(?P<app>[A-Za-z0-9_./-]{1,48})(?:\([\w:.-]{1,32}\))? ?(?:\[[\w.-]{1,24}\])?:"
    rb"(?=\s|$|CEF:|LEEF:|[{<\[]) ?"
)
_NUMBERED: Final = re.compile(
    rb"(?:(?P<host>[A-Za-z0-9][A-Za-z0-9_.-]{0,254}) )?(?P<app>[A-Za-z][A-Za-z0-9_./-]{1,47})\[\d{1,10}\]: (?=\S)"
)
_FIVE_FIELDS: Final = re.compile(
    rb"(?P<host>\S{1,255}) (?P<app>\S{1,48}) (?P<process>\S{1,128}) (?P<message>\S{1,32}) (?=[-\[])"
)
_STRUCTURED: Final = re.compile(rb'-|(?:\[[^\s=\]"]{1,64}(?: [^\s=\]"]{1,64}="(?:[^"\\]|\\.)*")*\])+')
_OWN: Final = re.compile(rb"\[[^\s=\]\"@]{1,32}@\d")
"""Structured data of a vendor's own, which says what happened; those without a number are about the sending."""
_WORDS: Final = re.compile(rb"(?!CEF|LEEF)[^\W\d_]|[\xd0-\xd3]")
"""How a sentence begins, and no record of another format."""
_FEWEST: Final = 3
_DEEPEST: Final = 3
_BOM: Final = b"\xef\xbb\xbf"


class Stripped(Struct, frozen=True):
    """A record without its syslog headers, and what the headers said."""

    body: bytes
    time: str = ""
    """The innermost header's time, as written."""
    host: str = ""
    app: str = ""
    message_id: str = ""
    """The kind of message that a header of RFC 5424 names."""


def strip_header(record: bytes) -> Stripped:
    """The record without headers. What looks like no header stays; nothing is ever refused."""
    body, time, host, app, message_id = record.strip(b"\r\n\0 "), "", "", "", ""
    for _ in range(_DEEPEST):
        inner = _once(body.removeprefix(_BOM))
        if inner is None:
            break
        body = inner.body.lstrip()
        time, host, app = inner.time or time, inner.host or host, inner.app or app
        message_id = inner.message_id or message_id
    return Stripped(body.removeprefix(_BOM), time, host, app, message_id)


def after_time(record: bytes) -> bytes:
    """The record without priority and time alone: what stands behind a time need not be a host."""
    rest = record.strip(b"\r\n\0 ")
    priority = _PRIORITY.match(rest)
    rest = rest[priority.end() :].lstrip() if priority else rest
    stamp = _STAMP.match(rest)
    return rest[stamp.end() :].lstrip() if stamp else rest


def _once(record: bytes) -> Stripped | None:
    priority = _PRIORITY.match(record)
    rest = record[priority.end() :].lstrip() if priority else record
    if priority and (version := _VERSION.match(rest)):
        return _five_thousand(rest[version.end() :]) or Stripped(rest)
    stamp = _STAMP.match(rest)
    if stamp is None:
        return _bare_tag(rest) if priority else _timeless(rest)
    return _three_thousand(rest[stamp.end() :].lstrip(), stamp["time"].decode())


def _five_thousand(rest: bytes) -> Stripped | None:
    time, _, rest = rest.partition(b" ")
    fields = _FIVE_FIELDS.match(rest)
    structured = _STRUCTURED.match(rest, fields.end()) if fields else None
    if fields is None or structured is None:
        return None
    # Products that put their whole message into structured data leave nothing behind it.
    said, body = structured[0], rest[structured.end() :].lstrip()
    if not body or (len(body) < len(said) and said.count(b'="') >= _FEWEST and _OWN.match(said) and _WORDS.match(body)):
        # And where behind it stand but a few words, it says the more.
        body = rest[structured.start() :]
    told = (_said(fields[name]) for name in ("host", "app", "message"))
    return Stripped(body, _said(time), *told)


def _three_thousand(rest: bytes, time: str) -> Stripped:
    if tag := _TAG.match(rest):
        return Stripped(rest[tag.end() :], time, "", tag["app"].decode())
    host = _HOST.match(rest)
    if host is None:
        return Stripped(rest, time)
    after = rest[host.end() :].lstrip()
    tag = _TAG.match(after)
    name = host["host"].decode()
    if tag is None:
        return Stripped(after, time, name)
    return Stripped(after[tag.end() :], time, name, tag["app"].decode())


def _timeless(rest: bytes) -> Stripped | None:
    """A header whose time a journal has left out, told by the process number."""
    found = _NUMBERED.match(rest)
    return Stripped(rest[found.end() :], "", _said(found["host"] or b"-"), found["app"].decode()) if found else None


def _bare_tag(rest: bytes) -> Stripped:
    tag = _TAG.match(rest)
    if tag is None:
        return Stripped(rest)
    return Stripped(rest[tag.end() :], "", "", tag["app"].decode())


def _said(field: bytes) -> str:
    text = field.decode("utf-8", "replace")
    return "" if text == "-" else text
