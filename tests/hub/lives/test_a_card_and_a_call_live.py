"""An incident card from its first notice to its end, and a call that becomes one incident with a later card."""

from __future__ import annotations

from typing import Any

import pytest

from qorgan.law.documents import DocumentType
from tests.hub.lives.steps import (
    agree,
    begin,
    lived_in,
    not_there,
    number_of,
    propose,
    refuse_incomplete,
    row,
    send,
    taken_away,
)

pytestmark = pytest.mark.products

TITLE = {"kk": "Пошта шлюзіне шетелден кіру", "ru": "Вход в почтовый шлюз из-за рубежа"}
FOUND = "2026-11-20T10:15"


def first_notice(title: str) -> dict[str, str]:
    """Enough for a first notice, by the names of the inputs."""
    return {
        "category": "unauthorised-access",
        "found_at": FOUND,
        "description": f"{title}\n203.0.113.7",
        "status": "ongoing",
        "outcome": "accomplished",
        "severity": "high",
        "tlp": "TLP:AMBER",
        "contacts__0__name": "Ж. Кезекші",
        "contacts__0__phone": "+7 727 000 00 00",
    }


@lived_in("kk")
@pytest.mark.clause("R67.12")
@pytest.mark.clause("R67.15")
@pytest.mark.clause("R48.15")
@pytest.mark.clause("R67.3.4")
def test_a_card_is_agreed_sent_returned_mended_accepted_and_closed(seats: Any, language: str) -> None:
    author, head, analyst, stranger = map(seats, ("alpha-deputy", "alpha-head", "centre-analyst", "gamma-maker"))
    title = TITLE[language]
    address = begin(author, DocumentType.INCIDENT_CARD)
    author.picture("card-1-empty")
    refuse_incomplete(author, "R67.12", "Choose one of the seven categories.", "Say in a few words what happened.")
    author.picture("card-2-incomplete")
    author.write(**first_notice(title))
    author.saved()
    author.picture("card-3-filled")
    propose(author)
    number = number_of(author)
    # Whoever wrote in it stands in for a head who is away, and still another head must agree.
    author.reads("You wrote in it yourself: another head must agree (R48.15).")
    assert author.button("Look and agree").count() == 0
    status, said = author.force(f"{address}act/agree/")
    assert status == 403, status
    assert author.say("Who made a document cannot agree to it: another head must.") in said
    author.picture("card-4-proposed")
    not_there(stranger, address)
    not_there(analyst, address)
    head.go("/desk/")
    head.picture("card-5-head-inbox")
    head.go(f"{address}agree/")
    head.picture("card-6-agree")
    agree(head, title)
    _agreement_is_void_after_a_change(author, address)
    agree(head, title)
    send(author, address)
    author.picture("card-7-sent")
    _returned_by_one_analyst_while_another_looks(seats, address, title)
    _mended(seats, address, title)
    _finished(seats, address, title)
    taken_away(author, address, number, title)
    author.picture("card-20-closed")


def _agreement_is_void_after_a_change(author: Any, address: str) -> None:
    author.go(f"{address}edit/")
    author.reads("A change takes it back from the head: it must be agreed anew.")
    author.write(fails="VPN")
    author.press("Save")
    author.reads("draft")
    author.go(address)
    author.reads("changed, so the agreement is void")
    assert author.button("Send").count() == 0
    author.picture("card-6b-void")
    author.go(f"{address}edit/")
    propose(author)


def _returned_by_one_analyst_while_another_looks(seats: Any, address: str, title: str) -> None:
    analyst, other = seats("centre-analyst"), seats("centre-analyst2")
    analyst.go("/desk/")
    analyst.picture("card-8-analyst-inbox")
    analyst.press("Receive", row(analyst, title))
    for one in (analyst, other):
        one.go(address)
        one.press("Return to be mended")
    analyst.picture("card-9-return")
    analyst.write(lacks__description="1")
    analyst.press("Return to be mended")
    analyst.reads("Name the fields that lack, and for each one why.")
    analyst.write(reason__description="№ 7")
    analyst.press("Return to be mended")
    analyst.reads("Returned. Its author has three working days to mend it.")
    # The other decides on what is no more, and is told what was done; their own text stays.
    other.write(lacks__description="1", reason__description="№ 8")
    other.press("Return to be mended")
    other.reads("Somebody changed this while you looked at it. Look again, then decide.")
    other.reads("returned to be mended")
    assert other.page.locator("[name='reason.description']").input_value() == "№ 8"
    other.picture("card-10-told")


def _mended(seats: Any, address: str, title: str) -> None:
    author, head, analyst = map(seats, ("alpha-deputy", "alpha-head", "centre-analyst"))
    author.go("/desk/")
    lacking = author.say("Lacking: %(fields)s", fields=author.say("What happened"))
    assert lacking in row(author, title).inner_text()
    author.picture("card-11-returned-inbox")
    author.go(address)
    author.reads("Returned by the centre to be mended")
    author.sees("№ 7")
    author.picture("card-12-returned")
    author.press("Mend")
    author.sees("№ 7")
    author.write(description=f"{title}\n203.0.113.7, 203.0.113.9")
    author.saved()
    author.picture("card-13-mend")
    propose(author)
    head.go(f"{address}agree/")
    head.picture("card-14-agree-difference")
    assert "203.0.113.9" in head.changes()
    agree(head, title)
    send(author, address)
    analyst.go(address)
    analyst.reads("What the centre had returned")
    assert "203.0.113.9" in analyst.changes(".d-mended")
    analyst.press("Receive")
    analyst.picture("card-15-mended")
    analyst.press("Accept")


def _finished(seats: Any, address: str, title: str) -> None:
    author, head, analyst = map(seats, ("alpha-deputy", "alpha-head", "centre-analyst"))
    analyst.go(address)
    assert analyst.button("Close").count() == 0, "only a final report ends a card"
    author.go(address)
    author.press("Write the next version")
    author.write(stage="3")
    author.write(
        status="resolved", vector="external", systems__0__name="VPN", clients_affected="0", personal_data="no",
        measures_taken="1", root_cause="2", lessons="3", remedies__0__what="4", remedies__0__owner="5",
        remedies__0__due="2026-12-15",
    )  # fmt: skip
    author.saved()
    author.picture("card-16-final")
    propose(author)
    agree(head, title)
    send(author, address)
    for verb in ("Receive", "Accept", "Close"):
        analyst.go(address)
        analyst.press(verb)
    analyst.go(address)
    analyst.picture("card-17-closed-centre")
    assert analyst.say("closed", "document") in analyst.page.locator("main .d-marks").first.inner_text()


@lived_in("ru")
@pytest.mark.clause("R48I.3-fallback")
@pytest.mark.clause("R48I.3")
def test_a_call_the_card_and_the_letter_become_one_incident(seats: Any, language: str) -> None:
    analyst, maker, stranger = map(seats, ("centre-analyst", "alpha-maker", "gamma-maker"))
    alpha = str(analyst.town.organisations["alpha"])
    title = f"{TITLE[language]}, 2"
    before = incidents(analyst)
    call = begin(analyst, DocumentType.PHONE_REPORT)
    refuse_incomplete(
        analyst, "R48I.3-fallback", "Write down the calling number.",
        "Read it back to the caller before you record it.", verb="Record",
    )  # fmt: skip
    analyst.picture("call-1-incomplete")
    analyst.write(
        called_at="2026-11-20T10:20", calling_number="+7 727 000 00 00", number_is="registered", caller="Ж. Кезекші",
        category="unauthorised-access", found_at=FOUND, description=title, read_back="yes", addressees=alpha,
    )  # fmt: skip
    analyst.saved()
    analyst.picture("call-2-filled")
    # The profile has no phone: the centre must say so, and whom it called back.
    analyst.press("Record")
    analyst.reads("The profile has no phone registered: mark it so, call back, and write down whom you reached.")
    analyst.write(number_is="none")
    analyst.saved()
    analyst.write(call_back="АТС")
    analyst.saved()
    analyst.press("Record")
    analyst.reads("taken down")
    analyst.picture("call-3-recorded")
    not_there(stranger, call)
    assert incidents(analyst) == before + 1
    card = begin(maker, DocumentType.INCIDENT_CARD)
    maker.write(**first_notice(title))
    maker.saved()
    propose(maker)
    number = number_of(maker)
    agree(seats("alpha-head"), title)
    send(maker, card)
    assert incidents(analyst) == before + 2, "until they are joined they are two"
    analyst.go(call)
    form = analyst.unfold("Join with a card")
    form.locator("input[name=about]").fill("IC-2026-ZZZZZZ")
    analyst.press("Join with a card", form.locator("form"))
    analyst.reads("There is no such card, or it is not yours to see.")
    form = analyst.unfold("Join with a card")
    form.locator("input[name=about]").fill(number)
    analyst.press("Join with a card", form.locator("form"))
    analyst.go(call)
    analyst.reads("joined with a card")
    analyst.picture("call-4-joined")
    assert incidents(analyst) == before + 1, "joined they are one"
    _letter(analyst, maker, call, card)
    taken_away(analyst, call, title)


def _letter(analyst: Any, maker: Any, call: str, card: str) -> None:
    analyst.go(call)
    analyst.press("Write the next version")
    analyst.write(letter_number="12-7", letter_date="2026-11-20", letter_received_at="2026-11-20T15:00")
    analyst.saved()
    analyst.press("Record")
    analyst.go(call)
    analyst.picture("call-5-letter")
    maker.go(card)
    maker.sees("12-7")
    maker.picture("call-6-card")


@lived_in("kk")
@pytest.mark.clause("R67.12")
def test_an_exercise_is_marked_on_every_page_and_counted_on_none(seats: Any, language: str) -> None:
    maker, head, analyst = map(seats, ("alpha-maker", "alpha-head", "centre-analyst"))
    title = f"{TITLE[language]}, 3"
    before = incidents(analyst)
    address = begin(maker, DocumentType.INCIDENT_CARD, drill=True)
    maker.write(**first_notice(title))
    maker.saved()
    _marked(maker, f"{address}edit/", address, "/desk/", "/desk/documents/?drill=1")
    maker.go(f"{address}edit/")
    propose(maker)
    _marked(head, "/desk/", f"{address}agree/")
    agree(head, title)
    send(maker, address)
    _marked(analyst, "/desk/", address, "/desk/documents/?drill=1")
    analyst.go(address)
    analyst.press("Receive")
    _marked(analyst, f"{address}return/", f"{address}difference/")
    assert incidents(analyst) == before


def _marked(seat: Any, *paths: str) -> None:
    for path in paths:
        seat.go(path)
        seat.reads("Exercise")
    seat.picture(f"drill-{seat.who}")


def incidents(seat: Any) -> int:
    """How many incidents the statistics of the year lead to."""
    seat.go("/statistics/incidents/?period=2026")
    return int(seat.page.locator("main tbody tr").count())
