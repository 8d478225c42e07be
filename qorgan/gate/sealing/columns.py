"""Which columns hold sealed values, and as which field each was sealed: one list, which resealing goes through.

Not here, because they are gone sooner than a rotation matters: what a ceremony keeps between two steps. Not here,
because nobody rewrites them: files of the journal's archive, whose keys the older keys of the ring still open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """One column of sealed values. An empty value is none."""

    table: str
    name: str
    field: str
    """As its room seals it."""
    row: str = ""
    """Column by which the row is known to the seal; the primary key where none is named."""
    is_text: bool = True


COLUMNS: Final = (
    Column("authorisation", "asked_sealed", "authorisation.asked"),
    Column("biometric_image", "sealed", "biometrics.image", row="report_id", is_text=False),
    Column("biometric_report", "signed", "biometrics.report", is_text=False),
    Column("ceremony", "phone_sealed", "ceremony.phone"),
    Column("client", "iin_sealed", "client.iin"),
    Column("client", "name_sealed", "client.name"),
    Column("client", "phone_sealed", "client.phone"),
    Column("notice", "to_sealed", "notice.to"),
    Column("one_time_code", "secret_sealed", "one_time_code.secret"),
    Column("phone_check", "phone_sealed", "phone_check.phone"),
    Column("phone_check", "signed", "phone_check.signed", is_text=False),
    Column("signature_evidence", "sealed", "signature.evidence", is_text=False),
    Column("signing_key", "private_sealed", "signing_key.private"),
)
