"""Pages that stay open take nothing from those who come: the portal answers while more are open than its pool is."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import httpx

PAGES = 14
"""More than the portal has connections."""


def test_the_portal_answers_while_many_pages_are_open(web: Any, enlist: Any, signed_in: Any) -> None:
    browser = signed_in(enlist("centre-analyst"))
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    limits = httpx.Limits(max_connections=3 * PAGES)
    with ExitStack() as open_, httpx.Client(base_url=web.address, cookies=cookies, timeout=8, limits=limits) as client:
        for path in ("/notices/stream", "/live/stream?lines=0"):
            for _page in range(PAGES):
                answer = open_.enter_context(client.stream("GET", path))
                assert answer.status_code == 200
        assert client.get("/desk/").status_code == 200
