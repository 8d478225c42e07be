"""Over real HTTP: a request begins, is answered and ends in one thread, and leaves nothing for the next in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def site() -> Iterator[httpx.Client]:
    serve = Path(__file__).parent / "site" / "threads.py"
    with subprocess.Popen(
        [sys.executable, str(serve)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout
        port = int(program.stdout.readline())
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
        program.kill()


def test_a_request_is_in_one_thread_from_its_beginning_to_its_end(site: httpx.Client) -> None:
    site.get("/tell")
    (tale,) = site.get("/tell").json()["tales"]
    began, passed, answered, ended = tale
    assert began.startswith("request")
    assert began == passed == answered == ended


def test_one_after_the_other_needs_one_thread(site: httpx.Client) -> None:
    for _ in range(5):
        tales = site.get("/tell").json()["tales"]
    assert len({thread for tale in tales for thread in tale}) == 1


def test_what_one_request_sets_is_not_there_for_the_next(site: httpx.Client) -> None:
    assert site.get("/spoil").json()["language"] == "kk"
    assert site.get("/tell").json()["language"] == "en"


def test_a_body_arrives_whole_and_one_that_is_too_large_is_refused(site: httpx.Client) -> None:
    assert site.post("/tell", content=b"x" * 1000).json()["sent"] == 1000
    assert site.post("/tell", content=b"x" * 1001).status_code == 400


def test_an_error_says_nothing_and_ends_the_request_in_its_thread(site: httpx.Client) -> None:
    answer = site.get("/break")
    assert answer.status_code == 500
    assert "10.0.0.7" not in answer.text
    tale = site.get("/tell").json()["tales"][0]
    assert len(tale) == 3
    assert len(set(tale)) == 1


def test_what_was_begun_is_done_although_its_caller_has_gone(site: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        site.get("/wait", timeout=0.3)
    site.get("/leave")
    for _ in range(50):
        if any("done although nobody waits" in step for tale in site.get("/tell").json()["tales"] for step in tale):
            return
    pytest.fail("the request was left where it was")


def test_a_stream_is_an_error_and_never_read_in_another_thread(site: httpx.Client) -> None:
    assert site.get("/stream").status_code == 500
