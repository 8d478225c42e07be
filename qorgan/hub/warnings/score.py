"""CVSS vectors read and scored, versions 2, 3.0, 3.1 and 4.0. Scores are whole tenths: 98 is 9.8."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

from qorgan.law.vulnerabilities import CRITICAL_TENTHS

LONGEST: Final = 512
_HIGH: Final = 70
_MEDIUM: Final = 40


@dataclass(frozen=True, slots=True)
class Score:
    """A vector and what it comes to."""

    version: str
    """2.0, 3.0, 3.1 or 4.0."""
    vector: str
    """In the order of its specification, without metrics that are not defined."""
    tenths: int
    """The base score; for version 4 the score of the whole vector, for it has only that."""


def read(vector: str) -> Score | None:
    """What a vector says; None when it is none."""
    text = vector.strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        if text.startswith("CVSS:4.0/"):
            four = CVSS4(text)
            return Score("4.0", four.clean_vector(), _tenths(four.base_score))
        if text.startswith("CVSS:3"):
            three = CVSS3(text)
            return Score(f"3.{three.minor_version}", three.clean_vector(), _tenths(three.base_score))
        two = CVSS2(text.removeprefix("(").removesuffix(")"))
        return Score("2.0", two.clean_vector(), _tenths(two.base_score))
    except CVSSError:
        return None


def rank(tenths: int) -> int:
    """The grade of a score: 0 none, 1 low, 2 medium, 3 high, 4 critical, as CVSS 3 and 4 name them."""
    thresholds = (1, _MEDIUM, _HIGH, CRITICAL_TENTHS)
    return sum(tenths >= threshold for threshold in thresholds)


def _tenths(score: object) -> int:
    # The library gives decimals or floats of one decimal place.
    return round(float(str(score)) * 10)
