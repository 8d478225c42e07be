"""Why a signature is not believed. One exception inside the room, one value at its doorway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

import msgspec


class Reason(StrEnum):
    """What was wrong, as a word that programs and translations can hold on to."""

    ALGORITHM_MISMATCH = "algorithm_mismatch"
    ALGORITHM_UNKNOWN = "algorithm_unknown"
    ATTRIBUTE_MISSING = "attribute_missing"
    ATTRIBUTE_REPEATED = "attribute_repeated"
    ATTRIBUTE_UNKNOWN = "attribute_unknown"
    ATTRIBUTE_WRONG = "attribute_wrong"
    CERTIFICATE_ABSENT = "certificate_absent"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_UNRELATED = "certificate_unrelated"
    CERTIFICATE_WRONG = "certificate_wrong"
    CONTENT_ABSENT = "content_absent"
    CONTENT_TWICE = "content_twice"
    DIGEST_WRONG = "digest_wrong"
    EXTENSION_UNKNOWN = "extension_unknown"
    ISSUER_UNKNOWN = "issuer_unknown"
    KEY_USAGE_WRONG = "key_usage_wrong"
    MALFORMED = "malformed"
    NONCE_WRONG = "nonce_wrong"
    NOT_FRESH = "not_fresh"
    NOT_ISSUED = "not_issued"
    NOT_ISSUER = "not_issuer"
    PATH_TOO_LONG = "path_too_long"
    PURPOSE_WRONG = "purpose_wrong"
    RESPONDER_WRONG = "responder_wrong"
    RESPONSE_FAILED = "response_failed"
    REVOCATION_UNKNOWN = "revocation_unknown"
    REVOKED = "revoked"
    ROLE_WRONG = "role_wrong"
    SIGNATURE_WRONG = "signature_wrong"
    SIGNER_ABSENT = "signer_absent"
    SUBJECT_WRONG = "subject_wrong"
    TIMESTAMP_WRONG = "timestamp_wrong"
    TOO_LARGE = "too_large"
    XML_FORBIDDEN = "xml_forbidden"
    XML_REFERENCE = "xml_reference"
    XML_WRAPPED = "xml_wrapped"


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """The doorway's no."""

    reason: Reason
    where: str
    """The part that failed, outermost first: `signer 2 / chain / certificate 0ff0…`."""
    detail: str
    """One English sentence for a log; what a person sees is made from `reason`."""


class RefusedError(Exception):
    """Something does not prove what it is shown for."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.where: tuple[str, ...] = ()

    def verdict(self) -> Refused:
        """The same as a value."""
        return Refused(reason=self.reason, where=" / ".join(self.where) or "document", detail=str(self))


FOREIGN: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
"""What the ASN.1 and certificate libraries raise on bytes that are not what they seem."""


@contextmanager
def within(part: str) -> Iterator[None]:
    """Name the part in whatever is refused inside it; a library's complaint about bytes is a refusal too."""
    try:
        yield
    except RefusedError as refused:
        refused.where = (part, *refused.where)
        raise
    except FOREIGN as wrong:
        unread = RefusedError(Reason.MALFORMED, f"The bytes cannot be read: {type(wrong).__name__}: {wrong}"[:300])
        unread.where = (part,)
        raise unread from wrong


def demand(holds: object, reason: Reason, detail: str) -> None:
    """Refuse unless it holds."""
    if not holds:
        raise RefusedError(reason, detail)
