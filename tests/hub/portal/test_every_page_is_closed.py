"""The door, page by page: every address, as nobody, as a password alone, as a person without a role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from django.urls import URLPattern

OPEN = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_signup",
    "health",
    "invitation",
    "language",
    "mfa_authenticate",
    "mfa_login_webauthn",
}

PROGRAMS = "/api/"
"""Asked with a token; without one a program is told so, and not led to a page."""


SEALED = "/api/v1/packages"
"""Takes what proves itself by its seal, from a module whose people cannot sign in; anything else is no package."""


def patterns(found: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address the hub answers to, with its name; converters are filled with something harmless."""
    import re  # noqa: PLC0415

    from django.urls import get_resolver  # noqa: PLC0415

    for entry in found if found is not None else get_resolver("qorgan.hub.urls").url_patterns:
        path = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from patterns(entry.url_patterns, path)
        else:
            pattern: URLPattern = entry
            filled = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", path)
            filled = re.sub(r"<format:\w+>", "csv", filled)
            yield "/" + re.sub(r"<(\w+:)?\w+>", "1", filled), pattern.name or ""


@pytest.mark.clause("R67.6")
@pytest.mark.clause("R67.4")
def test_nobody_and_a_password_alone_open_nothing_but_the_sign_in_pages(
    enlist: Any, visitor: Any, django_hub: Any
) -> None:
    del django_hub
    person = enlist("centre-analyst")
    half = visitor()
    half.post("/sign-in/", {"login": person.email, "password": person.password})
    closed = 0
    for address, name in patterns():
        if name in OPEN:
            continue
        for client in (visitor(), half):
            for answer in (client.get(address), client.post(address)):
                if address.startswith(PROGRAMS):
                    refused = {401, 404, 405} | ({415} if address == SEALED else set())
                    assert answer.status_code in refused, (address, answer.status_code)
                    continue
                assert answer.status_code == 302, (address, answer.status_code)
                assert answer.headers["location"].startswith("/sign-in/"), address
        closed += 1
    assert closed > 10


def test_the_open_pages_are_those_listed_here(django_hub: Any) -> None:
    from qorgan.hub.portal.door import OPEN as LISTED  # noqa: PLC0415

    del django_hub
    assert LISTED == OPEN
    assert {name for _address, name in patterns()} >= OPEN


@pytest.mark.clause("R67.4")
def test_a_person_without_a_role_sees_a_page_that_says_so_and_pages_about_themselves(
    enlist: Any, signed_in: Any
) -> None:
    client: Client = signed_in(enlist(None))
    for address, name in patterns():
        if name in OPEN or address.startswith(("/account/", "/sign-in/", PROGRAMS)):
            continue
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert "You have no role yet" in answer.content.decode()
    assert client.get("/account/").status_code == 200


def test_another_host_name_is_refused(visitor: Any, django_hub: Any) -> None:
    del django_hub
    assert visitor().get("/sign-in/", headers={"host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_is_refused(django_hub: Any) -> None:
    from django.test import Client  # noqa: PLC0415

    del django_hub
    strict = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    assert strict.post("/sign-in/", {"login": "a@b.example", "password": "x"}).status_code == 403


def test_a_sign_in_does_not_lead_to_another_site(enlist: Any, visitor: Any) -> None:
    person = enlist("centre-analyst")
    client = visitor()
    client.post("/sign-in/?next=https://evil.example/", {"login": person.email, "password": person.password})
    answer = client.post("/sign-in/code/", {"code": person.code})
    assert answer.headers["location"] == "/"
    switched = client.post("/language/", {"language": "ru", "next": "//evil.example/"})
    assert switched.headers["location"] == "/"
