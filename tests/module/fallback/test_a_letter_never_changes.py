"""A letter is the same bytes for good once it has its number; what comes later is a letter of its own that names it."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import msgspec
import pypdfium2
import pytest
from docx import Document

from qorgan.ledger.entry import document_digest
from qorgan.module.fallback import drafts, evidence, letters
from qorgan.module.fallback.refusal import Refused
from tests.module.fallback.conftest import HEAD, MAKER, NOW, complete
from tests.module.fallback.test_the_desk_is_closed_to_others import desk

__all__ = ["desk"]

pytestmark = [pytest.mark.clause("R48I.3-fallback")]

KINDS = [(language, kind) for language in ("kk", "ru") for kind in ("pdf", "docx")]
CALL = {"called_at": "23.11.2026 09:30", "called_from": "+77270000000", "called_to": "+77172000000", "caller": "Maker"}


def words(body: bytes, kind: str) -> str:
    if kind == "pdf":
        pdf = pypdfium2.PdfDocument(body)
        text = "".join(pdf[number].get_textpage().get_text_range() for number in range(len(pdf)))
    else:
        docx = Document(io.BytesIO(body))
        cells = [cell.text for table in docx.tables for cell in table._cells]
        text = "\n".join([one.text for one in docx.paragraphs] + cells)
    return " ".join(text.split())


class Bodies:
    """A browser that keeps the bytes of what it loads."""

    def __init__(self, visitor) -> None:
        self.visitor = visitor

    def of(self, card: str, letter: int) -> dict[tuple[str, str], bytes]:
        return {(one, kind): self.get(f"/cards/{card}/letter-{letter}.{one}.{kind}") for one, kind in KINDS}

    def get(self, path: str) -> bytes:
        import http.client  # noqa: PLC0415

        connection = http.client.HTTPConnection("127.0.0.1", self.visitor.port, timeout=10)
        cookie = "; ".join(f"{name}={value}" for name, value in self.visitor.cookies.items())
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200, path
        body = answer.read()
        connection.close()
        return body


@pytest.fixture
def sitting(desk, site):
    """A maker at the desk, and an agreed card that goes by phone, with its first letter."""
    card = site.agreed()
    maker = desk().enter("maker")
    assert maker.post(f"/cards/{card}/choose", reason="The gateway is down").status == 303
    assert maker.post(f"/cards/{card}/letter").status == 303
    return maker, card


def test_two_downloads_are_the_same_bytes_whatever_happened_between(sitting, site):
    maker, card = sitting
    browser = Bodies(maker)
    first = browser.of(card, 1)
    assert maker.post(f"/cards/{card}/phone", read_back="yes", **CALL).status == 303
    assert browser.of(card, 1) == first
    # The card is changed: the agreement is void, and what left stays as it left.
    revision = drafts.draft_of(site.store, card).revision
    drafts.edit(site.store, card, complete(description="Quite other\nwords"), by=MAKER, now=NOW, revision=revision)
    assert browser.of(card, 1) == first
    assert all("Flood of requests" in words(body, kind) for (_one, kind), body in first.items())
    with site.store.reading() as connection:
        kept = {row["name"]: row["digest"] for row in connection.execute("SELECT name, digest FROM paper")}
    assert kept == {f"{one}.{kind}": document_digest(body) for (one, kind), body in first.items()}


def test_a_later_call_or_change_makes_a_letter_that_names_the_one_before(sitting, site):
    maker, card = sitting
    browser = Bodies(maker)
    # While nothing is new there is no second letter, however often it is asked for.
    maker.post(f"/cards/{card}/letter")
    assert "supplements" not in maker.ask("GET", f"/cards/{card}").text
    assert [one.letter.number for one in letters.letters_of(site.store, card)] == ["1"]
    maker.post(f"/cards/{card}/phone", read_back="yes", centre_number="PR-2026-AAAAAA", **CALL)
    assert "Number a letter that supplements the last" in maker.ask("GET", f"/cards/{card}").text
    maker.post(f"/cards/{card}/letter")
    revision = drafts.draft_of(site.store, card).revision
    drafts.edit(site.store, card, complete(description="Quite other\nwords"), by=MAKER, now=NOW, revision=revision)
    drafts.propose(site.store, card, organisation="260140000014", by=MAKER, now=NOW, revision=revision + 1)
    site.agree(card)
    maker.post(f"/cards/{card}/letter")
    assert [one.letter.number for one in letters.letters_of(site.store, card)] == ["1", "2", "3"]
    for number, telling in ((2, "PR-2026-AAAAAA"), (3, "Quite other")):
        for (one, kind), body in browser.of(card, number).items():
            said = words(body, kind)
            assert telling in said
            named = f"№ {number - 1} " if one == "kk" else f"дополняет письмо № {number - 1} от 23.11.2026"
            assert named in said
            assert ("толықтырады" if one == "kk" else "дополняет") in said
    assert "дополняет" not in words(browser.of(card, 1)["ru", "pdf"], "pdf")
    assert evidence.evidence_of(site.store, card, NOW).letter.number == "3"
    page = maker.ask("GET", f"/cards/{card}").text
    assert page.count("It supplements:") == 2


def test_a_letter_that_cannot_be_made_takes_no_number(site):
    card = site.agreed()
    evidence.choose_phone(site.store, card, by=MAKER, reason="The gateway is down", now=NOW)
    form = letters.Form(number="{number}", signatory="Head", dated=NOW.date())

    def fails(*_said):
        raise RuntimeError("no font")

    with pytest.raises(RuntimeError):
        letters.number_letter(site.store, card, form, by=MAKER, now=NOW, write=fails)
    made = letters.number_letter(site.store, card, form, by=MAKER, now=NOW, write=lambda *_said: {"kk.pdf": b"x"})
    assert made.letter.number == "1"
    for letter, name in ((2, "kk.pdf"), (1, "en.pdf"), (1, "../kk.pdf")):
        with pytest.raises(Refused):
            letters.file_of(site.store, card, letter, name, fails)
    other = site.agreed()
    with pytest.raises(Refused):
        letters.file_of(site.store, other, 1, "kk.pdf", fails)


@pytest.mark.clause("R48.15")
def test_a_drill_says_so_everywhere_and_takes_no_number_of_the_register(desk, site):
    maker, head = desk().enter("maker"), desk().enter("head")
    page = maker.ask("GET", "/").text
    assert 'name="drill"' in page
    card = maker.post("/cards", drill="yes").headers["Location"].removeprefix("/cards/")
    real = site.agreed(description="A real one\nof its own")
    drafts.edit(site.store, card, complete(), by=MAKER, now=NOW, revision=1)
    drafts.propose(site.store, card, organisation="260140000014", by=MAKER, now=NOW, revision=2)
    digest = document_digest(drafts.draft_of(site.store, card).exact)
    assert head.post(f"/cards/{card}/agree", revision=3, digest=digest).status == 303
    assert maker.post(f"/cards/{card}/choose", reason="As the plan says").status == 303
    for one in (card, real):
        maker.post(f"/cards/{one}/choose", reason="The gateway is down")
        maker.post(f"/cards/{one}/letter")
    numbers = [letters.letters_of(site.store, one)[0] for one in (card, real)]
    assert [one.letter.number for one in numbers] == ["DRILL-1", "1"]
    banner = "This is a drill. It is marked at the hub too"
    for who in (maker, head):
        for path in (f"/cards/{card}", f"/cards/{card}/phone"):
            assert banner in who.ask("GET", path).text
            assert banner not in who.ask("GET", path.replace(card, real)).text
        rows = re.findall(r"<tr>.*?</tr>", who.ask("GET", "/").text)
        assert [("Drill" in row) for row in rows if card in row or real in row].count(True) == 1
    script = maker.ask("GET", f"/cards/{card}/phone").text
    assert script.count("<p>This is a drill.") + script.count("<blockquote>This is a drill.") == 2
    for (one, kind), body in Bodies(maker).of(card, numbers[0].id).items():
        said = "Бұл – оқу-жаттығу." if one == "kk" else "Это учение."
        assert said in words(body, kind)
        if kind == "pdf":
            pdf = pypdfium2.PdfDocument(body)
            assert all(said in pdf[place].get_textpage().get_text_range() for place in range(len(pdf)))
    sealed = maker.post(f"/cards/{card}/package")
    assert f'filename="asoi-drill-{card}.qpkg"' in sealed.headers["Content-Disposition"]
    assert f'filename="asoi-{real}.qpkg"' in maker.post(f"/cards/{real}/package").headers["Content-Disposition"]
    assert msgspec.json.decode(evidence.require_agreed(site.store, card).exact)["drill"] is True


def test_a_drill_goes_by_phone_while_asoi_answers_and_a_real_card_does_not(site):
    from qorgan.module.fallback import spells  # noqa: PLC0415
    from qorgan.module.fallback.outage import Ended  # noqa: PLC0415

    spells.keep(site.store, Ended(NOW))
    card = drafts.begin(site.store, complete(), by=MAKER, now=NOW, drill=True)
    drafts.propose(site.store, card, organisation="260140000014", by=MAKER, now=NOW, revision=1)
    site.agree(card, HEAD)
    evidence.choose_phone(site.store, card, by=MAKER, reason="As the plan says", now=NOW)
    assert evidence.evidence_of(site.store, card, NOW).choice is not None
    with pytest.raises(Refused):
        evidence.choose_phone(site.store, site.agreed(), by=MAKER, reason="As the plan says", now=NOW)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("23.11.2026 09:40", True),
        ("2026-11-23T09:40", True),
        ("11/23/2026 9:40 AM", False),
        ("41.11.2026 09:40", False),
    ],
)
def test_a_moment_is_typed_as_it_is_written_here_whatever_the_browser_speaks(desk, site, typed, kept):
    maker = desk().enter("maker")
    card = drafts.begin(site.store, complete(found_at=None), by=MAKER, now=NOW)
    page = maker.ask("GET", f"/cards/{card}").text
    assert 'type="date' not in page
    assert 'placeholder="dd.mm.yyyy hh:mm"' in page
    answer = maker.post(f"/cards/{card}", **{"f.found_at": typed, "revision": 1, "do": "save", "f.description": "x"})
    assert answer.status == (303 if kept else 422)
    found = drafts.draft_of(site.store, card).content.found_at
    assert (found == NOW - timedelta(minutes=20)) is kept
    if kept:
        assert 'value="23.11.2026 09:40"' in maker.ask("GET", f"/cards/{card}").text
