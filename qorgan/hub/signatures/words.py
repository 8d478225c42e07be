"""Why a signature is not believed, as a sentence that says what to do. Nothing is agreed in any of these cases."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from qorgan.eds.refusal import Reason
from qorgan.kit.refusal import Sentence

ALTERED: Final = (
    "signature-altered",
    _("This signature is not over the text on this page. Load the page again and sign what it shows."),
)
EXPIRED: Final = (
    "signature-expired",
    _("This certificate is not valid today. Get a new one from the certification authority, then sign."),
)
REVOKED: Final = (
    "signature-revoked",
    _("This certificate was revoked. Get a new one from the certification authority, then sign."),
)
NOT_ISSUED: Final = (
    "signature-not-issued",
    _("The certification authority says that it never issued this certificate. Choose another key."),
)
UNASKED: Final = (
    "signature-state-unasked",
    _("The certification authority could not be asked whether this certificate is valid. Sign again in a few minutes."),
)
PURPOSE: Final = (
    "signature-purpose",
    _("This key is not for signing documents. Choose in NCALayer the key for signing."),
)
AUTHORITY: Final = (
    "signature-authority",
    _("ASOI does not trust whoever issued this certificate. Choose a key of the National Certification Authority."),
)
ROLE: Final = (
    "signature-role",
    _("This certificate is not of an employee of a legal entity. Choose the key that was issued for your work."),
)
TIMESTAMP: Final = (
    "signature-timestamp",
    _("The timestamp in this signature is not believed. Sign again in a few minutes."),
)
UNREADABLE: Final = (
    "signature-unreadable",
    _("What came from NCALayer is not a signature that ASOI can read. Sign again; if it repeats, tell the centre."),
)

_OF: Final[dict[Reason, tuple[str, Sentence]]] = {
    Reason.DIGEST_WRONG: ALTERED,
    Reason.CONTENT_ABSENT: ALTERED,
    Reason.CONTENT_TWICE: ALTERED,
    Reason.SIGNATURE_WRONG: ALTERED,
    Reason.CERTIFICATE_EXPIRED: EXPIRED,
    Reason.CERTIFICATE_NOT_YET_VALID: EXPIRED,
    Reason.REVOKED: REVOKED,
    Reason.NOT_ISSUED: NOT_ISSUED,
    Reason.REVOCATION_UNKNOWN: UNASKED,
    Reason.KEY_USAGE_WRONG: PURPOSE,
    Reason.PURPOSE_WRONG: PURPOSE,
    Reason.ISSUER_UNKNOWN: AUTHORITY,
    Reason.NOT_ISSUER: AUTHORITY,
    Reason.PATH_TOO_LONG: AUTHORITY,
    Reason.ROLE_WRONG: ROLE,
    Reason.TIMESTAMP_WRONG: TIMESTAMP,
}


def told(reason: Reason) -> tuple[str, Sentence]:
    """The code of a refusal, and what it says to a person."""
    return _OF.get(reason, UNREADABLE)
