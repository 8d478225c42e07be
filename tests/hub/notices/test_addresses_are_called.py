"""Webhooks to a real receiver over TLS: signed, to the Internet alone, tried again, dead and sent again."""

from __future__ import annotations

import json
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from qorgan.hub.config import Webhooks
from tests.hub.notices.certificates import make


class Receiver:
    """A receiver of an institution: keeps what it is called with and answers what it is told to."""

    def __init__(self, folder):
        self.calls = []
        self.answers = []
        self.authorities, key = make(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authorities, key)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.calls.append((dict(self.headers), body))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.send_header("Location", "https://127.0.0.1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"https://localhost:{self.server.server_address[1]}/asoi?from=hub"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver(tmp_path):
    one = Receiver(tmp_path)
    yield one
    one.close()


@pytest.fixture
def config(receiver):
    return Webhooks(networks=("127.0.0.0/8", "::1/128"), authorities=receiver.authorities, attempts=3)


def register(office, receiver, name="alpha", now=None):
    from qorgan.hub.notices.webhooks import register as register_

    by = office.market.scope(f"{name}_head")
    return register_(office.market.organisations[name], receiver.address, by=by, now=now or datetime.now(UTC))


def tell(office, now):
    from qorgan.hub.notices.acts import TellingActs

    office.clerk(lambda: TellingActs(mail=False).tell_all(now))


def call(office, config, now):
    from qorgan.hub.notices.calling import Caller

    return office.clerk(lambda: Caller(config).deliver_all(now))


def states(office):
    return dict(office.market.hub.rows("SELECT state, count(*) FROM delivery GROUP BY state"))


def test_a_call_is_signed_and_tells_ids_verb_times_and_a_link_alone(office, monday, receiver, config):
    _webhook, secret = register(office, receiver)
    card = office.card()
    # The verifier has a clock of its own, and takes nothing that is not of these minutes.
    now = datetime.now(UTC)
    tell(office, now)
    assert call(office, config, now) == 3
    told = [Verifier(secret).verify(body, headers) for headers, body in receiver.calls]
    assert [one["type"] for one in sorted(told, key=lambda one: one["type"])] == [
        "incident-card.life.submit",
        "incident-card.preparation.agree",
        "incident-card.preparation.propose",
    ]
    one = next(one for one in told if one["data"]["what"] == "life.submit")
    assert one["data"].keys() == {"document", "number", "kind", "what", "at", "link"}
    assert (one["data"]["document"], one["data"]["number"]) == (str(card.pk), card.number)
    assert all(b"Phishing" not in body for _headers, body in receiver.calls)
    headers, body = receiver.calls[0]
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace(b"incident", b"accident"), headers)
    kept = office.market.hub.rows("SELECT secret FROM webhook")[0][0]
    assert secret not in kept, "what lies in the database opens nothing"


@pytest.mark.clause("R67.4")
def test_an_institution_is_called_about_what_it_may_see_and_a_stranger_is_not(office, monday, receiver, config):
    register(office, receiver, "gamma")
    office.card()
    tell(office, monday)
    assert call(office, config, monday) == 0, "another's card"
    warning = office.draft(code="threat-warning", items=["Block it"])
    office.send(warning.pk)
    tell(office, monday)
    assert call(office, config, monday) == 1
    assert json.loads(receiver.calls[0][1])["data"]["number"] == warning.number


def test_a_receiver_that_is_down_is_tried_later_dead_at_last_and_sent_again_by_its_own_head(
    office, monday, receiver, config
):
    from qorgan.hub.notices.delivering import dead, send_again

    register(office, receiver)
    office.draft()
    office.send(office.draft().pk)
    tell(office, monday)
    receiver.answers = [500] * 9
    tries = [timedelta(), timedelta(minutes=1), timedelta(minutes=5)]
    assert [call(office, config, monday + later) for later in tries] == [3, 3, 3]
    assert states(office) == {"dead": 3}
    assert len({headers["webhook-id"] for headers, _body in receiver.calls}) == 3, "a repeated call is known by its id"
    assert office.market.seen("gamma_head", lambda: dead(office.market.scope("gamma_head"))) == []
    head = office.market.scope("alpha_head")
    found = office.market.seen("alpha_head", lambda: dead(head))
    assert [one.error for one in found] == ["answered 500"] * 3
    for one in found:
        office.market.seen("alpha_head", lambda one=one: send_again(one.pk, by=head, now=monday))
    assert call(office, config, monday) == 3
    assert states(office) == {"done": 3}


def test_no_redirect_is_followed_and_one_that_is_gone_is_dead_at_once(office, monday, receiver, config):
    register(office, receiver)
    office.card()
    tell(office, monday)
    receiver.answers = [302, 410, 302]
    call(office, config, monday)
    assert (len(receiver.calls), states(office)) == (3, {"waiting": 2, "dead": 1})


def test_a_removed_address_is_called_no_more(office, monday, receiver, config):
    from qorgan.hub.notices.webhooks import remove

    webhook, _secret = register(office, receiver)
    office.card()
    tell(office, monday)
    remove(webhook.pk, by=office.market.scope("alpha_head"), now=monday)
    call(office, config, monday)
    assert (receiver.calls, states(office)) == ([], {"dropped": 3})


def test_a_private_address_is_never_connected_to(office, monday, receiver):
    register(office, receiver)
    office.card()
    tell(office, monday)
    call(office, Webhooks(authorities=receiver.authorities), monday)
    assert (receiver.calls, states(office)) == ([], {"dead": 3})
    assert "not an address of the Internet" in office.market.hub.rows("SELECT error FROM delivery")[0][0]


def test_a_receiver_with_another_certificate_is_told_nothing(office, monday, receiver, config, tmp_path):
    import msgspec

    (tmp_path / "other").mkdir()
    other, _key = make(tmp_path / "other")
    register(office, receiver)
    office.card()
    tell(office, monday)
    call(office, msgspec.structs.replace(config, authorities=other), monday)
    assert (receiver.calls, states(office)) == ([], {"waiting": 3})


def test_only_the_head_names_addresses_and_only_of_their_own(office, receiver):
    from qorgan.hub.notices.webhooks import MOST, listed, places, register
    from qorgan.kit.refusal import Refusal

    alpha, now = office.market.organisations["alpha"], datetime.now(UTC)
    for person in ("alpha_maker", "gamma_head", "analyst", "chief", "auditor"):
        with pytest.raises(Refusal) as refused:
            register(alpha, receiver.address, by=office.market.scope(person), now=now)
        assert refused.value.code == "not-allowed"
    head = office.market.scope("alpha_head")
    assert places(head) == [alpha]
    for _ in range(MOST):
        register(alpha, receiver.address, by=head, now=now)
    with pytest.raises(Refusal) as refused:
        register(alpha, receiver.address, by=head, now=now)
    assert refused.value.code == "too-many"
    assert len(office.market.seen("alpha_maker", lambda: listed(office.market.scope("alpha_maker")))) == MOST
    assert office.market.seen("gamma_head", lambda: listed(office.market.scope("gamma_head"))) == []


REFUSED = [
    "http://example.com/",
    "https://",
    "https://user:word@example.com/",
    "https://example.com/#part",
    "https://10.0.0.1/",
    "https://127.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://example.com/ü",
    "https://example.com/a b",
    "https://example.com:99999/",
    "ftp://example.com/",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_must_not_be_called_is_not_even_taken(office, address):
    from qorgan.hub.notices.addresses import AddressRefused, check_literal

    with pytest.raises(AddressRefused):
        check_literal(address, Webhooks())


@given(st.ip_addresses())
def test_whatever_is_not_of_the_internet_is_refused(found):
    from qorgan.hub.notices.addresses import is_allowed

    mapped = getattr(found, "ipv4_mapped", None)
    meant = mapped or found
    if meant.is_private or meant.is_loopback or meant.is_link_local or meant.is_multicast or meant.is_reserved:
        assert not is_allowed(found, Webhooks())
    if mapped is not None:
        assert is_allowed(found, Webhooks()) == is_allowed(mapped, Webhooks())
    assert is_allowed(ip_address("10.1.2.3"), Webhooks(networks=("10.0.0.0/8",)))
