"""However much waits, the inbox asks the database a bounded number of questions."""

from __future__ import annotations

import re
from typing import Any

import pytest


def questions(desk: Any, who: str, address: str = "/desk/") -> int:
    """How many statements a page takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = desk.client(who)
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.clause("R67.12")
def test_ten_times_as_much_takes_no_more_statements(desk: Any) -> None:
    who = ("alpha-maker", "alpha-head", "centre-analyst")
    pages = ("/desk/", "/desk/documents/")
    desk.sent()
    desk.begin()
    before = {(one, page): questions(desk, one, page) for one in who for page in pages}
    for _more in range(5):
        desk.sent()
        desk.begin()
    after = {(one, page): questions(desk, one, page) for one in who for page in pages}
    assert after == before
    assert max(after.values()) < 45, after


def test_what_waits_longest_is_first_and_what_is_overdue_is_said_in_words(desk: Any) -> None:
    address = desk.sent()
    desk.press("centre-analyst", address + "act/receive/")
    desk.client("centre-analyst").post(
        address + "return/", {"lacks.description": "1", "reason.description": "Which accounts?"}
    )
    desk.begin()
    page = desk.client("alpha-maker").get("/desk/").content.decode()
    # Three whole working days, and what is left of this one: all of it early on a working day's morning.
    assert re.search(r"[34] working days(?: \d h)? left", page)
    assert page.index("Lacking: What happened") < page.index("no term")
    desk.hub.tamper("UPDATE document_deadline SET due_at = now() - interval '30 days'")
    page = desk.client("alpha-maker").get("/desk/").content.decode()
    assert "overdue by" in page
    late = desk.client("centre-analyst").get("/desk/").content.decode()
    assert "Late at others" in late
    assert "overdue by" in late
