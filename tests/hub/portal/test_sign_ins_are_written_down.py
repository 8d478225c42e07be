"""Sign-ins, failed ones and changes of factors are in the audit trail, nothing of what was typed is (D26.journal)."""

from __future__ import annotations

import re
from typing import Any

import pytest

WRONG = "wrong-words-in-a-row-7"


@pytest.fixture
def acts(django_hub: Any) -> Any:
    """The acts written so far, with their person, whose account they are about, and what was used."""

    def read() -> list[tuple[Any, ...]]:
        query = "SELECT act, person_id, object, coalesce(detail ->> 'with', detail ->> 'factor', '') FROM hub_journal"
        return django_hub.rows(f"{query} ORDER BY id")

    return read


@pytest.mark.clause("D26.journal")
def test_a_sign_in_is_written_with_its_factors_and_its_end(
    enlist: Any, signed_in: Any, acts: Any, django_hub: Any
) -> None:
    person = enlist("centre-analyst")
    client = signed_in(person)
    client.post("/sign-out/")
    on = str(person.id)
    assert acts() == [
        ("sign-in.done", person.id, on, '["password", "totp"]'),
        ("sign-in.ended", person.id, on, ""),
    ]
    assert django_hub.rows("SELECT DISTINCT detail ->> 'address' FROM hub_journal") == [("127.0.0.1",)]


@pytest.mark.clause("D26.journal")
def test_failed_ones_are_written_without_what_was_typed(enlist: Any, visitor: Any, acts: Any, django_hub: Any) -> None:
    person = enlist("centre-analyst")
    client = visitor()
    client.post("/sign-in/", {"login": person.email, "password": WRONG})
    client.post("/sign-in/", {"login": "nobody@centre.example", "password": WRONG})
    client.post("/sign-in/", {"login": person.email, "password": person.password})
    client.post("/sign-in/code/", {"code": "000000" if person.code != "000000" else "111111"})
    on = str(person.id)
    assert acts() == [
        ("sign-in.failed", None, on, "password"),
        ("sign-in.failed", None, "", "password"),
        ("sign-in.failed", None, on, "totp"),
    ]
    kept = str(django_hub.rows("SELECT * FROM hub_journal"))
    assert WRONG not in kept
    assert "nobody@" not in kept


@pytest.mark.clause("D26.journal")
def test_a_passkey_that_is_not_right_is_written(enlist: Any, visitor: Any, acts: Any) -> None:
    enlist("centre-analyst")
    client = visitor()
    client.get("/sign-in/passkey/", headers={"x-requested-with": "XMLHttpRequest"})
    credential = '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}'
    client.post("/sign-in/passkey/", {"credential": credential})
    assert acts() == [("sign-in.failed", None, "", "webauthn")]


@pytest.mark.clause("D26.journal")
def test_a_lockout_is_written_once(enlist: Any, visitor: Any, acts: Any) -> None:
    person = enlist("centre-analyst")
    client = visitor()
    for _ in range(15):
        client.post("/sign-in/", {"login": person.email, "password": WRONG})
    assert [act for act, *_ in acts()] == ["sign-in.failed"] * 10 + ["sign-in.refused"]


@pytest.mark.clause("D26.journal")
def test_changes_of_factors_and_of_the_password_are_written(enlist: Any, visitor: Any, acts: Any) -> None:
    person = enlist("centre-head", factor=False)
    client = visitor()
    client.post("/sign-in/", {"login": person.email, "password": person.password})
    form = client.get("/account/factors/app/").content.decode()
    person.secret = re.search(r'data-copy="([A-Z2-7]{32})"', form).group(1)  # type: ignore[union-attr]
    client.post("/account/factors/app/", {"code": person.code})
    client.post("/account/factors/codes/new/")
    new = "eleven-other-rivers-3"
    client.post("/account/password/", {"oldpassword": person.password, "password1": new, "password2": new})
    written = [(act, told) for act, who, on, told in acts() if (who, on) == (person.id, str(person.id))]
    assert written[0] == ("sign-in.done", '["password"]')
    assert {("factor.added", "totp"), ("factor.added", "recovery_codes"), ("password.changed", "")} <= set(written)
    assert ("factor.renewed", "recovery_codes") in written


def test_the_page_names_the_person_whose_account_it_was(enlist: Any, signed_in: Any, visitor: Any) -> None:
    tried, auditor = enlist("centre-analyst"), enlist("auditor")
    visitor().post("/sign-in/", {"login": tried.email, "password": WRONG})
    page = signed_in(auditor).get("/audit/").content.decode()
    assert "Failed to sign in" in page
    assert "somebody who did not sign in" in page
    assert "Person 1" in page
