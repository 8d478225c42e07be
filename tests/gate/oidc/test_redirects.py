"""Addresses: which may be registered, and how an answer is written into one."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from qorgan.gate.oidc.redirects import AddressRefused, check_redirect, check_web, origin, with_answer


@pytest.mark.parametrize(
    "address",
    ["https://bank.example/cb", "http://127.0.0.1:8000/cb", "http://localhost/cb?a=1", "http://[::1]:9/cb"],
)
def test_web_addresses_are_taken(address: str) -> None:
    assert check_redirect(address, native=False) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://bank.example/cb",
        "https://bank.example/cb#part",
        "https://*.bank.example/cb",
        "https://user@bank.example/cb",
        "https://bank.example/ cb",
        "https://bank.example\\@evil.example/",
        "https:///cb",
        "https://bank.example:port/",
        "https://[::1",
        "javascript:alert(1)",
        "data:text/html,x",
        "kz.bank.app:/cb",
        "https://bаnk.example/",
        "",
        "https://a.example/" + "a" * 2_000,
    ],
)
def test_what_could_lead_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        check_redirect(address, native=False)


def test_an_app_on_a_phone_may_have_a_scheme_of_its_own_domain() -> None:
    assert check_redirect("kz.bank.app:/cb", native=True)
    for address in ("javascript:alert(1)", "bankapp:/cb", "data:a"):
        with pytest.raises(AddressRefused):
            check_redirect(address, native=True)
    with pytest.raises(AddressRefused):
        check_web("kz.bank.app:/cb")


def test_an_answer_keeps_what_the_address_had_and_escapes_what_it_adds() -> None:
    address = with_answer(
        "https://bank.example/cb?kept=1", {"code": "a&b=c#d", "state": "", "iss": "https://g.example"}
    )
    query = parse_qs(urlsplit(address).query)
    assert query == {"kept": ["1"], "code": ["a&b=c#d"], "iss": ["https://g.example"]}
    assert urlsplit(address).fragment == ""


def test_an_origin_is_what_a_browser_says() -> None:
    assert origin("https://bank.example:8443/cb?a") == "https://bank.example:8443"
    assert origin("kz.bank.app:/cb") == ""
