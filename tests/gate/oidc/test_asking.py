"""The authorisation request: what is read, what is refused, and where a refusal may be sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.gate.oidc import pkce
from qorgan.gate.oidc.asking import Prompt, is_to_be_trusted, language, read, state_of
from qorgan.gate.oidc.errors import Code, Wrong
from qorgan.gate.oidc.registered import Authentication, Kind, Registered
from qorgan.gate.oidc.scopes import Scope
from qorgan.law.factors import Population

REDIRECT = "https://bank.example/signed-in"
CHALLENGE = pkce.challenge_of("v" * 43)
APPLICATION = Registered(
    id=UUID(int=1),
    client_id="bank",
    name="Bank",
    kind=Kind.WEB,
    population=Population.BANK_CLIENT,
    authentication=Authentication.SECRET_BASIC,
    redirect_uris=(REDIRECT, "https://bank.example/other?kept=1"),
    scopes=frozenset({Scope.OPENID, Scope.PROFILE}),
)
GOOD = {
    "response_type": ["code"],
    "client_id": ["bank"],
    "redirect_uri": [REDIRECT],
    "scope": ["openid profile"],
    "state": ["s"],
    "nonce": ["n"],
    "code_challenge": [CHALLENGE],
    "code_challenge_method": ["S256"],
}


def _with(**changes: Any) -> dict[str, list[str]]:
    changed = {name: [value] if isinstance(value, str) else value for name, value in changes.items()}
    return {name: values for name, values in {**GOOD, **changed}.items() if values is not None}


def test_a_good_request_is_read() -> None:
    asked = read(_with(prompt="login", max_age="0", acr_values="a b", ui_locales="de ru-KZ"), APPLICATION, REDIRECT)
    assert asked.scopes == {Scope.OPENID, Scope.PROFILE}
    assert (asked.state, asked.nonce, asked.prompt, asked.max_age) == ("s", "n", Prompt.LOGIN, 0)
    assert asked.acr_values == ("a", "b")
    assert asked.ui_language == "ru"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"response_type": "token"}, Code.UNSUPPORTED_RESPONSE_TYPE),
        ({"response_type": "code id_token"}, Code.UNSUPPORTED_RESPONSE_TYPE),
        ({"response_type": None}, Code.UNSUPPORTED_RESPONSE_TYPE),
        ({"response_mode": "fragment"}, Code.INVALID_REQUEST),
        ({"code_challenge": None}, Code.INVALID_REQUEST),
        ({"code_challenge_method": None}, Code.INVALID_REQUEST),
        ({"code_challenge_method": "plain"}, Code.INVALID_REQUEST),
        ({"code_challenge": "short"}, Code.INVALID_REQUEST),
        ({"code_challenge": CHALLENGE + "\n"}, Code.INVALID_REQUEST),
        ({"scope": "profile"}, Code.INVALID_SCOPE),
        ({"scope": "openid iin"}, Code.INVALID_SCOPE),
        ({"prompt": "none login"}, Code.INVALID_REQUEST),
        ({"prompt": "consent"}, Code.INVALID_REQUEST),
        ({"max_age": "-1"}, Code.INVALID_REQUEST),
        ({"max_age": "٣"}, Code.INVALID_REQUEST),
        ({"nonce": ["a", "b"]}, Code.INVALID_REQUEST),
        ({"state": "x" * 2000}, Code.INVALID_REQUEST),
        ({"nonce": "a\0"}, Code.INVALID_REQUEST),
        ({"request": "e30."}, Code.REQUEST_NOT_SUPPORTED),
        ({"request_uri": "https://a.example"}, Code.REQUEST_URI_NOT_SUPPORTED),
        ({"registration": "{}"}, Code.REGISTRATION_NOT_SUPPORTED),
    ],
)
def test_what_is_not_followed_is_refused_by_its_name(changes: dict[str, Any], code: Code) -> None:
    assert read(_with(), APPLICATION, REDIRECT)
    with pytest.raises(Wrong) as refused:
        read(_with(**changes), APPLICATION, REDIRECT)
    assert refused.value.code is code


def test_a_strange_scope_is_passed_over() -> None:
    assert read(_with(scope="openid email"), APPLICATION, REDIRECT).scopes == {Scope.OPENID}


@pytest.mark.parametrize(
    "sent",
    [
        REDIRECT + "/",
        REDIRECT + "?a=1",
        REDIRECT.upper(),
        "https://bank.example/signed-in/../evil",
        "https://bank.example.evil.example/signed-in",
        "https://bank.example@evil.example/signed-in",
        "http://bank.example/signed-in",
        "//bank.example/signed-in",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_the_very_address_that_was_registered_is_sent_to(sent: str) -> None:
    assert is_to_be_trusted(APPLICATION, _with()) == REDIRECT
    assert is_to_be_trusted(APPLICATION, _with(redirect_uri=sent)) == ""


def test_two_addresses_an_unknown_application_and_a_resource_server_are_sent_nothing() -> None:
    assert is_to_be_trusted(APPLICATION, _with(redirect_uri=[REDIRECT, REDIRECT])) == ""
    assert is_to_be_trusted(None, _with()) == ""
    service = Registered(
        id=UUID(int=2),
        client_id="api",
        name="Api",
        kind=Kind.RESOURCE_SERVER,
        population=Population.BANK_CLIENT,
        authentication=Authentication.SECRET_BASIC,
        redirect_uris=(REDIRECT,),
    )
    assert is_to_be_trusted(service, _with()) == ""


@given(st.dictionaries(st.sampled_from([*GOOD, "prompt", "max_age", "x"]), st.lists(st.text(), max_size=2)))
def test_any_parameters_are_read_or_refused(changes: dict[str, list[str]]) -> None:
    parameters = {**GOOD, **changes}
    state_of(parameters)
    is_to_be_trusted(APPLICATION, parameters)
    try:
        asked = read(parameters, APPLICATION, REDIRECT)
    except Wrong:
        return
    assert pkce.is_challenge(asked.code_challenge)
    assert asked.scopes <= APPLICATION.scopes


def test_a_language_is_chosen_from_those_spoken() -> None:
    assert language("fr kk") == "kk"
    assert language("fr") == ""
