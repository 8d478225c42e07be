"""The decree of 20 April 2026, known from news only: its terms and retention."""

from __future__ import annotations

from qorgan.law.clause import Retention, Term

SIGN_REQUIREMENTS = Term(clause="D26.staff", working_days=5, starts="the employee is hired")
"""A new employee reads and signs the security requirements."""

SIGN_IN_JOURNAL = Retention(
    clause="D26.journal",
    read="the decree as news of it tell: three months at hand and a year in the archive, at the least",
    reading="the archive's year is counted after the three months at hand, which is safe either way",
    at_hand_months=3,
    archive_months=12,
)
"""Sign-in attempts and changes of accounts and rights."""
