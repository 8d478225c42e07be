"""What the rules ask of a sign-in they ask of one that an application began: no application is a way around them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from qorgan.gate.oidc import jose
from qorgan.gate.oidc.registered import Authentication, Kind
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population
from tests.gate.fixtures_registries import registries
from tests.gate.oidc.whole_way import CEREMONY, PASSWORD, SESSION, make_person

__all__ = ["registries"]


class Met:
    """The ceremony that an application began in a browser."""

    def __init__(self, browser, registries) -> None:
        from qorgan.gate.ceremonies.engine import Begun

        ceremony, _, secret = browser.http.cookies[CEREMONY].partition(".")
        self._begun = Begun(ceremony=UUID(ceremony), secret=secret)
        self._browser, self._registries = browser, registries
        self._now = registries.hands.at = datetime.now(UTC)

    def identify(self, person) -> None:
        from qorgan.gate.ceremonies import actions

        actions.identify(self._begun, person.iin, now=self._now)

    def prove(self, method: Method, answer: dict[str, str]) -> None:
        from qorgan.gate.ceremonies import actions
        from qorgan.gate.journal.entry import HERE

        actions.prove(self._begun, method, answer, whence=HERE, now=self._now)

    def show_face(self) -> None:
        from qorgan.gate.ceremonies import actions

        asked = actions.challenge(self._begun, Method.BIOMETRICS, now=self._now)
        self._registries.act(asked["redirect_url"], face="same")
        self.prove(Method.BIOMETRICS, {})

    def finish(self) -> dict[str, str]:
        """End it and go on; gives what the application is told."""
        from qorgan.gate.ceremonies import actions
        from qorgan.gate.journal.entry import HERE

        return_to = actions.look(self._begun, now=self._now).return_to
        made = actions.finish(self._begun, whence=HERE, now=self._now)
        self._browser.http.cookies.set(SESSION, str(made.session_secret), domain="localhost.local", path="/")
        return self._browser.go_on(return_to)

    def refused_by(self) -> str | None:
        """The clause that does not let it end."""
        with pytest.raises(Refusal) as refused:
            self.finish()
        return refused.value.clause


@pytest.mark.clause("R57.4")
@pytest.mark.clause("R57.10")
def test_a_participant_reaches_the_platform_by_face_and_password_and_not_by_password_alone(
    browser, register, gate, redeem, registries
):
    person = make_person(gate, 1, Population.PARTICIPANT)
    platform = register("platform", population=Population.PARTICIPANT)
    asked = browser.authorise(platform, acr_values="urn:qorgan:acr:R57.10")
    met = Met(browser, registries)
    met.identify(person)
    met.prove(Method.PASSWORD, {"password": PASSWORD})
    with pytest.raises(Refusal):
        # Nothing that leads nowhere is even asked.
        met.prove(Method.ONE_TIME_CODE, {"code": person.code()})
    assert met.refused_by() == "R57.10"
    browser.authorise(platform)
    asked = browser.authorise(platform, acr_values="urn:qorgan:acr:R57.10")
    met = Met(browser, registries)
    met.identify(person)
    met.prove(Method.PASSWORD, {"password": PASSWORD})
    met.show_face()
    tokens = redeem(platform, met.finish()["code"], asked).json()
    claims = jose.verified(tokens["id_token"], browser.http.get("/oidc/keys").json())
    assert claims["acr"] == "urn:qorgan:acr:R57.10"
    assert "face" in claims["amr"]


@pytest.mark.clause("R48.156-1")
def test_a_browser_is_no_way_for_an_app_around_the_face_that_a_new_device_asks_for(
    browser, application, register, person, redeem, registries
):
    app = register("app", kind=Kind.NATIVE, authentication=Authentication.NONE, redirect_uris=("kz.bank.app:/cb",))
    # Whoever signed in to the bank's pages by a password and a code is not in the app by it.
    browser.code(application, person)
    asked = browser.authorise(app)
    assert browser.answers[-1].headers["Location"].startswith("/sign-in")
    waiting = browser.answers[-1].headers["Location"].partition("request=")[2]
    assert browser.go_on(f"/oidc/go-on/{waiting}")["error"] == "login_required"
    # Nor by the same two shown once more.
    browser.authorise(app)
    met = Met(browser, registries)
    met.identify(person)
    met.prove(Method.PASSWORD, {"password": PASSWORD})
    with pytest.raises(Refusal):
        met.prove(Method.ONE_TIME_CODE, {"code": person.code()})
    assert met.refused_by() == "D26.two-factor"
    asked = browser.authorise(app)
    met = Met(browser, registries)
    met.identify(person)
    met.prove(Method.PASSWORD, {"password": PASSWORD})
    met.show_face()
    answer = redeem(app, met.finish()["code"], asked)
    assert answer.status_code == 200, answer.text
    browser.authorise(app)
    assert browser.answers[-1].headers["Location"].startswith("kz.bank.app:/cb?code=qgc_")
