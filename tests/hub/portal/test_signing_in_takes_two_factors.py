"""Nobody passes the door with a password alone, and the hub's answers do not tell who has an account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

HOME = "/account/"


def sign_in(client: Client, email: str, password: str) -> Any:
    return client.post("/sign-in/", {"login": email, "password": password})


@pytest.mark.clause("R67.6")
def test_a_password_alone_leads_to_the_second_factor_and_opens_nothing(enlist: Any, visitor: Any) -> None:
    person = enlist("centre-analyst")
    client = visitor()
    answer = sign_in(client, person.email, person.password)
    assert answer.headers["location"] == "/sign-in/code/"
    assert client.get(HOME).headers["location"] == "/sign-in/?next=%2Faccount%2F"
    wrong = client.post("/sign-in/code/", {"code": "000000" if person.code != "000000" else "111111"})
    assert "The code is not right." in wrong.content.decode()
    assert client.get(HOME).status_code == 302
    client.post("/sign-in/code/", {"code": person.code})
    assert client.get(HOME).status_code == 200


@pytest.mark.clause("R67.6")
def test_a_person_without_a_second_factor_is_led_to_enrol_one_before_anything_else(enlist: Any, visitor: Any) -> None:
    person = enlist("centre-head", factor=False)
    client = visitor()
    sign_in(client, person.email, person.password)
    for path in ("/", HOME, "/account/sessions/", "/account/password/"):
        assert client.get(path).headers["location"] == "/account/factors/", path
    form = client.get("/account/factors/app/").content.decode()
    secret = re.search(r'data-copy="([A-Z2-7]{32})"', form)
    assert secret is not None
    person.secret = secret.group(1)
    assert client.post("/account/factors/app/", {"code": person.code}).status_code == 302
    codes = re.findall(r"<li>(\d{8})</li>", client.get("/account/factors/codes/").content.decode())
    assert len(codes) == 10
    assert client.get(HOME).status_code == 200


@pytest.mark.clause("R67.6")
def test_a_session_begun_before_the_factor_was_enrolled_elsewhere_is_ended(enlist: Any, visitor: Any) -> None:
    person = enlist("centre-head", factor=False)
    thief, owner = visitor(), visitor()
    sign_in(thief, person.email, person.password)
    sign_in(owner, person.email, person.password)
    form = owner.get("/account/factors/app/").content.decode()
    person.secret = re.search(r'data-copy="([A-Z2-7]{32})"', form).group(1)  # type: ignore[union-attr]
    owner.post("/account/factors/app/", {"code": person.code})
    assert owner.get(HOME).status_code == 200
    assert thief.get("/account/factors/").headers["location"].startswith("/sign-in/")
    assert thief.get("/account/factors/passkeys/add/").headers["location"].startswith("/sign-in/")


def test_a_recovery_code_lets_in_once(enlist: Any, visitor: Any) -> None:
    person = enlist("centre-analyst")
    for expected in (200, 302):
        client = visitor()
        sign_in(client, person.email, person.password)
        client.post("/sign-in/code/", {"code": person.recovery_codes[0]})
        assert client.get(HOME).status_code == expected


def test_a_one_time_code_lets_in_once_for_as_long_as_it_would_count(enlist: Any, visitor: Any, django_hub: Any) -> None:
    person = enlist("centre-analyst")
    code = person.code
    for expected in (200, 302):
        client = visitor()
        sign_in(client, person.email, person.password)
        client.post("/sign-in/code/", {"code": code})
        assert client.get(HOME).status_code == expected
        # The library's own memory of it, which lasts one period while the code counts for three.
        django_hub.tamper("DELETE FROM portal_cache WHERE cache_key LIKE %s", "%totp.used%")


def test_the_last_second_factor_cannot_be_given_up(
    enlist: Any, signed_in: Callable[..., Client], django_hub: Any
) -> None:
    client = signed_in(enlist("centre-analyst"))
    answer = client.post("/account/factors/app/remove/")
    assert "This is your only second factor" in answer.content.decode()
    assert django_hub.rows("SELECT count(*) FROM mfa_authenticator WHERE type = 'totp'") == [(1,)]


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(enlist: Any, visitor: Any) -> None:
    person = enlist("centre-analyst")

    def answered(email: str) -> str:
        page = sign_in(visitor(), email, "not-the-password-at-all").content.decode()
        return re.sub(r'\b[A-Za-z0-9]{64}\b|value="[^"]*@[^"]*"', "", page)

    known = answered(person.email)
    assert "The e-mail address or the password is not right." in known
    assert known == answered("nobody@centre.example")


def test_there_is_no_open_registration(visitor: Any, django_hub: Any) -> None:
    answer = visitor().post("/sign-in/account/", {"email": "new@x.example", "password1": "long-enough-words-42"})
    assert "Accounts are made by the sectoral centre" in answer.content.decode()
    assert django_hub.rows("SELECT count(*) FROM person") == [(0,)]


@pytest.mark.parametrize("password", ["elevenchars", "qwertyuiopas", "123456789012345", "person1@centre"])
def test_a_short_common_or_telling_password_is_refused(enlist: Any, signed_in: Any, password: str) -> None:
    person = enlist("centre-analyst")
    client = signed_in(person)
    answer = client.post(
        "/account/password/", {"oldpassword": person.password, "password1": password, "password2": password}
    )
    assert answer.status_code == 200
    assert "q-field-error" in answer.content.decode()
    assert sign_in(client, person.email, password).status_code != 500


def test_a_changed_password_ends_the_sessions(enlist: Any, signed_in: Any, visitor: Any) -> None:
    person = enlist("centre-analyst")
    client = signed_in(person)
    fresh = "eight-louder-mountains-8"
    client.post("/account/password/", {"oldpassword": person.password, "password1": fresh, "password2": fresh})
    assert client.get(HOME).status_code == 302
    other = visitor()
    assert sign_in(other, person.email, fresh).headers["location"] == "/sign-in/code/"


def test_sessions_are_listed_and_ended_from_another(enlist: Any, signed_in: Any, visitor: Any) -> None:
    person = enlist("centre-analyst")
    first = signed_in(person)
    second = visitor()
    sign_in(second, person.email, person.password)
    second.post("/sign-in/code/", {"code": person.recovery_codes[0]})
    assert first.get("/account/sessions/").content.decode().count('scope="row"') == 2
    second.post("/account/sessions/")
    assert first.get(HOME).status_code == 302
    assert second.get(HOME).status_code == 200


def test_secrets_of_factors_lie_sealed_in_the_database(enlist: Any, django_hub: Any) -> None:
    person = enlist("centre-analyst")
    stored = str(django_hub.rows("SELECT data::text FROM mfa_authenticator"))
    assert person.secret not in stored
    assert stored.count("gAAAA") == 2
    hashed = django_hub.rows("SELECT password FROM person")[0][0]
    assert hashed.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_blocked_account_is_told_so_after_the_right_password_alone_and_its_session_ends(
    enlist: Any, signed_in: Any, visitor: Any, django_hub: Any
) -> None:
    person = enlist("centre-analyst")
    client = signed_in(person)
    django_hub.tamper("UPDATE person SET is_active = false")
    assert client.get(HOME).status_code == 302
    stranger = visitor()
    wrong = sign_in(stranger, person.email, "not-the-password-at-all").content.decode()
    assert "The e-mail address or the password is not right." in wrong
    assert sign_in(stranger, person.email, person.password).headers["location"] == "/sign-in/closed/"


def test_an_account_opened_without_the_portals_help_signs_in_all_the_same(visitor: Any, django_hub: Any) -> None:
    from qorgan.hub.members.models import Person  # noqa: PLC0415

    Person.objects.create_user("plain@centre.example", "seven-quiet-mountains-9", surname="Plain")
    client = visitor()
    assert sign_in(client, "PLAIN@centre.example", "seven-quiet-mountains-9").status_code == 302
    form = client.get("/account/factors/app/").content.decode()
    assert re.search(r'data-copy="[A-Z2-7]{32}"', form)
    again = client.post("/sign-in/again/?next=/account/factors/", {"password": "seven-quiet-mountains-9"})
    assert again.headers["location"] == "/account/factors/"


def test_sensitive_pages_ask_again_once_the_sign_in_is_no_longer_fresh(enlist: Any, signed_in: Any) -> None:
    person = enlist("centre-analyst")
    client = signed_in(person)
    sensitive = ("/account/factors/codes/new/", "/account/factors/app/remove/")
    for path in sensitive:
        assert client.get(path).status_code == 200, path
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    for path in sensitive:
        assert client.get(path).headers["location"].startswith("/sign-in/again/"), path
    answer = client.post(f"/sign-in/again/?next={sensitive[0]}", {"password": person.password})
    assert answer.headers["location"] == sensitive[0]
    assert client.get(sensitive[0]).status_code == 200


def test_a_sign_in_sweeps_sessions_that_ran_out(enlist: Any, signed_in: Any, django_hub: Any) -> None:
    first, second = enlist("centre-analyst"), enlist("centre-head")
    signed_in(first)
    django_hub.tamper("UPDATE django_session SET expire_date = now() - interval '1 minute'")
    signed_in(second)
    assert django_hub.rows("SELECT count(*) FROM django_session WHERE expire_date < now()") == [(0,)]
