"""What a party takes away of an act: its receipt, and the very bytes that the receipt proves (R48I.3)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import access
from qorgan.hub.casework.models import Act, ActReceipt, Document
from qorgan.kit.refusal import Refusal
from qorgan.ledger.receipt import Receipt, ReceiptError, read

SUBMIT = "submit"


@dataclass(frozen=True, slots=True)
class Proof:
    """An act with its bytes; its receipt once the clerk has entered it."""

    document: Document
    act: Act
    exact: bytes
    receipt: bytes | None


def proof_of(document_id: UUID, *, act: int | None = None, version: int | None = None) -> Proof:
    """Of one act, or of the sending of a version, or of the version sent last.

    Raises Refusal: `document-unknown`, and `act-unknown` where there is no such act to be seen.
    """
    document = access.document_for(document_id)
    seen = Act.objects.filter(document=document)
    if act is not None:
        found = seen.filter(pk=act).first()
    else:
        found = seen.filter(verb=SUBMIT, version=version or document.version).order_by("-pk").first()
    if found is None:
        raise Refusal("act-unknown", _("There is no such act, or it is not yours to see."), status=HTTPStatus.NOT_FOUND)
    kept = ActReceipt.objects.filter(act=found).values_list("receipt", flat=True).first()
    return Proof(document, found, bytes(found.exact), None if kept is None else bytes(kept))


def receipt_of(proof: Proof) -> bytes:
    """The receipt as the clerk wrote it. Raises Refusal `receipt-unknown` while the act waits for it."""
    if proof.receipt is None:
        raise Refusal(
            "receipt-unknown",
            _("The act has no receipt yet. It gets one within seconds: load the page again."),
            "R48I.3",
            HTTPStatus.NOT_FOUND,
        )
    return proof.receipt


def place_of(proof: Proof) -> Receipt | None:
    """The receipt to be shown: where the entry stands, and in which log. None while there is none."""
    if proof.receipt is None:
        return None
    try:
        found = read(proof.receipt)
    except ReceiptError:
        return None
    return found if isinstance(found, Receipt) else None
