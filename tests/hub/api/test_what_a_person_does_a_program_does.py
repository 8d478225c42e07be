"""What a person does about members, addresses and figures a program does too, under the same rules (R67.3.2, R67.6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from qorgan.kit.clock import now
from tests.hub.warnings import steps


def profile_of(market: Any, program: Any) -> dict[str, Any]:
    told = program("alpha_maker").get(f"members/{market.organisations['alpha']}").told
    kept = ("bin", "kind", "name_kk", "name_ru", "name_en", "email", "reporting_phone", "contacts", "networks")
    return {name: told[name] for name in (*kept, "domains", "inventory")}


@pytest.mark.clause("R67.3.2")
def test_a_change_of_the_profile_is_proposed_sent_back_mended_and_accepted(market: Any, program: Any) -> None:
    maker, analyst, chief = (program(who) for who in ("alpha_maker", "analyst", "chief"))
    profile = profile_of(market, program) | {"email": "new@alpha.example"}
    asked = {"organisation": str(market.organisations["alpha"]), "content": profile}
    made = maker.post("applications/profiles", asked)
    assert (made.status_code, made.told["state"], made.told["verbs"]) == (201, "new", ["withdraw"])
    assert maker.post("applications/profiles", asked).told["code"] == "application-open"
    verbs = f"applications/{made.told['id']}/verbs"
    assert chief.post(f"{verbs}/take-up").told["verbs"] == ["accept", "send-back"]
    findings = [{"field": "email", "reason": "whose is it?"}]
    back = analyst.post(f"{verbs}/send-back", {"findings": findings})
    assert (back.told["state"], back.told["findings"]) == ("sent-back", findings)
    assert [one["id"] for one in maker.get("applications").told] == [made.told["id"]]
    mended = maker.post(f"{verbs}/mend", {"content": profile | {"email": "office@alpha.example"}})
    assert mended.told["state"] == "new"
    wrong = maker.post(f"{verbs}/mend", {"content": {"bin": 1}})
    assert wrong.told["code"] == "content-malformed"
    assert chief.post(f"{verbs}/take-up").status_code == 200
    assert maker.post(f"{verbs}/accept").status_code == 403
    assert chief.post(f"{verbs}/accept").told["state"] == "accepted"
    assert maker.get(f"members/{market.organisations['alpha']}").told["email"] == "office@alpha.example"
    for stranger in ("gamma_maker", "beta_head"):
        assert program(stranger).get(f"applications/{made.told['id']}").status_code == 404


@pytest.mark.clause("R67.6")
def test_accounts_are_asked_for_blocked_and_handed_over(market: Any, program: Any) -> None:
    head, chief, maker = (program(who) for who in ("alpha_head", "chief", "alpha_maker"))
    alpha, person = str(market.organisations["alpha"]), market.people["alpha_maker"]
    account = {
        "surname": "Үлгиев", "given_name": "Мысал", "position": "Analyst", "phones": ["+77010000001"],
        "email": "m.ulgiev@alpha.example", "role": "responsible-employee",
    }  # fmt: skip
    made = head.post("applications/accounts", {"organisation": alpha, "content": account})
    assert made.status_code == 201
    verbs = f"applications/{made.told['id']}/verbs"
    chief.post(f"{verbs}/take-up")
    opened = chief.post(f"{verbs}/accept").told
    assert len(opened["invitation"]["code"]) > 20
    assert head.get(f"applications/{made.told['id']}").told["invitation"] is None
    assert head.get(f"people/{person}").told["email"] == "alpha_maker@example.kz"
    assert program("gamma_head").get(f"people/{person}").status_code == 404
    assert maker.get(f"people/{person}").status_code == 403
    assert head.post(f"people/{person}/blocking", {"reason": ""}).status_code == 400
    assert head.post(f"people/{person}/blocking", {"reason": "lost"}).told["active"] is False
    assert maker.get("me").status_code == 401, "a blocked account's token opens nothing"
    assert head.post(f"people/{person}/unblocking", {"reason": "found"}).told["active"] is True
    given = {"successor": opened["invitation"]["person"], "reason": "left"}
    assert head.post(f"members/{alpha}/people/{person}/hand-over", given).status_code == 403
    assert chief.post(f"members/{alpha}/people/{person}/hand-over", given).told["active"] is False
    who = {one["act"]: one["person"] for one in head.get("audit").told}
    assert who["account.blocked"] == market.people["alpha_head"]
    assert who["account.handed-over"] is None, "which of the centre's people it was is the centre's"
    acts = set(who)
    assert {"account.blocked", "account.unblocked", "account.handed-over", "application.accepted"} <= acts


@pytest.mark.clause("R67.6")
def test_a_lost_second_factor_and_an_absence_go_their_ways(market: Any, program: Any, enlist: Any) -> None:
    alpha = market.organisations["alpha"]
    owner = enlist("responsible-employee", organisation=alpha)
    head, chief = program("alpha_head"), program("chief")
    asked = head.post(f"people/{owner.id}/reset", {"reason": "lost"})
    assert (asked.status_code, asked.told["done_at"]) == (201, None)
    assert [one["id"] for one in chief.get("resets").told] == [asked.told["id"]]
    assert head.post(f"resets/{asked.told['id']}/done").status_code == 403
    assert chief.post(f"resets/{asked.told['id']}/done").told["done_at"] is not None
    assert market.hub.rows("SELECT count(*) FROM mfa_authenticator WHERE user_id = %s", owner.id) == [(0,)]
    given = {"deputy": owner.id, "starts_at": now().isoformat(), "reason": "leave"}
    given["ends_at"] = (now() + timedelta(days=2)).isoformat()
    made = head.post(f"members/{alpha}/absences", given)
    assert (made.status_code, made.told["deputy"]) == (201, owner.id)
    assert [one["id"] for one in head.get(f"members/{alpha}/absences").told] == [made.told["id"]]
    assert head.ask("DELETE", f"absences/{made.told['id']}").told["revoked_at"] is not None


def test_addresses_are_named_given_new_secrets_and_removed(market: Any, program: Any) -> None:
    from qorgan.hub.notices.sealing import unseal

    head, alpha = program("alpha_head"), str(market.organisations["alpha"])
    made = head.post("webhooks", {"organisation": alpha, "address": "https://asoi.example/hook"})
    assert (made.status_code, made.told["secret"][:6]) == (201, "whsec_")
    refused = head.post("webhooks", {"organisation": alpha, "address": "https://10.0.0.1/hook"})
    assert (refused.status_code, refused.told["field"]) == (422, "address")
    place = f"webhooks/{made.told['id']}"
    for stranger in ("gamma_head", "chief"):
        assert program(stranger).post(f"{place}/secret").status_code == 404
    assert program("alpha_maker").post(f"{place}/secret").status_code == 403
    fresh = head.post(f"{place}/secret").told["secret"]
    ((kept,),) = market.hub.rows("SELECT secret FROM webhook")
    assert fresh != made.told["secret"]
    assert unseal(kept) == fresh
    assert "secret" not in head.get("webhooks").told[0]
    assert head.ask("DELETE", place).told == []
    acts = [one["act"] for one in head.get("audit").told if one["act"].startswith("webhook")]
    assert acts == ["webhook.removed", "webhook.rotated", "webhook.added"]


def test_a_dead_call_is_listed_to_its_institution_and_tried_again(market: Any, program: Any) -> None:
    head, alpha = program("alpha_head"), str(market.organisations["alpha"])
    webhook = head.post("webhooks", {"organisation": alpha, "address": "https://asoi.example/hook"}).told["id"]
    steps.threat(market)
    market.hub.tamper(
        "INSERT INTO delivery (id, way, webhook_id, act_id, what, state, attempts, next_at, error, created_at) "
        "SELECT gen_random_uuid(), 'webhook', %s, max(id), 'life.submit', 'dead', 3, now(), 'answered 500', now() "
        "FROM document_act",
        webhook,
    )
    (dead,) = head.get("undelivered").told
    assert (dead["error"], dead["webhook"]) == ("answered 500", webhook)
    assert program("gamma_head").get("undelivered").told == []
    assert program("gamma_head").post(f"undelivered/{dead['id']}/again").status_code == 404
    assert head.post(f"undelivered/{dead['id']}/again").told == []


def test_figures_are_those_of_the_page_and_an_institution_is_told_of_itself(market: Any, program: Any) -> None:
    steps.threat(market)
    chief, maker = program("chief"), program("alpha_maker")
    shown = chief.get("situation").told
    assert (shown["warnings"], [one["received"] for one in shown["coverage"]]) == (1, [3])
    assert maker.get("situation").status_code == 403
    whole = chief.get("statistics?period=2026-11").told
    assert whole["period"] == "2026-11"
    assert {len(row) for one in whole["tables"] for row in one["rows"]}
    assert maker.get(f"statistics?whose={market.organisations['gamma']}").status_code == 404
    assert maker.get("statistics/incidents?period=2026-11").told == []
    acts = market.hub.rows("SELECT act FROM hub_journal WHERE act LIKE 's%%.read' ORDER BY id")
    assert acts == [("situation.read",), ("statistics.read",)]


@pytest.mark.clause("R67.15")
def test_a_version_is_a_paper_and_two_of_them_differ(market: Any, program: Any) -> None:
    from qorgan.hub.casework import drafts
    from tests.hub.casework.conftest import MONDAY

    warning = steps.threat(market)
    maker, gamma = program("alpha_maker"), program("gamma_maker")
    content = market.seen("alpha_maker", lambda: warning.draft.content)
    drafts.edit(
        warning.pk, content | {"source": "A server inside the country"}, by=market.scope("alpha_maker"), now=MONDAY
    )
    (changed,) = maker.get(f"documents/{warning.pk}/difference?from=1&to=0").told
    assert (changed["field"], changed["after"]) == ("source", "A server inside the country")
    assert {"kind": "added", "text": "inside"} in changed["runs"]
    assert gamma.get(f"documents/{warning.pk}/difference?from=1&to=0").status_code == 404, "a draft is its author's"
    headers = {"Authorization": f"Bearer {gamma.secret}", "Host": "localhost"}
    for language in ("kk", "ru", "en"):
        paper = Client().get(f"/api/v1/documents/{warning.pk}/versions/1/pdf/{language}", headers=headers)
        assert (paper.status_code, paper["Content-Type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert gamma.get(f"documents/{warning.pk}/versions/2/pdf/kk").status_code == 404
