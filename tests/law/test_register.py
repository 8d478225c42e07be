"""The register: every clause, its edition, and what our knowledge of it rests on."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law import asoi, bank, decree_2026, incidents, register, trading_platform
from qorgan.law.clause import Act, Clause, Kind, Retention, Source, Term
from qorgan.law.labels import Language
from qorgan.law.register import RegisterRefused, UnknownClause, acts, clause, clauses, editions, in_force

CLAIMED = {
    "R67.2", *(f"R67.3.{item}" for item in range(1, 9)), "R67.4", "R67.5", "R67.6", "R67.7",
    *(f"R67.8.{item}" for item in range(1, 9)), "R67.9", *(f"R67.{item}" for item in range(10, 16)), "R48I.3",
    "R48I.3-fallback", "R48.15", "R48.29", "D26.asoi", "D26.reporting", "D26.identity", "D26.two-factor", "D26.journal",
    "D26.remote-registration", "R48.156-1", "R48.160.9", "R48.161.1", "R48.161.2", "R48.161.3", "R48.161.5", "R56.1",
    "R56.12", "R56.13.1", "R57.3.1", "R57.3.2", "R57.3.5", *(f"R57.{item}" for item in range(4, 12)),
}  # fmt: skip
THE_LAW = [asoi, bank, decree_2026, incidents, trading_platform]


def test_a_clause_is_found_by_its_id() -> None:
    found = clause("R67.13")
    assert isinstance(found, Clause)
    assert (found.item, found.part, found.kind, found.act.slug) == ("13", "hub", Kind.FUNCTION, "asoi")
    assert found.in_force_from == date(2025, 9, 8)
    assert found.in_force_to is None


@pytest.mark.parametrize(
    ("unknown", "hint"),
    [
        ("R67.99", "of R67 it has R67.2"),
        ("R67.8", "of R67 it has R67.8.1, R67.8.2"),
        ("r67.13", "acts known: R67"),
        ("", "acts known"),
    ],
)
def test_an_unknown_clause_is_refused_with_what_is_known(unknown: str, hint: str) -> None:
    with pytest.raises(UnknownClause, match=hint):
        clause(unknown)


def test_a_past_act_is_judged_by_the_edition_of_its_day() -> None:
    assert clause("R57.10", date(2024, 8, 20)).edition.name == "2024"
    with pytest.raises(UnknownClause, match="binds on 2024-08-19; held: 2024-08-20 to further notice"):
        clause("R57.10", date(2024, 8, 19))


def test_the_first_and_last_days_of_an_edition_bind() -> None:
    ids = {day: {row.id for row in in_force(day)} for day in (date(2026, 1, 25), date(2026, 1, 26), date(2025, 9, 7))}
    assert "R56.12" in ids[date(2026, 1, 25)]
    assert "R56.12" not in ids[date(2026, 1, 26)]
    assert "R67.13" not in ids[date(2025, 9, 7)]


@given(st.dates(date(2018, 1, 1), date(2030, 1, 1)))
def test_no_day_has_two_editions_of_one_clause(on: date) -> None:
    rows = in_force(on)
    assert len({row.id for row in rows}) == len(rows)
    assert all(clause(row.id, on) is row for row in rows)


def test_the_decree_of_2026_and_the_translated_rules_say_that_their_wording_was_not_seen() -> None:
    unseen = {row.act.id for row in editions() if not row.source.wording_seen}
    assert unseen == {"D26", "R57"}
    assert clause("D26.journal").source is Source.NEWS
    assert "not seen" in Source.NEWS.label("en")


@pytest.mark.parametrize("act", acts().values(), ids=lambda act: act.id)
def test_every_act_has_titles_in_three_languages_and_says_which_are_ours(act: Act) -> None:
    titles = {language: act.title(language) for language in Language}
    assert all(titles.values())
    assert len(set(titles.values())) == len(Language)
    assert Language.ENGLISH in act.titles_are_ours


@pytest.mark.parametrize("row", editions(), ids=lambda row: row.id)
def test_every_clause_is_complete(row: Clause) -> None:
    assert all([row.item, row.part, row.says, row.must_show, row.edition.dates_rest_on, row.edition.made_by])
    assert row.part in {"module", "hub", "gate", "controls", "contract"}


def test_this_release_claims_what_it_was_made_for() -> None:
    assert {row.id for row in editions() if row.claimed} == CLAIMED
    assert "receipt" in clause("R48I.3").claim


def test_the_register_is_the_regulations_own_list(shared: Path) -> None:
    given_rows = {row["id"]: row for row in tomllib.loads((shared / "clauses.toml").read_text())["clause"]}
    assert set(clauses()) == set(given_rows)
    for known in clauses().values():
        row = given_rows[known.id]
        assert (known.part, known.kind, known.says) == (row["part"], row["kind"], row["says"])


def test_official_titles_stand_in_the_official_text(shared: Path) -> None:
    text = " ".join((shared / "law" / "S003-resolution-38-kk-ru.txt").read_text().split())
    for act in acts().values():
        if act.source is Source.OFFICIAL:
            # The text inflects the words "requirements", "rules" and "terms"; the rest stands unchanged.
            for title in (act.kk[:-4], act.ru[-80:]):
                assert title in text, title


def test_every_term_and_retention_cites_a_clause_of_the_register() -> None:
    said = {id(value): value for act in THE_LAW for value in vars(act).values() if isinstance(value, (Term, Retention))}
    cited = [value.clause for value in said.values()]
    assert len(cited) == 10
    assert all(clause(cited_id) for cited_id in cited if cited_id is not None)


@pytest.mark.clause("D26.journal")
def test_the_journal_is_kept_three_months_at_hand_and_a_year_in_the_archive() -> None:
    journal = decree_2026.SIGN_IN_JOURNAL
    assert (journal.at_hand_months, journal.archive_months, journal.months) == (3, 12, 15)


def test_incident_information_is_kept_five_years_at_least() -> None:
    assert incidents.INCIDENT_INFORMATION.months == 60


def test_what_is_read_of_a_retention_and_what_is_our_reading_stand_apart(shared: Path) -> None:
    """No official text that we hold keeps records for any time; news of the decree name three months and a year."""
    official = (shared / "law" / "S003-resolution-38-kk-ru.txt").read_text(encoding="utf-8").casefold()
    keeps = [line for line in official.splitlines() if any(word in line for word in ("хранение", "сақтау"))]
    assert keeps
    assert not [line for line in keeps if re.search(r"\b(\d+|пят\w+|бес)\s+(лет|год\w*|жыл\w*|месяц\w*|ай\w*)", line)]
    for ours in (incidents.INCIDENT_INFORMATION, asoi.SIGNALS):
        assert (ours.clause, ours.read) == (None, "")
        assert ours.basis.startswith("no act that we hold names a time; our reading: ")
    assert asoi.SIGNALS.months == incidents.INCIDENT_INFORMATION.months
    news = (shared / "law" / "S000-2026-decree-news.txt").read_text(encoding="utf-8")
    assert "at least three months and archived for at least one year" in news
    journal = decree_2026.SIGN_IN_JOURNAL
    assert journal.clause is not None
    assert "three months" in journal.read
    with pytest.raises(ValueError, match=r"cites R67\.9"):
        Retention(clause="R67.9", read="", reading="ours", at_hand_months=1, archive_months=0)


@pytest.mark.clause("D26.staff")
def test_a_new_employee_signs_within_five_working_days() -> None:
    assert decree_2026.SIGN_REQUIREMENTS.working_days == 5


ACT = """
[act]
id = "T1"
citation = "a test"
adopted = 2024-01-01
kk = "к"
ru = "р"
en = "e"
titles_are_ours = ["en"]
source = "official"
note = ""
[[edition]]
name = "one"
made_by = "a test"
in_force_from = 2024-01-01
dates_rest_on = "a test"
[[clause]]
id = "T1.1"
item = "1"
edition = "one"
part = "hub"
kind = "function"
says = "s"
must_show = "m"
"""


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('id = "T1.1"', 'id = "T2.1"'),
        ('edition = "one"', 'edition = "two"'),
        ('kind = "function"', 'kind = "wish"'),
        ('says = "s"', 'said = "s"'),
        ('says = "s"', 'says = "s"\nclaim = "half"'),
        ('source = "official"', 'source = "hearsay"'),
    ],
)
def test_a_row_that_breaks_the_registers_form_is_refused_with_its_file(good: str, bad: str) -> None:
    assert register._read_act("test", ACT)[0].id == "T1.1"
    with pytest.raises(RegisterRefused, match=r"register/test\.toml"):
        register._read_act("test", ACT.replace(good, bad))
