"""Warnings, inquiries with answers and reports by phone, by the same generic pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.hub.desk.conftest import ALMATY, posted

WARNING = {
    "title": "Letters that imitate the authority",
    "source": "Mail with a forged sender",
    "threat_type": "phishing",
    "degree": "high",
    "tlp": "TLP:GREEN",
    "description": "Letters ask to open an archive.",
    "recommendations.0": "Refuse archives with passwords at the mail gateway.",
    "recommendations.1": "Tell the staff.",
}


def reception_form(page: str, verb: str) -> tuple[str, dict[str, str]]:
    """Where the part's form leads that says a verb, and what it sends along."""
    found = re.search(rf'action="(/desk/receptions/[0-9a-f-]+/{verb}/)".*?</form>', page, re.DOTALL)
    assert found, f"nothing says {verb}"
    return found[1], dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0]))


def say(desk: Any, who: str, address: str, verb: str, **more: str) -> Any:
    action, kept = reception_form(desk.client(who).get(address).content.decode(), verb)
    answer = desk.client(who).post(action, kept | {name.replace("__", "."): value for name, value in more.items()})
    assert answer.status_code in {302, 409, 422}, answer.content.decode()
    return answer


@pytest.mark.clause("R67.13")
def test_a_warning_is_decided_on_item_by_item_agreed_and_processed(desk: Any) -> None:
    address = desk.begin("threat-warning")
    # Nothing that a list of choices does not hold is kept, and everything else is.
    answer = desk.client("alpha-maker").post(address + "edit/", desk.form(address) | WARNING | {"threat_type": "x"})
    assert answer.status_code == 422
    assert posted(answer.content.decode())["title"] == [WARNING["title"]]
    choice = re.findall(r'name="threat_type".*?value="([\w-]+)"', answer.content.decode(), re.DOTALL)[0]
    assert desk.write(address, threat_type=choice).status_code == 302
    desk.send(address)
    inbox = desk.client("gamma-maker").get("/desk/").content.decode()
    assert "Letters that imitate the authority" in inbox
    assert "Decide" in inbox
    silent = say(desk, "gamma-maker", address, "decide", item__1="accept", item__2="decline")
    assert silent.status_code == 422
    assert "Say why this recommendation is declined." in silent.content.decode()
    decided = {"item__1": "accept", "item__2": "decline", "reason__2": "They were told in May."}
    assert say(desk, "gamma-maker", address, "decide", **decided).status_code == 302
    assert "Agree" in desk.client("gamma-head").get("/desk/").content.decode()
    assert say(desk, "gamma-head", address, "agree").status_code == 302
    assert say(desk, "gamma-maker", address, "process").status_code == 302
    author = desk.client("alpha-maker").get(address).content.decode()
    assert "They were told in May." in author
    assert "processed" in author
    other = desk.client("soc-maker").get(address).content.decode()
    assert "They were told in May." not in other


@pytest.mark.clause("R67.14")
def test_an_inquiry_is_taken_up_worked_on_and_answered(desk: Any) -> None:
    address = desk.begin("inquiry")
    page = desk.client("alpha-maker").get(address + "edit/").content.decode()
    assert "Choose whom it goes to." in page
    asked = {"subject": "Forged letters", "question": "Did you get them?", "tlp": "TLP:AMBER"}
    addressees = [str(desk.organisations["gamma"])]
    typed = posted(page) | asked | {"addressees": addressees}
    assert desk.client("alpha-maker").post(address + "edit/", typed).status_code == 302
    desk.send(address)
    assert desk.client("centre-analyst").get(address).status_code == 404
    assert say(desk, "gamma-maker", address, "take-up").status_code == 302
    assert say(desk, "gamma-maker", address, "finish").status_code == 302
    begun = say(desk, "gamma-maker", address, "answer")
    answer = begun.headers["location"].removesuffix("edit/")
    again = say(desk, "gamma-maker", address, "answer")
    assert again.headers["location"] == begun.headers["location"]
    assert desk.write(answer, "gamma-maker", text="Yes, forty of them.").status_code == 302
    desk.send(answer, "gamma")
    assert "Receive" in desk.client("alpha-maker").get("/desk/").content.decode()
    assert "Yes, forty of them." in desk.client("alpha-maker").get(answer).content.decode()
    assert desk.press("alpha-maker", answer + "act/receive/").status_code == 302
    assert desk.press("alpha-maker", answer + "act/accept/").status_code == 302
    assert desk.press("alpha-maker", address + "act/close/").status_code == 302
    assert "Nothing waits for you." in desk.client("gamma-maker").get("/desk/").content.decode()


@pytest.mark.clause("R48I.3-fallback")
def test_a_call_is_taken_down_and_joined_with_the_card_that_follows(desk: Any) -> None:
    address = desk.begin("phone-report", "centre-analyst")
    client = desk.client("centre-analyst")
    said = {
        "called_at": "2026-11-20T10:20",
        "calling_number": "+7 727 000 00 00",
        "number_is": "none",
        "caller": "Duty officer",
        "category": "unauthorised-access",
        "found_at": ALMATY,
        "description": "Foreign sign-in",
        "read_back": "yes",
        "addressees": [str(desk.organisations["alpha"])],
    }
    assert client.post(address + "edit/", desk.form(address, "centre-analyst") | said).status_code == 302
    # The number is not the profile's, so the form asks whom the centre called back.
    assert desk.write(address, "centre-analyst", call_back="The switchboard").status_code == 302
    assert desk.write(address, "centre-analyst", _then="submit").status_code == 302
    card = desk.sent()
    number = re.search(r"IC-2026-\w{6}", client.get(card).content.decode())
    assert number
    refused = desk.press("centre-analyst", address + "act/join/", about="IC-2026-000000")
    assert refused.status_code == 422
    assert "IC-2026-000000" in refused.content.decode()
    assert desk.press("centre-analyst", address + "act/join/", about=number[0].lower()).status_code == 302
    assert "joined with a card" in client.get(address).content.decode()


@pytest.mark.clause("R67.5")
def test_a_security_operations_centre_says_for_whom_it_writes_and_is_shown_to_act(desk: Any) -> None:
    client = desk.client("soc-maker")
    unchosen = client.post("/desk/new/incident-card/", {})
    assert unchosen.status_code == 422
    assert "Choose for which institution it is." in unchosen.content.decode()
    beta = str(desk.organisations["beta"])
    address = client.post("/desk/new/incident-card/", {"author": beta}).headers["location"].removesuffix("edit/")
    desk.fill(address, "soc-maker")
    desk.send(address, "soc")
    page = desk.client("centre-analyst").get(address).content.decode()
    assert "en Bank 4" in page
    assert "en Bank 3 acts for it" in page


def test_an_exercise_is_marked_on_every_page(desk: Any) -> None:
    address = desk.begin(drill="1")
    for page in (address, address + "edit/", "/desk/", "/desk/documents/"):
        assert "d-drill" in desk.client("alpha-maker").get(page).content.decode(), page
