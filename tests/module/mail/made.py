"""Messages as thieves and employees write them, made by code."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from qorgan.law.asoi import SignalType
from qorgan.module.classify.decide import Deciders
from qorgan.module.classify.pack import own_rules
from qorgan.module.event import Event
from qorgan.module.formats.message import Message
from qorgan.module.formats.moment import times_in
from qorgan.module.formats.reading import Reader
from qorgan.module.judging import InstitutionJudge
from qorgan.module.mail.handed import MESSAGE, Handed, hand
from qorgan.module.mail.way import Own
from qorgan.module.portion import Portion
from qorgan.module.redact.fields import Redactor
from qorgan.module.redact.hosts import Inside
from qorgan.module.refine import refine
from qorgan.wire import record
from qorgan.wire.signal import Signal

KEY = b"k" * 32
DOMAINS = ("bank.example",)
NETWORKS = ("192.0.2.0/24",)
OWN = Own(Inside(NETWORKS, DOMAINS), frozenset(("filter.example.net",)), knows_domains=True)
CLERK = "aigerim.clerkova"
BORDER = (
    "from mx.sender.example (mx.sender.example [203.0.113.9]) by mx1.bank.example with ESMTPS; "
    "Mon, 2 Mar 2026 09:14:07 +0500"
)
INNER = "from mx1.bank.example (mx1.bank.example [10.0.0.7]) by store.bank.example; Mon, 2 Mar 2026 09:14:08 +0500"
PAGE = '<p>Go: <a href="https://login.sender.example/verify?u=clerk">www.bank.example</a></p>'


def phish(
    body: str = PAGE, kind: str = "html", received: tuple[str, ...] = (INNER, BORDER), **headers: str
) -> EmailMessage:
    """A message from outside, as the institution's relays delivered it."""
    message = EmailMessage()
    for line in received:
        message["Received"] = line
    named = {"From": "Help <help@sender.example>", "To": f"{CLERK}@bank.example", "Subject": "Your account"}
    for name, value in {**named, **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(body, subtype=kind)
    return message


def report(attached: EmailMessage | None = None, text: str = "I got this.", **headers: str) -> EmailMessage:
    """What an employee sends on."""
    message = EmailMessage()
    named = {"From": f"{CLERK}@bank.example", "To": "report@bank.example", "Subject": "FW: look"}
    for name, value in {**named, **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if attached is not None:
        message.add_attachment(attached)
    return message


def event_of(message: EmailMessage | bytes, own: Own = OWN, **handed: Any) -> Event:
    """What is read of a message that was handed in. Raises Unreadable."""
    content = message if isinstance(message, bytes) else message.as_bytes()
    return Message(times_in("Asia/Almaty"), own).read(hand(content, Handed(**handed)))


def signals_of(*records: bytes, own: Own = OWN) -> list[Signal]:
    """The signals of records of messages, each of its own portion, as the judging room makes them."""
    redactor = Redactor(KEY, NETWORKS, DOMAINS)
    judge = InstitutionJudge(redactor, Deciders(own_rules()))
    reader = Reader(MESSAGE, own=[Message(times_in("Asia/Almaty"), own)])
    made: list[Signal] = []
    for each in records:
        portion = Portion(source="s", format=MESSAGE, zone="Asia/Almaty", records=[each])
        made += [record.decode(line) for line in refine(portion, reader, judge, len(made) + 1).lines]
    return made


def signal_of(message: EmailMessage | bytes, **handed: Any) -> Signal:
    """The one signal of a message."""
    content = message if isinstance(message, bytes) else message.as_bytes()
    (made,) = signals_of(hand(content, Handed(**handed)))
    assert made.type in {SignalType.PHISHING, SignalType.MALCODE}
    return made
