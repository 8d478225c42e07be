"""The whole day, over real processes: ASOI goes away and comes back, and the hub has one card of each incident."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from docx import Document
from playwright.sync_api import sync_playwright

from qorgan.bench.chromium import chromium
from qorgan.hub.members.bin import check_digit
from tests.fixtures_portal import FLAGS
from tests.module.run.conftest import ROOT, Site, eve
from tests.module.run.test_with_the_real_hub import ELEVEN, RealHub, free_port, hub, shown

__all__ = ["hub"]

pytestmark = [
    pytest.mark.clause("R48I.3"),
    pytest.mark.clause("R48I.3-fallback"),
    pytest.mark.clause("D26.asoi"),
    pytest.mark.timeout(420),
]

BIN = f"{ELEVEN}{check_digit(ELEVEN)}"
AUTHORITY = f"{'26014000900'}{check_digit('26014000900')}"
PHONE, PUBLISHED = "+77270000000", "+77172000000"
PASSWORDS = {"maker": "quiet-river-of-Aqsai-7", "head": "tall-poplar-of-Esil-4"}
MAKER, HEAD, OFFICER = "maker@specimen.example", "head@specimen.example", "officer@centre.example"


@pytest.fixture
def anchor():
    """A place that answers whenever the network here is well."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield listener


@pytest.fixture
def site(hub, anchor, tmp_path):
    """An institution with a module, its people at the hub and at the desk."""
    join_hub(hub)
    made = Site(tmp_path, SimpleNamespace(url=hub.url))
    made.desk = free_port()
    portal = hub.config.read_text().rpartition('address = "')[2].rstrip('"\n')
    made.page = free_port()
    made.more = f"""
[limits]
free_mib = 0
[fallback]
portal = "{portal}"
every_seconds = 0.2
away_after_tries = 3
away_after_seconds = 0.5
back_after_answers = 2
anchors = ["127.0.0.1:{anchor.getsockname()[1]}"]
desk = "127.0.0.1:{made.desk}"
call_from = "{PHONE}"
call_to = "{PUBLISHED}"
[letter]
name_kk = "«Үлгі банкі» АҚ"
name_ru = "АО «Банк-образец»"
number = "15-03/{{number}}"
"""
    made.write()
    made.config.write_text(made.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{made.page}"))
    done = made.command("enrol", "-", stdin=hub_code(hub).encode())
    assert done.returncode == 0, done.stderr
    for role, email in (("maker", MAKER), ("head", HEAD)):
        words = ("desk-person", email, "--name", f"Specimen {role}", "--position", "Officer", "--role", role)
        done = made.command(*words, stdin=PASSWORDS[role].encode() + b"\n")
        assert done.returncode == 0, done.stderr
    yield made
    if made.process and made.process.poll() is None:
        made.kill()


def join_hub(hub: RealHub) -> None:
    names = ("--name-kk", "Үлгі", "--name-ru", "Образец", "--name-en", "Specimen", "--email", "office@specimen.example")
    hub.command("organisation-add", "--bin", AUTHORITY, "--kind", "authority", *names)
    hub.command("organisation-add", "--bin", BIN, "--kind", "bank", "--reporting-phone", PHONE, *names)
    for email, bin_, role in (
        (MAKER, BIN, "responsible-employee"),
        (HEAD, BIN, "head-of-security"),
        (OFFICER, AUTHORITY, "centre-analyst"),
    ):
        words = ["person-add", email, "--config", str(hub.config), "--name", "Specimen Person", "--bin", bin_]
        done = subprocess.run(
            [sys.executable, "-m", "qorgan", "hub", *words, "--role", role],
            cwd=ROOT,
            input=b"seven-quiet-mountains-9\n",
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def hub_code(hub: RealHub) -> str:
    made = hub.command("module-add", BIN, "dmz")
    return str(made["code"])


def ask(hub, act, **asked):
    words = [sys.executable, str(Path(__file__).with_name("asking.py")), str(hub.config), act, json.dumps(asked)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=120, check=False, env=_environment())
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout.splitlines()[-1])


def _environment():
    import os  # noqa: PLC0415

    return os.environ | {"PYTHONPATH": str(ROOT)}


def standing(site):
    return (json.loads(site.command("status", "--json").stdout).get("health") or {}).get("asoi")


@contextmanager
def desk(site):
    """The desk's process, and browsers for whoever sits at it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qorgan", "module", "desk", "--config", str(site.config)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert b"the desk is open" in process.stdout.readline()
    threading.Thread(target=process.stdout.read, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**chromium(), args=FLAGS)
            yield Seats(browser, f"http://127.0.0.1:{site.desk}")
            browser.close()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()


class Seats:
    """Who sits at the desk."""

    def __init__(self, browser, address) -> None:
        self.browser, self.address = browser, address
        self.complaints: list[str] = []

    def take(self, role, language):
        context = self.browser.new_context(base_url=self.address, timezone_id="Asia/Almaty")
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"/language?to={language}")
        page.fill("#email", MAKER if role == "maker" else HEAD)
        page.fill("#password", PASSWORDS[role])
        press(page, "main form button")
        return page


def press(page, button):
    """Press what leads to another page, and be there: a page that has only begun to come shows nothing yet."""
    with page.expect_navigation():
        page.click(button)


def write_card(page, title):
    """Begin a card from the first signal, write what lacks, and put it before the head. Gives its address."""
    page.goto("/")
    page.locator("input[name=signal]").first.check()
    press(page, 'form[action="/cards"] button')
    assert page.locator(".lack").count() > 0
    page.select_option('[name="f.category"]', "denial-of-service")
    page.fill('[name="f.description"]', f"{title}\nThe provider filters.")
    page.select_option('[name="f.outcome"]', "accomplished")
    page.fill('[name="f.contacts.0.phone"]', PHONE)
    press(page, "button[value=propose]")
    assert page.locator(".lack").count() == 0, page.inner_text("main")
    return page.url


def agree(page, url):
    page.goto(url)
    press(page, 'form[action$="/agree"] button')
    page.locator('form[action$="/package"]').wait_for()


def test_the_card_goes_by_file_by_phone_and_by_itself_and_the_hub_has_one_of_each(hub, site, tmp_path):
    seen = f"{datetime.now(ZoneInfo('Asia/Almaty')) - timedelta(minutes=10):%Y-%m-%dT%H:%M:%S}".encode()
    lines = [re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", seen, eve(number)) for number in range(1, 30)]
    site.write_lines(*lines)
    site.start()
    site.wait(lambda: standing(site) == "here", seconds=30)
    site.wait((site.state / "hub-sealing-key").exists, seconds=30)
    # ASOI goes away: found, told, and kept.
    hub.stop()
    site.wait(lambda: standing(site) == "away", seconds=30)
    at = sit_at_the_desk(site, tmp_path)
    site.stop()
    site.process = None
    # Back: the file is brought in while the module is still stopped, and its receipt goes home.
    hub.start()
    receipt = tmp_path / "card.receipt.json"
    site.wait(lambda: bring(hub, tmp_path / "card.qpkg", receipt), seconds=60)
    done = site.command("receipt", str(receipt))
    assert done.returncode == 0, done.stderr
    forged = receipt.read_bytes().replace(b"Flood of requests", b"Flood of inquests")
    (tmp_path / "forged.json").write_bytes(forged)
    assert site.command("receipt", str(tmp_path / "forged.json")).returncode == 2
    number = take_down(hub, at)
    # Killed at any instant, the module brings the other card up once.
    for _ in range(3):
        site.start()
        with suppress(AssertionError):
            site.wait(lambda: standing(site) == "here", seconds=4)
        site.kill()
    site.start()
    site.wait(lambda: len(ask(hub, "stands")) == 3, seconds=60)
    site.wait(lambda: b"it is IC-" in site.said.read_bytes(), seconds=60)
    cards = {row["title"]: row for row in ask(hub, "stands") if row["kind"] == "incident-card"}
    assert set(cards) == {"Flood of requests", "Second flood"}
    assert cards["Flood of requests"]["channel"] == "transport"
    told = cards["Second flood"]
    assert told["channel"] == "phone"
    assert (told["told"]["called_from"], told["told"]["letter_number"]) == (PHONE, "15-03/2")
    report = next(row for row in ask(hub, "stands") if row["kind"] == "phone-report")
    assert (report["number"], report["state"], report["about"]) == (number, "joined", told["number"])
    words = site.words()
    assert "ASOI is away since" in words
    assert "ASOI is back since" in words


def sit_at_the_desk(site, folder):
    """Two cards: one sealed in a file, one told by phone and letter. Gives when the call was."""
    with desk(site) as seats:
        maker, head = seats.take("maker", "kk"), seats.take("head", "ru")
        assert "қолжетімсіз" in maker.inner_text("header")
        by_file = write_card(maker, "Flood of requests")
        agree(head, by_file)
        # A change makes the agreement void, and nothing leaves.
        maker.goto(by_file)
        maker.select_option('[name="f.status"]', "ongoing")
        press(maker, "button[value=save]")
        assert maker.locator('form[action$="/package"]').count() == 0
        press(maker, "button[value=propose]")
        agree(head, by_file)
        maker.goto(by_file)
        with maker.expect_download() as sealed:
            maker.click('form[action$="/package"] button')
        sealed.value.save_as(folder / "card.qpkg")
        by_phone = write_card(maker, "Second flood")
        agree(head, by_phone)
        # Only a person's choice, with its reason, opens the phone.
        maker.goto(by_phone)
        assert maker.locator('a[href$="/phone"]').count() == 0
        maker.fill('form[action$="/choose"] [name=reason]', "The gateway of the transport does not answer")
        press(maker, 'form[action$="/choose"] button')
        press(maker, 'form[action$="/letter"] button')
        press(maker, 'a[href$="/phone"]')
        script = maker.inner_text("main")
        assert PHONE in script
        assert PUBLISHED in script
        assert BIN in script
        assert "Second flood" in script
        # The centre answers by phone though its system is away; its officer writes it down once that is back.
        at = datetime.now(ZoneInfo("Asia/Almaty"))
        maker.fill("[name=called_at]", f"{at:%d.%m.%Y %H:%M}")
        maker.check("[name=read_back]")
        press(maker, 'form[action$="/phone"] button')
        # The letter had its number before the call: what the call adds is a letter of its own.
        press(maker, 'form[action$="/letter"] button')
        for language, words in (("kk", "оқыс оқиғасы туралы"), ("ru", "Об инциденте")):
            look_at_letters(maker, folder, language, words)
        assert seats.complaints == []
    return at


def take_down(hub, at):
    """The officer writes the call down. Gives the number of the report."""
    content = {
        "calling_number": PHONE,
        "caller": "Specimen maker",
        "category": "denial-of-service",
        "found_at": at.isoformat(),
        "description": "Second flood",
        "read_back": True,
    }
    return ask(hub, "report", bin=BIN, officer=OFFICER, content=content)


def bring(hub, file, receipt):
    made = hub.command(*shown("import", file, receipt))
    return made["receipt"] is not None


def look_at_letters(page, folder, language, words):
    for kind in ("pdf", "docx"):
        with page.expect_download() as letter:
            page.click(f'a[href$="letter-2.{language}.{kind}"]')
        letter.value.save_as(folder / f"letter.{language}.{kind}")
    pdf = pypdfium2.PdfDocument(folder / f"letter.{language}.pdf")
    text = "".join(pdf[number].get_textpage().get_text_range() for number in range(len(pdf)))
    docx = Document(str(folder / f"letter.{language}.docx"))
    office = "\n".join(
        [one.text for one in docx.paragraphs] + [cell.text for table in docx.tables for cell in table._cells]
    )
    for said in (text, office):
        flat = " ".join(said.split())
        assert words in flat
        assert "15-03/1" in flat
        assert "15-03/2" in flat
        assert "Second flood" in flat
        assert PHONE in flat
        assert "□" not in flat
