"""What of a message may travel: hosts of links, how its sender was checked; of its subject a keyed digest (R67.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final

import msgspec

from qorgan.module.event import Event
from qorgan.wire.signal import MailCheck

MOST_LINKS: Final = 32
"""Hosts of links in a signal."""
_SHORTEST_SUBJECT: Final = 4
"""Shorter subjects say nothing, and stand inside too many words to be taken out of a record."""
_NAMES: Final = frozenset(("url", "urls", "link", "links", "uri", "uris", "hyperlink", "threat", "clicked"))
"""The word that a product's name of links ends in."""
_ABOUT_ITSELF: Final = frozenset(
    (
        "console",
        "alert",
        "dashboard",
        "portal",
        "self",
        "report",
        "incident",
        "threaturl",
        "reference",
        "api",
        "help",
        "etp",
    )
)
"""Words that mark a link to the product's own pages."""
_LINK: Final = re.compile(
    r"h(?:tt|xx)ps?\[?:\]?//(?:[^\s/?#@\"'<>]{0,256}@)?(?P<host>[^\s/?#@:\"'<>,;|]{1,255})", re.IGNORECASE
)
_PATHS: Final = re.compile(
    r"(?P<start>h(?:tt|xx)ps?\[?:\]?\\?/\\?/[^\s/?#\\\"'<>|,;]{1,255})\\?[/?#](?:\\/|[^\s\"'<>|,;\\]){1,4096}",
    re.IGNORECASE,
)
_HOST: Final = re.compile(r"[^\s/?#@‹›\0\ud800-\udfff]{1,255}")
_ANSWERED: Final = re.compile(
    r"\s{0,8}(?:\[[^\]]{0,32}\]\s{0,8})?(?:re|fwd?|aw|wg|tr|rv|ответ|пересл|на|жауап|қайта)\s{0,2}(?:\[\d{1,3}\])?\s{0,2}:",
    re.IGNORECASE,
)
_MOST_ANSWERS: Final = 16
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MOST_NAMES: Final = 256
_LONGEST: Final = 4_096
_CHECKS: Final = {check.value: check for check in MailCheck}


def check_or_none(said: str) -> MailCheck | None:
    """What checking a sender gave; None for a word that is none of the standard's."""
    return _CHECKS.get(said.lower())


def host_or_none(name: str) -> str | None:
    """A host's name that may travel; None for what is none, or had to be redacted."""
    return name if name and _HOST.fullmatch(name) else None


def bare_subject(subject: str) -> str:
    """A subject without what answering and forwarding put before it: the same for all who got the message."""
    text = subject
    for _ in range(_MOST_ANSWERS):
        match = _ANSWERED.match(text)
        if not match:
            break
        text = text[match.end() :]
    return " ".join(text.split())


def without(record: str, subject: str, instead: str) -> str:
    """A record without a text, however the record's format writes it."""
    plain = subject.strip()
    if len(plain) < _SHORTEST_SUBJECT:
        return record
    spellings = [plain, _quoted(plain), _escaped(plain), escape(plain), escape(plain, quote=False), _barred(plain)]
    for spelling in dict.fromkeys(spellings):
        record = record.replace(spelling, instead)
    return record


def without_paths(record: str) -> str:
    """A record of a message whose links are cut after their hosts: further on stands whom they were made for."""
    return _PATHS.sub(r"\g<start>/…", record) if "//" in record or "\\/" in record else record


def linked_hosts(event: Event) -> Iterator[str]:
    """Hosts of the links that a product says a message has."""
    if event.host:
        yield event.host.lower().replace("[.]", ".")
    for index, (name, value) in enumerate(event.more.items()):
        if index >= _MOST_NAMES:
            return
        words = [word.lower() for word in _WORDS.findall(name)]
        if "//" in value and words and words[-1] in _NAMES and not _ABOUT_ITSELF.intersection(words):
            for match in _LINK.finditer(value[:_LONGEST]):
                yield match["host"].replace("[.]", ".").rstrip(".").lower()


def _quoted(text: str) -> str:
    """As JSON writes it."""
    return msgspec.json.encode(text.encode("utf-8", "replace").decode()).decode()[1:-1]


def _escaped(text: str) -> str:
    """As JSON in ASCII writes it."""
    pieces = []
    for letter in _quoted(text).encode("utf-16-be").hex(" ", 2).split():
        code = int(letter, 16)
        pieces.append(chr(code) if code < 0x7F else f"\\u{letter}")  # noqa: PLR2004 (ASCII)
    return "".join(pieces)


def _barred(text: str) -> str:
    """As CEF writes it."""
    return text.replace("\\", "\\\\").replace("=", "\\=").replace("|", "\\|")
