"""When a session was last seen is kept to the minute; a change of where it comes from is kept at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest


@pytest.fixture
def client(enlist: Any, signed_in: Any) -> Any:
    return signed_in(enlist("centre-analyst"))


def noted(hub: Any) -> tuple[datetime, str]:
    ((seen, agent),) = hub.rows("SELECT last_seen_at, user_agent FROM usersessions_usersession")
    return seen, agent


def seen_before(hub: Any, age: timedelta) -> None:
    hub.tamper("UPDATE usersessions_usersession SET last_seen_at = now() - %s", age)


def test_pages_of_one_minute_note_a_session_once(client: Any, django_hub: Any) -> None:
    client.get("/account/")
    first = noted(django_hub)
    client.get("/account/")
    assert noted(django_hub) == first
    seen_before(django_hub, timedelta(seconds=61))
    client.get("/account/")
    assert datetime.now(UTC) - noted(django_hub)[0] < timedelta(seconds=30)


def test_another_browser_with_the_same_cookie_is_noted_at_once(client: Any, django_hub: Any) -> None:
    client.get("/account/", headers={"user-agent": "One"})
    client.get("/account/", headers={"user-agent": "Another"})
    assert noted(django_hub)[1] == "Another"


def test_a_page_of_a_noted_session_writes_nothing(client: Any, django_hub: Any) -> None:
    from django.db import connection  # noqa: PLC0415 (Django is set up only now)
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client.get("/account/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/account/")
    assert [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
