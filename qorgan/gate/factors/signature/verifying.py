"""The digital signature as a factor: over a text made for one ceremony, by the key of who the client is (R57.10)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from django.conf import settings

from qorgan.eds import evidence
from qorgan.eds.refusal import Reason as EdsReason
from qorgan.eds.verify import Verified
from qorgan.gate.clients import access
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.factors.answers import as_id
from qorgan.gate.factors.base import Challenge, Credential, Errand, FactorRefused, Reason
from qorgan.gate.factors.signature import judging, trusted
from qorgan.gate.factors.signature.authorities import Watched
from qorgan.gate.factors.signature.challenge import Asked, as_text, as_xml
from qorgan.gate.factors.signature.models import SignatureEvidence
from qorgan.gate.factors.signature.models import Signer as Row
from qorgan.gate.rules.proof import Proof
from qorgan.gate.sealing import SealBroken, seal_bytes, unseal_bytes
from qorgan.kit.refusal import Unavailable
from qorgan.law.factors import Method

METHOD: Final = Method.SIGNATURE
FIELD: Final = "signature.evidence"
SERVICE: Final = "signatures"
"""Our name of the authorities that are asked about certificates."""
_USE: Final = "prove"
_ENROLMENT: Final = "enrol"


class EvidenceChanged(Exception):
    """What is kept under a name is not what was kept under it. Says which."""


def enrolled(client_id: UUID) -> list[Credential]:
    """Whether the client signs in so."""
    return [_credential(one) for one in Row.objects.filter(client_id=client_id)]


def begin(client_id: UUID | None, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """The text to sign, as bytes for CMS and as a document for XML."""
    del client_id
    return _challenge(ceremony, nonce, purpose, now, _USE)


def hear(
    client_id: UUID | None, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Errand[Verified]:
    """The verdict, for which the authorities are asked about the certificates. Raises FactorRefused.

    Where they are silent and nothing else was wrong, that is their outage and nobody's wrong attempt.
    """
    asked = msgspec.convert(kept["asked"], Asked)
    if asked.ceremony != ceremony:
        raise FactorRefused(Reason.OTHER_CEREMONY)
    signer, trust, said = trusted.signer_of(client_id), trusted.trust(), dict(answer)

    def judged() -> Verified:
        port = Watched(trusted.port())
        try:
            return judging.believed(said, asked, signer, trust=trust, port=port, at=now)
        except FactorRefused as refused:
            if port.silent and refused.detail == EdsReason.REVOCATION_UNKNOWN:
                raise Unavailable(SERVICE) from None
            raise

    return Errand(SERVICE, judged)


def verify(
    client_id: UUID | None,
    kept: Mapping[str, Any],
    answer: Mapping[str, Any],
    *,
    ceremony: UUID,
    now: datetime,
    heard: Verified,
) -> Proof:
    """Take the signature of the client, and keep what the verdict stood on. Raises FactorRefused.

    Whoever is registering is identified by it, and enrolled; whoever is a client must have enrolled it.
    """
    del answer
    found = _of(kept, heard, _USE)
    if client_id is None:
        raise FactorRefused(Reason.NOT_ENROLLED)
    if access.by_id(client_id).state == State.REGISTERING:
        _enrol(client_id, found, now)
    row = Row.objects.filter(client_id=client_id).first()
    if row is None:
        raise FactorRefused(Reason.NOT_ENROLLED)
    kept_as = _keep(client_id, ceremony, found, now)
    Row.objects.filter(pk=row.pk).update(fingerprint=judging.signed_by(found).fingerprint, used_at=now)
    carrier = f"signer:{row.pk}"
    return Proof(method=METHOD, credential=str(row.pk), at=now, carrier=carrier, report=str(kept_as))


def enrol_begin(client_id: UUID, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """The text to sign."""
    del client_id
    return _challenge(ceremony, nonce, purpose, now, _ENROLMENT)


def enrol_finish(
    client_id: UUID,
    kept: Mapping[str, Any],
    answer: Mapping[str, Any],
    *,
    ceremony: UUID,
    now: datetime,
    heard: Verified,
) -> Credential:
    """Let the client sign in with the signature that was shown. Raises FactorRefused."""
    del answer
    found = _of(kept, heard, _ENROLMENT)
    _keep(client_id, ceremony, found, now)
    return _credential(_enrol(client_id, found, now))


def remove(client_id: UUID, credential: str, *, now: datetime) -> None:
    """Sign in so no longer. The evidence stays. Raises FactorRefused when the client does not."""
    del now
    if not Row.objects.filter(client_id=client_id, pk=as_id(credential)).delete()[0]:
        raise FactorRefused(Reason.NOT_ENROLLED)


def kept_evidence(ceremony: UUID) -> list[evidence.Evidence]:
    """What the signatures of a ceremony were believed on; `eds.verify.again` reaches the verdicts again, offline.

    Raises EvidenceChanged when any is not what was kept.
    """
    rows = SignatureEvidence.objects.filter(ceremony=ceremony).order_by("at")
    return [_opened(one) for one in rows]


def _opened(row: SignatureEvidence) -> evidence.Evidence:
    try:
        raw = unseal_bytes(bytes(row.sealed), field=FIELD, row=row.pk)
    except SealBroken as broken:
        raise EvidenceChanged(f"{row.pk}: {broken}") from None
    if _named(raw) != row.pk:
        raise EvidenceChanged(str(row.pk))
    return evidence.read(raw)


def _named(raw: bytes) -> UUID:
    return UUID(bytes=hashlib.sha256(raw).digest()[:16])


def _enrol(client_id: UUID, found: Verified, now: datetime) -> Row:
    said = {"fingerprint": judging.signed_by(found).fingerprint}
    row, _ = Row.objects.update_or_create(
        client_id=client_id, defaults=said, create_defaults={**said, "created_at": now}
    )
    return row


def _challenge(ceremony: UUID, nonce: bytes, purpose: str, now: datetime, kind: str) -> Challenge:
    act, _, population = purpose.partition(":")
    asked = Asked(
        issuer=settings.CONFIG.portal.address,
        purpose=f"{kind} {act}",
        population=population,
        ceremony=ceremony,
        nonce=nonce,
        at=now,
    )
    return Challenge(
        public={"text": as_text(asked).decode(), "xml": as_xml(asked).decode()},
        kept={"for": kind, "asked": msgspec.to_builtins(asked)},
    )


def _of(kept: Mapping[str, Any], found: Verified, kind: str) -> Verified:
    """The verdict, if it was asked for this. Raises FactorRefused."""
    if kept.get("for") != kind:
        raise FactorRefused(Reason.OTHER_CEREMONY)
    return found


def _keep(client_id: UUID, ceremony: UUID, found: Verified, now: datetime) -> UUID:
    """Seal what the verdict stood on; gives its name."""
    raw = evidence.write(found.evidence)
    SignatureEvidence.objects.create(
        id=_named(raw),
        client_id=client_id,
        ceremony=ceremony,
        at=now,
        fingerprint=judging.signed_by(found).fingerprint,
        sealed=seal_bytes(raw, field=FIELD, row=_named(raw)),
    )
    return _named(raw)


def _credential(row: Row) -> Credential:
    return Credential(id=str(row.pk), method=METHOD, created_at=row.created_at, used_at=row.used_at)
