"""One walk for every realm: somebody at a browser proves themselves by this way or that, rightly or wrongly."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.gate.rules.proof import BiometricSource, Proof
from qorgan.kit.clock import now
from qorgan.law.factors import Method, Population
from tests.fixtures_portal import one_time_code
from tests.gate.ceremonies.people import PASSWORD, Somebody, act, somebody
from tests.gate.pages.market import AUTHENTICATOR, apply, choose, choose_password, show_face

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.fixtures_portal import Web
    from tests.gate.conftest import Gate
    from tests.gate.pages.market import Market

NEW = "amber window 9 sparrows"
"""Another password."""
WRONG = "wrong wrong wrong"
PASSKEY, CODE, FACE, OWN = "passkey", "one-time-code", "biometrics", "own-device"
SIGNATURE, PHONE_NUMBER, KNOWN, DEVICE = "signature", "phone", "password", "device-key"
"""The ways, as pages name them; biometrics on the institution's own device is one of its own."""
_SOURCES = {FACE: "state", OWN: "own-device"}
SECOND = {
    Population.BANK_CLIENT: CODE,
    Population.INSURANCE_OR_MFO_CLIENT: PASSKEY,
    Population.PARTICIPANT: OWN,
    Population.EMPLOYEE: CODE,
}
"""What each realm's people show beside a password."""
_HELD: set[str] = set()
"""Pages that were held to what everybody can use: once each, in whichever realm they came first."""


@dataclass
class Walk:
    """Somebody at a browser."""

    page: Page
    web: Web
    gate: Gate
    market: Market
    population: Population
    number: int
    authenticator: Authenticator
    barriers: Callable[[Page], list[str]]
    picture: Callable[[Page, str], None]
    person: Somebody | None = None

    @property
    def iin(self) -> str:
        """Theirs."""
        return invented_iin(self.number)

    @property
    def phone(self) -> str:
        """Theirs."""
        return invented_phone(self.number)

    @property
    def id(self) -> UUID:
        """Of the account that they have."""
        assert self.person
        return self.person.id

    def has_account(self, *ways: str) -> Walk:
        """Give them one, with a password, an app of codes, and these ways beside."""
        self.person = self.gate.apart(self._somebody)
        self.market.owns(self.phone, self.iin)
        if PASSKEY in ways:
            self.authenticator.take(self.gate.apart(lambda: passkey_of(self.id)))
        if SIGNATURE in ways:
            self.gate.apart(lambda: _signs(self.id))
        return self

    def comes_in(self, *, second: str = "") -> Walk:
        """Leave them signed in at their own page, as somebody is who has gone through the pages."""
        self.has_account(second or SECOND[self.population])
        secret = self.gate.apart(lambda: _session_of(self.id, self.population))
        cookie = {"name": "qorgan-gate-session", "value": secret, "url": self.web.address}
        self.page.context.add_cookies([cookie])
        self.goes("/account")
        return self

    def goes(self, address: str) -> None:
        """Open a page of the gate."""
        self.page.goto(f"{self.web.address}{address}")

    def names_themself(self, address: str = "/sign-in") -> None:
        """Say who one is."""
        assert self.person
        self.goes(f"{address}?for={self.population.value}")
        self.page.fill("[name=identifier]", self.person.identifier)
        self.presses(f"main form[action='{address}'] button")

    def applies(self) -> None:
        """Say who is to be registered."""
        self.market.owns(self.phone, self.iin)
        apply(self.page, self.number, self.population.value, at=self.web.address)

    def begins(self, kind: str, method: str = "") -> None:
        """Begin something on one's own page."""
        of_method = f":has([name=method][value='{method}'])" if method else ""
        self.presses(f"form:has([name=kind][value='{kind}']){of_method} button")

    def proves(self, *ways: str) -> None:
        """Answer rightly."""
        for way in ways:
            self._answers(way, right=True)

    def fails(self, way: str) -> None:
        """Answer wrongly, and be told no more than that."""
        self._answers(way, right=False)
        self.refused()

    def refused(self) -> str:
        """See that something was refused, and give the words."""
        said = self.page.locator("[role=alert]:visible")
        said.wait_for()
        return said.inner_text()

    def ends(self) -> None:
        """Press the last button."""
        self.presses("form[action$='step/finish'] button")

    def chooses(self, *ways: str) -> None:
        """Set up what one begins with: a password, and these."""
        choose_password(self.page)
        self.person = Somebody(uuid4(), self.iin, "", self.population)
        if CODE in ways:
            self.presses("form[action$='enrolment/one-time-code'] button")
            self.person.secret = self.page.input_value("[name=secret]")
            self.page.fill("[name=code]", one_time_code(self.person.secret))
            self.presses("form[action$='enrol/one-time-code'] button")
        if PASSKEY in ways:
            self.presses("form[data-passkey=create] button")

    def finishes(self, kind: str) -> None:
        """Press the last button, and see that it is done."""
        self.ends()
        self.page.wait_for_url(f"**/done/{kind}")

    def seen(self, name: str) -> None:
        """Hold the page to what everybody can use, and keep its picture."""
        self.picture(self.page, f"{name}-{self.population.value}")
        if name not in _HELD:
            _HELD.add(name)
            assert self.barriers(self.page) == []

    def told(self) -> set[str]:
        """Of what they were told."""
        return {kind for (kind,) in self.gate.rows("SELECT kind FROM notice WHERE client_id = %s", self.id)}

    def state(self) -> str:
        """Of the account under their number."""
        asked = "SELECT state FROM client WHERE phone_index = (SELECT phone_index FROM client WHERE id = %s)"
        return str(self.gate.rows(asked, self.id)[0][0])

    def _somebody(self) -> Somebody:
        from qorgan.gate.clients import actions

        made = somebody(self.population, self.number - 1)
        if self.population is Population.EMPLOYEE:
            actions.change_phone(made.id, self.phone, act=act())
        return made

    def presses(self, button: str) -> None:
        """Press a button that leads to another page, and be there."""
        with self.page.expect_navigation():
            self.page.click(button)

    def _answers(self, way: str, *, right: bool) -> None:
        page = self.page
        choose(page, FACE if way == OWN else way)
        if way == KNOWN:
            page.fill("[name=password]", PASSWORD if right else WRONG)
            self.presses("main form[action*=password] button")
        elif way == CODE:
            self.gate.tamper("UPDATE one_time_code SET last_step = 0")
            assert self.person
            page.fill("[name=code]", self.person.code(now()) if right else "000000")
            self.presses("main form[action*=code] button")
        elif way in _SOURCES:
            another = "another" if self.population is Population.BANK_CLIENT else "nobody"
            show_face(page, "same" if right else another, _SOURCES[way])
        elif way == PASSKEY:
            self.presses("form[data-passkey=use] button")
        elif way == DEVICE:
            self.presses("form[data-device=use] button")
        elif way == SIGNATURE:
            self.signs(self.number if right else 1)
        elif way == PHONE_NUMBER:
            if not page.locator("form[action$='phone/code']").count():
                self.presses("form[action$='step/phone'] button")
            self.brings(self.market.last_code() if right else "123456")

    def signs(self, number: int) -> None:
        """Sign with the key of this invented person."""
        self.market.hold(number)
        self.presses("[data-sign-start]")

    def asks_for(self, phone: str) -> None:
        """Name a number."""
        self.page.fill("[name=phone]", phone)
        self.presses("form[action$='step/phone'] button")

    def brings(self, code: str) -> None:
        """The code that came to it."""
        self.page.fill("[name=code]", code)
        self.presses("form[action$='phone/code'] button")


class Authenticator:
    """Chromium's virtual authenticator, on one page."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable")
        self._id = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})[
            "authenticatorId"
        ]

    def take(self, credential: dict[str, Any]) -> None:
        """Hold a passkey that was made elsewhere."""
        self._devtools.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": credential})

    def leave(self) -> None:
        """Be taken out of the page, with all that it holds."""
        self._devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._id})
        self._devtools.detach()


def passkey_of(client_id: UUID) -> dict[str, Any]:
    """A passkey of theirs, as the browser's devtools take one."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from qorgan.gate.factors.passkey import verifying
    from qorgan.gate.factors.passkey.authenticator import Software

    device, ceremony = Software("http://localhost:8460"), uuid4()
    asked = verifying.enrol_begin(client_id, ceremony=ceremony, nonce=b"n" * 32, purpose="", now=now())
    verifying.enrol_finish(client_id, asked.kept, device.make(asked.public), ceremony=ceremony, now=now())
    ((credential, (key, handle)),) = device.keys.items()
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    texts = {"credentialId": credential, "privateKey": private, "userHandle": handle}
    said = {name: base64.b64encode(raw).decode() for name, raw in texts.items()}
    return {**said, "rpId": "localhost", "isResidentCredential": True, "signCount": device.counter}


def _signs(client_id: UUID) -> None:
    from qorgan.gate.factors.signature.models import Signer

    Signer.objects.create(client_id=client_id, fingerprint="0" * 64, created_at=now())


def _session_of(client_id: UUID, population: Population) -> str:
    """The secret of a session by the realm's own rule."""
    from django.db import transaction

    from qorgan.gate.ceremonies import sessions
    from qorgan.gate.ceremonies.kinds import Kind
    from qorgan.gate.ceremonies.models import Ceremony
    from qorgan.gate.clients import access
    from qorgan.gate.rules import policy
    from qorgan.gate.rules.verdict import Allowed

    at = now()
    second = Method.BIOMETRICS if SECOND[population] == OWN else Method(SECOND[population])
    source = BiometricSource.OWN_DEVICE if second is Method.BIOMETRICS else None
    proofs = (
        Proof(method=Method.PASSWORD, credential="password", at=at),
        Proof(method=second, credential="second", at=at, source=source),
    )
    by = policy.sign_in(population, proofs, at)
    assert isinstance(by, Allowed)
    ceremony = Ceremony(kind=Kind.SIGN_IN, population=population.value)
    with transaction.atomic():
        made = sessions.make(access.by_id(client_id), ceremony, proofs, by, act(at, ceremony=ceremony.pk))
    return made.secret
