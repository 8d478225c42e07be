"""The page of one signal says everything of it, proves its receipt, and is written down when another's."""

from __future__ import annotations

import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qorgan.law.asoi import SignalType
from qorgan.ledger.receipt import ReceiptError, Step, read, verify
from qorgan.wire import record
from qorgan.wire.signal import Destination, DestinationRole, RedactionClass, Sensor, Source

if TYPE_CHECKING:
    from django.test import Client

HOSTILE = "<script>alert('rule')</script>"


def of(client: Client, sender: Any, number: int, what: str = "") -> Any:
    return client.get(f"/signals/{sender.module}/{number}/{what}")


@pytest.mark.clause("R67.2")
def test_the_page_says_what_where_why_who_and_what_was_removed(
    enlist: Any, signed_in: Any, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    told = a_signal(
        1,
        sensor=Sensor(vendor="OWASP", product="ModSecurity", rule_id="942100", rule_name=HOSTILE),
        source=Source(address="203.0.113.9", port=40001, asn=64500, country="ZZ"),
        destination=Destination(role=DestinationRole.WEB, port=443),
        techniques=("T1190",),
        redacted={RedactionClass.PAN: 2, RedactionClass.CREDENTIAL: 1},
        record="the record with ⟦pan:1f2e⟧ in it",
    )
    sender.send([told, a_signal(2, source=Source(address="203.0.113.9"))])
    answer = of(signed_in(enlist("centre-analyst")), sender, 1)
    assert answer.status_code == 200
    page = unescape(answer.content.decode())
    for said in (
        SignalType.WAF.kk,
        SignalType.WAF.ru,
        SignalType.WAF.en,
        "R67.8.2",
        "203.0.113.9",
        "2 signals from this address",
        "AS64500",
        "Web service, port 443",
        "Bank.example",
        "/login",
        "T1190",
        "rule waf-crs of pack modsecurity, version 1",
        "Card numbers",
        "Passwords, tokens and cookies",
        "the record with ⟦pan:1f2e⟧ in it",
        "en Bank",
        "1 of 2",
        "qorgan verify",
        told.id,
    ):
        assert said in page, said
    assert HOSTILE.encode() not in answer.content


@pytest.mark.clause("R48I.3")
def test_its_receipt_verifies_offline_against_its_record_alone(
    enlist: Any, signed_in: Any, intake: Any, a_signal: Any, tmp_path: Path
) -> None:
    sender = intake.enrol()
    signals = [a_signal(number) for number in range(1, 8)]
    sender.send(signals)
    client = signed_in(enlist("responsible-employee", organisation=sender.organisation))
    receipt, line = of(client, sender, 5, "receipt.json"), of(client, sender, 5, "record.ndjson")
    for answer in (receipt, line):
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{sender.module[:8]}-5.re')
    assert line.content == record.encode(signals[4]) + b"\n"
    key = intake.hub.verifier
    proven = verify(read(receipt.content), line.content, [key])
    assert proven.record == 4
    with pytest.raises(ReceiptError) as refused:
        verify(read(receipt.content), record.encode(signals[3]), [key])
    assert refused.value.step is Step.DOCUMENT
    (tmp_path / "r.json").write_bytes(receipt.content)
    (tmp_path / "r.ndjson").write_bytes(line.content)
    command = [sys.executable, "-m", "qorgan", "verify", tmp_path / "r.json", tmp_path / "r.ndjson", "--key", str(key)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert str(key) in unescape(of(client, sender, 5).content.decode())


@pytest.mark.clause("R48I.3")
def test_a_row_that_was_tampered_with_has_no_receipt_and_the_page_says_why(
    enlist: Any, signed_in: Any, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    sender.send([a_signal(1), a_signal(2)])
    changed = record.encode(a_signal(2, record="never said"))
    assert intake.hub.tamper("UPDATE signal SET record = %s WHERE sequence = 2", changed) == 1
    client = signed_in(enlist("centre-head"))
    assert of(client, sender, 2, "receipt.json").status_code == 409
    assert "not what the ledger vouches for" in unescape(of(client, sender, 2).content.decode())


@pytest.mark.clause("R67.4")
def test_anothers_signal_and_one_that_is_not_there_answer_alike(
    enlist: Any, signed_in: Any, intake: Any, a_signal: Any
) -> None:
    own, other = intake.enrol(), intake.enrol(name="other")
    own.send([a_signal(1)])
    other.send([a_signal(1)])
    client = signed_in(enlist("responsible-employee", organisation=own.organisation))
    for what in ("", "record.ndjson", "receipt.json"):
        assert of(client, own, 1, what).status_code == 200
        foreign, absent = of(client, other, 1, what), of(client, other, 9, what)
        assert foreign.status_code == absent.status_code == 404
        assert _body(foreign) == _body(absent)


@pytest.mark.clause("R67.4")
def test_every_reading_by_the_centre_is_written_down_with_whose_and_which(
    enlist: Any, signed_in: Any, intake: Any, a_signal: Any
) -> None:
    sender = intake.enrol()
    sender.send([a_signal(1)])
    analyst = enlist("centre-analyst")
    client = signed_in(analyst)
    of(client, sender, 1)
    of(client, sender, 1, "record.ndjson")
    of(client, sender, 8)
    search = f"/search/?organisation={sender.organisation}&q=sql"
    client.get(search)
    client.get(search.replace("/search/", "/search/counts"))
    client.get("/search/counts?type=waf")
    columns = "person_id, organisation_id, act, object, detail"
    rows = intake.hub.rows(f"SELECT {columns} FROM hub_journal WHERE act LIKE 'signals.%%' ORDER BY id")
    one, object_ = sender.organisation, f"{sender.module}/1"
    searched = {"search": {"organisation": [str(one)], "q": ["sql"]}}
    assert rows == [
        (analyst.id, one, "signals.read", object_, {}),
        (analyst.id, one, "signals.read", object_, {"part": "record"}),
        (analyst.id, one, "signals.search", "", searched),
        (analyst.id, None, "signals.search", "", {"search": {"type": ["waf"]}}),
    ]


@pytest.mark.clause("R67.4")
def test_readings_of_ones_own_are_nobodys_business_and_those_of_whom_a_soc_serves_are(
    enlist: Any, signed_in: Any, intake: Any, a_signal: Any
) -> None:
    hub = intake.hub
    soc = hub.add_organisation(1, kind="soc")
    served = intake.enrol(hub.add_organisation(2, served_by=soc))
    served.send([a_signal(1)])
    of(signed_in(enlist("responsible-employee", organisation=served.organisation)), served, 1)
    assert hub.rows("SELECT 1 FROM hub_journal WHERE act LIKE 'signals.%%'") == []
    of(signed_in(enlist("head-of-security", organisation=soc)), served, 1)
    assert hub.rows("SELECT organisation_id FROM hub_journal WHERE act = 'signals.read'") == [(served.organisation,)]


def _body(answer: Any) -> str:
    """The page without what no two answers share."""
    text = answer.content.decode()
    return text.partition('<main class="q-main"')[2].partition("</main>")[0]
