"""What a card must say at each stage, and what it cannot say at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qorgan.law.incidents import IncidentCategory
from tests.hub.casework.conftest import MONDAY
from tests.hub.incidents.written import FOUND, final, first_notice, update

pytestmark = pytest.mark.usefixtures("django_ready")

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def django_ready(template):
    """Words are translated when they are said, and that needs Django's settings, not its database."""
    import os

    import django
    from django.conf import settings

    if not settings.configured:
        os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.hub.settings"
        os.environ["QORGAN_HUB_STATE"] = str(template.config.state)
        django.setup()
        del os.environ["QORGAN_HUB_STATE"]


def card(content):
    from qorgan.cards.content import Card

    return msgspec.convert(content, Card)


def lacking(content):
    from qorgan.cards.completeness import lacks

    return [lack.field for lack in lacks(card(content))]


@pytest.mark.clause("R67.12")
@pytest.mark.parametrize("whole", [first_notice, update, final])
def test_nothing_lacks_in_a_whole_card(whole):
    assert lacking(whole()) == []


@pytest.mark.clause("R67.12")
@pytest.mark.parametrize(
    ("whole", "fields"),
    [
        (first_notice, ["category", "found_at", "description", "status", "outcome", "severity", "tlp", "contacts"]),
        (update, ["vector", "systems", "clients_affected", "personal_data", "measures_taken"]),
        (final, ["root_cause", "lessons", "remedies"]),
    ],
)
def test_each_stage_asks_for_its_own_and_for_what_came_before(whole, fields):
    for field in fields:
        content = {name: value for name, value in whole().items() if name != field}
        assert lacking(content) == [field]


@pytest.mark.clause("R67.12")
@given(kept=st.sets(st.sampled_from(sorted(final())), max_size=25))
def test_lacks_shrink_as_more_is_said_and_each_names_a_field_of_the_form(kept):
    from qorgan.cards.form import FIELDS

    names = [field.name for field in FIELDS]
    part = {name: value for name, value in final().items() if name in kept or name == "stage"}
    whole, some = set(lacking(final())), lacking(part)
    assert whole <= set(some)
    assert set(some) <= set(names)
    assert [names.index(one) for one in some] == sorted(names.index(one) for one in some)
    first = {name: value for name, value in part.items() if name != "stage"}
    assert set(lacking(first)) <= set(some)


@pytest.mark.clause("R67.12")
@pytest.mark.parametrize(
    ("lasted", "admitted"),
    [
        (timedelta(hours=1, microseconds=1), True),
        (timedelta(hours=1), False),
        (timedelta(minutes=59, seconds=59), False),
        (timedelta(0), False),
    ],
)
def test_the_seventh_category_needs_an_outage_of_over_one_hour_and_exactly_one_is_none(lasted, admitted):
    start = FOUND - 3 * HOUR
    content = first_notice(category="outage", outage_start=start.isoformat(), outage_end=(start + lasted).isoformat())
    assert lacking(content) == ([] if admitted else ["outage_end"])


@pytest.mark.clause("R67.12")
def test_the_seventh_category_without_any_outage_is_refused_with_its_clause():
    from qorgan.cards.completeness import lacks

    found = lacks(card(first_notice(category="outage")))
    assert [(lack.field, lack.clause) for lack in found] == [("outage_start", "R67.12")]


@pytest.mark.clause("R67.12")
def test_an_outage_that_goes_on_counts_until_it_was_found_or_by_the_authors_word_held_against_the_clock():
    from qorgan.cards.correctness import untimely

    long_before = first_notice(category="outage", outage_start=(FOUND - HOUR - timedelta(seconds=1)).isoformat())
    assert lacking(long_before) == []
    just_now = first_notice(category="outage", outage_start=(FOUND - timedelta(minutes=10)).isoformat())
    assert lacking(just_now) == ["outage_over_hour"]
    said = just_now | {"outage_over_hour": True}
    assert lacking(said) == []
    too_early = list(untimely(card(said), FOUND + timedelta(minutes=30)))
    assert [lack.field for lack in too_early] == ["outage_over_hour"]
    assert list(untimely(card(said), FOUND + timedelta(minutes=51))) == []


@pytest.mark.clause("R67.12")
@given(
    category=st.sampled_from(IncidentCategory),
    minutes=st.integers(0, 300),
    ended=st.booleans(),
)
def test_only_the_seventh_category_ever_asks_for_an_outage(category, minutes, ended):
    start = FOUND - timedelta(hours=6)
    content = first_notice(category=category.value, outage_start=start.isoformat())
    if ended:
        content["outage_end"] = (start + timedelta(minutes=minutes)).isoformat()
    expected = category is not IncidentCategory.OUTAGE or not ended or minutes > 60
    assert (lacking(content) == []) is expected


@given(
    began=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (bounds)
    found=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (bounds)
)
def test_nothing_begins_after_it_was_found(began, found):
    content = first_notice(found_at=found.isoformat(), started_at=began.isoformat())
    assert lacking(content) == (["started_at"] if began > found else [])


def test_an_outage_ends_after_it_began_and_begins_somewhere():
    assert lacking(first_notice(outage_end=FOUND.isoformat())) == ["outage_start"]
    backwards = first_notice(outage_start=FOUND.isoformat(), outage_end=(FOUND - HOUR).isoformat())
    assert lacking(backwards) == ["outage_end"]


@given(ahead=st.timedeltas(timedelta(minutes=5, seconds=1), timedelta(days=900)), behind=st.timedeltas(timedelta(0)))
def test_no_time_lies_ahead(ahead, behind):
    from qorgan.cards.correctness import untimely

    assume(behind < timedelta(days=9_000))
    for name in ("found_at", "started_at", "outage_start", "outage_end"):
        assert [lack.field for lack in untimely(card({name: (MONDAY + ahead).isoformat()}), MONDAY)] == [name]
        assert list(untimely(card({name: (MONDAY - behind).isoformat()}), MONDAY)) == []


@pytest.mark.clause("R48I.3-fallback")
def test_what_was_told_by_phone_names_the_call_at_once_and_the_letter_with_the_update():
    told = {"called_at": FOUND.isoformat(), "called_from": "+77270000000"}
    letter = {"letter_number": "12-7/345", "letter_date": "2026-11-23"}
    assert lacking(first_notice(channel="phone")) == ["told"]
    assert lacking(first_notice(channel="phone", told=told)) == []
    assert lacking(update(channel="phone", told=told)) == ["told"]
    assert lacking(update(channel="phone", told=told | letter)) == []


@pytest.mark.clause("R67.12")
def test_an_unauthorised_transfer_gives_its_sums_with_the_update():
    assert lacking(first_notice(category="unauthorised-transfer")) == []
    assert lacking(update(category="unauthorised-transfer")) == ["transfers"]
    sums = {"attempted": 5_000_000, "executed": 0}
    assert lacking(update(category="unauthorised-transfer", transfers=sums)) == []
    with pytest.raises(msgspec.ValidationError):
        card(update(transfers={"attempted": 12.5}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("techniques", ["T1566.2"]),
        ("techniques", ["t1566"]),
        ("cves", ["CVE-26-1"]),
        ("signals", ["edge/1"]),
        ("malware", {"hashes": ["abc"]}),
        ("third_party", {"name": "Supplier", "bin": "260140000000"}),
        ("indicators", [{"type": "address", "value": "203.0.113.300"}]),
        ("indicators", [{"type": "hash", "value": "zz" * 16}]),
        ("indicators", [{"type": "domain", "value": "https://evil.example/"}]),
        ("indicators", [{"type": "url", "value": "evil.example"}]),
        ("indicators", [{"value": "203.0.113.3"}]),
    ],
)
def test_what_is_spelt_wrong_is_told_beside_its_field(field, value):
    assert lacking(first_notice(**{field: value})) == [field]


def test_what_is_spelt_right_is_taken_defanged_or_not():
    right = first_notice(
        techniques=["T1566", "T1566.002"],
        cves=["CVE-2026-12345"],
        malware={"hashes": ["ab" * 16, "CD" * 32]},
        indicators=[
            {"type": "address", "value": "203[.]0[.]113[.]3"},
            {"type": "address", "value": "77.123.123.123"},
            {"type": "address", "value": "2001:db8::1"},
            {"type": "domain", "value": "evil[.]example"},
            {"type": "url", "value": "hxxps://evil.example/a?b=1"},
            {"type": "hash", "value": "0" * 40},
        ],
    )
    assert lacking(right) == []


@pytest.mark.clause("R67.4")
@pytest.mark.parametrize(
    "secret",
    [
        "990106300596",
        "ИИН 990106 300 596",
        "4111 1111 1111 1111",
        "KZ86 125K ZT50 0410 0100",
        "8 (701) 123-45-67",
        "+77011234567",
        "счет 12345678901",
    ],
)
@pytest.mark.parametrize("field", ["description", "works", "lessons", "measures_taken", "root_cause"])
def test_personal_data_and_banking_secrets_are_refused_where_they_stand(field, secret):
    from qorgan.cards.completeness import lacks

    (lack,) = lacks(card(final(**{field: f"Клиент {secret} сообщил"})))
    assert (lack.field, lack.clause) == (field, "R67.4")
    assert secret not in str(lack.message)


@pytest.mark.clause("R67.4")
def test_rows_are_searched_too_and_the_line_is_named():
    from django.utils import translation

    from qorgan.cards.completeness import lacks

    rows = [{"what": "Done", "owner": "Head", "due": "2026-12-15"}]
    rows.append(rows[0] | {"what": "Call +77011234567"})
    with translation.override("en"):
        (lack,) = lacks(card(final(remedies=rows)))
        assert lack.field == "remedies"
        assert "line 2" in str(lack.message)


@pytest.mark.clause("R67.4")
def test_the_institutions_own_phones_companies_and_addresses_are_no_secrets():
    content = final(
        description="Address 77.123.123.123, 23.11.2026 10:00, BIN 230540004989, CVE-2026-12345, 1200 clients",
        contacts=[{"name": "Duty", "phone": "+7 701 123 45 67"}],
        third_party={"name": "Supplier", "bin": "230540004989"},
    )
    assert lacking(content) == []


def test_every_group_and_row_of_the_form_asks_for_what_its_struct_holds():
    from qorgan.cards import content
    from qorgan.cards.form import FIELDS

    parts = {
        "contacts": content.Contact,
        "systems": content.System,
        "third_party": content.ThirdParty,
        "told": content.Told,
        "indicators": content.Indicator,
        "informed": content.Informed,
        "transfers": content.Transfers,
        "remedies": content.Remedy,
        "ddos": content.Ddos,
        "scan": content.Scan,
        "malware": content.Malware,
        "phishing": content.Phishing,
        "exploit": content.Exploit,
        "access": content.Access,
    }
    columns = {field.name: tuple(one.name for one in field.columns) for field in FIELDS if field.columns}
    assert columns == {name: part.__struct_fields__ for name, part in parts.items()}
