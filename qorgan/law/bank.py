"""The information-security requirements for banks (Resolution No. 48 of 2018): their terms."""

from __future__ import annotations

from qorgan.law.clause import Term

CHECK_ISMS_FROM_OUTSIDE = Term(clause="R48.31-1", months=36, starts="the last external check")
"""To have the information-security management system checked against ISO/IEC 27001 again."""
