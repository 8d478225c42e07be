"""Tokens link inside one institution and nowhere else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.redact.fields import Redactor
from qorgan.module.redact.tokens import KEY_BYTES, TOKEN, Tokens, token_key
from qorgan.wire.signal import RedactionClass

pytestmark = pytest.mark.clause("R67.4")


@given(st.text(max_size=40), st.sampled_from(list(RedactionClass)))
def test_a_value_has_one_token_in_a_bank_and_another_in_the_next(value: str, kind: RedactionClass) -> None:
    ours, theirs = Tokens(b"a" * KEY_BYTES), Tokens(b"b" * KEY_BYTES)
    assert ours.token(kind, value) == Tokens(b"a" * KEY_BYTES).token(kind, value)
    assert ours.token(kind, value) != theirs.token(kind, value)
    assert TOKEN.fullmatch(ours.token(kind, value))


def test_one_number_in_two_spellings_has_one_token() -> None:
    cleaned, counts = Redactor(b"k" * KEY_BYTES).text("4111 1111 1111 1111 and 4111-1111-1111-1111")
    first, _, second = cleaned.split(" ")
    assert first == second
    assert counts == {RedactionClass.PAN: 1}


def test_tokens_of_many_values_differ() -> None:
    tokens = Tokens(b"k" * KEY_BYTES)
    assert len({tokens.token(RedactionClass.USER, str(number)) for number in range(30_000)}) == 30_000


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "redaction.key"
    key = token_key(path)
    assert len(key) == KEY_BYTES
    assert token_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "redaction.key"
    path.write_text("zz\n")
    with pytest.raises(ValueError, match=r"redaction\.key"):
        token_key(path)
    assert path.read_text() == "zz\n"


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Tokens(b"short")
