"""A token speaks for its person, as long as both live, and for nobody else (R67.6)."""

from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.mark.clause("R67.6")
def test_a_token_says_whom_it_speaks_for(program, market):
    told = program("alpha_maker").get("me").told
    assert told["person"] == market.people["alpha_maker"]
    assert told["roles"] == [{"role": "responsible-employee", "organisation": str(market.organisations["alpha"])}]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer qorgan_", "Bearer qorgan_wrong", "Basic YTpi", "Bearer x"])
def test_whatever_is_no_living_token_is_refused_alike(program, header):
    answer = program("alpha_maker").ask("GET", "me", Authorization=header)
    assert answer.status_code == 401
    assert answer.told["code"] == "token-refused"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Cache-Control"] == "no-store"


def test_a_session_alone_opens_nothing_here(django_hub, market, signed_in, enlist):
    client = signed_in(enlist("responsible-employee", organisation=market.organisations["alpha"]))
    assert client.get("/api/v1/me").status_code == 401


def test_a_revoked_token_is_refused(program, market):
    from qorgan.hub.api import tokens
    from qorgan.kit.clock import now

    speaks = program("alpha_maker")
    token = market.seen("alpha_maker", lambda: tokens.own(market.scope("alpha_maker")).get())
    tokens.revoke(token.pk, by=market.scope("alpha_maker"), now=now())
    assert speaks.get("me").status_code == 401


def test_nobody_ends_or_sees_anothers_token(program, market):
    from qorgan.hub.api import tokens
    from qorgan.kit.clock import now
    from qorgan.kit.refusal import Refusal

    program("alpha_maker")
    token = market.seen("alpha_maker", lambda: tokens.own(market.scope("alpha_maker")).get())
    assert market.seen("chief", lambda: list(tokens.own(market.scope("chief")))) == []
    with pytest.raises(Refusal) as told:
        tokens.revoke(token.pk, by=market.scope("chief"), now=now())
    assert told.value.code == "token-unknown"


def test_a_token_ends_by_time_and_with_the_account(program, market):
    speaks = program("alpha_maker")
    market.hub.tamper("UPDATE api_token SET created_at = now() - interval '3 days', expires_at = now()")
    assert speaks.get("me").status_code == 401
    other = program("alpha_head")
    market.hub.tamper("UPDATE person SET is_active = false WHERE id = %s", market.people["alpha_head"])
    assert other.get("me").status_code == 401


def test_a_token_that_may_only_read_changes_nothing(program, market):
    answer = program("alpha_maker", may_write=False).post("documents", {"kind": "incident-card", "author": "x"})
    assert (answer.status_code, answer.told["code"]) == (403, "token-reads-only")


def test_a_secret_is_in_no_table(program, market):
    speaks = program("alpha_maker")
    kept = market.hub.rows("SELECT digest, name FROM api_token")
    assert speaks.secret.encode() not in bytes(kept[0][0])


def test_a_token_lives_a_year_at_most(market):
    from qorgan.hub.api import tokens
    from qorgan.kit.clock import now
    from qorgan.kit.refusal import Refusal

    for lives in (timedelta(days=367), timedelta(0), timedelta(days=-1)):
        with pytest.raises(Refusal) as told:
            tokens.issue("x", lives=lives, may_write=False, by=market.scope("alpha_maker"), now=now())
        assert told.value.code == "life-too-long"
