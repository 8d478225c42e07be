"""An inquiry until its answer is accepted, and a report on the management system that comes back once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from qorgan.law.documents import DocumentType
from tests.hub.lives.steps import (
    agree,
    begin,
    lived_in,
    not_there,
    number_of,
    part,
    propose,
    refuse_incomplete,
    row,
    send,
    taken_away,
    unagreed_after_a_reason,
)

pytestmark = pytest.mark.products

ASKED = {"kk": "Жалған хаттар туралы", "ru": "О поддельных письмах"}
TEXT = {"kk": "Қырық хат келді.", "ru": "Пришло сорок писем."}
REPORT = {"kk": "АҚБЖ жай-күйі", "ru": "Состояние СУИБ"}
WHY = {"kk": "Кезеңі көрсетілмеген.", "ru": "Не указан период."}


@lived_in("ru")
@pytest.mark.clause("R67.11")
@pytest.mark.clause("R67.14")
@pytest.mark.clause("R67.15")
@pytest.mark.clause("R67.3.7")
def test_an_inquiry_of_the_centre_is_taken_up_answered_returned_and_accepted(seats: Any, language: str) -> None:
    asker, chief, answerer, stranger = map(seats, ("centre-analyst", "centre-chief", "gamma-maker", "alpha-maker"))
    subject = ASKED[language]
    address = begin(asker, DocumentType.INQUIRY)
    refuse_incomplete(asker, "R67.11", "Choose whom it goes to.", "Write the question.")
    asker.picture("inquiry-1-incomplete")
    asker.write(
        subject=subject, question=f"{subject}?", tlp="TLP:AMBER", addressees=str(asker.town.organisations["gamma"])
    )
    asker.saved()
    asker.picture("inquiry-2-filled")
    propose(asker)
    agree(chief, subject)
    send(asker, address)
    not_there(stranger, address)
    answerer.go("/desk/")
    answerer.picture("inquiry-3-inbox")
    answerer.press("Take into work", row(answerer, subject))
    answerer.press("Take into work", part(answerer))
    answerer.go(address)
    answerer.reads("Taken into work.")
    # The ten days begin with the end of the work, not before.
    begun = re.compile(r"\b(?:9|10|11) (?:жұмыс күні|рабочих дн)")
    assert not begun.search(part(answerer).inner_text())
    answerer.picture("inquiry-4-in-work")
    answerer.press("Work is finished", part(answerer))
    answerer.go(address)
    answerer.picture("inquiry-5-work-done")
    clock = part(answerer).locator(".d-marks").inner_text()
    assert "R67.14" in clock
    # Ten whole ones, and what is left of this one; nine when the tenth counts its hours alone.
    assert begun.search(clock), clock
    answer = _answered(seats, address, subject, TEXT[language])
    _returned(seats, answer, subject, TEXT[language])
    for verb in ("Receive", "Accept"):
        asker.go(answer)
        asker.press(verb)
    asker.go(address)
    asker.press("Close")
    asker.go(address)
    asker.picture("inquiry-9-closed")
    answerer.go(answer)
    number = number_of(answerer)
    answerer.picture("inquiry-10-answer-accepted")
    not_there(stranger, answer)
    taken_away(answerer, answer, number, TEXT[language])


def _answered(seats: Any, address: str, subject: str, text: str) -> str:
    answerer, head = seats("gamma-maker"), seats("gamma-head")
    answerer.go(address)
    answerer.press("Write the answer", part(answerer))
    answer: str = answerer.page.url.removeprefix(answerer.town.address).removesuffix("edit/")
    answerer.write(text="")
    refuse_incomplete(answerer, "R67.14", "Write the answer.")
    answerer.write(subject=subject, text=text, tlp="TLP:AMBER")
    answerer.saved()
    answerer.picture("inquiry-6-answer")
    propose(answerer)
    head.go(f"{answer}agree/")
    head.press("Agree")
    send(answerer, answer)
    return answer


def _returned(seats: Any, answer: str, subject: str, text: str) -> None:
    asker, answerer, head = map(seats, ("centre-analyst", "gamma-maker", "gamma-head"))
    asker.go("/desk/")
    asker.press("Receive", row(asker, answer=answer))
    asker.go(answer)
    asker.picture("inquiry-7-answer-received")
    asker.press("Return to be mended")
    asker.write(lacks__text="1", reason__text="№ 5")
    asker.press("Return to be mended")
    answerer.go(answer)
    answerer.picture("inquiry-8-answer-returned")
    answerer.press("Mend")
    answerer.write(text=f"{text} 203.0.113.9")
    answerer.saved()
    propose(answerer)
    head.go(f"{answer}agree/")
    assert "203.0.113.9" in head.changes()
    head.press("Agree")
    send(answerer, answer)
    asker.go(answer)
    assert "203.0.113.9" in asker.changes(".d-mended")


@lived_in("kk")
@pytest.mark.clause("R48.29")
@pytest.mark.clause("R48.15")
def test_a_report_is_declined_by_the_head_returned_by_the_centre_and_accepted(seats: Any, language: str) -> None:
    maker, head, analyst, stranger = map(seats, ("gamma-maker", "gamma-head", "centre-analyst", "alpha-maker"))
    title = REPORT[language]
    address = begin(maker, DocumentType.ISMS_REPORT)
    refuse_incomplete(maker, "R48.29", "Give the report a title.", "Say for which period it is.")
    maker.write(title=title, period="2026", text=f"{title}: 1, 2, 3.", tlp="TLP:AMBER")
    maker.saved()
    maker.picture("isms-1-filled")
    propose(maker)
    number = number_of(maker)
    unagreed_after_a_reason(head, maker, title, address, WHY[language])
    agree(head, title)
    send(maker, address)
    not_there(stranger, address)
    analyst.go("/desk/")
    analyst.press("Receive", row(analyst, title))
    analyst.go(address)
    analyst.press("Return to be mended")
    # No term of the law runs for it, and none is promised.
    assert "R67.15" not in analyst.page.locator("main").inner_text()
    analyst.reads("Tick the fields that lack, and say of each why. The time of the first submission stays.")
    analyst.write(lacks__period="1", reason__period=WHY[language])
    analyst.press("Return to be mended")
    analyst.reads("Returned to its author.")
    maker.go(address)
    assert "R67.15" not in maker.page.locator("main").inner_text()
    maker.press("Mend")
    maker.sees(WHY[language])
    maker.write(period="2026, I–IV")
    maker.saved()
    propose(maker)
    agree(head, title)
    send(maker, address)
    for verb in ("Receive", "Accept"):
        analyst.go(address)
        analyst.press(verb)
    maker.go(address)
    maker.picture("isms-2-accepted")
    taken_away(maker, address, number, title)
