"""A trading platform's participant signs in to its page: only with a face or a signature, whatever else is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from qorgan.gate.oidc import jose
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method, Population
from tests.gate.fixtures_registries import registries
from tests.gate.oidc.whole_way import CEREMONY, PASSWORD, SESSION, make_person

__all__ = ["registries"]


@pytest.mark.clause("R57.4")
@pytest.mark.clause("R57.10")
def test_a_participant_reaches_the_platform_by_face_and_password_and_not_by_password_and_code(
    browser, register, gate, redeem, registries
):
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.engine import Begun
    from qorgan.gate.journal.entry import HERE

    person = make_person(gate, 1, Population.PARTICIPANT)
    platform = register("platform", population=Population.PARTICIPANT)
    asked = browser.authorise(platform, acr_values="urn:qorgan:acr:R57.10")
    ceremony, _, secret = browser.http.cookies[CEREMONY].partition(".")
    begun, now = Begun(ceremony=UUID(ceremony), secret=secret), datetime.now(UTC)
    registries.hands.at = now
    actions.identify(begun, person.iin, now=now)
    actions.prove(begun, Method.PASSWORD, {"password": PASSWORD}, whence=HERE, now=now)
    with pytest.raises(Refusal):
        # Nothing that leads nowhere is even asked.
        actions.prove(begun, Method.ONE_TIME_CODE, {"code": person.code()}, whence=HERE, now=now)
    with pytest.raises(Refusal) as refused:
        actions.finish(begun, whence=HERE, now=now)
    assert refused.value.clause == "R57.10"
    registries.act(actions.challenge(begun, Method.BIOMETRICS, now=now)["redirect_url"], face="same")
    actions.prove(begun, Method.BIOMETRICS, {}, whence=HERE, now=now)
    return_to = actions.look(begun, now=now).return_to
    made = actions.finish(begun, whence=HERE, now=now)
    browser.http.cookies.set(SESSION, str(made.session_secret), domain="localhost.local", path="/")
    code = browser.go_on(return_to)["code"]
    tokens = redeem(platform, code, asked).json()
    claims = jose.verified(tokens["id_token"], browser.http.get("/oidc/keys").json())
    assert claims["acr"] == "urn:qorgan:acr:R57.10"
    assert "face" in claims["amr"]
