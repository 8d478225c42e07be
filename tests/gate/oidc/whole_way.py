"""The whole way as tests go it: a person with two factors, an application, and a browser between them and the gate."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx

from qorgan.law.factors import Method, Population

if TYPE_CHECKING:
    from qorgan.gate.oidc.registered import Registered

CEREMONY = "qorgan-gate-ceremony"
SESSION = "qorgan-gate-session"
PASSWORD = "seventeen tall poplars by the river"


@dataclass
class Person:
    """Somebody who can sign in by a password and a code."""

    id: UUID
    iin: str
    totp: str
    gate: Any

    def code(self) -> str:
        """A code that was not used: the step may be had again, since tests do not wait half a minute."""
        from qorgan.gate.factors.one_time_code import steps

        self.gate.tamper("UPDATE one_time_code SET last_step = 0 WHERE client_id = %s", self.id)
        return steps.code_at(self.totp, steps.step_at(datetime.now(UTC)))


@dataclass
class Application:
    """A registered application, with its secret if it has one."""

    registered: Registered
    secret: str

    @property
    def basic(self) -> tuple[str, str]:
        return self.registered.client_id, self.secret


@dataclass
class Asked:
    """What a browser was sent to the gate with, and what its application remembers of it."""

    parameters: dict[str, str]
    verifier: str


@dataclass
class Browser:
    """A browser without scripts; `http` is the way to the gate."""

    http: httpx.Client
    answers: list[httpx.Response] = field(default_factory=list)

    def authorise(self, application: Application, **changes: str | None) -> Asked:
        """Go to the gate as the application sends it; the answer is the last of `answers`."""
        asked = asking(application, **changes)
        self.answers.append(self.http.get("/oidc/authorise", params=asked.parameters))
        return asked

    def sign_in(self, person: Person) -> str:
        """Go through the ceremony that was begun, as its pages do; gives where they lead to then."""
        return_to, secret = through_ceremony(self.http.cookies[CEREMONY], person)
        self.http.cookies.set(SESSION, secret, domain="localhost.local", path="/")
        return return_to

    def go_on(self, return_to: str) -> dict[str, str]:
        """Follow to the application; gives what it is told."""
        answer = self.http.get(return_to)
        self.answers.append(answer)
        assert answer.status_code == 200, answer.text
        return told(answer)

    def code(self, application: Application, person: Person, **changes: str | None) -> tuple[str, Asked]:
        """A code for a person who signs in at this browser."""
        asked = self.authorise(application, **changes)
        return self.go_on(self.sign_in(person))["code"], asked


def through_ceremony(cookie: str, person: Person) -> tuple[str, str]:
    """Prove what a ceremony asks for and finish it; gives where it leads to, and the session's secret."""
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.engine import Begun
    from qorgan.gate.journal.entry import HERE

    ceremony, _, secret = cookie.partition(".")
    begun, now = Begun(ceremony=UUID(ceremony), secret=secret), datetime.now(UTC)
    if not actions.look(begun, now=now).identified:
        actions.identify(begun, person.iin, now=now)
    actions.prove(begun, Method.PASSWORD, {"password": PASSWORD}, whence=HERE, now=now)
    actions.prove(begun, Method.ONE_TIME_CODE, {"code": person.code()}, whence=HERE, now=now)
    return_to = actions.look(begun, now=now).return_to
    finished = actions.finish(begun, whence=HERE, now=now)
    assert finished.session_secret
    return return_to, finished.session_secret


def asking(application: Application, **changes: str | None) -> Asked:
    """The parameters of a request, as a good application makes them."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    parameters: Mapping[str, str | None] = {
        "response_type": "code",
        "client_id": application.registered.client_id,
        "redirect_uri": application.registered.redirect_uris[0],
        "scope": "openid",
        "state": secrets.token_urlsafe(8),
        "nonce": secrets.token_urlsafe(8),
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **changes,
    }
    return Asked({name: value for name, value in parameters.items() if value is not None}, verifier)


def told(answer: httpx.Response) -> dict[str, str]:
    """What the application is told by the address that a browser is sent to."""
    address = answer.headers.get("Location") or answer.headers["Refresh"].partition("url=")[2]
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def make_person(gate: Any, number: int, population: Population = Population.BANK_CLIENT) -> Person:
    from qorgan.eds.pki.sandbox import invented_iin
    from qorgan.gate.clients import actions
    from qorgan.gate.clients.act import Act
    from qorgan.gate.factors.one_time_code import steps
    from qorgan.gate.factors.one_time_code import verifying as codes
    from qorgan.gate.factors.password import verifying as passwords
    from qorgan.gate.journal.entry import HERE

    now = datetime.now(UTC)
    act, iin, ceremony = Act(now=now, whence=HERE), invented_iin(number), uuid4()
    client = actions.register(
        population, iin=iin, name="Үлгі Айдын", phone=f"+7701000{number:04d}", language="ru", act=act
    )
    actions.activate(client.pk, act=act)
    passwords.enrol_finish(client.pk, {}, {"password": PASSWORD}, ceremony=ceremony, now=now)
    challenge = codes.enrol_begin(client.pk, ceremony=ceremony, nonce=b"", purpose="", now=now)
    totp = challenge.public["secret"]
    code = steps.code_at(totp, steps.step_at(now))
    codes.enrol_finish(client.pk, challenge.kept, {"code": code}, ceremony=ceremony, now=now)
    return Person(client.pk, iin, totp, gate)


def post(http: httpx.Client, application: Application, path: str, form: dict[str, str]) -> httpx.Response:
    if application.secret:
        return http.post(path, data=form, auth=application.basic)
    return http.post(path, data={"client_id": application.registered.client_id, **form})


def through_pages(page: Any, gate: Any, person: Any) -> None:
    """Sign in by a password and a code, as people do."""
    page.fill("[name=identifier]", person.iin)
    page.click("main button[type=submit]")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("[name=code]", gate.apart(person.code))
    page.click("main button[type=submit]")
