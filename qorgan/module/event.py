"""Event: what a record of a security product says, in words common to all products, before anyone judges it.

A format fills in what it finds and leaves the rest empty; it decides nothing. Nothing here is redacted yet, so an
event never touches a disk.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from qorgan.law.severity import Severity
from qorgan.wire.signal import Action, FileHash


class Activity(StrEnum):
    """What a record is about. Rules and window detectors ask for it, whatever the product."""

    FINDING = "finding"
    """A product says that it found something: an alert, a detection, a verdict."""
    SIGN_IN = "sign-in"
    """Somebody proved who they are, or failed to."""
    CONNECTION = "connection"
    """A connection or a packet was let through or not."""
    REQUEST = "request"
    """A request to a web server or through a proxy."""
    MAIL = "mail"
    """A message was taken, judged or refused."""
    FILE = "file"
    """A file was looked through."""
    OTHER = ""


class Outcome(StrEnum):
    """How what was attempted ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    UNKNOWN = ""


class MailTrace(Struct, frozen=True, kw_only=True, gc=False):
    """What a record says of a message besides its sender, its subject and its files. Empty text: it does not say."""

    sending_host: str = ""
    """Name of the host that gave it to the institution."""
    links: tuple[str, ...] = ()
    """Hosts that its links lead to."""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


class Event(Struct, frozen=True, kw_only=True, gc=False):
    """One record, read. Empty text means that the record does not say."""

    format: str
    """The format that read it, by its name in `formats/reading.py`."""
    vendor: str
    product: str
    record: str
    """The record's own text."""
    time: datetime | None = None
    """When it happened, with zone; None when the record does not say."""
    began: datetime | None = None
    """When it began, with zone, for what went on for a while."""
    activity: Activity = Activity.OTHER
    outcome: Outcome = Outcome.UNKNOWN
    kind: str = ""
    """The product's own kind of record (EVE event_type, the device event class), lower-case."""
    rule_id: str = ""
    rule_name: str = ""
    category: str = ""
    """The product's own category words, lower-case, several joined with '; '."""
    severity: Severity = Severity.MEDIUM
    action: Action = Action.UNKNOWN
    source_address: str = ""
    source_port: int | None = None
    destination_address: str = ""
    destination_port: int | None = None
    protocol: str = ""
    """Transport protocol, lower-case."""
    application: str = ""
    """Application protocol, lower-case."""
    host: str = ""
    """Host of a requested URL."""
    path: str = ""
    """Path of a requested URL with its query, as the record has it."""
    domain: str = ""
    hashes: tuple[FileHash, ...] = ()
    file_name: str = ""
    mail_sender: str = ""
    mail_subject: str = ""
    mail: MailTrace | None = None
    user: str = ""
    machine: str = ""
    """The internal machine that the record is about or from."""
    message: str = ""
    techniques: tuple[str, ...] = ()
    count: int = 1
    """How often, when the product has already aggregated."""
    more: dict[str, str] = {}
    """Further words of the record, under the product's own names, that rules may ask for."""


class Ignored(Struct, frozen=True):
    """A record that was read and is no security event, with the reason under which it is counted."""

    reason: str


class Unreadable(Exception):
    """A record that is not of its format. The reason never repeats the record's content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
