"""Whether a signature is of this challenge, by this client. Pure but for the port that asks the authorities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from qorgan.eds.evidence import Expected, Purpose
from qorgan.eds.refusal import Reason as EdsReason
from qorgan.eds.refusal import Refused
from qorgan.eds.revocation.asking import Port
from qorgan.eds.roles import Role
from qorgan.eds.verify import SignedBy, Trust, Verified, signature
from qorgan.gate.factors.answers import plain, text
from qorgan.gate.factors.base import FactorRefused, Reason
from qorgan.gate.factors.signature.challenge import Asked, as_text, as_xml

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
    return found


def signed_by(found: Verified) -> SignedBy:
    """The one signer of a sign-in."""
    (one,) = found.signers
    return one
