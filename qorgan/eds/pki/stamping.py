"""The timestamp authority of the sandbox."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from asn1crypto import core

from qorgan.eds import asn1_cms, der
from qorgan.eds.algorithms import SIGNATURES
from qorgan.eds.certificate import TIME_STAMPING, Usage
from qorgan.eds.cms import TST_INFO
from qorgan.eds.pki.authority import Authority
from qorgan.eds.pki.issuing import Template
from qorgan.eds.pki.keys import generate
from qorgan.eds.pki.signing import Holder, sign_cms
from qorgan.eds.timestamp import request

POLICY: Final = "1.2.398.3.3.2.6.4"
_SERIAL_BYTES: Final = 16


class Stamper:
    """A key that stamps times, named for it by an authority."""

    def __init__(self, authority: Authority, at: datetime) -> None:
        key = generate(authority.key.algorithm)
        template = Template(
            subject={"CN": "SANDBOX TSP", "C": "KZ"},
            not_before=at - timedelta(days=365),
            not_after=at + timedelta(days=1095),
            usage=(Usage.DIGITAL_SIGNATURE, Usage.NON_REPUDIATION),
            purposes=(TIME_STAMPING,),
            addresses=authority.addresses,
        )
        self.holder = Holder(authority.issue(template, key), key)

    def answer(self, asked: bytes, at: datetime) -> bytes:
        """The answer to a request."""
        parsed = asn1_cms.TimestampRequest.load(der.strict(asked), strict=True)
        fields: dict[str, Any] = {
            "version": 1,
            "policy": POLICY,
            "imprint": parsed["imprint"],
            "serial_number": int.from_bytes(secrets.token_bytes(_SERIAL_BYTES), "big"),
            "gen_time": core.GeneralizedTime(at.replace(microsecond=0)),
        }
        if parsed["nonce"].native is not None:
            fields["nonce"] = parsed["nonce"].native
        token = sign_cms(asn1_cms.TstInfo(fields).dump(), [self.holder], at, content_type=TST_INFO)
        made = {"status": {"status": 0}, "token": asn1_cms.ContentInfo.load(token)}
        raw: bytes = asn1_cms.TimestampResponse(made).dump()
        return raw

    def token(self, over: bytes, at: datetime) -> bytes:
        """A token over bytes, as a signer takes it along."""
        asked, _ = request(over, SIGNATURES[self.holder.key.algorithm])
        raw: bytes = asn1_cms.TimestampResponse.load(self.answer(asked, at))["token"].dump()
        return raw
