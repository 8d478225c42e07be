"""The desk answers this machine alone, takes no form but its own, and shows what is written as text."""

from __future__ import annotations

import http.client
import re
import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from qorgan.module.config import Config, Hub
from qorgan.module.fallback import drafts
from qorgan.module.fallback.desk.desk import Desk
from qorgan.module.fallback.desk.server import MAX_BODY, serve
from qorgan.module.fallback_settings import FallbackTable
from tests.module.fallback.conftest import HEAD, MAKER, NOW, PASSWORDS, complete

pytestmark = [pytest.mark.clause("R48I.3-fallback"), pytest.mark.clause("R48.15")]


class Visitor:
    """A browser without scripts."""

    def __init__(self, port) -> None:
        self.port, self.cookies = port, {"qorgan-desk-language": "en"}

    def ask(self, method, path, fields=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(fields or {}, doseq=True)
        given = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"} | headers
        connection.request(method, path, body if method == "POST" else None, given)
        answer = connection.getresponse()
        answer.text = answer.read().decode("utf-8", "replace")
        for name, value in re.findall(r"([a-z-]+)=([^;]*);", answer.headers.get("Set-Cookie", "")):
            self.cookies[name] = value
        connection.close()
        return answer

    def enter(self, role):
        email = MAKER.email if role == "maker" else HEAD.email
        assert self.ask("POST", "/sign-in", {"email": email, "password": PASSWORDS[role]}).status == 303
        return self

    def post(self, path, **fields):
        token = re.search(r'name="csrf" value="([^"]+)"', self.ask("GET", "/").text)[1]
        return self.ask("POST", path, {"csrf": token, **fields})


@pytest.fixture
def desk(site):
    config = Config(
        state=str(site.folder), hub=Hub(url="http://127.0.0.1:9"), fallback=FallbackTable(call_from="+77270000000")
    )
    server = serve("127.0.0.1", 0, Desk(config, site.store, lambda: site.speaker, lambda: NOW).answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield lambda: Visitor(server.server_address[1])
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_answer_is_kept_by_nobody_and_runs_nothing(desk):
    answer = desk().ask("GET", "/")
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "<script" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", ""])
def test_other_names_and_other_sites_are_not_answered(desk, host):
    assert desk().ask("GET", "/", Host=host).status == 421
    assert desk().ask("POST", "/sign-in", Origin="http://evil.example").status == 421


def test_nothing_is_shown_or_done_without_signing_in(desk, site):
    card = site.proposed()
    for method, path in (("GET", f"/cards/{card}"), ("POST", f"/cards/{card}/agree"), ("POST", "/cards")):
        answer = desk().ask(method, path)
        assert answer.status == 401
        assert "Flood" not in answer.text


def test_a_form_that_is_not_its_own_changes_nothing(desk, site):
    card = site.proposed()
    head = desk().enter("head")
    for token in ("", "guess"):
        assert head.ask("POST", f"/cards/{card}/decline", {"csrf": token, "reason": "no"}).status == 403
    assert drafts.draft_of(site.store, card).state == "proposed"


def test_a_maker_cannot_agree_and_a_head_cannot_write(desk, site):
    card = site.proposed()
    digest = drafts.document_digest(drafts.draft_of(site.store, card).exact)
    refused = desk().enter("maker").post(f"/cards/{card}/agree", revision=2, digest=digest)
    assert refused.status == 422
    assert "Your role does not allow this" in refused.text
    assert desk().enter("head").post("/cards").status == 422
    assert desk().enter("head").post(f"/cards/{card}/agree", revision=2, digest=digest).status == 303
    assert drafts.draft_of(site.store, card).state == "agreed"


def test_a_card_is_set_aside_on_its_page_and_stands_so_in_the_list(desk, site):
    maker = desk().enter("maker")
    card = drafts.begin(site.store, complete(description="Flood"), by=MAKER, now=NOW)
    refused = maker.post(f"/cards/{card}/aside", revision=1, reason="")
    assert refused.status == 422
    assert maker.post(f"/cards/{card}/aside", revision=1, reason="announced maintenance").status == 303
    assert "set aside" in maker.ask("GET", "/").text
    assert "announced maintenance" in maker.ask("GET", f"/cards/{card}").text
    assert desk().enter("head").post(f"/cards/{card}/aside", revision=2, reason="no").status == 422


def test_what_is_written_is_shown_as_text(desk, site):
    site.proposed(description='<img src=x onerror="alert(1)">\n</textarea><b>')
    maker = desk().enter("maker")
    (card,) = [one.id for one in drafts.every(site.store)]
    for path in ("/", f"/cards/{card}"):
        text = maker.ask("GET", path).text
        assert "<img" not in text
        assert "</textarea><b>" not in text


def test_the_form_gives_back_every_field_as_it_was(desk, site):
    from qorgan.module.fallback.desk.controls import asked  # noqa: PLC0415
    from qorgan.module.fallback.desk.entry import card_in  # noqa: PLC0415

    card = complete(started_at=NOW - timedelta(minutes=30), techniques=("T1498",), clients_affected=12)
    posted = {"f.techniques": ["T1498"], "f.clients_affected": ["12"]}
    for field in asked():
        value = getattr(card, field.name)
        if isinstance(value, str):
            posted[f"f.{field.name}"] = [value]
    posted |= {
        "f.stage": ["1"],
        "f.found_at": ["2026-11-23T09:40"],
        "f.started_at": ["2026-11-23T09:30"],
        "f.contacts.0.name": ["Duty officer"],
        "f.contacts.0.phone": ["+77270000000"],
        "f.contacts.1.name": [""],
    }
    assert card_in(posted, card) == card


def test_a_body_without_end_is_not_read(desk):
    connection = http.client.HTTPConnection("127.0.0.1", desk().port, timeout=10)
    connection.putrequest("POST", "/sign-in")
    connection.putheader("Content-Length", str(MAX_BODY + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_signing_out_and_closing_an_account_end_it_at_once(desk, site):
    from qorgan.module.fallback.people import close  # noqa: PLC0415

    head = desk().enter("head")
    close(site.store, HEAD.email, NOW)
    assert head.ask("GET", "/cards/x").status == 401
    maker = desk().enter("maker")
    kept = dict(maker.cookies)
    assert maker.post("/sign-out").status == 303
    maker.cookies = kept
    assert maker.ask("GET", "/cards/x").status == 401
