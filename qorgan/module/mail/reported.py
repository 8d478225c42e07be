"""Which message was reported: the one that was dropped itself, one attached to it, or one forwarded in its text.

Whoever forwards is an employee, and nothing of the forwarding message leaves: neither who sent it, nor to whom, nor
the words above what was forwarded.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from msgspec import Struct

from qorgan.module.mail import bounds
from qorgan.module.mail.compound import CompoundRefused
from qorgan.module.mail.contents import Contents, contents_of
from qorgan.module.mail.links import Link
from qorgan.module.mail.outlook import as_message
from qorgan.module.mail.part import Budget, Part, message_of
from qorgan.module.mail.way import Own, Way, way_of
from qorgan.module.mail.words import decoded, domain_of, sender_of

How = Literal["whole", "attached", "inline"]
_WHOLE: Final[How] = "whole"
_ATTACHED: Final[How] = "attached"
_NAMING: Final = ("from", "received", "subject", "return-path", "message-id")
_FROM: Final = re.compile(
    r"^[ \t>*_|]{0,16}(?:from|от кого|от|отправитель|кімнен|жіберуші|де|von|de|gönderen|kimden)[ \t*_]{0,8}:"
    r"[ \t*_]{0,8}(?P<value>[^\n]{0,512})",
    re.IGNORECASE | re.MULTILINE,
)
_SUBJECT: Final = re.compile(
    r"^[ \t>*_|]{0,16}(?:subject|тема|тақырыбы|тақырып|betreff|objet|konu)[ \t*_]{0,8}:"
    r"[ \t*_]{0,8}(?P<value>[^\n]{0,512})",
    re.IGNORECASE | re.MULTILINE,
)
_MARK: Final = re.compile(
    r"^[ \t>*_|]{0,16}(?:-{2,24}[ \t]{0,4})?(?:forwarded message|original message|begin forwarded message"
    r"|пересылаемое сообщение|пересланное сообщение|исходное сообщение|переадресованное сообщение"
    r"|начало переадресованного сообщения|қайта жіберілген хабар|бастапқы хабар)",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK: Final = 2_048
"""Characters in which the lines of a forwarded message's headers stand together."""
_HEAD: Final = 512
_MOST_TRIED: Final = 32


class Reported(Struct, frozen=True, kw_only=True):
    """The message that was reported."""

    how: How
    sender: str
    """Domain of its sender."""
    envelope: str
    """Domain of the address to which it would be returned."""
    subject: str
    way: Way
    links: list[Link]
    contents: Contents


class _Forwarded(Struct, frozen=True):
    """What a text says of the message forwarded in it."""

    sender: str
    subject: str
    at: int
    """Where in the text it begins."""


def find_reported(content: bytes, own: Own, budget: Budget) -> Reported:
    """The reported message of one that was handed in."""
    message: Part = message_of(content)
    how: How = _WHOLE
    way = way_of(message, own)
    for _ in range(bounds.MOST_FORWARDS):
        if not _is_by_employee(message, way, own):
            break
        attached = _attached(message, budget)
        if attached is None:
            return _inline(message, way, budget) or _itself(message, way, how, budget)
        message, how, way = attached, _ATTACHED, way_of(attached, own)
    return _itself(message, way, how, budget)


def _itself(message: Part, way: Way, how: How, budget: Budget) -> Reported:
    contents = contents_of(message, budget)
    return Reported(
        how=how,
        sender=sender_of(message.value("from")),
        envelope=domain_of(message.value("return-path")),
        subject=decoded(message.value("subject")),
        way=way,
        links=contents.links,
        contents=contents,
    )


def _is_by_employee(message: Part, way: Way, own: Own) -> bool:
    """Whether a message is one in which an employee forwards another.

    One that our relay found to be forged is not, though it says it is. Where the institution has not said which
    domains are its own, a message that no host outside handed over is.
    """
    if way.has_failed:
        return False
    if not own.knows_domains:
        return not way.address
    sender = sender_of(message.value("from"))
    return not sender or own.is_ours(sender)


def _attached(message: Part, budget: Budget) -> Part | None:
    """The message that is attached to a message, as forwarding does it."""
    for part in message.walk(budget):
        found: Part | None = None
        if part.content_type == "message/rfc822":
            found = next(iter(part.parts(budget)), None)
        elif part.file_name.lower().endswith(".eml"):
            found = message_of(part.content())
        elif part.file_name.lower().endswith(".msg"):
            found = _saved(part.content(), budget)
        if found is not None and any(name in found.head for name in _NAMING):
            return found
    return None


def _saved(content: bytes, budget: Budget) -> Part | None:
    """The message of a file that Outlook saved."""
    try:
        return message_of(as_message(content))
    except CompoundRefused:
        budget.note("an attached Outlook .msg file could not be read")
        return None


def _inline(message: Part, way: Way, budget: Budget) -> Reported | None:
    """The message that is forwarded in the text of a message."""
    contents = contents_of(message, budget)
    forwards = [_forwarded(read.text) for read in contents.texts]
    first = next((found for found in forwards if found is not None), None)
    if first is None:
        return None
    budget.note("it was forwarded as text: the host that sent it is not known")
    links = [
        link
        for read, found in zip(contents.texts, forwards, strict=True)
        for link in read.links
        if found is None or link.at >= found.at
    ]
    return Reported(
        how="inline",
        sender=first.sender,
        envelope="",
        subject=first.subject,
        way=Way(at=way.at),
        links=[*links, *contents.pages],
        contents=contents,
    )


def _forwarded(text: str) -> _Forwarded | None:
    """What a text says of the message that is forwarded in it."""
    for tried, match in enumerate(_FROM.finditer(text)):
        if tried >= _MOST_TRIED:
            break
        sender = domain_of(match["value"])
        subject = _SUBJECT.search(text, match.end(), match.end() + _BLOCK)
        if subject is not None or sender:
            return _Forwarded(sender, subject["value"].strip() if subject else "", match.start())
    mark = _MARK.search(text)
    return _Forwarded(domain_of(text[mark.end() : mark.end() + _HEAD]), "", mark.start()) if mark else None
