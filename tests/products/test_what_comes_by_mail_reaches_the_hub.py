"""A real rspamd judges a phish, a real ClamAV finds EICAR, an employee reports messages: the centre learns of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from qorgan.hub.casework.scanner import scan
from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.wire import record
from qorgan.wire.signal import Action, Signal
from tests.faults.line import Line, free_port, until
from tests.products import antivirus, mail_filter

pytestmark = pytest.mark.products
INSTITUTION = '[institution]\ninternal_domains = ["bank.example"]\nnetworks = ["192.0.2.0/24"]\n'
CLERK, CLIENT_IIN, SUBJECT = "aigerim.example", "900101300017", "Your account will be closed"


@pytest.fixture(scope="module")
def rspamd() -> Iterator[mail_filter.Filter]:
    with mail_filter.running() as found:
        yield found


def phish() -> EmailMessage:
    """A message as thieves write one, and as the institution's relay took it."""
    message = EmailMessage()
    message["Received"] = (
        "from mx.sender.example (mx.sender.example [203.0.113.9]) by mx1.bank.example with ESMTPS; "
        "Mon, 2 Mar 2026 09:14:07 +0500"
    )
    message["From"] = "Help <help@sender.example>"
    message["To"] = f"{CLERK}@bank.example"
    message["Subject"] = SUBJECT
    message["Message-ID"] = "<1@sender.example>"
    message["Date"] = "Mon, 2 Mar 2026 09:14:07 +0500"
    message.set_content(
        f'<p>Confirm {CLIENT_IIN}: <a href="{mail_filter.KNOWN_PAGE}">https://www.bank.example/</a></p>', subtype="html"
    )
    return message


def forwarded(message: EmailMessage) -> EmailMessage:
    """What an employee sends to the people who look at such messages."""
    report = EmailMessage()
    report["From"] = f"{CLERK}@bank.example"
    report["To"] = "report@bank.example"
    report["Subject"] = "FW: please look"
    report.set_content(f"It came to me, {CLERK}, and asks for {CLIENT_IIN}.")
    report.add_attachment(message)
    return report


def stored(line: Line) -> list[Signal]:
    with line.database() as connection:
        return [record.decode(row[0]) for row in connection.execute("SELECT record FROM signal ORDER BY sequence")]


def nothing_of_the_employee(signals: list[Signal]) -> None:
    everything = b"".join(record.encode(signal) for signal in signals).decode()
    for secret in (CLERK, CLIENT_IIN, SUBJECT, "report@", "please look", "/verify"):
        assert secret not in everything


@pytest.mark.clause("R67.8.5")
@pytest.mark.clause("R67.4")
def test_a_phish_that_rspamd_judges_is_a_signal(line: Line, rspamd: mail_filter.Filter) -> None:
    line.read_from(f'kind = "file"\nname = "rspamd"\npath = "{rspamd.log}"', more=INSTITUTION)
    line.start_module()
    said = rspamd.judge(phish().as_bytes(), "203.0.113.9", "help@sender.example", f"{CLERK}@bank.example")
    assert "PHISHED_OPENPHISH" in said
    until(lambda: line.stored_count() >= 1, 30, f"a signal of phishing; rspamd said {said}")
    (signal,) = stored(line)
    assert (signal.type, signal.sensor.product) == (SignalType.PHISHING, "rspamd")
    assert signal.mail_sender_domain == "sender.example"
    assert signal.source is not None
    assert signal.source.address == "203.0.113.9"
    nothing_of_the_employee([signal])


@pytest.mark.clause("R67.8.3")
@pytest.mark.clause("R67.8.4")
def test_eicar_that_clamav_finds_is_a_signal_by_where_it_was_found(line: Line, tmp_path: Path) -> None:
    """On a disk it is the endpoint's; in what a filter brings in it is malicious code received."""
    (tmp_path / "eicar.com").write_bytes(antivirus.EICAR)
    with antivirus.running(tmp_path / "clamav") as socket:
        line.read_from(f'kind = "file"\nname = "clamav"\npath = "{tmp_path}/clamav/clamd.log"', more=INSTITUTION)
        line.start_module()
        assert antivirus.look_at(tmp_path / "eicar.com", socket).endswith("FOUND")
        until(lambda: line.stored_count() >= 1, 30, "a signal of the endpoint")
        assert scan(antivirus.EICAR, socket).state == "infected"
        until(lambda: line.stored_count() >= 2, 30, "a signal of malicious code received")
    found = stored(line)
    assert [(signal.type, signal.sensor.product) for signal in found] == [
        (SignalType.ENDPOINT, "ClamAV"),
        (SignalType.MALCODE, "ClamAV"),
    ]
    digest = hashlib.md5(antivirus.EICAR, usedforsecurity=False).hexdigest()
    assert {one.value for signal in found for one in signal.hashes} == {digest}


@pytest.mark.clause("R67.8.4")
@pytest.mark.clause("R67.8.5")
@pytest.mark.clause("R67.4")
def test_what_an_employee_drops_into_the_folder_is_a_signal_without_the_employee(line: Line, tmp_path: Path) -> None:
    folder = tmp_path / "reported"
    folder.mkdir()
    carrier = phish()
    carrier.add_attachment(antivirus.EICAR, maintype="application", subtype="octet-stream", filename=f"{CLERK}.com")
    with antivirus.running(tmp_path / "clamav") as socket:
        line.read_from(
            f'kind = "mail"\nname = "reported"\npath = "{folder}"\nclamd = "{socket}"\nsettle_seconds = 0.2',
            more=INSTITUTION,
        )
        line.start_module()
        (folder / "one.eml").write_bytes(forwarded(phish()).as_bytes())
        until(lambda: line.stored_count() >= 1, 30, "a signal of phishing")
        (folder / "two.eml").write_bytes(forwarded(carrier).as_bytes())
        until(lambda: line.stored_count() >= 2, 30, "a signal of malicious code")
        until(lambda: not list(folder.glob("*.eml")), 10, "the files are gone")
    fished, carried = stored(line)
    assert fished.type is SignalType.PHISHING
    assert fished.mail_sender_domain == "sender.example"
    assert fished.source is not None
    assert fished.source.address == "203.0.113.9"
    assert fished.mail is not None
    assert (fished.mail.sending_host, fished.mail.links) == ("mx.sender.example", ("login.sender.example",))
    assert (carried.type, carried.severity, carried.action) == (SignalType.MALCODE, Severity.HIGH, Action.DETECTED)
    assert carried.sensor.rule_name == "Own.Eicar.Test.UNOFFICIAL"
    assert hashlib.sha256(antivirus.EICAR).hexdigest() in {one.value for one in carried.hashes}
    nothing_of_the_employee([fished, carried])


@pytest.mark.clause("R67.8.5")
@pytest.mark.clause("R67.4")
def test_what_a_mail_server_posts_is_answered_once_it_is_a_signal(line: Line) -> None:
    port = free_port()
    line.read_from(f'kind = "http"\nname = "reports"\nport = {port}', more=INSTITUTION)
    line.start_module()
    until(lambda: _listens(port), 30, "the source listens")
    answer = httpx.post(
        f"http://127.0.0.1:{port}/v1/records",
        content=forwarded(phish()).as_bytes(),
        headers={"Content-Type": "message/rfc822"},
        timeout=40,
    )
    assert answer.json() == {"taken": 1, "refused": []}
    until(lambda: line.stored_count() >= 1, 30, "a signal of phishing")
    (signal,) = stored(line)
    assert signal.type is SignalType.PHISHING
    assert '"scan":"no-scanner"' in signal.record
    nothing_of_the_employee([signal])


def _listens(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/", timeout=2)
    except httpx.HTTPError:
        return False
    return True
