"""A threat warning and a vulnerability warning, from the first word to what every addressee did with them."""

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
    part,
    propose,
    refuse_incomplete,
    row,
    send,
    taken_away,
    unagreed_after_a_reason,
)

pytestmark = pytest.mark.products

THREAT = {"kk": "Салық органының атынан келген хаттар", "ru": "Письма от имени налоговой"}
HOLE = {"kk": "Шлюзде командаларды қашықтан орындау", "ru": "Удалённое выполнение команд в шлюзе"}
WHY = {"kk": "Мұндай шлюз бізде жоқ.", "ru": "Такого шлюза у нас нет."}


@lived_in("kk")
@pytest.mark.clause("R67.10")
@pytest.mark.clause("R67.13")
@pytest.mark.clause("R67.15")
@pytest.mark.clause("R67.3.3")
def test_a_threat_warning_is_returned_mended_and_decided_on_one_by_one(seats: Any, language: str) -> None:
    maker, head, analyst, reader = map(seats, ("alpha-maker", "alpha-head", "centre-analyst", "gamma-maker"))
    title = THREAT[language]
    address = begin(maker, DocumentType.THREAT_WARNING)
    refuse_incomplete(maker, "R67.10", "Give the warning a title.", "Choose the type of threat.")
    maker.picture("threat-1-incomplete")
    maker.write(
        title=title, source="198.51.100.4", threat_type="phishing", degree="high", tlp="TLP:GREEN",
        description=f"{title}.", recommendations__0="1. *.zip",
    )  # fmt: skip
    maker.saved()
    maker.add("recommendations")
    maker.write(recommendations__1="2. VPN")
    maker.saved()
    maker.picture("threat-2-filled")
    propose(maker)
    number = number_of(maker)
    not_there(reader, address)
    unagreed_after_a_reason(head, maker, title, address, WHY[language])
    agree(head, title)
    send(maker, address)
    maker.picture("threat-3-published")
    _sent_back_and_mended(seats, address, title)
    _decided(seats, address, title, WHY[language])
    taken_away(reader, address, number, title)
    analyst.go(address)
    analyst.sees(WHY[language])
    analyst.picture("threat-9-coverage")


def _sent_back_and_mended(seats: Any, address: str, title: str) -> None:
    maker, head, analyst = map(seats, ("alpha-maker", "alpha-head", "centre-analyst"))
    analyst.go(address)
    analyst.press("Return to be mended")
    analyst.write(lacks__source="1", reason__source="№ 3")
    analyst.press("Return to be mended")
    maker.go("/desk/")
    maker.press("Mend", row(maker, title))
    maker.write(source="198.51.100.4, 198.51.100.5")
    maker.saved()
    propose(maker)
    agree(head, title)
    send(maker, address)
    analyst.go(address)
    analyst.reads("What the centre had returned")
    assert "198.51.100.5" in analyst.changes(".d-mended")


def _decided(seats: Any, address: str, title: str, why: str) -> None:
    reader, chief = seats("gamma-maker"), seats("gamma-head")
    reader.go("/desk/")
    reader.picture("threat-4-inbox")
    reader.press("Decide", row(reader, title))
    reader.picture("threat-5-decide")
    decides = part(reader)
    reader.write(item__1="accept", item__2="decline")
    reader.press("Decide: the head agrees next", decides)
    reader.reads("Say why this recommendation is declined.")
    reader.write(item__1="accept", item__2="decline", reason__2=why)
    reader.press("Decide: the head agrees next", part(reader))
    reader.reads("to be accepted, awaits the head")
    assert reader.button("Agree").count() == 0
    chief.go("/desk/")
    chief.press("Agree", row(chief, title))
    chief.picture("threat-6-agree-decision")
    # Sending back needs a reason as well.
    form = chief.unfold("Send back with a reason", part(chief))
    form.locator("textarea").fill("№ 2")
    chief.press("Send back with a reason", form.locator("form"))
    reader.go(address)
    reader.sees("№ 2")
    reader.write(item__1="accept", item__2="decline", reason__2=why)
    reader.press("Decide: the head agrees next", part(reader))
    chief.go(address)
    chief.press("Agree", part(chief))
    reader.go(address)
    reader.press("Mark as processed", part(reader))
    reader.go(address)
    reader.reads("processed")
    reader.picture("threat-7-processed")


@lived_in("ru")
@pytest.mark.clause("R67.3.5")
@pytest.mark.clause("R67.13")
def test_a_vulnerability_warning_goes_to_whom_it_concerns_and_is_declined(seats: Any, language: str) -> None:
    maker, head, reader, chief = map(seats, ("centre-analyst", "centre-chief", "gamma-maker", "gamma-head"))
    title = HOLE[language]
    address = begin(maker, DocumentType.VULNERABILITY_WARNING)
    refuse_incomplete(maker, "R67.3.5", "Name one vulnerability at least.", "Describe the vulnerability.")
    maker.picture("hole-1-incomplete")
    maker.write(
        title=title, description=f"{title}.", tlp="TLP:GREEN", vulnerabilities__0__id="CVE-2026-0001",
        vulnerabilities__0__vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        products__0__vendor="Example", products__0__product="Gateway", products__0__versions="<4.2.1",
        to_all="yes", addressees=str(maker.town.organisations["gamma"]),
        recommendations__0="4.2.1", update_published_at="2026-11-20T10:00",
    )  # fmt: skip
    maker.saved()
    maker.picture("hole-2-filled")
    propose(maker)
    number = number_of(maker)
    not_there(reader, address)
    agree(head, title)
    send(maker, address)
    maker.picture("hole-3-published")
    reader.go("/desk/")
    reader.press("Decide", row(reader, title))
    reader.picture("hole-4-decide")
    reader.write(item__1="decline", reason__1=WHY[language])
    reader.press("Decide: the head agrees next", part(reader))
    chief.go(address)
    chief.press("Agree", part(chief))
    maker.go(address)
    maker.sees(WHY[language])
    maker.picture("hole-5-declined")
    form = maker.unfold("Withdraw")
    form.locator("textarea").fill(WHY[language])
    maker.press("Withdraw", form.locator("form"))
    reader.go(address)
    reader.reads("withdrawn")
    taken_away(maker, address, number, title)
