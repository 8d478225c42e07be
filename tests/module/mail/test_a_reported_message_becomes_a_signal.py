"""A reported message becomes a signal with its sender's traces and none of the employee's (R67.8.4, R67.8.5, R67.4)."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.module.event import Unreadable
from qorgan.module.mail.handed import Handed, Reported, Scan, hand
from qorgan.module.mail.way import Own
from qorgan.module.redact.hosts import Inside
from qorgan.wire import record
from qorgan.wire.signal import DestinationRole, MailCheck, Perimeter
from tests.module.mail.made import BORDER, CLERK, INNER, PAGE, event_of, phish, report, signal_of, signals_of

CHECKED = "mx1.bank.example; spf=fail smtp.mailfrom=sender.example; dkim=none (no; signature); dmarc=fail header.from=x"


def zipped(*files: tuple[str, bytes], compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compress) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return made.getvalue()


def with_file(content: bytes, name: str, message: EmailMessage | None = None) -> EmailMessage:
    message = message or phish()
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


@pytest.mark.clause("R67.8.5")
@pytest.mark.clause("R67.4")
def test_a_forwarded_phish_says_who_sent_it_and_nothing_of_who_forwarded_it() -> None:
    message = phish()
    signal = signal_of(report(message, text=f"Dear team, I am {CLERK}, IIN 900101300017"))
    assert (signal.type, signal.perimeter) == (SignalType.PHISHING, Perimeter.EXTERNAL)
    assert signal.source is not None
    assert signal.source.address == "203.0.113.9"
    assert signal.mail_sender_domain == "sender.example"
    assert signal.mail is not None
    assert signal.mail.sending_host == "mx.sender.example"
    assert signal.mail.links == ("login.sender.example",)
    assert signal.url is not None
    assert (signal.url.host, signal.url.path) == ("login.sender.example", None)
    assert signal.destination is not None
    assert signal.destination.role is DestinationRole.MAIL
    assert signal.first_seen == datetime(2026, 3, 2, 4, 14, 7, tzinfo=UTC)
    line = record.encode(signal).decode()
    for secret in (
        CLERK,
        "bank.example",
        "900101300017",
        "Your account",
        "report@",
        "FW: look",
        "verify",
        "u=clerk",
        "help@",
    ):
        assert secret not in line, secret


@pytest.mark.clause("R67.4")
def test_of_a_subject_there_is_a_digest_that_is_the_same_for_all_who_got_it_and_means_nothing_elsewhere() -> None:
    digests = [
        signal_of(report(phish(Subject=subject))).mail.subject_digest  # type: ignore[union-attr]
        for subject in ("Your account", "RE: your  Account", "Fwd: [EXT] Re: Your account", "Ответ: Your account")
    ]
    assert len(digests[0] or "") == 32
    assert len(set(digests)) == 1
    assert signal_of(report(phish(Subject="Other"))).mail.subject_digest != digests[0]  # type: ignore[union-attr]
    assert hashlib.sha256(b"your account").hexdigest()[:32] != digests[0]


@pytest.mark.clause("R67.8.5")
@pytest.mark.parametrize("how", ["whole", "attached", "twice", "octets", "inline", "inline-html", "inline-ru"])
def test_the_reported_message_is_found_however_it_was_handed_in(how: str) -> None:
    whole = phish()
    block = (
        "\n---------- Forwarded message ---------\nFrom: Help <help@sender.example>\nDate: Mon, 2 Mar 2026\n"
        f"Subject: Your account\nTo: <{CLERK}@bank.example>\n\nGo to https://login.sender.example/verify now\n"
    )
    octets = report()
    octets.add_attachment(whole.as_bytes(), maintype="application", subtype="octet-stream", filename="a.eml")
    html = report()
    html.set_content(
        "<p>see https://wiki.partner.example/x</p><div><b>From:</b> Help &lt;help@sender.example&gt;<br>"
        f"<b>Subject:</b> Your account<br><br>{PAGE}</div>",
        subtype="html",
    )
    handed = {
        "whole": whole,
        "attached": report(whole),
        "twice": report(report(whole)),
        "octets": octets,
        "inline": report(text="See https://wiki.partner.example/x\n" + block),
        "inline-html": html,
        "inline-ru": report(
            text="Смотрите https://wiki.partner.example/x\n-------- Пересылаемое сообщение --------\n"
            "От: Help <help@sender.example>\nТема: Your account\n\nhttps://login.sender.example/verify"
        ),
    }[how]
    event = event_of(handed)
    assert event.mail_sender == "@sender.example"
    assert event.mail is not None
    assert event.mail.links == ("login.sender.example",)
    assert event.mail_subject == "Your account"
    assert json.loads(event.record)["how"] == {"twice": "attached", "octets": "attached"}.get(
        how, how.partition("-")[0]
    )
    known = "" if how.startswith("inline") else "203.0.113.9"
    assert event.source_address == known


@pytest.mark.clause("R67.8.5")
def test_a_message_that_only_says_it_is_from_inside_is_no_employees() -> None:
    """A forged sender cannot make what it encloses be taken for what was reported."""
    decoy = phish(From="News <news@harmless.example>", body="nothing", kind="plain")
    # The relay that took it puts its results above the line that it wrote.
    forged = EmailMessage()
    forged["Authentication-Results"] = CHECKED
    forged["Received"] = BORDER
    forged["From"] = "Chief <chief@bank.example>"
    forged["Subject"] = "Pay"
    forged.set_content(PAGE, subtype="html")
    forged.add_attachment(decoy)
    event = event_of(forged)
    assert json.loads(event.record)["how"] == "whole"
    assert event.source_address == "203.0.113.9"
    assert event.mail is not None
    assert (event.mail.spf, event.mail.dkim, event.mail.dmarc) == ("fail", "none", "fail")
    assert "login.sender.example" in event.mail.links


@pytest.mark.clause("R67.8.5")
@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ((INNER, BORDER), "203.0.113.9"),
        ((INNER, BORDER, "from bank.example ([10.0.0.1]) by mx.sender.example"), "203.0.113.9"),
        (("from unknown (HELO [192.0.2.5]) (203.0.113.9) by mx1.bank.example",), "203.0.113.9"),
        (("from [203.0.113.9] (helo=[192.0.2.5]) by mx1.bank.example with esmtp",), "203.0.113.9"),
        (("from x (x [IPv6:2001:db8::9]) by mx1.bank.example",), "2001:db8::9"),
        (("from x (x [::ffff:203.0.113.9]) by mx1.bank.example",), "203.0.113.9"),
        (("by mx1.bank.example with local", "from localhost (localhost [127.0.0.1]) by a", BORDER), "203.0.113.9"),
        (
            ("from mx.sender.example (203.0.113.9) by EX01.bank.example (10.0.0.5) with Microsoft SMTP Server",),
            "203.0.113.9",
        ),
        (("nonsense [203.0.113.9]", "from"), ""),
        ((), ""),
    ],
)
def test_the_sending_host_is_who_handed_it_to_our_outermost_relay(lines: tuple[str, ...], address: str) -> None:
    assert event_of(phish(received=lines)).source_address == address


@pytest.mark.clause("R67.8.5")
def test_a_relay_that_others_run_for_us_is_ours_when_it_is_configured() -> None:
    lines = ("from gw.filter.example.net (gw.filter.example.net [198.51.100.3]) by mx1.bank.example", BORDER)
    assert event_of(phish(received=lines)).source_address == "198.51.100.3"
    own = Own(Inside(("192.0.2.0/24", "198.51.100.0/28"), ("bank.example",)), knows_domains=True)
    assert event_of(phish(received=lines), own).source_address == "203.0.113.9"


@pytest.mark.clause("R67.8.5")
@pytest.mark.parametrize(
    ("before", "after", "spf"),
    [
        ("mx1.bank.example; spf=pass", None, "pass"),
        ("filter.example.net; spf=softfail", None, "softfail"),
        ("mx.sender.example; spf=pass", None, ""),
        (None, "mx1.bank.example; spf=pass", ""),
        ("mx1.bank.example; spf=fail", "mx1.bank.example; spf=pass", "fail"),
        ("mx1.bank.example; spf=wonderful", None, ""),
        ("spf=pass", None, ""),
        ("mx1.bank.example (spf=pass; spf=pass) 1; spf=fail", None, "fail"),
    ],
)
def test_only_what_our_own_relays_say_of_a_sender_counts(before: str | None, after: str | None, spf: str) -> None:
    message = EmailMessage()
    if before:
        message["Authentication-Results"] = before
    message["Received"] = BORDER
    if after:
        message["Authentication-Results"] = after
    message["From"] = "help@sender.example"
    message.set_content("x")
    event = event_of(message)
    assert event.mail is not None
    assert event.mail.spf == spf
    signal = signal_of(message)
    assert signal.mail is None or signal.mail.spf == (MailCheck(spf) if spf else None)


@pytest.mark.clause("R67.8.5")
@pytest.mark.parametrize(
    ("page", "hosts"),
    [
        ('<a href="https://evil.example/a?b#c">x</a>', ["evil.example"]),
        ('<a href="HTTPS://www.bank.example@evil.example/">x</a>', ["evil.example"]),
        ('<a href="https:\\\\evil.example\\www.bank.example">x</a>', ["evil.example"]),
        ("<a href='h\nttps://evil.\nexample/'>x</a>", ["evil.example"]),
        ('<a href="https://evil.example:8443/">x</a>', ["evil.example"]),
        ('<a href="https://3405803785/x">x</a>', ["203.0.113.9"]),
        ('<a href="https://ev&#105;l.example/">x</a>', ["evil.example"]),
        ('<a href="https://%65vil.example/">x</a>', ["evil.example"]),
        ('<form action="https://evil.example/take"><input></form>', ["evil.example"]),
        ('<!--[if mso]><a href="https://evil.example/">x</a><![endif]-->', ["evil.example"]),
        ('<a title="<" href="https://evil.example/">x</a>', ["evil.example"]),
        ('<a href="https://банк.example/">x</a>', ["xn--80ab2al.example"]),
        ("plain https://evil.example/x.", ["evil.example"]),
        ("hxxps://evil[.]example/x", ["evil.example"]),
        ("go to www.evil.example now", ["www.evil.example"]),
        (
            '<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2Fx&data=05">x</a>',
            ["evil.example"],
        ),
        ('<a href="https://urldefense.com/v3/__https://evil.example/x__;!!A">x</a>', ["evil.example"]),
        ('<a href="https://urldefense.proofpoint.com/v2/url?u=https-3A__evil.example_x&d=A">x</a>', ["evil.example"]),
        ('<a href="https://www.google.com/url?q=https://evil.example/&sa=D">x</a>', ["evil.example"]),
        ('<a href="https://intranet.bank.example/x">x</a> <a href="http://fileserver/x">y</a>', []),
        ('<a href="javascript:alert(1)">x</a><a href="mailto:a@evil.example">y</a>', []),
    ],
)
def test_links_are_told_by_the_host_that_they_lead_to(page: str, hosts: list[str]) -> None:
    event = event_of(phish(body=page))
    assert event.mail is not None
    assert list(event.mail.links) == hosts


@pytest.mark.clause("R67.8.5")
def test_a_link_that_shows_another_host_and_a_disguised_name_are_said() -> None:
    page = (
        '<a href="https://evil.example/">www.bank.example</a> <a href="https://other.example/">shop.example</a>'
        '<a href="https://a.same.example/">same.example</a> <a href="https://xn--80ab2al.example/">b</a>'
    )
    said = {link["host"]: link for link in json.loads(event_of(phish(body=page)).record)["links"]}
    assert said["evil.example"]["shown"] == "(the institution)"
    assert said["other.example"]["shown"] == "shop.example"
    assert "shown" not in said["a.same.example"]
    assert said["xn--80ab2al.example"]["disguised"] is True


@pytest.mark.clause("R67.8.4")
def test_files_are_told_by_digest_and_ending_also_those_in_archives() -> None:
    inner = zipped(("b.js", b"script"), ("c.txt", b"text"))
    tarred = io.BytesIO()
    with tarfile.open(fileobj=tarred, mode="w") as archive:
        entry = tarfile.TarInfo("d.exe")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"exe"))
    message = with_file(zipped((f"{CLERK}/inner.zip", inner)), f"{CLERK} договор.zip")
    message = with_file(gzip.compress(tarred.getvalue()), "x.tgz", message)
    signal = signal_of(message)
    found = {one.value for one in signal.hashes}
    for content in (inner, b"script", b"text", b"exe"):
        assert hashlib.sha256(content).hexdigest() in found
    kinds = {file["kind"] for file in json.loads(signal.record)["attachments"]}
    assert {"zip", "js", "txt", "tgz", "exe"} <= kinds
    assert CLERK not in signal.record
    assert "договор" not in signal.record


@pytest.mark.clause("R67.8.4")
@pytest.mark.parametrize(
    ("reported", "scan", "found", "kind", "severity"),
    [
        (Reported.PHISHING, Scan.INFECTED, "Example.Test-1", SignalType.MALCODE, Severity.HIGH),
        (Reported.PHISHING, Scan.INFECTED, "Heuristics.Phishing.Email", SignalType.PHISHING, Severity.HIGH),
        (Reported.PHISHING, Scan.CLEAN, "", SignalType.PHISHING, Severity.MEDIUM),
        (Reported.PHISHING, Scan.ABSENT, "", SignalType.PHISHING, Severity.MEDIUM),
        (Reported.MALCODE, Scan.FAILED, "", SignalType.MALCODE, Severity.MEDIUM),
        (Reported.UNSAID, Scan.CLEAN, "", SignalType.PHISHING, Severity.MEDIUM),
    ],
)
def test_what_it_is_follows_from_the_antivirus_and_from_how_it_was_reported(
    reported: Reported, scan: Scan, found: str, kind: SignalType, severity: Severity
) -> None:
    signal = signal_of(with_file(b"MZ", "a.exe"), reported=reported, scan=scan, found=found)
    assert (signal.type, signal.severity) == (kind, severity)
    assert json.loads(signal.record)["scan"] == scan.value
    assert signal.sensor.rule_name == (found or None)


@pytest.mark.clause("R67.8.5")
def test_a_message_of_which_nobody_says_anything_and_that_shows_nothing_is_no_signal() -> None:
    harmless = phish(body='<a href="https://news.sender.example/">news</a>')
    assert signals_of(hand(harmless.as_bytes(), Handed(reported=Reported.UNSAID))) == []


@pytest.mark.clause("R67.8.5")
@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0" + b"x" * 100, b"no header here", b"\0\0\0", b"{}"])
def test_what_is_no_message_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(Unreadable):
        event_of(content)
