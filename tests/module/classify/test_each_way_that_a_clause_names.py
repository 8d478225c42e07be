"""Every kind of source that the register names for a signal gives that signal, with what it is asked to carry."""

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
from qorgan.wire.signal import Signal
from tests.module.mail.made import DOMAINS, KEY, NETWORKS

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MD5 = "44d88612fea8a8f36de82e1278abb02f"
RECEIVED = {
    "a mail gateway": (
        "CEF:0|Example|Mail Gateway|2.1|virus|Virus found in mail|8|rt=Mar 02 2026 09:14:07 src=203.0.113.9 "
        f"suser=help@sender.example duser=clerk@bank.example fname=invoice.zip fileHash={SHA} act=quarantined"
    ),
    "a proxy": (
        "CEF:0|Example|Web Gateway|9.2|virus|Malware found in download|8|rt=Mar 02 2026 09:14:07 src=10.1.2.3 "
        f"request=http://files.sender.example/invoice.exe fname=invoice.exe fileHash={SHA} act=blocked"
    ),
    "a sandbox": (
        "CEF:0|Fortinet|FortiSandbox|4.2|malware|Malicious file detected|8|rt=Mar 02 2026 09:14:07 src=203.0.113.9 "
        f"fname=invoice.exe fileHash={SHA} cat=malware"
    ),
    "an antivirus": json.dumps(
        {
            "@timestamp": "2026-03-02T09:14:07Z",
            "ecs": {"version": "8.11"},
            "event": {
                "kind": "alert",
                "category": ["malware"],
                "dataset": "example.antivirus",
                "action": "quarantined",
            },
            "message": "Malware found in a received attachment",
            "email": {"from": {"address": ["help@sender.example"]}},
            "file": {"name": "invoice.exe", "hash": {"sha256": SHA, "md5": MD5}},
        }
    ),
}
ALERTS = {
    "a scan, by an intrusion detection system": (
        (
            "CEF:0|Example|IDS|3.1|2000537|ET SCAN NMAP -sS window 1024|5|rt=Mar 02 2026 09:14:07 src=198.51.100.7 "
            "dst=203.0.113.10 dpt=22 cat=Network Scan"
        ),
        SignalType.SCAN,
    ),
    "a scan, by a firewall": (
        (
            "CEF:0|Example|Firewall|7.0|portscan|Port scan detected|6|rt=Mar 02 2026 09:14:07 src=198.51.100.7 "
            "dst=203.0.113.10"
        ),
        SignalType.SCAN,
    ),
    "guessing, by a virtual private network's gate": (
        (
            "CEF:0|Example|VPN|7.0|bruteforce|Brute force login attempt detected|7|rt=Mar 02 2026 09:14:07 "
            "src=198.51.100.7 duser=a.clerk dst=203.0.113.10"
        ),
        SignalType.GUESS,
    ),
    "spraying, by a directory": (
        (
            "CEF:0|Example|Identity Protection|1.0|spray|Password spray attack|7|rt=Mar 02 2026 09:14:07 "
            "src=198.51.100.7 dst=203.0.113.10"
        ),
        SignalType.SPRAY,
    ),
}


def signal_of(line: str) -> Signal:
    judge = InstitutionJudge(Redactor(KEY, NETWORKS, DOMAINS), Deciders(own_rules()))
    portion = Portion(source="s", format="auto", zone="Asia/Almaty", records=[line.encode()])
    (made,) = refine(portion, Reader(), judge, 1).lines
    assert b"clerk" not in made
    return record.decode(made)


@pytest.mark.clause("R67.8.4")
@pytest.mark.parametrize("source", RECEIVED)
def test_a_sample_that_was_received_is_told_of_with_its_hashes(source: str) -> None:
    signal = signal_of(RECEIVED[source])
    assert signal.type is SignalType.MALCODE
    assert SHA in {one.value for one in signal.hashes}


@pytest.mark.parametrize(
    "alert",
    [
        pytest.param("a scan, by an intrusion detection system", marks=pytest.mark.clause("R67.8.6")),
        pytest.param("a scan, by a firewall", marks=pytest.mark.clause("R67.8.6")),
        pytest.param("guessing, by a virtual private network's gate", marks=pytest.mark.clause("R67.8.7")),
        pytest.param("spraying, by a directory", marks=pytest.mark.clause("R67.8.8")),
    ],
)
def test_a_products_own_alert_is_enough(alert: str) -> None:
    line, kind = ALERTS[alert]
    signal = signal_of(line)
    assert signal.type is kind
    assert signal.source is not None
    assert signal.source.address == "198.51.100.7"
