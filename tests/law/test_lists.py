"""The closed lists: their codes travel and are stored, so they are fixed; their names are the acts' own."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.asoi import OrganisationKind, SignalType
from qorgan.law.clause import Source
from qorgan.law.incidents import IncidentCategory
from qorgan.law.labels import Labelled, Language
from qorgan.law.register import clause
from qorgan.law.severity import Severity
from qorgan.law.threats import Confidence, IndicatorType, ThreatDegree, ThreatType
from qorgan.law.tlp import TLP
from qorgan.law.vulnerabilities import ProductStatus, Remedy

LISTS: list[type[Labelled]] = [
    *(Confidence, IncidentCategory, IndicatorType, OrganisationKind, ProductStatus, Remedy, Severity, SignalType),
    *(Source, ThreatDegree, ThreatType, TLP),
]


def test_the_eight_signals_stand_in_the_order_of_item_8() -> None:
    assert list(SignalType) == ["ids", "waf", "endpoint", "malcode", "phishing", "scan", "guess", "spray"]
    assert [signal.clause for signal in SignalType] == [f"R67.8.{number}" for number in range(1, 9)]
    assert all(clause(signal.clause).part == "module" for signal in SignalType)


def test_only_guessing_and_spraying_ask_for_the_external_perimeter() -> None:
    assert [signal for signal in SignalType if signal.perimeter_only] == [SignalType.GUESS, SignalType.SPRAY]


@pytest.mark.parametrize("members", LISTS, ids=lambda members: members.__name__)
def test_every_member_has_a_name_of_its_own_in_every_language(members: type[Labelled]) -> None:
    for language in Language:
        names = [member.label(language) for member in members]
        assert all(names)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("members", LISTS, ids=lambda members: members.__name__)
def test_a_member_travels_as_its_code(members: type[Labelled]) -> None:
    for member in members:
        assert members(member.value) is member
        assert msgspec.json.decode(msgspec.json.encode(member), type=members) is member
        assert f"{member}" == member.value


def test_short_names_fit_a_column() -> None:
    for language in Language:
        shorts = [signal.short(language) for signal in SignalType]
        assert len(set(shorts)) == len(shorts)
        assert max(map(len, shorts)) <= 24


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'de' is not a valid Language"):
        SignalType.IDS.label("de")
    with pytest.raises(ValueError, match="'de' is not a valid Language"):
        SignalType.IDS.short("de")


def test_a_member_without_all_three_names_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="lacks a name"):

        class Half(Labelled):
            ONE = "one", "бір", "один"


def test_official_names_stand_in_the_official_text(shared: Path) -> None:
    text = " ".join((shared / "law" / "S003-resolution-38-kk-ru.txt").read_text().split())
    for member in [*SignalType, *IncidentCategory]:
        assert member.kk in text, member.kk
        if member is not IncidentCategory.OUTAGE:  # the Russian text has it in another case, after a preposition
            assert member.ru in text, member.ru


def test_there_are_seven_categories_of_incident_in_the_acts_order() -> None:
    assert [category.number for category in IncidentCategory] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.clause("R67.12")
def test_the_seventh_category_needs_an_outage_of_over_an_hour() -> None:
    hour = timedelta(hours=1)
    assert not IncidentCategory.OUTAGE.admits(hour)
    assert IncidentCategory.OUTAGE.admits(hour + timedelta(seconds=1))
    assert all(category.admits(timedelta(0)) for category in list(IncidentCategory)[:6])


def test_tlp_labels_are_those_of_the_standard_from_the_narrowest() -> None:
    assert [tlp.value for tlp in TLP] == ["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]
    assert [tlp.breadth for tlp in TLP] == [0, 1, 2, 3, 4]


def test_severities_rise_from_informational_to_critical() -> None:
    shuffled = [Severity.HIGH, Severity.CRITICAL, Severity.LOW, Severity.INFORMATIONAL, Severity.MEDIUM]
    assert sorted(shuffled) == ["informational", "low", "medium", "high", "critical"]
    assert max(Severity.LOW, Severity.HIGH) is Severity.HIGH


@given(st.sampled_from(Severity), st.sampled_from(Severity))
def test_severities_compare_by_rank(one: Severity, other: Severity) -> None:
    assert (one < other) == (one.rank < other.rank)
    assert (one <= other) == (one.rank <= other.rank)
    assert (one > other) == (one.rank > other.rank)
    assert (one >= other) == (one.rank >= other.rank)


def test_a_severity_is_never_compared_with_letters() -> None:
    for compare in ("__lt__", "__le__", "__gt__", "__ge__"):
        with pytest.raises(TypeError, match="compared with a severity only"):
            getattr(Severity.LOW, compare)("high")


@pytest.mark.clause("R67.7")
def test_banks_branches_banking_organisations_and_socs_must_install_the_module() -> None:
    bound = {kind.value for kind in OrganisationKind if kind.must_install_module}
    assert bound == {"bank", "nonresident-branch", "banking-operations", "soc"}


@pytest.mark.clause("D26.scope")
def test_the_kind_of_organisation_chooses_the_clause_under_which_it_reports() -> None:
    before, after = date(2026, 7, 11), date(2026, 7, 12)
    duties = {kind: (kind.incident_clause(before), kind.incident_clause(after)) for kind in OrganisationKind}
    for bound in ("bank", "nonresident-branch", "banking-operations", "soc"):
        assert duties[OrganisationKind(bound)] == ("R67.12", "R67.12")
    for bound in ("insurer", "mfo"):
        assert duties[OrganisationKind(bound)] == (None, "D26.reporting")
    assert duties[OrganisationKind.AUTHORITY] == (None, None)


def test_no_two_lists_share_an_official_name() -> None:
    for one, other in itertools.combinations([IncidentCategory, OrganisationKind, SignalType], 2):
        assert not {member.ru for member in one} & {member.ru for member in other}
