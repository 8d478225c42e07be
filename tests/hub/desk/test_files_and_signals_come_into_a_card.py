"""A card out of chosen signals, and files that are put to it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest


@pytest.mark.clause("R67.12")
def test_chosen_signals_make_a_card_in_one_press(desk: Any, intake: Any, a_signal: Any) -> None:
    sender = intake.enrol(desk.organisations["alpha"])
    assert sender.send([a_signal(number) for number in (1, 2, 3)]).status_code == 200
    page = desk.client("alpha-maker").get("/search/").content.decode()
    assert 'action="/desk/from-signals/"' in page
    refs = [f"{sender.module}/{number}" for number in (1, 2)]
    assert all(f'value="{ref}"' in page for ref in refs)
    made = desk.client("alpha-maker").post("/desk/from-signals/", {"ref": refs})
    assert made.status_code == 302, made.content.decode()
    form = desk.form(made.headers["location"].removesuffix("edit/"))
    assert form["signals"].split() == refs
    other = desk.client("gamma-maker").post("/desk/from-signals/", {"ref": refs})
    assert other.status_code in {403, 404}
    assert 'action="/desk/from-signals/"' not in desk.client("centre-analyst").get("/search/").content.decode()


def test_a_file_is_added_taken_away_and_taken_out(desk: Any) -> None:
    address = desk.begin()
    maker = desk.client("alpha-maker")
    file = BytesIO(b"what the gateway wrote")
    file.name = "gateway.txt"
    assert maker.post(address + "files/", {"file": file}).status_code == 302
    page = maker.get(address).content.decode()
    assert "gateway.txt" in page
    where = page.partition('<a href="' + address + "files/")[2].partition('"')[0]
    taken = maker.get(f"{address}files/{where}")
    assert taken.content == b"what the gateway wrote"
    assert "sandbox" in taken.headers["Content-Security-Policy"]
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert desk.client("gamma-maker").get(f"{address}files/{where}").status_code == 404
    # A file is found under its own document alone.
    another = desk.begin()
    assert maker.get(f"{another}files/{where}").status_code == 404
    assert maker.post(f"{address}files/{where}remove/").status_code == 302
    assert "gateway.txt" not in maker.get(address).content.decode()
    empty = BytesIO(b"")
    empty.name = "empty.txt"
    refused = maker.post(address + "files/", {"file": empty})
    assert refused.status_code == 422
