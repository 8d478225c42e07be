"""One card's life by presses of buttons: written, agreed, sent, received, returned, mended, accepted."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.clause("R67.12")
def test_a_card_is_written_agreed_sent_and_received(desk: Any) -> None:
    address = desk.begin()
    assert "Draft" not in desk.client("centre-analyst").get("/desk/").content.decode()
    desk.fill(address)
    maker, head, analyst = desk.client("alpha-maker"), desk.client("alpha-head"), desk.client("centre-analyst")
    assert "Nothing lacks." in maker.get(address + "edit/").content.decode()
    assert desk.press("alpha-maker", address + "act/propose/").status_code == 302
    assert "Look and agree" in head.get("/desk/").content.decode()
    page = head.get(address + "agree/")
    assert page.status_code == 200
    assert head.post(address + "agree/", {"agree": ""}).status_code == 302
    assert analyst.get(address).status_code == 404
    assert desk.press("alpha-maker", address + "act/submit/").status_code == 302
    inbox = analyst.get("/desk/").content.decode()
    assert "Foreign sign-in to the mail gateway" in inbox
    assert "Receive" in inbox
    assert desk.press("centre-analyst", address + "act/receive/").status_code == 302
    assert "received" in maker.get(address).content.decode()
