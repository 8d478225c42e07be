"""The head agrees by a digital signature over the exact bytes (R67.10 to R67.14): believed, then agreed, then kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.eds import evidence
from qorgan.eds.revocation.asking import Port
from qorgan.hub.casework import access, deciding, drafts, receptions
from qorgan.hub.casework.models import Act, Document, Reception
from qorgan.hub.config import SignatureRule
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Scope
from qorgan.hub.members.models import Person
from qorgan.hub.signatures.believing import Believed, believe
from qorgan.hub.signatures.models import Signature
from qorgan.hub.signatures.signer import said_by_act
from qorgan.kit.refusal import Refusal
from qorgan.ledger.entry import document_digest


@transaction.atomic
def agree(
    document_id: UUID, cms: bytes, *, by: Scope, now: datetime, revision: int | None = None, port: Port | None = None
) -> Document:
    """Agree to the bytes that were proposed, by a signature over them. Raises Refusal and changes nothing.

    (1) Whether somebody may agree at all. (2) The signature: the authorities are asked while nothing is locked.
    (3) The agreement, refused if anybody changed the draft meanwhile. (4) What is kept. `port` asks the registries.
    """
    members.enter(by)
    # (1) The rule.
    _demand_taken()
    document = access.document_for(document_id)
    exact = drafts.proposed(document, by=by, revision=revision)
    # (2) The signature.
    signing = _signing(cms, exact, place=document.author_id, by=by, now=now, port=port)
    # (3) The agreement.
    agreed = drafts.agree(document_id, by=by, now=now, revision=document.revision, proof=signing.proof)
    # (4) What is kept.
    act = Act.objects.filter(document=agreed, reception=None, verb="agree").latest("pk")
    _keep(signing, act, author=agreed.author_id, now=now)
    return agreed


@transaction.atomic
def agree_to_decision(
    reception_id: UUID, cms: bytes, *, by: Scope, now: datetime, revision: int | None = None, port: Port | None = None
) -> Reception:
    """Agree to what was decided on a warning's recommendations, by a signature over it (R67.13): as `agree` does."""
    members.enter(by)
    _demand_taken()
    reception = access.reception_for(reception_id)
    exact = deciding.proposed(reception, by=by, revision=revision)
    signing = _signing(cms, exact, place=reception.organisation_id, by=by, now=now, port=port)
    done = receptions.perform(
        reception_id, deciding.AGREE, by=by, now=now, revision=reception.revision, proof=signing.proof
    )
    act = Act.objects.filter(reception=done, verb=deciding.AGREE).latest("pk")
    _keep(signing, act, author=done.organisation_id, now=now)
    return done


@dataclass(frozen=True, slots=True)
class _Signing:
    """A signature that was believed, over what, and whose."""

    believed: Believed
    cms: bytes
    exact: bytes
    person: Person

    @property
    def proof(self) -> dict[str, object]:
        """As the act says it."""
        return said_by_act(self.believed.signer, self.cms)


def _demand_taken() -> None:
    if settings.CONFIG.agreement.signature is SignatureRule.OFF:
        raise Refusal("signature-not-asked", _("This hub takes no digital signatures."), status=HTTPStatus.CONFLICT)


def _signing(cms: bytes, exact: bytes, *, place: UUID, by: Scope, now: datetime, port: Port | None) -> _Signing:
    """Believe a signature of the head of an organisation, or of the centre that acts for it. Raises Refusal."""
    home = members.organisation_for(access.home_of(by, place))
    person = Person.objects.get(pk=access.person_of(by))
    believed = believe(cms, exact, bin_digits=home.bin, person=person, now=now, port=port)
    return _Signing(believed, cms, exact, person)


def _keep(signing: _Signing, act: Act, *, author: UUID, now: datetime) -> None:
    believed = signing.believed
    Signature.objects.create(
        document_id=act.document_id,
        author_id=author,
        act=act,
        person=signing.person,
        digest=document_digest(signing.exact),
        at=now,
        form=believed.form,
        cms=signing.cms,
        evidence=evidence.write(believed.evidence),
        signer=msgspec.to_builtins(believed.signer),
        iin=believed.iin,
    )
