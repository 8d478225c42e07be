"""Whatever signals are chosen, the card made of them says what they say, and little lacks in it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.asoi import SignalType
from qorgan.law.incidents import IncidentCategory
from qorgan.law.severity import Severity
from qorgan.wire.signal import Action, Classification, FileHash, HashAlgorithm, Perimeter, Sensor, Signal, Source
from tests.hub.incidents.test_what_a_card_lacks import django_ready

__all__ = ["django_ready"]
pytestmark = [pytest.mark.usefixtures("django_ready"), pytest.mark.clause("R67.12")]

START = datetime(2026, 11, 1, tzinfo=UTC)
TECHNIQUES = ("T1498", "T1499.001", "T1190", "T1110.003", "T1078", "T1204.002", "T1595", "T1566")


@st.composite
def signals(draw):
    first = START + timedelta(seconds=draw(st.integers(0, 1_000_000)))
    return Signal(
        schema_version=1,
        id="01890a5d-ac96-774b-bcce-000000000001",
        sequence=draw(st.integers(1, 10_000)),
        type=draw(st.sampled_from(SignalType)),
        first_seen=first,
        last_seen=first + timedelta(seconds=draw(st.integers(0, 5_000))),
        count=draw(st.integers(1, 1_000)),
        sensor=Sensor(vendor="Own", product=draw(st.sampled_from(["Wall", "Nose"])), rule_name="A rule"),
        severity=draw(st.sampled_from(Severity)),
        action=draw(st.sampled_from(Action)),
        perimeter=draw(st.sampled_from(Perimeter)),
        source=draw(st.none() | st.builds(Source, address=st.ip_addresses().map(str))),
        domain=draw(st.none() | st.sampled_from(["evil.example", "Own.example", "203.0.113.9"])),
        hashes=draw(st.sampled_from([(), (FileHash(algorithm=HashAlgorithm.MD5, value="0" * 32),)])),
        techniques=tuple(draw(st.lists(st.sampled_from(TECHNIQUES), max_size=3))),
        classified_by=Classification(pack="own", pack_version="1", rule="rule"),
    )


chosen = st.lists(signals(), min_size=1, max_size=8)


def card_of(several):
    from qorgan.cards.manner import Manner
    from qorgan.cards.prefill import Own, prefill

    refs = {f"00000000-0000-4000-8000-{place:012d}/{place + 1}": one for place, one in enumerate(several)}
    return prefill(refs, Manner("en", str), Own(frozenset({"own.example"}), ("198.51.100.0/24",)))


@given(chosen)
def test_only_a_category_and_contacts_can_lack(several):
    from qorgan.cards.completeness import lacks

    assert {lack.field for lack in lacks(card_of(several))} <= {"category", "contacts"}


@given(chosen)
def test_times_and_severity_are_those_of_the_signals(several):
    card = card_of(several)
    assert card.found_at == card.started_at == min(one.first_seen for one in several)
    assert card.severity == max(one.severity for one in several)
    assert len(card.signals) == len(several)
    assert set(card.techniques) == {technique for one in several for technique in one.techniques}


@given(chosen)
def test_traces_are_the_attackers_each_once_and_none_is_ones_own(several):
    traces = [(one.type, one.value) for one in card_of(several).indicators]
    assert len(traces) == len(set(traces))
    assert not [value for _kind, value in traces if "own.example" in value.lower() or value.startswith("198.51.100.")]
    for one in several:
        outside = one.source and not one.source.address.startswith("198.51.100.")
        assert not outside or ("address", one.source.address) in traces


@given(chosen, st.randoms())
def test_the_order_of_choosing_changes_nothing_but_the_order_of_references(several, shuffle: random.Random):
    other = list(several)
    shuffle.shuffle(other)
    one, two = card_of(several), card_of(other)
    assert (one.category, one.attack, one.indicators, one.outcome) == (
        two.category,
        two.attack,
        two.indicators,
        two.outcome,
    )


@given(chosen)
def test_an_outage_and_a_disruption_of_sign_in_are_never_guessed(several):
    assert card_of(several).category not in {IncidentCategory.OUTAGE, IncidentCategory.IDENTIFICATION_DISRUPTED}


@pytest.mark.parametrize(
    ("kind", "technique", "category"),
    [
        (SignalType.WAF, None, "exploit"),
        (SignalType.SPRAY, None, "unauthorised-access"),
        (SignalType.MALCODE, None, "server-infected"),
        (SignalType.IDS, "T1498.001", "denial-of-service"),
        (SignalType.WAF, "T1110", "unauthorised-access"),
        (SignalType.SCAN, None, None),
        (SignalType.PHISHING, None, None),
    ],
)
def test_the_guess_follows_the_technique_and_without_one_the_type(a_signal, kind, technique, category):
    card = card_of([a_signal(1, type=kind, techniques=(technique,) if technique else ())])
    assert card.category == category


def test_one_grave_signal_outweighs_many_slight_ones(a_signal):
    slight = [a_signal(number, type=SignalType.WAF, severity=Severity.LOW) for number in range(1, 6)]
    grave = a_signal(6, type=SignalType.MALCODE, severity=Severity.CRITICAL)
    assert card_of([*slight, grave]).category == "server-infected"
