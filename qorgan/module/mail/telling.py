"""A reported message as an event: the sender's traces, and nothing of whoever reported it (R67.8.4, R67.8.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, MailTrace, Unreadable
from qorgan.module.mail import bounds
from qorgan.module.mail.compound import CompoundRefused
from qorgan.module.mail.contents import Attachment
from qorgan.module.mail.handed import MESSAGE, Handed, Scan, refusal_of, taken
from qorgan.module.mail.links import is_disguised
from qorgan.module.mail.outlook import as_message, is_outlook
from qorgan.module.mail.part import Budget
from qorgan.module.mail.reported import Reported, find_reported
from qorgan.module.mail.way import Own
from qorgan.wire.signal import Action, FileHash, HashAlgorithm

VENDOR: Final = "Qorgan"
PRODUCT: Final = "reported mail"
_SHOWN: Final = 2_048
"""Bytes of links, and of attachments, that the record tells at the most: with the rest it stays below its limit."""


class _Link(Struct, frozen=True, omit_defaults=True):
    host: str
    shown: str = ""
    disguised: bool = False


class _File(Struct, frozen=True, omit_defaults=True):
    kind: str
    size: int
    sha256: str
    inside: bool = False


_Told = TypeVar("_Told", _Link, _File)


class _Record(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The record of a reported message: ours, since the message itself must stay here."""

    reported: str
    how: str
    sender_domain: str = ""
    return_domain: str = ""
    sending_host: str = ""
    sending_address: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    scan: str
    found: str = ""
    links: list[_Link] = []
    attachments: list[_File] = []
    notes: list[str] = []


def event_of(record: bytes, own: Own) -> Event:
    """The event of a message that was handed in. Raises `Unreadable`."""
    handed, content = taken(record)
    if why := refusal_of(content):
        raise Unreadable(why)
    if is_outlook(content):
        try:
            content = as_message(content)
        except CompoundRefused as refused:
            raise Unreadable(f"an Outlook .msg file is not read: {refused}") from None
    budget = Budget()
    try:
        found = find_reported(content, own, budget)
    except (RecursionError, MemoryError):
        raise Unreadable("a message that cannot be taken apart") from None
    return _event(found, handed, budget, own)


def _event(found: Reported, handed: Handed, budget: Budget, own: Own) -> Event:
    way = found.way
    links = _outside(found, own)
    mismatched = [link for link in links if link.shown]
    attachments = found.contents.attachments
    sender = "" if own.is_ours(found.sender) else found.sender
    return Event(
        format=MESSAGE,
        vendor=VENDOR,
        product=PRODUCT,
        record=_record(found, handed, links, list(budget.notes), sender, own),
        time=_moment(way.at, handed.at),
        activity=Activity.MAIL,
        kind=f"reported-{handed.reported.value}",
        rule_name=handed.found if handed.scan is Scan.INFECTED else "",
        severity=Severity.HIGH if handed.scan is Scan.INFECTED else Severity.MEDIUM,
        action=Action.DETECTED,
        source_address=way.address,
        application="smtp",
        host=links[0].host if links else "",
        hashes=tuple(
            FileHash(algorithm=HashAlgorithm.SHA256, value=file.sha256) for file in _gravest(attachments) if file.sha256
        ),
        mail_sender=f"@{sender}" if sender else "",
        mail_subject=found.subject,
        mail=MailTrace(
            sending_host="" if own.is_ours(way.host) else way.host,
            links=tuple(link.host for link in links),
            spf=way.spf,
            dkim=way.dkim,
            dmarc=way.dmarc,
        ),
        more={
            "scan": handed.scan.value,
            "how": found.how,
            "spf": way.spf,
            "dmarc": way.dmarc,
            "mismatched_links": str(len(mismatched)),
            "disguised_links": str(sum(link.disguised for link in links)),
        },
    )


def _outside(found: Reported, own: Own) -> list[_Link]:
    """The hosts that links lead to, each once, those that pretend first; never the institution's own."""
    known: dict[str, _Link] = {}
    for link in sorted(found.links, key=lambda one: not one.shown):
        host = link.host
        if host not in known and not own.holds(host) and not (own.is_ours(host) and ":" not in host):
            # Whose name it shows, when that is the institution itself, is said without the name.
            shown = "(the institution)" if link.shown and own.is_ours(link.shown) else link.shown
            known[host] = _Link(host, shown, is_disguised(host))
        if len(known) >= bounds.MOST_LINKS:
            break
    return list(known.values())


def _gravest(attachments: Sequence[Attachment]) -> list[Attachment]:
    """Attachments in the order in which they matter: what can run, what holds others, what is in them, the rest."""
    return sorted(attachments, key=lambda file: (file.kind not in _RUNS, not file.inside))


_RUNS: Final = frozenset(
    (
        *("exe", "scr", "com", "pif", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "msi", "dll"),
        *("lnk", "iso", "img", "vhd", "jar", "apk", "elf", "sh", "docm", "xlsm", "pptm", "xll", "one", "chm", "cpl"),
    )
)


def _record(found: Reported, handed: Handed, links: list[_Link], notes: list[str], sender: str, own: Own) -> str:
    way = found.way
    files = [_File(file.kind, file.size, file.sha256, file.inside) for file in _gravest(found.contents.attachments)]
    record = _Record(
        reported=handed.reported.value,
        how=found.how,
        sender_domain=sender,
        return_domain="" if own.is_ours(found.envelope) else found.envelope,
        sending_host="" if own.is_ours(way.host) else way.host,
        sending_address=way.address,
        spf=way.spf,
        dkim=way.dkim,
        dmarc=way.dmarc,
        scan=handed.scan.value,
        found=handed.found,
        links=_bounded(links),
        attachments=_bounded(files),
        notes=notes,
    )
    return msgspec.json.encode(record).decode()


def _bounded(listed: list[_Told]) -> list[_Told]:
    size = 0
    for index, each in enumerate(listed):
        size += len(msgspec.json.encode(each))
        if size > _SHOWN:
            return listed[:index]
    return listed


def _moment(at: datetime | None, handed_at: datetime | None) -> datetime | None:
    """When the institution received it, as its relay says; when it was handed in, where that is not known."""
    if at is None or (handed_at is not None and at > handed_at):
        return handed_at
    return at.astimezone(UTC)
