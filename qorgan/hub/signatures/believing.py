"""Whether a signature is that of the head who agrees, over the very bytes that were proposed.

A certificate of the organisation's BIN alone speaks for it; a private person's proves no right to. Within the
organisation it must be the person whose account agrees: the certificate bears their name, and the same IIN each time.
"""

from __future__ import annotations

import base64
import binascii
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import msgspec
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qorgan.eds import verify
from qorgan.eds.evidence import Evidence, Expected
from qorgan.eds.refusal import Refused
from qorgan.eds.revocation.asking import Port
from qorgan.eds.revocation.state import Good
from qorgan.eds.subject import Subject
from qorgan.eds.verify import SignedBy, Verified
from qorgan.hub.config import Agreement, SignatureForm
from qorgan.hub.members.models import Person
from qorgan.hub.signatures import words
from qorgan.hub.signatures.models import Signature
from qorgan.hub.signatures.registries import Registries
from qorgan.hub.signatures.signer import ROLES, Signer, signer_of
from qorgan.hub.signatures.trust import trust_of
from qorgan.kit.refusal import Refusal, Sentence

LARGEST: Final = 8 << 20
"""Bytes of a signature, with the document inside it where it is attached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """A signature with all that is kept of it."""

    form: str
    cms: bytes
    evidence: Evidence
    signer: Signer
    iin: str


def read_cms(text: str) -> bytes:
    """A signature as agents give it: base64, in lines and between marks or not. Raises Refusal."""
    plain = "".join(line.strip() for line in text.splitlines() if not line.startswith("-----"))
    try:
        raw = base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise _no(words.UNREADABLE) from wrong
    if not raw or len(raw) > LARGEST:
        raise _no(words.UNREADABLE)
    return raw


def believe(
    cms: bytes, exact: bytes, *, bin_digits: str, person: Person, now: datetime, port: Port | None = None
) -> Believed:
    """Verify a signature over the exact bytes. Raises Refusal with the reason and what to do.

    (1) The signature, the path to a pin, the purpose, and the state of the certificate, which must be good now.
    (2) One signer, of this organisation, with a role in it. (3) The person whose account it is.
    """
    agreement: Agreement = settings.CONFIG.agreement
    # (1) The doorway of `eds`.
    detached = agreement.form is SignatureForm.DETACHED
    verdict = verify.signature(
        cms,
        trust=trust_of(agreement),
        at=now,
        port=port or Registries(agreement.registries),
        document=exact if detached else None,
    )
    if isinstance(verdict, Refused):
        raise _no(words.told(verdict.reason))
    if verdict.content != exact:
        raise _no(words.ALTERED)
    # (2) Of this organisation.
    signed, state = _only(verdict)
    subject = signed.subject
    if not set(ROLES) & set(signed.roles) or not subject.iin:
        raise _no(words.ROLE)
    if subject.bin != bin_digits:
        raise _other(_("This certificate is of BIN %(bin)s, not of your organisation. Choose the key of your work."),
                     bin=subject.bin or "—")  # fmt: skip
    # (3) Whose account it is.
    _check_person(subject, person)
    expected = Expected(roles=ROLES, iin=subject.iin, bin=bin_digits)
    return Believed(
        form=verdict.form.value,
        cms=cms,
        evidence=msgspec.structs.replace(verdict.evidence, expected=expected),
        signer=signer_of(signed, state),
        iin=subject.iin,
    )


def is_named(subject: Subject, person: Person) -> bool:
    """Whether a certificate bears the surname and the given name of an account; letters' case and spaces aside."""
    own = _plain(f"{person.surname} {person.given_name}")
    return bool(own) and _plain(subject.common_name) == own


def _only(verdict: Verified) -> tuple[SignedBy, Good]:
    """The one signer, whose certificate is good: one revoked after a stamp has no business in a new agreement."""
    if len(verdict.signers) != 1:
        raise _other(_("More than one person signed. Sign with your own key alone."))
    signed = verdict.signers[0]
    if not isinstance(signed.state, Good):
        raise _no(words.REVOKED)
    return signed, signed.state


def _check_person(subject: Subject, person: Person) -> None:
    if not is_named(subject, person):
        said = _(
            "This certificate is of %(name)s, and your account is of %(account)s. Sign with your own key; if the "
            "account is wrong, the centre mends it."
        )
        raise _other(said, name=subject.common_name or "—", account=person.get_full_name())
    known = Signature.objects.filter(person=person).order_by("-pk").values_list("iin", flat=True).first()
    if known is not None and known != subject.iin:
        raise _other(_("You signed with a certificate of another IIN before. Sign with your own key."))


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _no(told: tuple[str, Sentence]) -> Refusal:
    return Refusal(told[0], told[1], status=HTTPStatus.UNPROCESSABLE_ENTITY, field="signature")


def _other(message: Sentence, **named: str) -> Refusal:
    """It is somebody else's."""
    return _no(("signature-of-another", str(message) % named if named else message))
