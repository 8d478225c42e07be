"""Canonical JSON against an independent implementation of RFC 8785."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from qorgan.ledger.canonical import LARGEST_INTEGER, canonical, from_base64, to_base64
from qorgan.ledger.errors import EntryError, NoteError

integers = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
scalars = st.none() | st.booleans() | integers | st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(codec="ascii"))
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20)


@given(values)
def test_the_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(keys, scalars))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        [0.5],
        LARGEST_INTEGER + 1,
        {"a": -LARGEST_INTEGER - 1},
        {"ключ": 1},
        {1: 1},
        b"bytes",
        datetime(2026, 1, 1, tzinfo=UTC),
        "\ud800",
        {"a": [{"b": float("nan")}]},
    ],
)
def test_a_value_of_which_readers_could_disagree_has_no_canonical_form(value: object) -> None:
    with pytest.raises(EntryError):
        canonical(value)


@given(st.binary())
def test_base64_is_read_back(data: bytes) -> None:
    assert from_base64(to_base64(data)) == data


@pytest.mark.parametrize("text", ["A", "AA", "AA=", "AB==", "AA==\n", " AA==", "AA-_", "AÄ==", "AA==AA=="])
def test_another_spelling_of_base64_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        from_base64(text)
