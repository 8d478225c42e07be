"""The sample bank and the sample platform sign people in by the gate's real processes, and hear when they leave."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import uvicorn

from qorgan.demo.samples.relying_party import RelyingParty
from qorgan.demo.samples.site import Site
from qorgan.demo.samples.words import _WORDS
from tests.gate.oidc.whole_way import CEREMONY, SESSION, Application, through_ceremony, through_pages


@dataclass
class Sample:
    """A sample site that runs."""

    address: str
    application: Application


@pytest.fixture
def bank(gate_url, register) -> Iterator[Sample]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://localhost:{listener.getsockname()[1]}"
        application = register(
            "sample-bank",
            redirect_uris=(f"{address}/signed-in",),
            post_logout_redirect_uris=(f"{address}/signed-out",),
            back_channel_logout_uri=f"{address}/back-channel",
        )
        http = httpx.AsyncClient()
        site = Site("bank", RelyingParty(http, gate_url, *application.basic, address), secure=False)
        server = uvicorn.Server(uvicorn.Config(site, lifespan="off", log_level="warning"))

        async def serve() -> None:
            await server.serve([listener])
            await http.aclose()

        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Sample(address, application)
        server.should_exit = True
        thread.join()


@pytest.fixture
def visitor_of_both(gate_url, bank) -> Iterator[httpx.Client]:
    with httpx.Client(headers={"Accept-Language": "ru"}) as client:
        yield client


def _signed_in(http: httpx.Client, gate_url: str, bank: Sample, person) -> None:
    to_gate = http.get(f"{bank.address}/sign-in").headers["Location"]
    http.get(to_gate)
    return_to, secret = through_ceremony(http.cookies[CEREMONY], person)
    http.cookies.set(SESSION, secret, domain="localhost.local", path="/")
    back = http.get(f"{gate_url}{return_to}").headers["Refresh"].partition("url=")[2]
    assert http.get(back).headers["Location"] == "/"


@pytest.mark.clause("R57.4")
def test_the_bank_shows_what_is_somebodys_to_them_alone(visitor_of_both, gate_url, bank, person):
    http = visitor_of_both
    assert "125 400" not in http.get(bank.address).text
    _signed_in(http, gate_url, bank, person)
    page = http.get(bank.address).text
    assert "Үлгі Айдын" in page
    assert "125 400" in page
    assert "пароль, одноразовый код" in page
    assert "D26.two-factor" in page
    assert "125 400" not in httpx.get(bank.address).text


def test_the_bank_refuses_what_it_did_not_ask_for(visitor_of_both, gate_url, bank, person):
    http = visitor_of_both
    assert http.get(f"{bank.address}/signed-in", params={"code": "x", "state": "y"}).status_code == 400
    to_gate = httpx.URL(http.get(f"{bank.address}/sign-in").headers["Location"])
    answer = {"code": "x", "state": to_gate.params["state"], "iss": "https://other.example"}
    assert "iss" in http.get(f"{bank.address}/signed-in", params=answer).text
    assert http.post(f"{bank.address}/back-channel", data={"logout_token": "a.b.c"}).status_code == 400


def test_leaving_the_bank_leaves_the_gate_and_a_session_that_ends_at_the_gate_ends_at_the_bank(
    visitor_of_both, gate_url, bank, person, gate
):
    from datetime import UTC, datetime

    from qorgan.gate.oidc import back_channel

    http = visitor_of_both
    _signed_in(http, gate_url, bank, person)
    to_gate = http.post(f"{bank.address}/sign-out").headers["Location"]
    assert http.get(to_gate).headers["Location"] == f"{bank.address}/signed-out"
    assert gate.rows("SELECT count(*) FROM session WHERE ended_at IS NULL") == [(0,)]
    assert "Вы вышли" in http.get(f"{bank.address}/signed-out").text
    _signed_in(http, gate_url, bank, person)
    assert "125 400" in http.get(bank.address).text
    gate.tamper("UPDATE session SET seen_at = seen_at - (idle + 1) * interval '1 second'")
    with back_channel.new_client() as sending:
        back_channel.tell_due(sending, issuer=gate_url, now=datetime.now(UTC))
    assert "125 400" not in http.get(bank.address).text


@pytest.mark.clause("R57.4")
@pytest.mark.clause("D26.two-factor")
def test_a_person_goes_from_the_bank_to_the_gate_and_back_and_leaves(bank, person, gate, page):
    page.goto(bank.address)
    page.click("a.button")
    through_pages(page, gate, person)
    page.wait_for_url(f"{bank.address}/")
    assert "Үлгі Айдын" in page.inner_text("h1")
    page.click("form button")
    page.wait_for_url(f"{bank.address}/signed-out")
    assert gate.rows("SELECT count(*) FROM session WHERE ended_at IS NULL") == [(0,)]


def test_the_samples_speak_three_languages():
    for word, said in _WORDS.items():
        assert len(said) == 3, word
        assert all(said), word
