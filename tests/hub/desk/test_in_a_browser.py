"""One card's whole life in Debian's Chromium, in Kazakh and in Russian, by a maker, a head and an analyst."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.hub.desk.conftest import saved

pytestmark = pytest.mark.products

WORDS = {
    "kk": {
        "new": "Жаңа құжат",
        "complete": "Барлығы толық.",
        "propose": "Басшыға ұсыну",
        "look": "Қарап, келісу",
        "agree": "Келісу",
        "send": "Жіберу",
        "receive": "Алынғанын растау",
        "return": "Түзетуге қайтару",
        "mend": "Түзету",
        "accept": "Қабылдау",
        "lacks": "мәлімет жетіспейді",
    },
    "ru": {
        "new": "Новый документ",
        "complete": "Всё заполнено.",
        "propose": "Представить руководителю",
        "look": "Просмотреть и согласовать",
        "agree": "Согласовать",
        "send": "Отправить",
        "receive": "Подтвердить получение",
        "return": "Вернуть на доработку",
        "mend": "Исправить",
        "accept": "Принять",
        "lacks": "Не хватает",
    },
}


def press(page: Any, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.click()


def first_notice(page: Any, language: str) -> None:
    page.locator("[name=category]").select_option("unauthorised-access")
    page.locator("[name=found_at]").fill("2026-11-20T10:15:00")
    page.locator("[name=description]").fill("Foreign sign-in to the mail gateway")
    page.locator("[name=status][value=ongoing]").check()
    page.locator("[name=outcome][value=accomplished]").check()
    page.locator("[name=severity]").select_option("high")
    page.locator("[name=tlp]").select_option("TLP:AMBER")
    page.locator("[name='contacts.0.name']").fill("Duty officer")
    page.locator("[name='contacts.0.phone']").fill("+7 727 000 00 00")
    saved(page, language)


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.clause("R67.12")
def test_a_card_lives_from_the_first_letter_to_its_acceptance(at_desk: Any, language: str) -> None:
    say = WORDS[language]
    maker = at_desk("alpha-maker", language)
    maker.goto("/desk/")
    maker.get_by_role("link", name=say["new"]).click()
    maker.locator("form.d-new button").first.click()
    maker.wait_for_url("**/edit/")
    expect(maker.locator("#d-strip")).to_contain_text(say["lacks"])
    first_notice(maker, language)
    expect(maker.locator("#d-strip")).to_contain_text(say["complete"])
    # Nothing was pressed, and nothing is lost: the page loaded anew has it all.
    maker.reload()
    expect(maker.locator("[name=description]")).to_have_value("Foreign sign-in to the mail gateway")
    press(maker, say["propose"])
    maker.wait_for_url(lambda url: not url.endswith("/edit/"))
    address = re.sub(r"^.*?/desk/", "/desk/", maker.url)

    head = at_desk("alpha-head", language)
    head.goto("/desk/")
    head.get_by_role("link", name=say["look"]).click()
    expect(head.get_by_text("sha-256:").first).to_be_visible()
    press(head, say["agree"])
    head.wait_for_url("**/desk/")

    maker.goto("/desk/")
    maker.get_by_role("link", name=say["send"]).click()
    press(maker, say["send"])
    expect(maker.get_by_role("button", name=say["send"], exact=True)).to_have_count(0)

    analyst = at_desk("centre-analyst", language)
    analyst.goto("/desk/")
    press(analyst, say["receive"])
    _comes_back_and_is_mended(maker, head, analyst, address, language)
    analyst.goto("/desk/")
    press(analyst, say["receive"])
    analyst.goto(address)
    expect(analyst.locator(".d-mended ins")).to_have_text(re.compile("of a clerk"))
    press(analyst, say["accept"])
    expect(analyst.get_by_role("button", name=say["accept"], exact=True)).to_have_count(0)


def _comes_back_and_is_mended(maker: Any, head: Any, analyst: Any, address: str, language: str) -> None:
    say = WORDS[language]
    analyst.goto(address)
    analyst.get_by_role("link", name=say["return"]).click()
    analyst.locator("[name='lacks.description']").check()
    analyst.locator("[name='reason.description']").fill("Say which accounts.")
    press(analyst, say["return"])
    analyst.wait_for_url("**/desk/")
    maker.goto("/desk/")
    maker.get_by_role("link", name=say["mend"]).click()
    expect(maker.locator("#s-description")).to_contain_text("Say which accounts.")
    maker.locator("[name=description]").fill("Foreign sign-in to the mail gateway of a clerk")
    saved(maker, language)
    press(maker, say["propose"])
    maker.wait_for_url(lambda url: not url.endswith("/edit/"))
    head.goto(address + "agree/")
    expect(head.locator("ins")).to_have_text(re.compile("of a clerk"))
    press(head, say["agree"])
    head.wait_for_url("**/desk/")
    maker.goto(address)
    press(maker, say["send"])


def test_fields_come_and_go_with_what_is_said_and_rows_keep_what_is_typed(at_desk: Any, desk: Any) -> None:
    address = desk.begin()
    page = at_desk("alpha-maker")
    page.goto(address + "edit/")
    page.locator("summary", has_text="Systems and outage").click()
    expect(page.locator("#w-outage_over_hour")).to_be_hidden()
    page.locator("[name=category]").select_option("outage")
    saved(page, "en")
    expect(page.locator("#w-outage_over_hour")).to_be_visible()
    page.locator("[name='systems.0.name']").fill("Mail gateway")
    page.locator("[name=works]").fill("typed while a row is added")
    page.locator("button[value='add:systems']").click()
    expect(page.locator("[name='systems.1.name']")).to_be_visible()
    page.locator("[name='systems.1.name']").fill("Card processing")
    saved(page, "en")
    page.locator("button[value='remove:systems.0']").click()
    expect(page.locator("[name='systems.1.name']")).to_have_count(0)
    expect(page.locator("[name='systems.0.name']")).to_have_value("Card processing")
    expect(page.locator("[name=works]")).to_have_value("typed while a row is added")
    saved(page, "en")
    page.reload()
    expect(page.locator("[name='systems.0.name']")).to_have_value("Card processing")
    expect(page.locator("[name=works]")).to_have_value("typed while a row is added")


def test_what_is_typed_while_a_row_is_on_its_way_is_kept(at_desk: Any, desk: Any) -> None:
    """The portal's answer is held back; the person does not wait for it."""
    address = desk.begin()
    page = at_desk("alpha-maker")
    page.goto(address + "edit/")
    page.locator("summary", has_text="Systems and outage").click()
    page.locator("[name='systems.0.name']").fill("Mail gateway")
    saved(page, "en")
    held: list[Any] = []
    page.route(
        "**/edit/", lambda route: held.append(route) if "_row" in str(route.request.post_data) else route.continue_()
    )

    def press_and_type(button: str, name: str, text: str) -> None:
        page.locator(f"button[value='{button}']").click()
        page.locator(f"[name='{name}']").press("End")
        page.keyboard.type(text)
        while not held:
            page.wait_for_timeout(20)
        held.pop().continue_()

    press_and_type("add:systems", "systems.0.name", " of the branch")
    expect(page.locator("[name='systems.1.name']")).to_be_visible()
    expect(page.locator("[name='systems.0.name']")).to_have_value("Mail gateway of the branch")
    page.locator("[name='systems.1.name']").fill("Card processing")
    saved(page, "en")
    press_and_type("remove:systems.0", "systems.1.name", ", all of it")
    expect(page.locator("[name='systems.1.name']")).to_have_count(0)
    expect(page.locator("[name='systems.0.name']")).to_have_value("Card processing, all of it")
    saved(page, "en")
    page.reload()
    expect(page.locator("[name='systems.0.name']")).to_have_value("Card processing, all of it")


def test_without_the_portal_the_text_stays_and_is_saved_once_it_answers(at_desk: Any, desk: Any) -> None:
    address = desk.begin()
    page = at_desk("alpha-maker")
    page.goto(address + "edit/")
    page.context.set_offline(True)
    page.locator("[name=description]").fill("Typed in a tunnel")
    expect(page.locator(".d-saved")).to_contain_text("Not saved: the portal does not answer.")
    page.context.set_offline(False)
    page.locator("[name=description]").press_sequentially(", and out of it")
    saved(page, "en")
    page.complaints.clear()
    page.reload()
    expect(page.locator("[name=description]")).to_have_value("Typed in a tunnel, and out of it")


def test_two_browsers_that_write_one_field_are_both_shown_and_asked(at_desk: Any, desk: Any) -> None:
    address = desk.begin()
    one, other = at_desk("alpha-maker"), at_desk("alpha-maker2")
    one.goto(address + "edit/")
    other.goto(address + "edit/")
    one.locator("[name=description]").fill("The first was quicker")
    saved(one, "en")
    other.locator("[name=description]").fill("The second was slower")
    clash = other.locator(".d-clash")
    expect(clash).to_contain_text("The first was quicker")
    expect(other.locator("[name=description]")).to_have_value("The second was slower")
    clash.get_by_role("button", name="Save what is chosen").click()
    expect(other.get_by_text("Saved.")).to_be_visible()
    other.complaints.clear()
    one.reload()
    expect(one.locator("[name=description]")).to_have_value("The second was slower")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_desk(at_desk: Any, desk: Any, scheme: Any) -> None:
    """axe-core finds nothing against WCAG 2.1 AA, and nothing is wider than a phone."""
    axe = Path(__file__).resolve().parents[3] / "web/node_modules/axe-core/axe.min.js"
    card = desk.sent()
    draft = desk.begin()
    desk.press("centre-analyst", card + "act/receive/")
    for who, addresses in {
        "alpha-maker": ("/desk/", "/desk/new/", card, draft + "edit/", card + "difference/"),
        "alpha-head": (draft + "agree/",),
        "centre-analyst": ("/desk/", "/desk/documents/", card, card + "return/"),
    }.items():
        page = at_desk(who, "kk", color_scheme=scheme, viewport={"width": 390, "height": 800})
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
            found = page.evaluate(
                axe.read_text(encoding="utf-8")
                + ";axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(found =>"
                " found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' | ')))"
            )
            assert not found, f"{address}: {found}"
