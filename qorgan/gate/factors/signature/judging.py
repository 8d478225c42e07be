"""Whether a signature is of this challenge, by this client. Pure but for the port that asks the authorities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from qorgan.eds.evidence import Expected, Purpose
from qorgan.eds.refusal import Reason as EdsReason
from qorgan.eds.refusal import Refused
from qorgan.eds.revocation.asking import Port
from qorgan.eds.revocation.state import Good
from qorgan.eds.roles import Role
from qorgan.eds.verify import SignedBy, Trust, Verified, signature
from qorgan.gate.factors.answers import plain, text
from qorgan.gate.factors.base import FactorRefused, Reason
from qorgan.gate.factors.signature.challenge import Asked, as_text, as_xml

SKEW: Final = timedelta(seconds=60)
"""How far the clock of a timestamp authority may be behind the gate's."""
_LONGEST: Final = 262_144
"""Characters of an answer: a CMS with its certificates is below a tenth."""


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """Who must have signed. Personal data: never into logs."""

    iin: str
    bin: str = ""
    """Of the legal entity that the client acts for, if any."""
    roles: tuple[Role, ...] = ()
    """One of these must be the signer's."""


def believed(
    answer: Mapping[str, Any], asked: Asked, signer: Signer, *, trust: Trust, port: Port, at: datetime
) -> Verified:
    """The verdict over an answer: `cms` in base64, the text inside or beside it, or `xml`. Raises FactorRefused.

    The detail of a refusal is the word that `eds` has for it.
    """
    expected = Expected(purpose=Purpose.SIGN_IN, iin=signer.iin, bin=signer.bin, roles=signer.roles)
    if "xml" in answer:
        raw, own = text(answer, "xml", longest=_LONGEST).encode(), as_xml(asked)
        found = signature(raw, trust=trust, at=at, port=port, expected=expected)
    else:
        raw, own = plain(text(answer, "cms", longest=_LONGEST), "cms"), as_text(asked)
        found = signature(raw, trust=trust, at=at, port=port, document=own, expected=expected)
    if isinstance(found, Refused) and found.reason is EdsReason.CONTENT_TWICE:
        raise FactorRefused(Reason.OTHER_CEREMONY, "another text was signed")
    if isinstance(found, Refused):
        raise FactorRefused(Reason.SIGNATURE_REFUSED, found.reason.value)
    if found.content != own:
        raise FactorRefused(Reason.OTHER_CEREMONY, "another text was signed")
    _check_stamp(signed_by(found), asked, at)
    return found


def _check_stamp(signer: SignedBy, asked: Asked, at: datetime) -> None:
    """A timestamp, which none has to bring, moves no sign-in into the past. Raises FactorRefused.

    `eds` has verified it, and judged the certificate at its time, as is right for documents: whoever signs in must have
    a certificate that holds at this moment, and cannot have signed a challenge before it was made.
    """
    if signer.stamped_at is None:
        return
    wrong = None
    if signer.stamped_at < asked.at - SKEW:
        wrong = EdsReason.TIMESTAMP_WRONG
    elif not isinstance(signer.state, Good):
        wrong = EdsReason.REVOKED
    elif not signer.not_before <= at <= signer.not_after:
        wrong = EdsReason.CERTIFICATE_EXPIRED
    if wrong is not None:
        raise FactorRefused(Reason.SIGNATURE_REFUSED, wrong.value)


def signed_by(found: Verified) -> SignedBy:
    """The one signer of a sign-in."""
    (one,) = found.signers
    return one
