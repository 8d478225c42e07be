"""Which signature stands under what: the one of the agreement in force, and of none that a change made void."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework.models import Document, Draft, Version
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


def signature_for(document: Document, version: int) -> Signature:
    """Of a version, or of the draft where that is 0. Raises Refusal `signature-unknown`."""
    if version == 0:
        found = of_draft(Draft.objects.filter(document=document).first())
    else:
        sent = Version.objects.filter(document=document, number=version).first()
        found = of_version(sent) if sent else None
    if found is None:
        raise Refusal(
            "signature-unknown",
            _("There is no digital signature, or it is not yours to see."),
            status=HTTPStatus.NOT_FOUND,
        )
    return found.signature


def _signed(document: UUID, digest: str, at: datetime) -> Signed | None:
    rows = Signature.objects.filter(document=document, digest=digest, at=at).defer("evidence")
    found = rows.order_by("-pk").first()
    return Signed(found, msgspec.convert(found.signer, Signer), found.at) if found else None
