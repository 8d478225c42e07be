"""An institution's own programs: opened by the head of its security unit, acting under their own names (R67.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qorgan.kit.clock import now
from tests.hub.api.conftest import Program
from tests.hub.casework.conftest import MONDAY
from tests.hub.incidents.written import first_notice


@pytest.fixture
def siem(market):
    """Alpha's program with a token that may write."""
    from qorgan.hub.api import accounts, tokens

    by = market.scope("alpha_head")
    account = accounts.open_account("SIEM of Alpha", market.organisations["alpha"], by=by, now=now())
    market.people["siem"] = account.pk
    lives = timedelta(days=1)
    _token, secret = tokens.issue("SIEM", lives=lives, may_write=True, by=by, now=now(), account=account.pk)
    return Program(secret)


def refused(act):
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as told:
        act()
    return told.value.code


@pytest.mark.clause("R67.6")
def test_a_program_writes_a_draft_under_its_own_name(siem, market):
    told = siem.get("me").told
    assert (told["name"], [one["role"] for one in told["roles"]]) == ("SIEM of Alpha", ["system-account"])
    alpha = str(market.organisations["alpha"])
    made = siem.post("documents", {"kind": "incident-card", "author": alpha, "content": first_notice()})
    assert made.status_code == 201, made.told
    ((name,),) = market.hub.rows(
        "SELECT full_name FROM document_act JOIN person ON person.id = person_id WHERE verb = 'create'"
    )
    assert name == "SIEM of Alpha"


@pytest.mark.clause("R48.15")
def test_a_program_never_agrees_and_never_gives_itself_anything(siem, market):
    from qorgan.hub.api import accounts, tokens
    from qorgan.hub.casework import drafts

    by = market.scope("alpha_maker")
    made = drafts.create(
        "incident-card", author=market.organisations["alpha"], by=by, now=MONDAY, content=first_notice()
    )
    drafts.propose(made.pk, by=by, now=MONDAY)
    answer = siem.post(f"documents/{made.pk}/verbs/agree")
    assert (answer.status_code, answer.told["code"]) == (403, "not-allowed")
    program = market.scope("siem")
    assert accounts.places(program) == []
    assert refused(lambda: accounts.open_account("x", market.organisations["alpha"], by=program, now=now())) == (
        "not-allowed"
    )
    assert refused(
        lambda: tokens.issue(
            "x", lives=timedelta(days=1), may_write=True, by=market.scope("alpha_maker"), now=now(),
            account=market.people["siem"],
        )
    ) == "account-unknown"  # fmt: skip


@pytest.mark.parametrize("who", ["alpha_maker", "analyst", "chief", "auditor", "gamma_head", "soc_head", "beta_head"])
def test_nobody_but_its_own_head_of_security_opens_or_closes_a_program(who, siem, market):
    from qorgan.hub.api import accounts, tokens

    by = market.scope(who)
    alpha = market.organisations["alpha"]
    assert refused(lambda: accounts.open_account("x", alpha, by=by, now=now())) == "not-allowed"
    assert refused(lambda: accounts.close_account(market.people["siem"], by=by, now=now())) == "account-unknown"
    token = market.seen("alpha_head", lambda: tokens.own(market.scope("alpha_head")).get())
    assert refused(lambda: tokens.revoke(token.pk, by=by, now=now())) == "token-unknown"
    assert siem.get("me").status_code == 200


@pytest.mark.clause("R67.6")
def test_a_closed_program_is_refused_and_its_tokens_with_it(siem, market):
    from qorgan.hub.api import accounts

    accounts.close_account(market.people["siem"], by=market.scope("alpha_head"), now=now())
    assert siem.get("me").status_code == 401
    assert market.seen("alpha_head", lambda: accounts.listed(market.scope("alpha_head"))) == []


def test_nobody_signs_in_with_a_program_and_no_human_is_given_its_role(siem, market, visitor):
    from qorgan.hub.members import people
    from qorgan.hub.members.models import Person
    from qorgan.hub.members.roles import Role

    person = Person.objects.get(pk=market.people["siem"])
    assert not person.has_usable_password()
    answer = visitor().post("/sign-in/", {"login": person.email, "password": ""})
    assert answer.status_code != 302
    human = Person.objects.get(pk=market.people["alpha_maker"])
    alpha = market.organisations["alpha"]
    chief = market.scope("chief")
    assert refused(lambda: people.give_role(human, alpha, Role.SYSTEM_ACCOUNT, by=chief, now=now())) == "role-misplaced"


@pytest.mark.clause("R67.4")
def test_the_database_lets_an_institution_add_no_other_role(siem, market):
    import psycopg

    from qorgan.hub.database.connection import Role

    alpha, gamma = (market.organisations[one] for one in ("alpha", "gamma"))
    with market.hub.connect(Role.WEB, scope="institution", organisations=[alpha]) as connection:
        for organisation, role in ((alpha, "head-of-security"), (gamma, "system-account")):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(
                    "INSERT INTO membership (person_id, organisation_id, role) VALUES (%s, %s, %s)",
                    [market.people["siem"], organisation, role],
                )


def test_a_person_makes_a_token_on_a_page_sees_its_secret_once_and_ends_it(market, enlist, signed_in):
    browser = signed_in(enlist("head-of-security", organisation=market.organisations["gamma"]))
    assert browser.get("/account/tokens/").status_code == 200
    assert browser.post("/account/tokens/accounts/", {"name": "Gateway"}).status_code == 302
    ((account,),) = market.hub.rows("SELECT id FROM person WHERE surname = 'Gateway'")
    made = browser.post(
        "/account/tokens/new/", {"name": "night shift", "days": "30", "write": "on", "account": str(account)}
    )
    assert made.status_code == 200
    secret = made.content.decode().partition('id="t-secret">')[2].partition("<")[0]
    assert Program(secret).get("me").told["name"] == "Gateway"
    listed = browser.get("/account/tokens/").content.decode()
    assert "night shift" in listed
    assert secret not in listed
    assert secret not in browser.get("/account/tokens/new/").content.decode()
    ((token,),) = market.hub.rows("SELECT id FROM api_token")
    assert browser.post(f"/account/tokens/{token}/end/").status_code == 302
    assert Program(secret).get("me").status_code == 401


def test_a_new_token_needs_whoever_is_there_to_prove_themselves_again(market, enlist, signed_in):
    browser = signed_in(enlist("responsible-employee", organisation=market.organisations["gamma"]))
    session = browser.session
    session["account_authentication_methods"] = [
        one | {"at": one["at"] - 3600} for one in session["account_authentication_methods"]
    ]
    session.save()
    for answer in (browser.get("/account/tokens/new/"), browser.post("/account/tokens/new/", {"name": "x"})):
        assert answer.status_code == 302
        assert answer["location"].startswith("/sign-in/again/")
    assert market.hub.rows("SELECT count(*) FROM api_token") == [(0,)]
