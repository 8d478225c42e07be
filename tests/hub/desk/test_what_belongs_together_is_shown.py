"""A card's page shows what hangs together with it, from both sides, and the call that told of it first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest


def submitted(desk: Any, **said: str) -> str:
    address = desk.begin()
    desk.fill(address)
    if said:
        assert desk.write(address, **said).status_code == 302
    assert desk.press("alpha-maker", address + "act/propose/").status_code == 302
    assert desk.client("alpha-head").post(address + "agree/", {"agree": ""}).status_code == 302
    assert desk.press("alpha-maker", address + "act/submit/").status_code == 302
    return address


def number_of(desk: Any, address: str) -> str:
    ((number,),) = desk.hub.rows("SELECT number FROM document WHERE id = %s", address.rstrip("/").rpartition("/")[2])
    return str(number)


@pytest.mark.clause("R67.3.4")
def test_cards_name_each_other_and_their_signals(desk: Any) -> None:
    first = submitted(desk)
    reference = "00000000-0000-4000-8000-000000000001/7"
    second = submitted(desk, related=number_of(desk, first), signals=reference)
    for who in ("alpha-maker", "centre-analyst"):
        assert f'href="{second}"' in desk.client(who).get(first).content.decode()
        page = desk.client(who).get(second).content.decode()
        assert f'href="{first}"' in page
        assert f"/signals/{reference}/" in page


@pytest.mark.clause("R48I.3-fallback")
def test_a_card_shows_that_it_was_told_by_phone_and_by_which_letter(desk: Any) -> None:
    from django.db import transaction

    from qorgan.hub.calls import actions
    from qorgan.hub.members.access import scope_of
    from qorgan.hub.members.models import Person
    from qorgan.kit.clock import now

    at, somebody = now(), desk.person("centre-analyst").id
    with transaction.atomic():
        analyst = scope_of(Person.objects.get(pk=somebody))
    said = {
        "calling_number": "+77270000000",
        "call_back": "Reached the duty officer",
        "caller": "Duty officer",
        "category": "unauthorised-access",
        "found_at": (at - timedelta(hours=1)).isoformat(),
        "description": "Foreign sign-in",
        "read_back": True,
    }
    report = actions.take_down(desk.organisations["alpha"], by=analyst, now=at, content=said)
    actions.record(report.pk, by=analyst, now=at)
    actions.note_letter(report.pk, number="12-7/345", dated=at.date(), received_at=at, by=analyst, now=at)
    address = submitted(desk)
    assert (
        desk.press("centre-analyst", f"/desk/{report.pk}/act/join/", about=number_of(desk, address)).status_code == 302
    )
    for who in ("alpha-maker", "centre-analyst"):
        page = desk.client(who).get(address).content.decode()
        assert "By phone" in page
        assert f'href="/desk/{report.pk}/">{report.number}' in page
        assert "Letter 12-7/345 of" in page
