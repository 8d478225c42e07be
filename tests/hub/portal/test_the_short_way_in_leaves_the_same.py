"""Tests that are not about signing in go in without its pages: what both ways leave behind is the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures_portal import leave_signed_in

KEPT = {"_auth_user_id", "_auth_user_backend", "_auth_user_hash", "account_authentication_methods_user"}


@pytest.mark.parametrize("factor", [True, False])
def test_the_short_way_leaves_the_session_and_the_trail_that_the_pages_leave(
    enlist: Any, visitor: Any, django_hub: Any, factor: bool
) -> None:
    person = enlist("centre-analyst", factor=factor)
    by_pages, shortly = visitor(), visitor()
    by_pages.post("/sign-in/", {"login": person.email, "password": person.password})
    if factor:
        by_pages.post("/sign-in/code/", {"code": person.code})
    leave_signed_in(shortly, person)
    one, other = by_pages.session, shortly.session
    assert {name: one[name] for name in KEPT} == {name: other[name] for name in KEPT}
    assert _proofs(one) == _proofs(other)
    assert set(other.keys()) <= set(one.keys())
    journal = "SELECT act, person_id, object, detail FROM hub_journal ORDER BY id"
    first, second = django_hub.rows(journal)
    assert first == second
    sessions = django_hub.rows("SELECT user_id, ip FROM usersessions_usersession")
    assert len(sessions) == 2
    assert sessions[0] == sessions[1]
    assert by_pages.get("/").status_code == shortly.get("/").status_code


def _proofs(session: Any) -> list[dict[str, Any]]:
    """What was proven, but for when."""
    return [
        {name: value for name, value in one.items() if name != "at"}
        for one in session["account_authentication_methods"]
    ]
