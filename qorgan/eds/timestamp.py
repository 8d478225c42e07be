"""Timestamps (RFC 3161): a token or an authority's whole answer, checked for what it stamps, when, and by whom."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

import msgspec

from qorgan.eds import asn1_cms, der
from qorgan.eds.algorithms import NAMES, NAMING, SHA1, digest_algorithm
from qorgan.eds.asn1 import present
from qorgan.eds.certificate import TIME_STAMPING, Certificate, moment
from qorgan.eds.chain import Pins, path, related
from qorgan.eds.cms import TST_INFO, CmsSigner, open_cms
from qorgan.eds.refusal import Reason, demand, within

POLICIES: Final = frozenset(f"1.2.398.3.3.2.6.{number}" for number in (1, 2, 3, 4))
"""Policies of the National Certification Authority's timestamps: GOST, RSA, GOST of the transition, GOST of 2015."""
_GRANTED: Final = 0
_VERSION: Final = 1
_NONCE_BITS: Final = 63


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """A timestamp that is believed."""

    at: datetime
    policy: str
    serial: int
    digest: str
    """The algorithm of the imprint."""
    authority: Certificate
    chain: tuple[Certificate, ...]


class Imprint(msgspec.Struct, frozen=True, kw_only=True):
    """The digest of what is stamped, where the thing itself is not at hand."""

    digest: str
    value: bytes


class TimestampRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a timestamp must be to be believed."""

    pins: Pins
    policies: frozenset[str] = POLICIES
    weak_imprint: bool = False
    """Whether an imprint by SHA-1 will do, as old tokens have it."""


def request(document: bytes, digest: str, nonce: int | None = None, policy: str | None = None) -> tuple[bytes, int]:
    """A question for a timestamp over the document, and the nonce the answer must repeat."""
    chosen = secrets.randbits(_NONCE_BITS) if nonce is None else nonce
    fields: dict[str, Any] = {
        "version": _VERSION,
        "imprint": {"hash_algorithm": {"algorithm": digest}, "hash": NAMING[digest](document)},
        "nonce": chosen,
        "cert_req": True,
    }
    if policy is not None:
        fields["policy"] = policy
    return asn1_cms.TimestampRequest(fields).dump(), chosen


def response(
    raw: bytes, document: bytes | Imprint, rules: TimestampRules, nonce: int | None = None
) -> tuple[Stamp, bytes]:
    """Believe an authority's answer; gives the stamp and the token to keep. Raises RefusedError."""
    with within("timestamp"):
        answer = asn1_cms.TimestampResponse.load(der.definite(raw), strict=True)
        status = answer["status"]["status"].native
        demand(status == _GRANTED, Reason.RESPONSE_FAILED, f"The authority granted no timestamp, but said {status}")
        demand(not present(answer["status"]["failure"]), Reason.RESPONSE_FAILED, "A failure is said beside")
        demand(present(answer["token"]), Reason.RESPONSE_FAILED, "The answer has no token")
        kept = answer["token"].dump()
        return token(kept, document, rules, nonce), kept


def token(raw: bytes, document: bytes | Imprint, rules: TimestampRules, nonce: int | None = None) -> Stamp:
    """Believe a token over the document. Raises RefusedError.

    (1) One signer, who names the certificate by its digest.
    (2) The signer may stamp times and stands under a pin at the time it says.
    (3) The imprint is the document's, the policy is accepted, the nonce is the one asked with.
    """
    with within("timestamp"):
        # (1) One signer.
        opened = open_cms(raw, content_type=TST_INFO)
        demand(len(opened.signers) == 1, Reason.TIMESTAMP_WRONG, "A timestamp has one signer")
        signer = opened.signers[0]
        demand(signer.names_certificate and signer.timestamp is None, Reason.ATTRIBUTE_MISSING,
               "The authority must name its certificate, and stamps are not stamped")  # fmt: skip
        said = asn1_cms.TstInfo.load(der.strict(opened.content), strict=True)
        at = moment(said["gen_time"].native)
        # (2) Who stamps.
        walked = _authority(signer, at, rules.pins, opened.certificates)
        # (3) What is stamped.
        digest = _check_imprint(said, document, rules)
        demand(said["policy"].dotted in rules.policies, Reason.TIMESTAMP_WRONG, "The policy is not one accepted")
        same = nonce is None or said["nonce"].native == nonce
        demand(same, Reason.NONCE_WRONG, "The nonce is not the one asked with")
        # asn1crypto takes whatever stands there for the authority's name, whose tag is nought.
        named = not present(said["tsa"]) or said["tsa"].dump()[:1] == b"\xa0"
        demand(named and not present(said["extensions"]), Reason.EXTENSION_UNKNOWN, "Its extensions are not known")
        return Stamp(at=at, policy=said["policy"].dotted, serial=said["serial_number"].native, digest=digest,
                     authority=signer.certificate, chain=walked)  # fmt: skip


def _authority(
    signer: CmsSigner, at: datetime, pins: Pins, carried: tuple[Certificate, ...]
) -> tuple[Certificate, ...]:
    """The authority's path to a pin, its certificate being for stamping and nothing else."""
    certificate = signer.certificate
    demand(certificate.purposes == (TIME_STAMPING,), Reason.PURPOSE_WRONG, "Its signer's key is not for timestamps")
    walked = path(certificate, pins, at, carried)
    believed = (*walked, *pins.anchors)
    for one in carried:
        demand(related(one, believed, carried), Reason.CERTIFICATE_UNRELATED, "A certificate belongs to nobody")
    return walked


def _check_imprint(said: Any, document: bytes | Imprint, rules: TimestampRules) -> str:
    """The imprint is the document's; gives its algorithm."""
    digest = digest_algorithm(said["imprint"]["hash_algorithm"], NAMING)
    strong = digest != SHA1 or rules.weak_imprint
    demand(strong, Reason.ALGORITHM_UNKNOWN, f"Imprints by {NAMES[SHA1]} are not believed")
    if isinstance(document, Imprint):
        demand(digest == document.digest, Reason.DIGEST_WRONG, "The imprint is by another digest")
        expected = document.value
    else:
        expected = NAMING[digest](document)
    demand(said["imprint"]["hash"].native == expected, Reason.DIGEST_WRONG,
           "The timestamp is of something else")  # fmt: skip
    demand(said["version"].native == _VERSION, Reason.MALFORMED, "The version of the timestamp is not known")
    return digest
