"""Acts that every life has: begun, put before the head, agreed, sent; and what is taken away of a document."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from playwright.sync_api import expect

from qorgan.law.documents import DocumentType
from tests.hub.lives.town import PICTURES

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.hub.lives.town import Seat

LANGUAGES = ("kk", "ru")


def lived_in(language: str) -> pytest.MarkDecorator:
    """Live a life in one language, and in both where its pictures are kept.

    A life proves that one act leads to the next; the lives take turns. Its pages are read in the other language when
    it is over (`conftest.py`).
    """
    return pytest.mark.parametrize("language", LANGUAGES if PICTURES.is_dir() else (language,))


def kind_name(seat: Seat, kind: DocumentType) -> str:
    """A kind of document as headings begin."""
    name = seat.label(kind)
    return name[:1].upper() + name[1:]


def begin(seat: Seat, kind: DocumentType, *, drill: bool = False) -> str:
    """Begin a document from one's own work; gives its address."""
    seat.go("/desk/")
    seat.press("New document")
    if drill:
        seat.write(drill="1")
    seat.press("Begin: %(name)s", name=kind_name(seat, kind))
    return seat.page.url.removeprefix(seat.town.address).partition("?")[0].removesuffix("edit/")


def number_of(seat: Seat) -> str:
    """The number of the document whose page is open."""
    found = re.search(r"\b[A-Z]{2}-\d{4}-\w{6}\b", seat.page.title())
    assert found, seat.page.title()
    return found[0]


def refuse_incomplete(seat: Seat, clause: str, *sentences: str, verb: str = "Put before the head") -> None:
    """Try to put a draft before the head that lacks something: the page says what, and by which clause."""
    seat.press(verb)
    expect(seat.page.get_by_role("alert").locator(".d-clause")).to_be_visible()
    for sentence in sentences:
        seat.reads(sentence)
    assert clause in seat.page.locator(".d-lacks").inner_text()


def propose(seat: Seat) -> None:
    """Put what is written in the open form before the head."""
    seat.press("Put before the head")
    seat.reads("put before the head")


def agree(seat: Seat, title: str) -> None:
    """Find a draft among one's own work, look, and agree."""
    seat.go("/desk/")
    seat.press("Look and agree", row(seat, title))
    seat.press("Agree")


def send(seat: Seat, address: str) -> None:
    """Send what is agreed."""
    seat.go(address)
    seat.press("Send")


def unagreed_after_a_reason(head: Seat, maker: Seat, title: str, address: str, why: str) -> None:
    """The head sends the draft back: not without a reason, which its maker reads, and proposes again."""
    head.go("/desk/")
    head.press("Look and agree", row(head, title))
    form = head.unfold("Send back with a reason")
    head.press("Send back with a reason", form)
    head.reads("Say why.")
    form = head.unfold("Send back with a reason")
    form.locator("textarea").fill(why)
    head.press("Send back with a reason", form)
    maker.go(address)
    maker.sees(why)
    maker.go(f"{address}edit/")
    propose(maker)


def row(seat: Seat, title: str = "", *, answer: str = "") -> Locator:
    """The line of one's own work with a title, or that leads to an address."""
    rows = seat.page.locator("tr[data-row]")
    if answer:
        return rows.filter(has=seat.page.locator(f"a[href^='{answer}']")).first
    return rows.filter(has_text=title).first


def part(seat: Seat) -> Locator:
    """One's own part of a document that came to several."""
    return seat.page.locator(".d-part").first


def not_there(seat: Seat, address: str) -> None:
    """To somebody who is no party the document is not there, whichever way they ask."""
    for path in (address, f"{address}edit/", f"{address}difference/", f"{address}agree/"):
        seat.go(path, 404)
    seat.page.get_by_text(seat.say("There is no such document, or it is not yours to see.")).wait_for()
    seat.go("/desk/")


def taken_away(seat: Seat, address: str, *expected: str) -> None:
    """Take receipt, exact bytes and papers from the page, verify the first two offline, and read the papers."""
    deadline = time.monotonic() + 60
    link = seat.page.locator(".d-proofs").get_by_role("link", name=seat.say("receipt"), exact=True)
    seat.go(address)
    seat.page.locator(".d-proofs > summary").click()
    while not link.count():
        assert time.monotonic() < deadline, "the clerk gives no receipt"
        time.sleep(0.2)
        seat.go(address)
        seat.page.locator(".d-proofs > summary").click()
    act = link.last.locator("xpath=ancestor::li[1]")
    receipt = _download(seat, act.get_by_role("link", name=seat.say("receipt"), exact=True))
    exact = _download(seat, act.get_by_role("link", name=seat.say("exact bytes"), exact=True))
    folder = seat.town.folder
    (folder / "receipt.json").write_bytes(receipt)
    (folder / "document.json").write_bytes(exact)
    words = ["verify", folder / "receipt.json", folder / "document.json", "--key", str(seat.town.hub.verifier)]
    done = subprocess.run([sys.executable, "-m", "qorgan", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for language in LANGUAGES:
        paper = _download(seat, seat.page.locator(f"a[hreflang={language}][download]").first)
        said = words_of(paper)
        for text in expected:
            assert text in said, f"{text!r} is not on the paper in {language}"


def words_of(pdf: bytes) -> str:
    """What a paper says, on one line."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    finally:
        document.close()


def _download(seat: Seat, link: Any) -> bytes:
    with seat.page.expect_download() as expected:
        link.click()
    content: bytes = expected.value.path().read_bytes()
    return content
