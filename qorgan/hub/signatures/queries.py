"""Which signature stands under what: the one of the agreement in force, and of none that a change made void."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework.models import Document, Draft, Reception, Version
from qorgan.hub.signatures.models import Signature
from qorgan.hub.signatures.signer import SOURCES, WORDS, Signer
from qorgan.kit.refusal import Refusal
from qorgan.ledger.entry import document_digest


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it is shown."""

    signature: Signature
    signer: Signer
    at: datetime

    @property
    def roles(self) -> list[str]:
        """What the authority vouched for, in the language of whoever reads."""
        return [str(WORDS[role]) for role in self.signer.roles if role in WORDS]

    @property
    def source(self) -> str:
        """Who said that the certificate was good, in words."""
        return str(SOURCES[self.signer.source])


def of_version(version: Version) -> Signed | None:
    """Of a version that was sent; None where there is none, or none to be seen."""
    return _signed(version.document_id, version.digest, version.agreed_at) if version.agreed_at else None


def of_draft(draft: Draft | None) -> Signed | None:
    """Of the version in preparation, once it is agreed."""
    if draft is None or draft.exact is None or draft.agreed_at is None:
        return None
    return _signed(draft.document_id, document_digest(bytes(draft.exact)), draft.agreed_at)


def of_decisions(parts: Iterable[Reception]) -> dict[UUID, Signed]:
    """Of what addressees decided and their heads agreed to, by their parts; as far as somebody may see them."""
    decided = {one.pk: one.decided_at for one in parts if one.decided_at is not None}
    if not decided:
        return {}
    rows = Signature.objects.filter(act__reception__in=decided, act__verb="agree").select_related("act")
    found = {}
    for row in rows.defer("evidence", "cms").order_by("pk"):
        part = row.act.reception_id
        # Of a decision that was taken anew, for a later version, the signature is history.
        if part is not None and row.at == decided[part]:
            found[part] = _shown(row)
    return {part: signed for part, signed in found.items() if signed is not None}


def decision_signature_for(reception: Reception) -> Signature:
    """The same, whole. Raises Refusal `signature-unknown`."""
    found = of_decisions([reception]).get(reception.pk)
    if found is None:
        raise _unknown()
    return found.signature


def signature_for(document: Document, version: int) -> Signature:
    """Of a version, or of the draft where that is 0. Raises Refusal `signature-unknown`."""
    if version == 0:
        found = of_draft(Draft.objects.filter(document=document).first())
    else:
        sent = Version.objects.filter(document=document, number=version).first()
        found = of_version(sent) if sent else None
    if found is None:
        raise _unknown()
    return found.signature


def _unknown() -> Refusal:
    return Refusal(
        "signature-unknown",
        _("There is no digital signature, or it is not yours to see."),
        status=HTTPStatus.NOT_FOUND,
    )


def _signed(document: UUID, digest: str, at: datetime) -> Signed | None:
    rows = Signature.objects.filter(document=document, digest=digest, at=at).defer("evidence")
    return _shown(rows.order_by("-pk").first())


def _shown(found: Signature | None) -> Signed | None:
    return Signed(found, msgspec.convert(found.signer, Signer), found.at) if found else None
