"""A head signs a decision on a warning in a browser, as cards are signed: NCALayer's protocol, a real key (R67.13)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from qorgan.cli import main
from qorgan.eds.agent.answering import Mood
from tests.hub.desk.conftest import at_desk, desk
from tests.hub.desk.test_every_kind_goes_through_the_pages import WARNING, say
from tests.hub.signatures.test_in_a_browser import (
    SIGN,
    Computer,
    computer,
    forgive,
    more_settings,
    picture,
    press,
    rule,
)

__all__ = ["at_desk", "computer", "desk", "more_settings", "rule"]
pytestmark = pytest.mark.clause("R67.13")

NEXT = {"kk": "Келісу", "ru": "Согласовать", "en": "Agree"}


def decided(desk: Any, language: str = "en") -> str:
    """A warning of Gamma that Alpha's employee has decided on; gives its address."""
    for person in ("alpha-maker", "alpha-head", "gamma-maker"):
        desk.person(person, language)
    address: str = desk.begin("threat-warning", "gamma-maker")
    assert desk.write(address, "gamma-maker", **{name.replace(".", "__"): text for name, text in WARNING.items()})
    desk.send(address, "gamma")
    verdicts = {"item__1": "accept", "item__2": "decline", "reason__2": "They were told in May."}
    assert say(desk, "alpha-maker", address, "decide", **verdicts).status_code == 302
    return address


def part_of(desk: Any) -> str:
    alpha = desk.organisations["alpha"]
    ((part,),) = desk.hub.rows("SELECT id FROM document_reception WHERE organisation_id = %s", alpha)
    return str(part)


def state(desk: Any) -> str:
    rows = desk.hub.rows("SELECT state FROM document_reception WHERE organisation_id = %s", desk.organisations["alpha"])
    return rows[0][0]


@pytest.mark.parametrize(
    ("language", "rule", "role"),
    [("kk", "offered", "заңды тұлғаның қызметкері"), ("ru", "required", "сотрудник юридического лица")],
)
def test_a_head_signs_a_decision_from_the_inbox_on(
    desk: Any, at_desk: Any, computer: Computer, language: str, rule: str, role: str, tmp_path: Path
) -> None:
    address = decided(desk, language)
    holder = computer.key(desk, "alpha-head", language=language)
    computer.hold(holder)
    head = at_desk("alpha-head", language, ignore_https_errors=True)
    head.goto("/desk/")
    head.locator(f"a[href='/desk/receptions/{part_of(desk)}/agree/']").first.click()
    expect(head.locator(".d-verdicts")).to_contain_text("They were told in May.")
    plain = head.get_by_role("button", name="Қолтаңбасыз келісу" if language == "kk" else "Согласовать без подписи")
    expect(plain).to_have_count(1 if rule == "offered" else 0)
    picture(head, f"decision-{language}")
    press(head, language)
    head.wait_for_url(f"**{address}")
    assert state(desk) == "accepted"
    panel = head.locator(f"#part-{part_of(desk)} .d-signed")
    for words in (holder.certificate.subject.common_name, role, holder.certificate.subject.bin):
        expect(panel).to_contain_text(words)
    assert head.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(head, f"decision-signed-{language}")
    head.set_viewport_size({"width": 390, "height": 800})
    assert head.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(head, f"decision-signed-narrow-{language}")
    _is_proven_offline(head, computer, tmp_path, desk)

    analyst = at_desk("centre-analyst", language)
    analyst.goto(address)
    expect(analyst.locator("#signed-decisions")).to_contain_text(role)
    picture(analyst, f"decision-at-the-centre-{language}")
    author = at_desk("gamma-maker", language)
    author.goto(address)
    expect(author.locator("main")).to_contain_text(WARNING["title"])
    expect(author.locator("main")).not_to_contain_text(holder.certificate.subject.common_name)
    place = f"/desk/receptions/{part_of(desk)}/decision.p7s"
    assert author.request.get(place).status == 404


def _is_proven_offline(page: Any, computer: Computer, folder: Path, desk: Any) -> None:
    """What the page gives away verifies by the command alone, from the pinned root."""
    for name in ("decision.p7s", "decision.evidence.json"):
        answer = page.request.get(f"/desk/receptions/{part_of(desk)}/{name}")
        assert answer.ok, name
        (folder / name).write_bytes(answer.body())
    pin = ["--pin", str(computer.folder / "root.cer")]
    assert main(["eds", "verify", str(folder / "decision.evidence.json"), "--evidence", *pin]) == 0


@pytest.mark.parametrize("rule", ["required"])
def test_an_unsigned_or_wrongly_signed_decision_is_refused_where_it_is_demanded(
    desk: Any, at_desk: Any, computer: Computer
) -> None:
    address = decided(desk)
    head = at_desk("alpha-head", ignore_https_errors=True)
    head.goto(address)
    head.locator(f"#part-{part_of(desk)}").get_by_role("link", name=NEXT["en"]).click()
    policy = head.evaluate("fetch(location.href).then(one => one.headers.get('content-security-policy'))")
    reached = re.search(r"connect-src ([^;]*)", policy)
    assert reached
    assert reached[1] == "'self' " + computer.agent.address
    # A form of one's own making knows no way round.
    head.evaluate("document.querySelector('.d-verbs form').submit()")
    expect(head.get_by_text("Here the head agrees by a digital signature: sign it.")).to_be_visible()
    forgive(head, "status of 403")
    holder = computer.key(desk, "alpha-head")
    computer.hold(holder, Mood.CANCELS)
    press(head)
    expect(head.locator("[data-sign-said]")).to_contain_text("You cancelled in NCALayer. Nothing is agreed.")
    computer.hold(holder, Mood.ALTERS)
    press(head)
    expect(head.get_by_text("This signature is not over the text on this page.")).to_be_visible()
    forgive(head, "status of 422")
    expect(head.get_by_role("button", name=SIGN["en"])).to_be_visible()
    assert state(desk) == "accepting"
    assert not desk.hub.rows("SELECT 1 FROM document_signature")
