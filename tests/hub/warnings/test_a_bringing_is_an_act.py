"""What is in force is brought to a latecomer by an act: in the history, in the ledger, told to whom it is brought."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from qorgan.hub.database.connection import Role
from tests.hub.casework.conftest import MONDAY, Market
from tests.hub.notices.conftest import Office
from tests.hub.warnings import steps
from tests.hub.warnings.test_warnings_in_force_reach_who_joins_later import DAY, connect

BROUGHT = """
SELECT act.organisation_id, act.person_id, act.before, act.after, act.clause, act.version, receipt.position IS NOT NULL
FROM document_act AS act LEFT JOIN document_act_receipt AS receipt ON receipt.act_id = act.id
WHERE act.verb = 'bring' ORDER BY act.id
"""


def enter_and_tell(market: Market) -> None:
    from qorgan.hub.database.log_key import read_log_key
    from qorgan.hub.notices.acts import TellingActs
    from qorgan.hub.notices.entering import Entering

    office = Office(market)
    office.clerk(lambda: Entering(read_log_key(market.hub.config)).enter_all(MONDAY + DAY))
    office.clerk(lambda: TellingActs(mail=False).tell_all(MONDAY + DAY))


@pytest.mark.clause("R67.3.3")
@pytest.mark.clause("R48I.3")
def test_a_warning_is_brought_by_an_act_with_a_receipt_seen_by_its_parties_alone(market: Market) -> None:
    from qorgan.hub.casework.models import Act

    warning = steps.threat(market, title="In force")
    market.organisations["late"] = connect(market, 1)
    market.hire("late_maker", "late", "responsible-employee")
    market.hire("late_head", "late", "head-of-security")
    enter_and_tell(market)
    centre, chief = market.organisations["centre"], market.people["chief"]
    assert market.hub.rows(BROUGHT) == [(centre, chief, "", "received", "R67.13", 1, True)]

    def seen(person: str) -> bool:
        return bool(market.seen(person, Act.objects.filter(document=warning.pk, verb="bring").exists))

    parties = {"late_maker": True, "late_head": True, "alpha_maker": True, "analyst": True}
    assert {one: seen(one) for one in (*parties, "beta_maker", "gamma_head")} == parties | {
        "beta_maker": False,
        "gamma_head": False,
    }
    told = market.hub.rows(
        "SELECT person_id FROM notice WHERE what = 'reception.bring' AND document_id = %s ORDER BY 1", warning.pk
    )
    assert told == [(market.people["late_maker"],), (market.people["late_head"],)]


@pytest.mark.clause("R48I.3")
def test_what_the_command_line_brings_is_nobodys_act_but_the_centres_and_no_other_verb_is(market: Market) -> None:
    from qorgan.hub.members.access import HUB

    steps.threat(market, title="In force")
    connect(market, 1, by=HUB)
    enter_and_tell(market)
    assert [row[:2] for row in market.hub.rows(BROUGHT)] == [(market.organisations["centre"], None)]
    copied = """INSERT INTO document_act (document_id, organisation_id, home_id, person_id, verb, before, after,
        clause, at, version, detail, audience, exact, digest)
        SELECT document_id, organisation_id, home_id, person_id, %s, before, after,
        clause, at, version, detail, audience, exact, digest FROM document_act WHERE verb = 'bring'"""
    with market.hub.connect(Role.WEB, scope="centre") as connection:
        assert connection.execute(copied, ["bring"]).rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(copied, ["agree"])


def test_the_history_shows_it_in_the_readers_language(market: Market, enlist: Any, signed_in: Any) -> None:
    warning = steps.threat(market, title="In force")
    late = connect(market, 1)
    for language, words in (("en", "brought to an institution"), ("ru", "доведено"), ("kk", "жеткізілді")):
        reader = signed_in(enlist("responsible-employee", organisation=late, language=language))
        assert words in reader.get(f"/desk/{warning.pk}/").content.decode(), language
