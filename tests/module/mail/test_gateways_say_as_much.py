"""What gateways and antivirus say of messages becomes a signal with the same traces, without subject and recipient."""

from __future__ import annotations

import json

import pytest

from qorgan.law.asoi import SignalType
from qorgan.module.classify.decide import Deciders
from qorgan.module.classify.pack import own_rules
from qorgan.module.formats.reading import Reader
from qorgan.module.judging import InstitutionJudge
from qorgan.module.portion import Portion
from qorgan.module.redact.fields import Redactor
from qorgan.module.refine import refine
from qorgan.wire import record
from tests.module.mail.made import DOMAINS, KEY, NETWORKS

SUBJECT = "Счёт «срочно» | pay=now"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
JSON = {
    "sender": "help@sender.example",
    "recipient": "clerk@bank.example",
    "subject": SUBJECT,
    "senderIP": "203.0.113.9",
    "classification": "phish",
    "threatType": "url",
    "url": "hxxps://login.sender[.]example/verify?u=clerk",
    "alertUrl": "https://console.vendor.example/1",
}
ESCAPED = SUBJECT.replace("|", "\\|").replace("=", "\\=")
RECORDS = {
    "json": (json.dumps(JSON), SignalType.PHISHING),
    "json in UTF-8": (json.dumps(JSON, ensure_ascii=False), SignalType.PHISHING),
    "cef": (
        (
            "CEF:0|Proofpoint|TAP|1.0|messages_blocked|Phish threat in mail|8|rt=Mar 02 2026 09:14:07 src=203.0.113.9 "
            f"suser=help@sender.example duser=clerk@bank.example cs1Label=subject cs1={ESCAPED}"
        ),
        SignalType.PHISHING,
    ),
    "cef, a file": (
        (
            "CEF:0|Example|Mail Gateway|2.1|virus|Virus found in mail|8|rt=Mar 02 2026 09:14:07 src=203.0.113.9 "
            f"suser=help@sender.example duser=clerk@bank.example fname=invoice.zip fileHash={SHA} act=quarantined"
        ),
        SignalType.MALCODE,
    ),
    "clamav-milter": (
        (
            "Mar  2 09:14:07 mail clamav-milter[411]: Message 4F1A2 from <help@sender.example> to <clerk@bank.example> "
            f"with subject '{SUBJECT}' message-id '<x@sender.example>' date 'x' infected by Example.Test-1"
        ),
        SignalType.MALCODE,
    ),
    "amavis": (
        (
            "Mar  2 09:14:07 mail amavis[411]: (00411-01) Blocked INFECTED (Example.Test-1) {DiscardedInbound}, "
            "[203.0.113.9]:40022 <help@sender.example> -> <clerk@bank.example>, quarantine: v-1"
        ),
        SignalType.MALCODE,
    ),
}


@pytest.mark.clause("R67.8.4")
@pytest.mark.clause("R67.8.5")
@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("name", RECORDS)
def test_a_gateways_record_tells_the_sender_and_neither_subject_nor_recipient(name: str) -> None:
    line, kind = RECORDS[name]
    judge = InstitutionJudge(Redactor(KEY, NETWORKS, DOMAINS), Deciders(own_rules()))
    portion = Portion(source="s", format="auto", zone="Asia/Almaty", records=[line.encode()])
    (made,) = refine(portion, Reader(), judge, 1).lines
    signal = record.decode(made)
    assert (signal.type, signal.mail_sender_domain) == (kind, "sender.example")
    assert "clerk" not in made.decode()
    for spelling in (SUBJECT, ESCAPED, json.dumps(SUBJECT)[1:-1], "срочно", "pay"):
        assert spelling not in signal.record
    if "src=" in line or "203.0.113.9" in line:
        assert signal.source is not None
        assert signal.source.address == "203.0.113.9"
    if SUBJECT in line or ESCAPED in line or name == "json":
        assert signal.mail is not None
        assert len(signal.mail.subject_digest or "") == 32
    if name.startswith("json"):
        assert signal.mail is not None
        assert "login.sender.example" in signal.mail.links
        assert "console.vendor.example" not in signal.mail.links
    if SHA in line:
        assert [one.value for one in signal.hashes] == [SHA]
