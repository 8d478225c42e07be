"""What a party takes away of a document: receipt and exact bytes, verified offline, and a paper in its language."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime

import pypdfium2
import pytest

from qorgan.hub.database.log_key import read_log_key

LETTERS = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі Ёё Йй Щщ Ээ Юю «»—№₸"


def enter(office, now):
    from qorgan.hub.notices.entering import Entering

    key = read_log_key(office.market.hub.config)
    office.clerk(lambda: Entering(key).enter_all(now))


@pytest.fixture
def reader(office, enlist, signed_in):
    """A browser of somebody with a role in an organisation of the market, or at the centre."""

    def open_(role, where):
        return signed_in(enlist(role, organisation=office.market.organisations[where]))

    return open_


def offline(office, tmp_path, receipt, exact):
    (tmp_path / "receipt.json").write_bytes(receipt)
    (tmp_path / "document.json").write_bytes(exact)
    words = ["verify", tmp_path / "receipt.json", tmp_path / "document.json", "--key", str(office.market.hub.verifier)]
    return subprocess.run([sys.executable, "-m", "qorgan", *words], capture_output=True, text=True, check=False)


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document), len(document)
    finally:
        document.close()


@pytest.mark.clause("R48I.3")
def test_a_sending_and_a_return_are_verified_offline_by_the_institution_alone(office, reader, monday, tmp_path):
    card = office.returned()
    enter(office, monday)
    browser = reader("responsible-employee", "alpha")
    receipt = browser.get(f"/documents/{card.pk}/receipt")
    exact = browser.get(f"/documents/{card.pk}/document.json")
    assert (receipt.status_code, exact.status_code) == (200, 200)
    assert f"{card.number}.1" in receipt["Content-Disposition"]
    done = offline(office, tmp_path, receipt.content, exact.content)
    assert done.returncode == 0, done.stderr
    assert card.number in done.stdout
    changed = exact.content.replace(b"Phishing", b"Nothing!")
    assert offline(office, tmp_path, receipt.content, changed).returncode == 1
    ((act,),) = office.market.hub.rows("SELECT id FROM document_act WHERE verb = 'return'")
    said = [browser.get(f"/documents/{card.pk}/{what}?act={act}").content for what in ("receipt", "document.json")]
    assert offline(office, tmp_path, *said).returncode == 0
    assert b"say more" in said[1], "what lacked is proven with the return"


@pytest.mark.clause("R67.4")
def test_another_institution_takes_nothing_and_is_told_that_there_is_nothing(office, reader, monday):
    card = office.returned()
    enter(office, monday)
    ((act,),) = office.market.hub.rows("SELECT id FROM document_act WHERE verb = 'agree'")
    ways = ["receipt", "document.json", "pdf/ru"]
    stranger = reader("head-of-security", "gamma")
    assert {stranger.get(f"/documents/{card.pk}/{way}").status_code for way in ways} == {404}
    analyst = reader("centre-analyst", "centre")
    assert {analyst.get(f"/documents/{card.pk}/{way}").status_code for way in ways} == {200}
    assert analyst.get(f"/documents/{card.pk}/document.json?act={act}").status_code == 404, "the unit's own act"
    for wrong in ("?act=x", "?version=9", "?act=99999", f"?act={act}&version=1e3"):
        assert analyst.get(f"/documents/{card.pk}/document.json{wrong}").status_code == 404, wrong
    assert analyst.get(f"/documents/{card.pk}/pdf/de").status_code == 404


def test_an_act_that_waits_for_the_clerk_says_so(office, reader, monday):
    card = office.card()
    browser = reader("responsible-employee", "alpha")
    assert browser.get(f"/documents/{card.pk}/receipt").status_code == 404
    assert browser.get(f"/documents/{card.pk}/pdf/kk").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", ("Оқыс оқиға картасы", "Келіскен")),
        ("ru", ("Карта инцидента", "Согласовал")),
        ("en", ("Incident card", "Agreed by")),
    ],
)
def test_a_paper_says_everything_in_its_language_with_every_letter_inside_it(office, reader, monday, language, words):
    text = f"Хат: {LETTERS}. " + "Бөлімше басшысы келіскен мәтін. " * 60
    found = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    card = office.card(
        text=text, found_at=found.isoformat(), items=["Бұғаттау", "Ескерту"], rows=[{"address": "203.0.113.7"}]
    )
    enter(office, monday)
    browser = reader("responsible-employee", "alpha")
    answer = browser.get(f"/documents/{card.pk}/pdf/{language}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    said, pages = words_of(answer.content)
    flat = " ".join(said.split())
    for word in (*words, card.number, "Phishing of clients", "23.11.2026 09:30", "1. Бұғаттау", "203.0.113.7"):
        assert word in flat, word
    for letter in LETTERS.replace(" ", ""):
        assert letter in flat, letter
    digest, log = office.market.hub.rows("SELECT digest, 'asoi.example/test' FROM document_version")[0]
    assert digest in "".join(said.split())
    assert log in flat
    assert pages == 2
    assert answer.content.count(b"/FontFile2") >= 2, "the fonts are inside"
    assert browser.get(f"/documents/{card.pk}/pdf/{language}").content == answer.content, "the same bytes each time"


def test_a_page_can_be_looked_at(office, reader, monday, tmp_path):
    """What the pages look like is judged by people; this shows that something stands on them."""
    card = office.card(text="Қазақша мәтін")
    enter(office, monday)
    answer = reader("responsible-employee", "alpha").get(f"/documents/{card.pk}/pdf/kk")
    document = pypdfium2.PdfDocument(answer.content)
    picture = document[0].render(scale=1.5).to_pil().convert("L")
    document.close()
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    (tmp_path / "paper.png").write_bytes(kept.getvalue())
    assert sum(picture.histogram()[:128]) > 2000
