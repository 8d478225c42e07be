"""Letters to a real SMTP server: encrypted, in the person's language, tried again, and dead after the last try."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from qorgan.hub.config import Mail, Security
from tests.hub.notices.certificates import make

TRIES = [timedelta(), timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)]


class Box:
    """Takes mail, or says what it is told to say."""

    def __init__(self):
        self.letters = []
        self.answers = {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        answer = self.answers.get(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        answer = self.answers.get("data")
        if answer is not None:
            return answer
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


def free_port():
    """A port that nobody has: aiosmtpd takes no other word for it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def known(_server, _session, _envelope, _mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"hub", b"quiet-mountain")
    return AuthResult(success=right)


@pytest.fixture
def box():
    return Box()


@pytest.fixture
def server(box, tmp_path):
    certificate, key = make(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=known,
    )
    controller.start()
    yield controller.port
    controller.stop()


@pytest.fixture
def mail(server, tmp_path):
    (tmp_path / "password").write_text("quiet-mountain\n")
    return Mail(
        host="localhost",
        port=server,
        authorities=tmp_path / "server.pem",
        user="hub",
        password_file=tmp_path / "password",
        sender="asoi@centre.example",
        attempts=3,
    )


def tell(office, now):
    from qorgan.hub.notices.acts import TellingActs

    office.clerk(lambda: TellingActs(mail=True).tell_all(now))


def send(office, mail, now):
    from qorgan.hub.notices.mail import Post

    return office.clerk(lambda: Post(mail).deliver_all(now))


def states(office):
    return dict(office.market.hub.rows("SELECT state, count(*) FROM delivery GROUP BY state"))


def speak(office, person, language):
    office.market.hub.tamper(
        "INSERT INTO portal_preference (person_id, language) VALUES (%s, %s)", office.market.people[person], language
    )


@pytest.mark.clause("R67.13")
def test_a_letter_says_number_what_and_by_when_in_the_persons_language_and_nothing_else(office, monday, mail, box):
    for person, language in (("alpha_maker", "ru"), ("alpha_head", "kk"), ("alpha_second_head", "en")):
        speak(office, person, language)
    card = office.returned(monday)
    tell(office, monday)
    send(office, mail, monday)
    words = ("Возвращено", "Түзетуге", "Sent back")
    returned = {one["To"]: one for one in box.letters if any(word in one["Subject"] for word in words)}
    letter = returned["alpha_maker@example.kz"]
    assert letter["Subject"].strip().startswith(f"Карта инцидента {card.number}: ")
    assert letter["Content-Language"] == "ru"
    text = letter.get_content()
    assert "26.11.2026 23:59" in text, "three working days from Monday end on Thursday"
    assert f"/{card.pk}/" in text or "/notices/" in text
    assert returned["alpha_head@example.kz"]["Subject"].strip().startswith("Оқыс оқиға картасы ")
    assert returned["alpha_second_head@example.kz"]["Subject"].strip().startswith("Incident card ")
    for one in box.letters:
        whole = f"{one['Subject']}\n{one.get_content()}"
        assert "Phishing" not in whole, "the title is the document's word"
        assert "say more" not in whole, "and so is what the centre wrote"
        assert one["Auto-Submitted"] == "auto-generated"
    assert states(office) == {"done": len(box.letters)}
    assert send(office, mail, monday) == 0


def test_a_server_that_is_down_is_tried_again_later_and_nothing_is_lost(office, monday, mail, box):
    office.card()
    tell(office, monday)
    away = Mail(host="127.0.0.1", port=1, security=Security.NONE, attempts=3)
    waiting = states(office)["waiting"]
    assert send(office, away, monday) == waiting
    assert send(office, away, monday) == 0, "not at once"
    assert states(office) == {"waiting": waiting}
    assert send(office, mail, monday + timedelta(minutes=1)) == waiting
    assert (states(office), len(box.letters)) == ({"done": waiting}, waiting)


def test_a_wrong_certificate_gets_neither_letter_nor_password(office, monday, mail, box, tmp_path):
    import msgspec

    (tmp_path / "other").mkdir()
    other, _ = make(tmp_path / "other")
    office.card()
    tell(office, monday)
    send(office, msgspec.structs.replace(mail, authorities=other), monday)
    assert set(states(office)) == {"waiting"}
    assert "CERTIFICATE_VERIFY_FAILED" in office.market.hub.rows("SELECT error FROM delivery LIMIT 1")[0][0]


def test_a_box_that_is_full_waits_and_one_that_is_unknown_is_dead_at_once(office, monday, mail, box):
    box.answers = {"analyst@example.kz": "452 full", "chief@example.kz": "550 nobody here"}
    office.card()
    tell(office, monday)
    send(office, mail, monday)
    assert states(office) == {"done": 5, "waiting": 1, "dead": 1}
    assert {one["To"] for one in box.letters}.isdisjoint({"analyst@example.kz", "chief@example.kz"})
    for later in TRIES[1:]:
        send(office, mail, monday + later)
    assert states(office) == {"done": 5, "dead": 2}, "after the third try"
    errors = {row[0] for row in office.market.hub.rows("SELECT error FROM delivery WHERE state = 'dead'")}
    assert errors == {"452 full", "550 nobody here"}


def test_the_centre_sees_dead_letters_and_sends_them_again_and_an_institution_does_not(office, monday, mail, box):
    from qorgan.hub.notices.delivering import dead, send_again
    from qorgan.kit.refusal import Refusal

    box.answers = {"data": "554 no"}
    office.card()
    tell(office, monday)
    send(office, mail, monday)
    assert set(states(office)) == {"dead"}
    assert office.market.seen("alpha_head", lambda: dead(office.market.scope("alpha_head"))) == []
    analyst = office.market.scope("analyst")
    found = office.market.seen("analyst", lambda: dead(analyst))
    assert len(found) == states(office)["dead"]
    with pytest.raises(Refusal):
        office.market.seen(
            "alpha_head",
            lambda: send_again(found[0].pk, by=office.market.scope("alpha_head"), now=monday),
        )
    office.market.seen("analyst", lambda: send_again(found[0].pk, by=analyst, now=monday))
    box.answers = {}
    assert send(office, mail, monday) == 1
    assert len(box.letters) == 1


@pytest.mark.clause("R67.4")
def test_whoever_lost_the_right_to_see_gets_no_letter_that_was_still_waiting(office, monday, mail, box):
    office.card()
    tell(office, monday)
    hub, people = office.market.hub, office.market.people
    hub.tamper("DELETE FROM membership WHERE person_id = %s", people["analyst"])
    hub.tamper("UPDATE person SET is_active = false WHERE id = %s", people["chief"])
    send(office, mail, monday)
    assert states(office) == {"done": 5, "dropped": 2}
    assert {one["To"] for one in box.letters}.isdisjoint({"analyst@example.kz", "chief@example.kz"})


def test_a_delivery_whose_clerk_died_is_taken_up_again(office, monday, mail, box):
    office.card()
    tell(office, monday)
    office.market.hub.tamper("UPDATE delivery SET attempts = 1, next_at = %s", monday + timedelta(minutes=15))
    assert send(office, mail, monday + timedelta(minutes=14)) == 0
    assert send(office, mail, monday + timedelta(minutes=15)) == 7
