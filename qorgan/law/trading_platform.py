"""The information security of an electronic trading platform (Resolution No. 57 of 2024): its terms."""

from __future__ import annotations

from qorgan.law.clause import Term

INSTALL_CRITICAL_UPDATE = Term(clause="R57.13", months=1, starts="the maker publishes the update")
"""To install an update that removes a critical vulnerability."""
