"""Check digits and ranges, by published vectors and by the facts of their norms."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from qorgan.module.redact.fields import Redactor
from qorgan.personal.numbers import is_bin, is_iban, is_iin, is_pan, is_phone, passes_luhn
from qorgan.wire.signal import RedactionClass

pytestmark = pytest.mark.clause("R67.4")


@pytest.mark.parametrize("number", ["990106300596", "940101300123"])
def test_a_persons_number_is_known(number: str) -> None:
    assert is_iin(number)
    assert not is_iin(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("number", ["991306300596", "990132300596", "990106700596", "990106300597", "123456789011"])
def test_a_wrong_date_century_or_check_digit_is_no_persons_number(number: str) -> None:
    assert not is_iin(number)


def test_the_second_weighting_decides_when_the_first_gives_ten() -> None:
    seen = [number for serial in range(2_000) if is_iin(number := f"94010130{serial:04d}"[:12])]
    first = [sum(int(digit) * weight for digit, weight in zip(n, range(1, 12), strict=False)) % 11 for n in seen]
    assert 10 in first


def test_kinds_of_companies_are_known() -> None:
    assert is_bin("230540004989")
    assert is_bin("940140000385")
    assert not is_bin("940190000385")
    assert not is_bin("949940000385")


def test_schemes_and_lengths_of_cards_count() -> None:
    assert is_pan("4111111111111111")
    assert is_pan("378282246310005")
    assert not is_pan("37828224631000")
    assert not is_pan("1111111111111117")
    assert passes_luhn("1111111111111117")


def test_ibans_are_counted_modulo_97() -> None:
    assert is_iban("KZ86125KZT5004100100")
    assert not is_iban("KZ87125KZT5004100100")
    assert not is_iban("KZ86125KZT500410010")


def test_phones_are_of_kazakhstan() -> None:
    assert is_phone("87011234567")
    assert is_phone("77172555555")
    assert not is_phone("89161234567")


def test_published_bins_ibans_and_cards_are_gone(shared: Path) -> None:
    folder = shared / "data" / "dev" / "pii"
    redactor = Redactor(b"k" * 32)
    for line in (folder / "stdnum__kz_bin_examples.txt").read_text().splitlines():
        kind, _, number = line.partition(" ")
        _, counts = redactor.text(f"x {number} x")
        if kind == "valid":
            assert counts == {RedactionClass.ACCOUNT: 1}
        elif kind.startswith("invalid"):
            assert not counts
    listed = (folder / "stdnum__test_iban.doctest").read_text().partition("numbers = '''")[2].partition("'''")[0]
    ibans = [line.strip(" .") for line in listed.splitlines() if re.match(r"\.\.\. [A-Z]{2}", line)]
    assert len(ibans) > 100
    missed = [iban for iban in ibans if redactor.text(f"to {iban} today")[1] != {RedactionClass.IBAN: 1}]
    assert not missed


def test_cards_and_addresses_in_real_sentences_are_gone(shared: Path) -> None:
    redactor = Redactor(b"k" * 32)
    told = json.loads((shared / "data" / "dev" / "pii" / "presidio__generated_small.json").read_text())
    for each in told:
        cleaned, _ = redactor.text(each["full_text"])
        for span in each["spans"]:
            if span["entity_type"] in {"CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS"}:
                assert span["entity_value"] not in cleaned
