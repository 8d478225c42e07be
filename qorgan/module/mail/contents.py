"""What a message holds: its text with links, and its attachments by digest. No name and no word of either is kept."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from msgspec import Struct, field

from qorgan.module.mail import archives, bounds
from qorgan.module.mail.charsets import text_of
from qorgan.module.mail.links import Link, Read, in_html, in_text
from qorgan.module.mail.part import Budget, Part

_ENDING: Final = re.compile(r"\.([A-Za-z0-9]{1,8})\s{0,8}$")
_ENDINGS: Final = {
    b"MZ": "exe",
    b"%PDF": "pdf",
    b"PK\x03\x04": "zip",
    b"\xd0\xcf\x11\xe0": "ole",
    b"\x1f\x8b": "gz",
    b"\x7fELF": "elf",
    b"{\\rtf": "rtf",
}
_DRAWN: Final = ("image/", "audio/", "video/")
_PAGES: Final = frozenset(("text/html", "application/xhtml+xml", "image/svg+xml"))
_PAGE_ENDINGS: Final = frozenset(("html", "htm", "xhtml", "shtml", "svg"))


class Attachment(Struct, frozen=True):
    """An attached file, or one in an attached archive."""

    kind: str
    """The ending of its name, or what its bytes say it is, lower-case; '' when neither says."""
    size: int
    sha256: str
    """'' when it was too long to be read whole."""
    inside: bool = False
    """Whether it lay in an archive."""


class Contents(Struct):
    """What was found in a message."""

    texts: list[Read] = field(default_factory=list)
    pages: list[Link] = field(default_factory=list)
    """Links of attached pages."""
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def links(self) -> list[Link]:
        """Every link."""
        return [*(link for read in self.texts for link in read.links), *self.pages]


def contents_of(message: Part, budget: Budget) -> Contents:
    """Everything in a message, and in messages that are attached to it."""
    found = Contents()
    for part in message.walk(budget, into_messages=True):
        kind = part.content_type
        if part.is_multipart or kind == "message/rfc822":
            continue
        is_attached = part.disposition == "attachment" or bool(part.file_name)
        if kind in {"text/plain", "text/html"} and not is_attached:
            found.texts.append(_text(part.content(), part.charset, budget, is_html=kind == "text/html"))
        elif is_attached or not kind.startswith((*_DRAWN, "text/", "message/")):
            _attach(found, part, budget)
    return found


def _text(content: bytes, charset: str, budget: Budget, *, is_html: bool) -> Read:
    most = min(bounds.MOST_TEXT, max(budget.texts, 0))
    # Four bytes a character at the most.
    text = text_of(content[: 4 * most], charset)
    if len(text) > most or len(content) > 4 * most:
        budget.note("its text is longer than is looked at")
    text = text[:most]
    budget.texts -= len(text)
    return in_html(text) if is_html else in_text(text)


def _attach(found: Contents, part: Part, budget: Budget) -> None:
    if len(found.attachments) >= bounds.MOST_ATTACHMENTS:
        budget.note("it has more attachments than are told")
        return
    content = part.content()
    kind = _kind(part.file_name, content)
    found.attachments.append(Attachment(kind, len(content), _digest(content)))
    if part.content_type in _PAGES or kind in _PAGE_ENDINGS:
        # A page that is attached leads where its links do.
        found.pages += _text(content, part.charset, budget, is_html=True).links
    inner = archives.files_in(content, budget)
    room = bounds.MOST_ATTACHMENTS - len(found.attachments)
    if len(inner) > room:
        budget.note("it has more attachments than are told")
    for file in inner[:room]:
        found.attachments.append(Attachment(_ending(file.name), file.size, file.sha256, inside=True))


def _kind(name: str, content: bytes) -> str:
    known = _ending(name)
    return known or next((kind for magic, kind in _ENDINGS.items() if content.startswith(magic)), "")


def _ending(name: str) -> str:
    """The ending alone: the name may be a person's."""
    match = _ENDING.search(name[-64:]) if "." in name else None
    if match:
        return match[1].lower()
    return name if name == "gz" else ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
