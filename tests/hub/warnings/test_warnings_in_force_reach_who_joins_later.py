"""Who is connected later gets what is in force; why a warning concerns somebody is kept and told to them alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.hub.casework.conftest import MONDAY, Market
from tests.hub.warnings import steps

DAY = timedelta(days=1)
GATEWAY = {"kind": "software", "vendor": "Example Networks", "product": "Gateway", "version": "4.1"}


def run(market: Market, name: str, *products: dict[str, str]) -> None:
    market.hub.rows(
        "UPDATE organisation SET inventory = %s WHERE id = %s RETURNING id",
        json.dumps(products),
        market.organisations[name],
    )


def connect(market: Market, number: int, *products: dict[str, str], kind: str = "bank", by: Any = None) -> UUID:
    import msgspec

    from qorgan.hub.members import actions
    from qorgan.hub.members.bin import check_digit
    from qorgan.hub.members.profile import Profile

    eleven = next(f"2602400{number:03d}{last}" for last in range(10) if check_digit(f"2602400{number:03d}{last}"))
    words = {
        "bin": f"{eleven}{check_digit(eleven)}",
        "kind": kind,
        **{f"name_{code}": f"Newcomer {number}" for code in ("kk", "ru", "en")},
        "email": "office@newcomer.example",
        "inventory": list(products),
    }
    return actions.connect_organisation(
        msgspec.convert(words, Profile), by=by or market.scope("chief"), now=MONDAY + DAY
    ).pk


def received(market: Market, organisation: UUID) -> dict[str, str]:
    """The warnings that reached an organisation, each with the day on which its decision is due in Almaty."""
    rows = market.hub.rows(
        """SELECT document.title, to_char(clock.due_at AT TIME ZONE 'Asia/Almaty', 'YYYY-MM-DD HH24:MI')
           FROM document_reception AS part JOIN document ON document.id = part.document_id
           JOIN document_deadline AS clock ON clock.reception_id = part.id AND clock.clause = 'R67.13'
           WHERE part.organisation_id = %s AND part.state = 'received'""",
        organisation,
    )
    return dict(rows)


def matched(market: Market, person: str, document: Any) -> dict[UUID, list[str]]:
    from qorgan.hub.warnings.concerns import kept

    found = market.seen(person, lambda: kept(document))
    return {place: [f"{one.used.product} {one.used.version}" for one in told.matches] for place, told in found.items()}


@pytest.mark.clause("R67.3.3")
def test_who_is_connected_later_gets_the_warnings_in_force_and_its_clocks_run_from_then(market: Market) -> None:
    from qorgan.hub.casework import engine

    steps.threat(market, title="In force")
    steps.threat(market, title="Ran out", valid_until=(MONDAY + DAY / 2).isoformat())
    steps.send(
        market,
        steps.draft(market, "threat-warning", "alpha", steps.THREAT | {"title": "Exercise"}, drill=True),
        "alpha",
    )
    withdrawn = steps.threat(market, title="Withdrawn")
    engine.perform(withdrawn.pk, "withdraw", by=market.scope("alpha_maker"), now=MONDAY, reason="A mistake")
    returned = steps.threat(market, title="Being mended")
    lacking = engine.lacking([{"field": "source", "reason": "Which server?"}])
    engine.perform(returned.pk, "return", by=market.scope("analyst"), now=MONDAY, fields=lacking)
    steps.vulnerability(market, title="For others", to=("alpha",))
    steps.vulnerability(market, title="For everyone", to=("alpha",), to_all=True)

    newcomer = connect(market, 1)
    # One working day from Tuesday, not from the Monday on which it was sent.
    assert received(market, newcomer) == {"In force": "2026-11-25 23:59", "For everyone": "2026-11-25 23:59"}


@pytest.mark.clause("R67.3.5")
def test_a_vulnerability_in_what_a_newcomer_runs_reaches_it_with_the_reason(market: Market) -> None:
    document = steps.vulnerability(market, title="Gateway", to=("alpha",))
    newcomer = connect(market, 1, GATEWAY, kind="trading-platform")
    bystander = connect(market, 2, GATEWAY | {"version": "4.3"})
    assert received(market, newcomer).keys() == {"Gateway"}
    assert received(market, bystander) == {}
    assert matched(market, "analyst", document) == {newcomer: ["Gateway 4.1"]}
    assert matched(market, "alpha_maker", document) == {}
    from qorgan.hub.members.access import HUB

    by_command = connect(market, 3, GATEWAY, by=HUB)
    assert received(market, by_command).keys() == {"Gateway"}
    # The month of R57.13 runs for a platform from the day it could read the warning: Tuesday the 24th.
    [(due,)] = market.hub.rows(
        "SELECT to_char(due_at AT TIME ZONE 'Asia/Almaty', 'YYYY-MM-DD') FROM document_deadline WHERE clause = 'R57.13'"
    )
    assert due == "2026-12-24"


@pytest.mark.clause("R67.3.3")
def test_who_was_off_for_a_while_gets_what_it_missed_and_nothing_twice(market: Market) -> None:
    from qorgan.hub.members import actions

    steps.threat(market, title="Before")
    gamma, chief = market.organisations["gamma"], market.scope("chief")
    actions.suspend_organisation(gamma, reason="By its own wish", by=chief, now=MONDAY)
    steps.threat(market, title="Meanwhile")
    assert received(market, gamma).keys() == {"Before"}
    actions.resume_organisation(gamma, reason="By its own wish", by=chief, now=MONDAY + DAY)
    assert received(market, gamma) == {"Before": "2026-11-24 23:59", "Meanwhile": "2026-11-25 23:59"}


@pytest.mark.clause("R67.3.5")
def test_why_a_warning_concerns_somebody_is_kept_as_it_was_and_told_to_them_alone(market: Market) -> None:
    from qorgan.hub.casework import drafts
    from qorgan.hub.warnings import actions

    run(market, "alpha", GATEWAY)
    run(market, "beta", GATEWAY | {"version": "4.2"})
    run(market, "gamma", GATEWAY)
    alpha, beta, gamma = (market.organisations[name] for name in ("alpha", "beta", "gamma"))
    document = steps.draft(market, "vulnerability-warning", "centre", steps.VULNERABILITY)
    actions.address(document.pk, by=market.scope("analyst"), now=MONDAY)
    assert matched(market, "analyst", document).keys() == {alpha, beta, gamma}
    # Nothing of a draft is told, not even that one is being written.
    assert matched(market, "alpha_maker", document) == {}
    # The centre decides: gamma, which matches, is left out.
    draft = market.seen("analyst", lambda: document.draft.content)
    drafts.edit(document.pk, draft, by=market.scope("analyst"), now=MONDAY, addressees=[alpha, beta])
    steps.send(market, document, "centre")
    for name in ("alpha", "beta", "gamma"):
        run(market, name)
    assert matched(market, "alpha_maker", document) == {alpha: ["Gateway 4.1"]}
    assert matched(market, "beta_maker", document) == {beta: ["Gateway 4.2"]}
    assert matched(market, "soc_maker", document) == {beta: ["Gateway 4.2"]}
    assert matched(market, "gamma_maker", document) == {}
    assert matched(market, "chief", document).keys() == {alpha, beta, gamma}


@pytest.mark.clause("R67.3.5")
def test_a_product_taken_out_after_addressing_is_told_to_nobody(market: Market) -> None:
    from qorgan.hub.casework import drafts
    from qorgan.hub.warnings import actions

    run(market, "alpha", GATEWAY)
    document = steps.draft(market, "vulnerability-warning", "centre", steps.VULNERABILITY)
    actions.address(document.pk, by=market.scope("analyst"), now=MONDAY)
    other = steps.VULNERABILITY | {"products": [{"vendor": "Example Networks", "product": "Switch"}]}
    drafts.edit(document.pk, other, by=market.scope("analyst"), now=MONDAY)
    steps.send(market, document, "centre")
    assert matched(market, "alpha_maker", document) == {market.organisations["alpha"]: []}


@pytest.mark.clause("R67.12")
@pytest.mark.parametrize("kind", ["incident-card", "isms-report"])
def test_the_authority_takes_reports_in_and_makes_none(market: Market, kind: str) -> None:
    from qorgan.hub.casework import drafts
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as told:
        drafts.create(kind, author=market.organisations["centre"], by=market.scope("analyst"), now=MONDAY)
    assert told.value.code == "institutions-only"
    assert told.value.clause == {"incident-card": "R67.12", "isms-report": "R48.29"}[kind]
