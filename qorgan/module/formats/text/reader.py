"""Records in free text: a syslog header off, the product's own pattern, and below it the words common to all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from qorgan.module.event import Activity, Event, Ignored, Unreadable
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.counted import counts_in, counts_named_in, listed
from qorgan.module.formats.malware_name import malware_name
from qorgan.module.formats.moment import Times
from qorgan.module.formats.syslog import Stripped, after_time, strip_header
from qorgan.module.formats.text.around import fields_in
from qorgan.module.formats.text.engine import LONGEST, Found, own_engine
from qorgan.module.formats.text.fill import Head, event_of
from qorgan.module.formats.text.general import own_general
from qorgan.module.formats.text.meaning import MEANINGS
from qorgan.module.formats.tidy import as_text

_LOOKED_AT: Final = 16_384
"""Bytes of a record that are looked at; the rest is kept in the event's record only."""
_HEAD: Final = 96
_LINE_ENDS: Final = re.compile(r"\\r\\n|\\n|#01[25]|[\r\n\v\f\x00]")
"""Ends of lines inside a record, also as relays write them out."""
_COLOURS: Final = re.compile(r"(?:\x1b|\\x1b|\\u001b|#033)\[[\d;]{0,12}m")
"""Colours of a terminal, also as relays write them out."""
_SPANS: Final = (" within ", " seconds", " secs", " minutes")
"""One of these stands in a line that counts failures in a stretch of time."""
_OF_LITTLE: Final = frozenset(
    (
        "",
        "malware",
        "connection",
        "connection blocked",
        "connection allowed",
        "mail",
        "mail refused",
        "request",
        "notice",
    )
)
"""Meanings beside which the name of a malicious code says more."""
_PAGE: Final = re.compile(r"(://[^\s/\"',|;]{1,255})/[^\s\"'|]{1,2000}")
_LET_PASS: Final = re.compile(r"\b(?:allow(?:ed)?|pass(?:ed)?|permit(?:ted)?|разреш[её]н\w?|рұқсат)\b", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]{3}")
_FEWEST_WORDS: Final = 3
_RECORD: Final = re.compile(
    r"^\W{0,4}(?:info|notice|warn(?:ing)?|error|debug|crit(?:ical)?|fatal|security|alert|trace)\b"
    r"|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|(?<!\d)\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(?!\d)",
    re.IGNORECASE,
)
"""What stands in a record's line and seldom in a line of anything else: its grade in front, an address or a moment."""
_STRANGE: Final = re.compile(r"[\ufffd\x01-\x08\x0e-\x1f]")
_MOST_STRANGE: Final = 0.1
_TIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?"
    r"|\d{4}/\d{1,2}/\d{1,2}[ T-]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?"
    r"|\d{1,2}[/-][A-Z][a-z]{2}[/-]\d{4}[: ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?(?: ?[+-]\d{4})?"
    r"|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d{2}:\d{2}:\d{2}(?:[.,]\d{1,6})?(?: \d{4})?"
    r"|\d{1,2}/\d{1,2}/\d{4}[ -]\d{2}:\d{2}:\d{2}|(?<!\d)1\d{9}(?:\.\d{1,6})?(?!\d)"
)


class Text:
    """Reads free text of one source."""

    name = "text"

    def __init__(self, times: Times) -> None:
        self._times = times
        self._last: tuple[bytes, Stripped, str, Found | None] | None = None
        self._moment: tuple[str, datetime | None] = ("", None)

    def recognises(self, record: bytes) -> bool:
        """Whether a product's own pattern fits. Text that only the general words tell is asked for last."""
        return self._found(record)[3] is not None

    def knows_pairs(self, record: bytes) -> bool:
        """Whether a product's own pattern fits that itself asks for a quoted pair."""
        found = self._found(record)[3]
        return found is not None and '="' in found.by.pattern.match.replace('="?', "")

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        _, stripped, message, found = self._found(record)
        self._last = None
        if found and found.by.pattern.ignore:
            return Ignored(found.by.pattern.ignore)
        head = Head(as_text(record), message, self._time(stripped, message, record), stripped.host)
        if found:
            by = found.by
            constants = {"vendor": by.product.vendor, "product": by.product.product} | by.constants
            groups = found.match.groupdict()
            counted: dict[str, str] = {}
            if by.constants.get("activity") is Activity.SIGN_IN and any(each in message for each in _SPANS):
                counted = listed(dict(counts_in(message)))
            if by.constants.get("activity") is Activity.SIGN_IN and not groups.get("source_address"):
                told = {name.rstrip("0123456789") for name, value in groups.items() if value}
                words = fields_in(message, surely=True)
                groups |= {name: value for name, value in words.items() if name not in told}
            return event_of(head, groups, constants, {**by.more, **counted})
        return self._by_words(head, stripped.app)

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def _found(self, record: bytes) -> tuple[bytes, Stripped, str, Found | None]:
        # Whoever asks whether a record is text reads it next.
        if self._last and self._last[0] is record:
            return self._last
        start = record[:_LOOKED_AT]
        stripped = strip_header(start)
        message = _line(stripped.body)
        found = own_engine().find(message, stripped.app)
        # Behind a time stands a host only in syslog; elsewhere it was the first word of the message.
        if found is None and stripped.time:
            whole = _line(after_time(start))
            if found := own_engine().find(whole, ""):
                stripped, message = Stripped(stripped.body, stripped.time), whole
        self._last = (record, stripped, message, found)
        return self._last

    def _by_words(self, head: Head, program: str) -> Event:
        if not program:
            # No program's name stood where a header has it, so the host's may be a word of the message.
            head.message = f"{head.host} {head.message}".strip() if head.host else head.message
        message = head.message
        if not _LETTERS.search(message) or len(_STRANGE.findall(message)) > len(message) * _MOST_STRANGE:
            raise Unreadable("no text")
        means = own_general().meaning(_without_pages(message))
        name = malware_name(message) if means in _OF_LITTLE else ""
        means = own_general().of_malware(message) if name else means
        known = own_engine().product_of(program)
        if not means and not known and not head.host and not program and not _readable(message, head):
            raise Unreadable("of no known format")
        vendor, product = known or ("unknown", program or "unknown")
        constants = {"vendor": vendor, "product": product} | MEANINGS.get(means, {})
        counted = listed(counts_named_in(message) | dict(counts_in(message)))
        if not means and not counted:
            return event_of(head, {}, constants, {})
        groups = fields_in(message) | ({"rule_name": name} if name else {})
        return event_of(head, groups, constants, {"understood": "by common words"} | counted)

    def _time(self, stripped: Stripped, message: str, record: bytes) -> datetime | None:
        if stripped.time:
            # Many lines have one time, and reading it costs more than reading the line.
            if stripped.time != self._moment[0]:
                self._moment = (stripped.time, self._times.read(stripped.time))
            return self._moment[1]
        found = _TIME.search(message, 0, _HEAD) or _TIME.search(record[:_HEAD].decode("utf-8", "replace"))
        return self._times.read(found[0]) if found else None


def _readable(message: str, head: Head) -> bool:
    """Whether a text that means nothing known is a record all the same: a sentence with a moment, a grade or an end."""
    words = len(_LETTERS.findall(message))
    return words >= _FEWEST_WORDS and (head.time is not None or _RECORD.search(message) is not None)


def _without_pages(message: str) -> str:
    """A message without the names of pages that were let pass: they are words of whoever wrote the page."""
    return _PAGE.sub(r"\1/", message) if "://" in message and _LET_PASS.search(message) else message


def _line(body: bytes) -> str:
    text = body.decode("utf-8", "replace")[:LONGEST]
    return _LINE_ENDS.sub(" ", _COLOURS.sub("", text) if "[" in text else text).strip()
