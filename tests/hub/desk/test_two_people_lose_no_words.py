"""Two people write in one draft, or one writes while another acts: nothing typed is lost, and each is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hub.desk.conftest import posted


def save(desk: Any, who: str, address: str, form: dict[str, Any], **typed: str) -> Any:
    return desk.client(who).post(address + "edit/", form | typed)


@pytest.mark.clause("R67.12")
def test_what_two_people_write_in_different_fields_is_kept_of_both(desk: Any) -> None:
    address = desk.begin()
    one, other = desk.form(address), desk.form(address, "alpha-maker2")
    assert save(desk, "alpha-maker", address, one, description="Written by the first").status_code == 302
    assert save(desk, "alpha-maker2", address, other, works="Written by the second").status_code == 302
    page = desk.client("alpha-maker").get(address + "edit/").content.decode()
    assert "Written by the first" in page
    assert "Written by the second" in page


def test_of_a_field_that_both_changed_both_texts_are_shown_and_none_is_overwritten(desk: Any) -> None:
    address = desk.begin()
    one, other = desk.form(address), desk.form(address, "alpha-maker2")
    assert save(desk, "alpha-maker", address, one, description="Mine came first").status_code == 302
    refused = save(desk, "alpha-maker2", address, other, description="But I typed this", works="And this")
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Mine came first" in page
    kept = posted(page)
    assert kept["description"] == "But I typed this"
    assert kept["works"] == "And this"
    stored = desk.client("alpha-maker").get(address + "edit/").content.decode()
    assert "But I typed this" not in stored
    number = page.partition('name="_resolve" value="')[2].partition('"')[0]
    # A decision for a state that is not the shown one is not taken.
    assert save(desk, "alpha-maker2", address, kept, _resolve="999").status_code == 409
    assert save(desk, "alpha-maker2", address, kept, _resolve=number).status_code == 302
    page = desk.client("alpha-maker").get(address + "edit/").content.decode()
    assert "But I typed this" in page
    assert "And this" in page


def test_theirs_can_be_taken_of_one_field_and_ones_own_of_the_others(desk: Any) -> None:
    address = desk.begin()
    one, other = desk.form(address), desk.form(address, "alpha-maker2")
    save(desk, "alpha-maker", address, one, description="The first's", fails="The first's too")
    refused = save(desk, "alpha-maker2", address, other, description="The second's", fails="The second's too")
    page = refused.content.decode()
    number = page.partition('name="_resolve" value="')[2].partition('"')[0]
    chosen = {"take.description": "theirs", "take.fails": "mine", "_resolve": number}
    assert save(desk, "alpha-maker2", address, posted(page), **chosen).status_code == 302
    kept = desk.form(address)
    assert kept["description"] == "The first's"
    assert kept["fails"] == "The second's too"


@pytest.mark.clause("R48.15")
def test_who_writes_while_the_head_agrees_is_told_before_the_agreement_is_void(desk: Any) -> None:
    address = desk.begin()
    desk.fill(address)
    form = desk.form(address)
    assert desk.press("alpha-maker", address + "act/propose/").status_code == 302
    assert desk.client("alpha-head").post(address + "agree/", {"agree": ""}).status_code == 302
    refused = save(desk, "alpha-maker", address, form, works="One more word")
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "The head decided on this draft while you wrote" in page
    assert "agreed" in page
    assert posted(page)["works"] == "One more word"
    assert "agreed by the head" in desk.client("alpha-maker").get(address).content.decode()
    number = page.partition('name="_resolve" value="')[2].partition('"')[0]
    assert save(desk, "alpha-maker", address, posted(page), _resolve=number).status_code == 302
    assert "changed, so the agreement is void" in desk.client("alpha-head").get(address).content.decode()


def test_the_second_of_two_analysts_is_told_who_was_first_and_what_they_did(desk: Any) -> None:
    address = desk.sent()
    desk.press("centre-analyst", address + "act/receive/")
    form = {"revision": "", "lacks.description": "1", "reason.description": "Say which accounts."}
    page = desk.client("centre-analyst2").get(address + "return/").content.decode()
    form["revision"] = page.partition('name="revision" value="')[2].partition('"')[0]
    form["seen"] = page.partition('name="seen" value="')[2].partition('"')[0]
    assert desk.press("centre-analyst", address + "act/accept/").status_code == 302
    refused = desk.client("centre-analyst2").post(address + "return/", form)
    told = refused.content.decode()
    assert refused.status_code == 409
    assert "Somebody changed this while you looked at it" in told
    assert "<b>accepted</b>" in told
    assert "Say which accounts." in told


def test_a_refused_reason_stays_in_its_field(desk: Any) -> None:
    address = desk.begin()
    refused = desk.press("alpha-maker", address + "act/discard/", reason="  ")
    assert refused.status_code == 422
    assert "Say why." in refused.content.decode()
