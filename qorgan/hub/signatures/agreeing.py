"""The head agrees by a digital signature over the exact bytes (R67.10 to R67.14): believed, then agreed, then kept."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.eds import evidence
from qorgan.eds.revocation.asking import Port
from qorgan.hub.casework import access, drafts
from qorgan.hub.casework.models import Act, Document
from qorgan.hub.config import SignatureRule
from qorgan.hub.members import access as members
from qorgan.hub.members.access import Scope
from qorgan.hub.members.models import Person
from qorgan.hub.signatures.believing import believe
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
    if settings.CONFIG.agreement.signature is SignatureRule.OFF:
        raise Refusal("signature-not-asked", _("This hub takes no digital signatures."), status=HTTPStatus.CONFLICT)
    document = access.document_for(document_id)
    exact = drafts.proposed(document, by=by, revision=revision)
    # (2) The signature.
    home = members.organisation_for(access.home_of(by, document.author_id))
    person = Person.objects.get(pk=access.person_of(by))
    believed = believe(cms, exact, bin_digits=home.bin, person=person, now=now, port=port)
    # (3) The agreement.
    proof = said_by_act(believed.signer, cms)
    agreed = drafts.agree(document_id, by=by, now=now, revision=document.revision, proof=proof)
    # (4) What is kept.
    Signature.objects.create(
        document=agreed,
        author_id=agreed.author_id,
        act=Act.objects.filter(document=agreed, verb="agree").latest("pk"),
        person=person,
        digest=document_digest(exact),
        at=now,
        form=believed.form,
        cms=cms,
        evidence=evidence.write(believed.evidence),
        signer=msgspec.to_builtins(believed.signer),
        iin=believed.iin,
    )
    return agreed
