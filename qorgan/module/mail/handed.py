"""What a source hands over with a message, as a line before it: the judging room can ask nobody."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.mail.bounds import MOST_MESSAGE
from qorgan.module.mail.outlook import is_outlook

MESSAGE: Final = "message"
"""The name of the format."""
_MARK: Final = b"qorgan-handed: "
_LONGEST: Final = 4_096
_LEAST_OUTLOOK: Final = 1_536
"""Bytes of a header and two sectors, without which Outlook's files are none."""
_HEADER: Final = re.compile(rb"[!-9;-~]{1,128}[ \t]{0,8}:")


class Reported(StrEnum):
    """As what those who report a message report it."""

    PHISHING = "phishing"
    MALCODE = "malcode"
    UNSAID = "unsaid"
    """They do not say: the message is judged by what it holds."""


class Scan(StrEnum):
    """What came of asking the antivirus."""

    INFECTED = "infected"
    CLEAN = "clean"
    FAILED = "not-scanned"
    """It was asked and gave no verdict."""
    ABSENT = "no-scanner"
    """None is configured."""


class Handed(Struct, frozen=True, kw_only=True):
    """What is known of a message besides itself."""

    reported: Reported = Reported.PHISHING
    scan: Scan = Scan.ABSENT
    found: str = ""
    """The antivirus's name of what it found."""
    at: datetime | None = None
    """When it was handed in, with zone."""


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Handed).decode


def hand(message: bytes, handed: Handed) -> bytes:
    """The record of a message."""
    return _MARK + _encode(handed) + b"\n" + message


def taken(record: bytes) -> tuple[Handed, bytes]:
    """What was handed over, and the message. A message alone was handed over with nothing."""
    if record.startswith(_MARK):
        end = record.find(b"\n", 0, _LONGEST)
        if end > 0:
            try:
                return _decode(record[len(_MARK) : end]), record[end + 1 :]
            except (msgspec.MsgspecError, UnicodeDecodeError):
                return Handed(), record
    return Handed(), record


def refusal_of(message: bytes) -> str:
    """Why something is no message that can be read, by its first bytes; '' when it may be one."""
    if len(message) > MOST_MESSAGE:
        return "a message that is too long"
    if is_outlook(message):
        # What of it is a message is told where it is read, in the judging room.
        return "" if len(message) > _LEAST_OUTLOOK else "an Outlook .msg file that is cut off"
    head = message[:_LONGEST].lstrip()
    if not head.startswith((b"From ", b">From ")) and not _HEADER.match(head):
        return "no message: it does not begin with a header"
    return ""
