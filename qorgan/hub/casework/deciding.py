"""The head agrees to what was decided on a document's recommendations, over its exact bytes (R67.13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework import access, drafts
from qorgan.hub.casework.exact import DecisionWording, exact
from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.lifecycle import Actor, Step
from qorgan.hub.casework.models import Reception
from qorgan.hub.config import SignatureRule
from qorgan.hub.members.access import Scope
from qorgan.kit.refusal import Refusal
from qorgan.ledger.entry import document_digest

AGREE = "agree"


def proposed(reception: Reception, *, by: Scope, revision: int | None = None) -> bytes:
    """The bytes that the head is asked to agree to, for who may agree to them. Raises Refusal. Nothing is locked."""
    drafts.check_revision(reception.revision, revision)
    kind = kind_of(reception.document.kind)
    step = kind.reception.step(reception.state, AGREE) if kind.reception else None
    if step is None or reception.document.state in kind.life.final:
        raise drafts.wrong_state(kind.life.steps[0].clause)
    _check_not_own(reception, access.acting(step, by, reception.document, reception), by)
    return exact_of(reception, step)


def agreed(
    reception: Reception, step: Step, actor: Actor, by: Scope, proof: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What the act of an agreement says: the digest of the bytes, and the proof it rests on. Raises Refusal."""
    _check_not_own(reception, actor, by)
    if not proof and settings.CONFIG.agreement.signature is SignatureRule.REQUIRED:
        raise Refusal("signature-required", _("Here the head agrees by a digital signature: sign it."), step.clause)
    return {"exact": document_digest(exact_of(reception, step)), **(proof or {})}


def exact_of(reception: Reception, step: Step) -> bytes:
    """The decision as it stands, as canonical JSON."""
    document = reception.document
    return exact(
        DecisionWording(
            kind=f"{document.kind}.decision",
            number=document.number,
            version=reception.version,
            words=access.version_for(document, reception.version).digest,
            organisation=reception.organisation.bin,
            drill=document.drill,
            becomes=step.to,
            decision=list(reception.decision),
        )
    )


def _check_not_own(reception: Reception, actor: Actor, by: Scope) -> None:
    if actor is Actor.ADDRESSEE_HEAD and by.person_id in reception.makers:
        raise Refusal("made-by-you", _("Who made a decision cannot agree to it: another head must."), "R48.15")
