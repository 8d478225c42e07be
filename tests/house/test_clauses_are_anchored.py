"""The register against the project: no marker, reference or claim may be empty words."""

from __future__ import annotations

import pytest

from tools import clauses


@pytest.fixture(scope="module")
def found() -> clauses.Anchors:
    return clauses.find_anchors()


def test_every_id_in_code_tests_and_pages_is_a_clause_of_the_register(found: clauses.Anchors) -> None:
    assert found.wrong == []


def test_every_claimed_clause_has_code_and_a_test_outside_the_law(found: clauses.Anchors) -> None:
    assert clauses.broken_claims(found) == []


def test_the_page_of_clauses_is_what_the_tool_would_write_now(found: clauses.Anchors) -> None:
    assert not clauses.is_stale(found), "write it with `python tools/clauses.py --write`"
