"""Python and PostgreSQL hash the same bytes of a row, whatever is in it; and nothing is too long to be written."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from qorgan.gate.journal.content import SELECT, Row, content
from qorgan.gate.journal.cutting import LARGEST, LONGEST, cut, cut_mapping
from qorgan.gate.journal.entry import Entry, Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.rows import write_by

NOON = datetime.now(UTC).replace(hour=12)
TEXT = some.text(alphabet=some.characters(codec=None), max_size=700)
VALUE = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | TEXT | some.binary(max_size=40) | some.uuids(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
MAPPING = some.dictionaries(some.text(max_size=40), VALUE, max_size=6)
ENTRY = some.builds(
    Entry,
    event=some.sampled_from(Event),
    outcome=some.sampled_from(["done", "failed", "refused"]),
    at=some.timedeltas(timedelta(hours=-8), timedelta(hours=8)).map(lambda apart: NOON + apart),
    whence=some.builds(
        Whence,
        address=some.ip_addresses().map(str) | TEXT,
        port=some.integers(),
        program=TEXT,
        trace=TEXT,
    ),
    population=some.text(max_size=9),
    client=some.none() | some.uuids(),
    by=some.none() | some.uuids(),
    ceremony=some.none() | some.uuids(),
    device=some.none() | some.uuids(),
    factors=some.lists(TEXT, max_size=3).map(tuple),
    rule=TEXT,
    reason=TEXT,
    before=some.none() | MAPPING,
    after=some.none() | MAPPING,
    detail=MAPPING,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=120)
@given(entry=ENTRY)
@pytest.mark.clause("D26.journal")
def test_whatever_is_in_an_entry_it_is_written_and_hashed_alike(journal: Any, entry: Entry) -> None:
    with psycopg.connect(journal.web) as connection:
        number = write_by(connection, entry)
        asked = f"SELECT {SELECT}, gate_journal_content(entry) FROM gate_journal AS entry WHERE id = %s"
        found = connection.execute(asked, [number]).fetchone()
        assert found is not None
        assert content(Row(*found[:-1])) == found[-1]


@given(TEXT | some.text(min_size=400, max_size=3000), some.integers(120, LONGEST))
def test_a_cut_text_keeps_its_beginning_its_length_and_its_digest(text: str, longest: int) -> None:
    kept = cut(text, longest)
    assert len(kept) <= longest
    assert cut(kept, longest) == kept
    if kept != text:
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        assert kept.endswith(f"[{len(text)} characters, sha256 {digest}]")
    kept.encode()
    assert "\0" not in kept


@given(some.text(max_size=LONGEST, alphabet=some.characters(exclude_characters="\0", codec="utf-8")))
def test_what_fits_is_left_as_it_is(text: str) -> None:
    assert cut(text) == text


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(some.dictionaries(some.text(max_size=40), VALUE | some.text(max_size=3000), max_size=40))
def test_a_mapping_never_outgrows_its_limit(mapping: dict[str, Any]) -> None:
    assert len(json.dumps(cut_mapping(mapping), ensure_ascii=False)) <= LARGEST
