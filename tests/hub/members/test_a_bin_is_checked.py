"""The check digit of a BIN, with both sets of weights (R67.3.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.hub.members.bin import check_digit, is_bin

elevens = st.from_regex(r"[0-9]{2}(0[1-9]|1[0-2])[456][0-9]{6}", fullmatch=True)


def weighted(digits, weights):
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11


@pytest.mark.clause("R67.3.2")
def test_a_real_bin_holds():
    assert is_bin("230540004989")


@pytest.mark.clause("R67.3.2")
@pytest.mark.parametrize(
    "text",
    [
        "230540004988",  # check digit
        "231340004989",  # month 13
        "990106300596",  # a person's IIN: its check digit holds, its fifth digit is of a day
        "123456789021",  # a well-known test certificate's
        "23054000498",
        "2305400049890",
        "23054000498X",
        "٢٣٠٥٤٠٠٠٤٩٨٩",
        "",
    ],
)
def test_what_is_no_bin_is_refused(text):
    assert not is_bin(text)


@pytest.mark.clause("R67.3.2")
@given(elevens, st.integers(0, 9))
def test_exactly_one_last_digit_holds_unless_none_can(eleven, last):
    digit = check_digit(eleven)
    assert is_bin(f"{eleven}{last}") == (digit == last)


@pytest.mark.clause("R67.3.2")
@given(elevens)
def test_the_second_weights_count_only_where_the_first_give_ten(eleven):
    first, second = range(1, 12), [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]
    expected = weighted(eleven, first)
    if expected == 10:
        expected = weighted(eleven, second)
    assert check_digit(eleven) == (None if expected == 10 else expected)


@pytest.mark.clause("R67.3.2")
@given(elevens, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_found_but_in_the_place_whose_weight_is_eleven(eleven, place, change):
    digit = check_digit(eleven)
    wrong = (int(eleven[place]) + change) % 10
    other = eleven[:place] + str(wrong) + eleven[place + 1 :]
    first = weighted(eleven, range(1, 12)) != 10 and weighted(other, range(1, 12)) != 10
    if digit is not None and first:
        assert check_digit(other) != digit
