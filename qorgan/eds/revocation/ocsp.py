"""OCSP (RFC 6960): the question with a nonce, and the answer, believed only from the issuer or its own responder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from asn1crypto import core

from qorgan.eds import asn1, der
from qorgan.eds.algorithms import NAMING, SHA1, SHA256, digest_algorithm, signature_algorithm
from qorgan.eds.asn1 import present
from qorgan.eds.certificate import OCSP_SIGNING, Certificate, Usage, moment, read_extensions
from qorgan.eds.chain import check_issuer
from qorgan.eds.refusal import Reason, RefusedError, demand, within
from qorgan.eds.revocation.state import Good, NotIssued, RevocationRules, Revoked, Source, State, Unknown

BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
EXTENDED_REVOKE: Final = "1.3.6.1.5.5.7.48.1.9"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HOLD: Final = "certificate_hold"
_LARGEST: Final = 256 << 10


def request(certificate: Certificate, issuer: Certificate, nonce: bytes) -> bytes:
    """The question about one certificate."""
    fields: dict[str, Any] = {"requests": [{"cert": cert_id(certificate.serial, issuer, SHA256)}]}
    if nonce:
        value = core.OctetString(nonce).dump()
        fields["extensions"] = [{"extn_id": NONCE, "extn_value": value}]
    raw: bytes = asn1.OcspRequest({"tbs_request": fields}).dump()
    return raw


def cert_id(serial: int, issuer: Certificate, digest: str) -> dict[str, Any]:
    """How OCSP names a certificate: digests of the issuer's name and key, and the number."""
    return {
        "hash_algorithm": {"algorithm": digest, "parameters": core.Null()},
        "issuer_name_hash": NAMING[digest](issuer.name),
        "issuer_key_hash": NAMING[digest](issuer.key_bits),
        "serial_number": serial,
    }


def answer(
    raw: bytes, certificate: Certificate, issuer: Certificate, at: datetime, nonce: bytes, rules: RevocationRules
) -> State:
    """What a response says of a certificate at a time. Raises RefusedError when it is not to be believed.

    (1) The response is whole and successful.
    (2) It is signed by the issuer, or by a responder the issuer itself named for this.
    (3) It is fresh, and to our question.
    (4) It speaks of this certificate.
    """
    with within("ocsp"):
        # (1) Whole and successful.
        basic = _basic(raw)
        body = basic["tbs_response"]
        # (2) Signed by whom it may be.
        _check_signature(basic, issuer, at)
        # (3) To our question; its freshness is looked at with the answer.
        extensions = read_extensions(body["extensions"])
        _check_nonce(extensions, nonce, rules)
        # (4) Of this certificate.
        found = [one for one in body["answers"] if _speaks_of(one["cert"], certificate, issuer)]
        demand(len(found) == 1, Reason.RESPONSE_FAILED, "The response does not speak of this certificate once")
        demand(not any(critical for critical, _ in read_extensions(found[0]["extensions"]).values()),
               Reason.EXTENSION_UNKNOWN, "The answer has a critical extension")  # fmt: skip
        _check_fresh(body, found[0], at, rules)
        return _state(found[0], not_issued=EXTENDED_REVOKE in extensions)


def _basic(raw: bytes) -> Any:
    """The basic response inside."""
    demand(len(raw) <= _LARGEST, Reason.TOO_LARGE, f"A response has at most {_LARGEST} bytes")
    whole = asn1.OcspResponse.load(der.strict(raw), strict=True)
    status = whole["status"].native
    demand(status == "successful", Reason.RESPONSE_FAILED, f"The responder gave no answer, but said {status}")
    demand(present(whole["bytes"]), Reason.RESPONSE_FAILED, "The response is empty")
    demand(whole["bytes"]["type"].dotted == BASIC, Reason.RESPONSE_FAILED, "The response is of another type")
    inner = der.strict(whole["bytes"]["response"].native)
    return asn1.BasicOcspResponse.load(inner, strict=True)


def _check_signature(basic: Any, issuer: Certificate, at: datetime) -> None:
    """Refuse unless the issuer or its responder signed."""
    body = basic["tbs_response"]
    certificates = basic["certificates"]
    carried = [Certificate(one.dump()) for one in certificates] if isinstance(certificates, asn1.Certificates) else []
    signer = _signer(body["responder"], issuer, carried)
    for one in carried:
        demand(one in (signer, issuer), Reason.CERTIFICATE_UNRELATED, "A certificate belongs to nobody")
    if signer != issuer:
        _check_responder(signer, issuer, at)
    algorithm = signature_algorithm(basic["signature_algorithm"])
    demand(signer.key.verifies(algorithm, body.dump(), asn1.whole_octets(basic["signature"])), Reason.SIGNATURE_WRONG,
           "The responder did not sign this")  # fmt: skip


def _signer(responder: Any, issuer: Certificate, carried: list[Certificate]) -> Certificate:
    """The certificate the response names."""
    for one in (issuer, *carried):
        if responder.name == "by_name":
            if responder.chosen.untag().dump() == one.name:
                return one
        elif responder.chosen.native == NAMING[SHA1](one.key_bits):
            return one
    raise RefusedError(Reason.CERTIFICATE_ABSENT, "The responder's certificate did not come along")


def _check_responder(signer: Certificate, issuer: Certificate, at: datetime) -> None:
    """The issuer named it for answering, and it was valid."""
    demand(OCSP_SIGNING in signer.purposes, Reason.RESPONDER_WRONG, "The signer's key is not for answering")
    demand(signer.usage is None or Usage.DIGITAL_SIGNATURE in signer.usage, Reason.KEY_USAGE_WRONG,
           "The responder's key may not sign")  # fmt: skip
    demand(signer.issuer == issuer.name, Reason.RESPONDER_WRONG, "Another authority named the responder")
    check_issuer(signer, issuer, below=0)
    demand(signer.not_before <= at <= signer.not_after, Reason.CERTIFICATE_EXPIRED,
           "The responder's certificate was not valid then")  # fmt: skip


def _check_nonce(extensions: dict[str, tuple[bool, bytes]], nonce: bytes, rules: RevocationRules) -> None:
    """The response repeats our nonce, and has no critical extension we do not know."""
    for oid, (critical, _) in extensions.items():
        demand(not critical or oid in (NONCE, EXTENDED_REVOKE), Reason.EXTENSION_UNKNOWN, f"Extension {oid} is unknown")
    if not rules.nonce:
        return
    said = extensions.get(NONCE)
    demand(said is not None and nonce and said[1] == core.OctetString(nonce).dump(), Reason.NONCE_WRONG,
           "The response does not repeat the nonce of the question")  # fmt: skip


def _speaks_of(said: Any, certificate: Certificate, issuer: Certificate) -> bool:
    """Whether the answer names this certificate of this issuer."""
    digest = digest_algorithm(said["hash_algorithm"], NAMING)
    named = cert_id(certificate.serial, issuer, digest)
    return all(said[part].native == named[part] for part in ("issuer_name_hash", "issuer_key_hash", "serial_number"))


def _check_fresh(body: Any, said: Any, at: datetime, rules: RevocationRules) -> None:
    """Neither from the future nor too old."""
    latest = at + timedelta(seconds=rules.skew)
    this, produced = moment(said["this_update"].native), moment(body["produced_at"].native)
    demand(this <= latest and produced <= latest, Reason.NOT_FRESH, "The response is of a later time")
    if present(said["next_update"]):
        demand(at <= moment(said["next_update"].native), Reason.NOT_FRESH, "The response is over")
    else:
        oldest = at - timedelta(seconds=rules.response_age)
        demand(this >= oldest, Reason.NOT_FRESH, f"The response is older than {rules.response_age} s")


def _state(said: Any, *, not_issued: bool) -> State:
    """The answer as a state."""
    as_of = moment(said["this_update"].native)
    kind = said["state"].name
    if kind == "good":
        return Good(source=Source.OCSP, as_of=as_of)
    if kind == "unknown":
        return Unknown(why="The responder does not know the certificate")
    revoked = said["state"].chosen
    when, why = moment(revoked["at"].native), revoked["reason"].native or "unspecified"
    if not_issued and when == _EPOCH and why == _HOLD:
        return NotIssued(source=Source.OCSP, as_of=as_of)
    return Revoked(source=Source.OCSP, as_of=as_of, at=when, why=why)
