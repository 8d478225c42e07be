"""A message saved by Outlook is read as the message that it is, and hostile files of that kind are survived."""

from __future__ import annotations

import random
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.law.asoi import SignalType
from qorgan.module.event import Event, Unreadable
from qorgan.module.mail.compound import Compound, CompoundRefused
from qorgan.module.mail.handed import Scan
from qorgan.module.mail.outlook import as_message
from qorgan.wire.signal import Perimeter
from tests.module.mail.made import BORDER, CLERK, INNER, event_of, report, signal_of
from tests.module.mail.outlook_files import compound, saved

HEADERS = (
    f"Received: {INNER}\r\nReceived: {BORDER}\r\nFrom: Help <help@sender.example>\r\n"
    f"To: {CLERK}@bank.example\r\nSubject: Your\r\n account\r\nContent-Type: multipart/alternative; boundary=x\r\n"
)
PAGE = "<p>Кіру: <a href='https://login.sender.example/verify?u=clerk'>www.bank.example</a></p>"
PHISH = saved(HEADERS, "See https://login.sender.example/", PAGE.encode("cp1251", "replace"), {"a.txt": b"x" * 9_000})
FILES = (
    compound(PHISH),
    compound(saved("From: clerk@bank.example\r\nSubject: FW\r\n", "I got this.", inner=PHISH)),
    compound(saved(text="x", p0C1F="help@sender.example", p0037="Счёт")),
)


@pytest.mark.clause("R67.8.5")
@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("content", FILES[:2], ids=["saved", "saved with the message attached"])
def test_a_saved_message_becomes_a_signal_with_its_senders_traces(content: bytes) -> None:
    signal = signal_of(content)
    assert (signal.type, signal.perimeter) == (SignalType.PHISHING, Perimeter.EXTERNAL)
    assert signal.source is not None
    assert signal.source.address == "203.0.113.9"
    assert signal.mail_sender_domain == "sender.example"
    assert signal.mail is not None
    assert signal.mail.links == ("login.sender.example",)
    assert CLERK not in str(signal)


@pytest.mark.clause("R67.8.5")
@pytest.mark.parametrize("content", [FILES[0], b"broken"])
def test_one_that_is_attached_to_an_employees_message_is_the_reported_one(content: bytes) -> None:
    message = report()
    message.add_attachment(content, maintype="application", subtype="vnd.ms-outlook", filename="Look.MSG")
    signal = signal_of(message)
    assert signal.mail_sender_domain == ("sender.example" if content is FILES[0] else None)


def test_without_its_headers_the_sender_is_as_outlook_has_it() -> None:
    message = as_message(FILES[2])
    assert message.startswith(b'From: "" <help@sender.example>\r\nSubject: \xd0\xa1')


@pytest.mark.clause("R67.8.4")
def test_a_saved_message_in_which_the_antivirus_found_something_is_malicious_code() -> None:
    assert signal_of(FILES[0], scan=Scan.INFECTED, found="Eicar").type is SignalType.MALCODE


@pytest.mark.parametrize("content", [compound({("Workbook",): b"x"}), FILES[0][:600], FILES[0][:8] + bytes(600)])
def test_what_holds_no_message_is_refused_with_the_reason(content: bytes) -> None:
    with pytest.raises(Unreadable, match="Outlook"):
        event_of(content)


def test_sectors_in_a_circle_end() -> None:
    content = bytearray(FILES[0])
    first = struct.unpack_from("<I", content, 76)[0]
    for number in range(128):
        struct.pack_into("<I", content, (first + 1) * 512 + number * 4, 0)
    with pytest.raises(CompoundRefused, match="circle"):
        Compound(bytes(content), 1_000_000)


def test_streams_that_share_their_sectors_give_no_more_than_is_allowed() -> None:
    file = Compound(compound({(f"s{number}",): b"x" * 5_000 for number in range(9)}), 12_000)
    assert sum(len(file.read(path)) for path in file.paths()) == 10_000


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 2**32))
def test_any_file_is_read_or_refused(content: bytes, seed: int) -> None:
    chance, bent = random.Random(seed), bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(8, len(bent) - 4)
        bent[at : at + 4] = struct.pack("<I", chance.choice((0, 1, chance.getrandbits(8), chance.getrandbits(32))))
    begun, reason = time.process_time(), ""
    try:
        assert isinstance(event_of(bytes(bent[: chance.choice((len(bent), chance.randrange(len(bent))))])), Event)
    except Unreadable as refused:
        reason = refused.reason
    assert len(reason) < 200
    assert time.process_time() - begun < 5
