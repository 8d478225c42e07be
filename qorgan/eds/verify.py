"""The one doorway: is this signature to be believed, whose is it, and on what evidence.

Nothing here raises for bytes that are wrong; the answer is `Verified` or `Refused`, and silence refuses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final

import msgspec

from qorgan.eds import timestamp
from qorgan.eds.algorithms import NAMES
from qorgan.eds.certificate import CLIENT_AUTH, EMAIL_PROTECTION, Certificate, Usage
from qorgan.eds.chain import Pins, path, related
from qorgan.eds.cms import CmsSigner, OpenedCms, open_cms
from qorgan.eds.evidence import Evidence, Expected, Purpose
from qorgan.eds.refusal import Reason, Refused, RefusedError, demand, within
from qorgan.eds.revocation.asking import Nobody, Port, ask, judge_again
from qorgan.eds.revocation.state import Finding, Good, NotIssued, Proof, RevocationRules, Revoked, State
from qorgan.eds.roles import Role
from qorgan.eds.subject import Subject, check_numbers
from qorgan.eds.timestamp import POLICIES, Stamp, TimestampRules
from qorgan.eds.xml.signature import OpenedXml, XmlSigner, open_xml

_COMPROMISE: Final = frozenset({"key_compromise", "ca_compromise", "aa_compromise"})
"""Reasons that reach back before their time: whoever had the key could have made the signature."""
_MARKS: Final = (b"<", b"\xef\xbb\xbf<")


class Form(StrEnum):
    """How the signature was made."""

    CMS_ATTACHED = "cms_attached"
    CMS_DETACHED = "cms_detached"
    XML = "xml"


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """What the institution holds for true, given by its configuration."""

    pins: Pins
    test_numbers: bool = False
    """Whether IIN and BIN may have wrong check digits, as those of a test authority have."""
    revocation: RevocationRules = RevocationRules()
    timestamp_policies: frozenset[str] = POLICIES


class SignedBy(msgspec.Struct, frozen=True, kw_only=True):
    """One signer who is believed. Holds personal data: never into logs."""

    subject: Subject
    roles: tuple[Role, ...]
    serial: str
    fingerprint: str
    """SHA-256 of the certificate."""
    issuer: str
    not_before: datetime
    not_after: datetime
    judged_at: datetime
    """The time the certificate was judged at: that of the stamp if there is one, else that of the verdict."""
    state: State
    """Of the certificate."""
    stamped_at: datetime | None
    claimed_at: datetime | None
    """The signer's own word."""
    algorithm: str
    digest: str
    chain: tuple[str, ...]
    """Fingerprints from the certificate to the pin."""


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """The doorway's yes."""

    form: Form
    content: bytes
    """What was signed."""
    at: datetime
    signers: tuple[SignedBy, ...]
    evidence: Evidence

    @property
    def content_sha256(self) -> str:
        """The digest of what was signed, for journals."""
        return hashlib.sha256(self.content).hexdigest()


_StateOf = Callable[[Certificate, Certificate, datetime], Finding]
_ANYONE: Final = Expected()


class _Judge:
    """One verdict in the making: what is trusted, when, and the findings gathered on the way."""

    def __init__(self, trust: Trust, at: datetime, expected: Expected, state_of: _StateOf) -> None:
        self.trust = trust
        self.at = at
        self.expected = expected
        self.state_of = state_of
        self.found: dict[str, Finding] = {}
        self.walked: dict[str, Certificate] = {}

    def signer(self, signer: CmsSigner | XmlSigner, opened: OpenedCms | OpenedXml) -> SignedBy:
        """One signer: stamp, path, purpose, numbers, state."""
        certificate = signer.certificate
        stamp = self._stamp(signer)
        judged_at = stamp.at if stamp else self.at
        with within("chain"):
            walked = path(certificate, self.trust.pins, judged_at, opened.certificates)
        with within("certificate"):
            _check_purpose(certificate, self.expected.purpose)
            demand(certificate.subject.iin or certificate.subject.bin, Reason.SUBJECT_WRONG, "It names nobody")
            if not self.trust.test_numbers:
                check_numbers(certificate.subject)
        state = self._state(walked, stamp)
        claimed = signer.claimed_at if isinstance(signer, CmsSigner) else _claimed(signer)
        return SignedBy(
            subject=certificate.subject,
            roles=certificate.roles,
            serial=certificate.hexadecimal,
            fingerprint=certificate.fingerprint,
            issuer=walked[min(1, len(walked) - 1)].subject.common_name,
            not_before=certificate.not_before,
            not_after=certificate.not_after,
            judged_at=judged_at,
            state=state,
            stamped_at=stamp.at if stamp else None,
            claimed_at=claimed,
            algorithm=NAMES[signer.algorithm],
            digest=NAMES[signer.digest],
            chain=tuple(one.fingerprint for one in walked),
        )

    def check_carried(self, carried: Sequence[Certificate]) -> None:
        """Certificates nobody needed must belong to the others, so that no byte of a document is nobody's."""
        believed = (*self.walked.values(), *self.trust.pins.anchors, *self.trust.pins.helpers)
        for one in carried:
            with within(f"certificate {one.hexadecimal}"):
                demand(related(one, believed, carried), Reason.CERTIFICATE_UNRELATED,
                       "It came along and belongs to nobody")  # fmt: skip

    def _stamp(self, signer: CmsSigner | XmlSigner) -> Stamp | None:
        """The signer's timestamp, believed."""
        if isinstance(signer, CmsSigner):
            raw, over = signer.timestamp, signer.signature
        else:
            raw, over = (signer.properties.timestamp if signer.properties else None), signer.value
        if raw is None:
            return None
        rules = TimestampRules(pins=self.trust.pins, policies=self.trust.timestamp_policies)
        stamp = timestamp.token(raw, over, rules)
        with within("timestamp"):
            demand(stamp.at <= self.at, Reason.TIMESTAMP_WRONG, "The timestamp is of a later time")
            self._state(stamp.chain, None)
        return stamp

    def _state(self, walked: tuple[Certificate, ...], stamp: Stamp | None) -> State:
        """The state of the first certificate; every one of the path below the pin must hold."""
        first: State | None = None
        self.walked |= {one.fingerprint: one for one in walked}
        for certificate, issuer in pairwise(walked):
            with within(f"revocation of {certificate.hexadecimal}"):
                finding = self.found.get(certificate.fingerprint) or self.state_of(certificate, issuer, self.at)
                self.found[certificate.fingerprint] = finding
                _check_state(finding.state, stamp)
                first = first or finding.state
        if first is None:
            raise RefusedError(Reason.CERTIFICATE_WRONG, "A pin does not sign documents")
        return first


def signature(
    signed: bytes,
    *,
    trust: Trust,
    at: datetime,
    port: Port | None = None,
    document: bytes | None = None,
    expected: Expected = _ANYONE,
) -> Verified | Refused:
    """Is a CMS or an XML signature to be believed at a time?

    `document` is what was signed, where it lies beside. `port` fetches from the authorities; without it every state is
    unknown, and unknown is refused.

    (1) Integrity: every signature fits the document and its certificate.
    (2) Every signer: a stamp if there is one, the path to a pin, purpose, numbers, state of the certificates.
    (3) Nothing that came along is nobody's.
    (4) One of the signers is who was expected; a sign-in has one signer.
    """
    asked = port or Nobody()

    def state_of(certificate: Certificate, issuer: Certificate, when: datetime) -> Finding:
        return ask(certificate, issuer, when, asked, trust.revocation)

    return _verdict(signed, document, _Judge(trust, at, expected, state_of))


def again(evidence: Evidence, *, trust: Trust) -> Verified | Refused:
    """Reach a verdict again from what was kept, at the time it was reached, asking nobody."""

    def state_of(certificate: Certificate, issuer: Certificate, when: datetime) -> Finding:
        return judge_again(certificate, issuer, when, evidence.proofs, trust.revocation)

    try:
        with within("evidence"):
            helpers = tuple(Certificate(raw) for raw in evidence.certificates)
    except RefusedError as refused:
        return refused.verdict()
    widened = Pins(trust.pins.anchors, (*trust.pins.helpers, *(one for one in helpers if one.authority)))
    kept = msgspec.structs.replace(trust, pins=widened)
    return _verdict(evidence.signed, evidence.document, _Judge(kept, evidence.at, evidence.expected, state_of))


def integrity(signed: bytes, document: bytes | None = None) -> OpenedCms | OpenedXml | Refused:
    """Do the signatures fit the document and the certificates beside them? Nothing is said of whose they are."""
    try:
        return _open(signed, document)
    except RefusedError as refused:
        return refused.verdict()


def _open(signed: bytes, document: bytes | None) -> OpenedCms | OpenedXml:
    """Open whichever form it is."""
    if signed.lstrip().startswith(_MARKS):
        opened = open_xml(signed)
        demand(document is None, Reason.CONTENT_TWICE, "An XML signature holds its document inside")
        return opened
    return open_cms(signed, document)


def _verdict(signed: bytes, document: bytes | None, judge: _Judge) -> Verified | Refused:
    """The steps of `signature`."""
    try:
        # (1) Integrity.
        demand(judge.at.tzinfo is not None, Reason.MALFORMED, "The time of the verdict has no zone")
        opened = _open(signed, document)
        # (2) Every signer.
        signers = []
        made_by: tuple[CmsSigner | XmlSigner, ...] = opened.signers
        for number, signer in enumerate(made_by, 1):
            with within(f"signer {number}"):
                signers.append(judge.signer(signer, opened))
        # (3) Nothing is nobody's.
        judge.check_carried(opened.certificates)
        # (4) Who was expected.
        _check_expected(signers, judge.expected)
    except RefusedError as refused:
        return refused.verdict()
    proofs: list[Proof] = [proof for finding in judge.found.values() for proof in finding.proofs]
    return Verified(
        form=_form(opened),
        content=opened.content,
        at=judge.at,
        signers=tuple(signers),
        evidence=Evidence(
            signed=signed,
            document=document,
            at=judge.at,
            expected=judge.expected,
            certificates=tuple(one.raw for one in judge.walked.values()),
            proofs=tuple(proofs),
        ),
    )


def _form(opened: OpenedCms | OpenedXml) -> Form:
    """Which form it was."""
    if isinstance(opened, OpenedXml):
        return Form.XML
    return Form.CMS_ATTACHED if opened.attached else Form.CMS_DETACHED


def _check_purpose(certificate: Certificate, purpose: Purpose) -> None:
    """The key was issued for this purpose; what a certificate does not say it may not do.

    Keys of the GOST generation both sign and authenticate; older RSA pairs had one key for each.
    """
    demand(not certificate.authority, Reason.KEY_USAGE_WRONG, "It is an authority's")
    usage = certificate.usage or frozenset()
    demand(Usage.DIGITAL_SIGNATURE in usage, Reason.KEY_USAGE_WRONG, "Its key may not sign")
    if purpose is Purpose.SIGNING:
        demand(Usage.NON_REPUDIATION in usage, Reason.KEY_USAGE_WRONG, "Its key is not for signing documents")
        demand(EMAIL_PROTECTION in certificate.purposes, Reason.PURPOSE_WRONG, "It is not for signing documents")
    else:
        both = {EMAIL_PROTECTION, CLIENT_AUTH} & set(certificate.purposes)
        demand(both, Reason.PURPOSE_WRONG, "It is not for signing in")


def _check_state(state: State, stamp: Stamp | None) -> None:
    """Good, or revoked only after the stamp for a reason that does not reach back."""
    if isinstance(state, Good):
        return
    if isinstance(state, NotIssued):
        raise RefusedError(Reason.NOT_ISSUED, "The authority says it never issued this certificate")
    if not isinstance(state, Revoked):
        raise RefusedError(Reason.REVOCATION_UNKNOWN, f"Its state is unknown: {state.why}")
    held = stamp is not None and stamp.at < state.at and state.why not in _COMPROMISE
    demand(held, Reason.REVOKED, f"It was revoked at {state.at.isoformat()} ({state.why})")


def _check_expected(signers: Sequence[SignedBy], expected: Expected) -> None:
    """Someone among the signers is who was expected."""
    if expected.purpose is Purpose.SIGN_IN:
        demand(len(signers) == 1, Reason.PURPOSE_WRONG, "A sign-in has one signer")
    named = [
        one for one in signers
        if expected.iin in ("", one.subject.iin) and expected.bin in ("", one.subject.bin)
    ]  # fmt: skip
    demand(named, Reason.SUBJECT_WRONG, "None of the signers is who was expected")
    fits = not expected.roles or any(set(expected.roles) & set(one.roles) for one in named)
    demand(fits, Reason.ROLE_WRONG, f"The signer has none of the roles {', '.join(expected.roles)}")


def _claimed(signer: XmlSigner) -> datetime | None:
    """The time an XML signer claims."""
    return signer.properties.claimed_at if signer.properties else None
