"""Passkeys as a factor: made, used, listed, taken away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import IntegrityError, transaction
from webauthn.helpers import encode_cbor

from qorgan.gate.factors.answers import as_id, optional, same_ceremony, spelled, unspelled
from qorgan.gate.factors.base import NOBODY, Challenge, Credential, FactorRefused, Reason
from qorgan.gate.factors.passkey import ceremony as webauthn
from qorgan.gate.factors.passkey.models import Passkey
from qorgan.gate.rules.proof import Proof
from qorgan.law.factors import Method

METHOD: Final = Method.PASSKEY
_USE: Final = "passkey use"
_ENROLMENT: Final = "passkey enrolment"
_MOST: Final = 20
_LONGEST_NAME: Final = 100
_COORDINATE: Final = 32


def enrolled(client_id: UUID) -> list[Credential]:
    """The client's passkeys, oldest first."""
    return [_shown(one) for one in Passkey.objects.filter(client_id=client_id).order_by("created_at")]


def begin(client_id: UUID | None, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """For `navigator.credentials.get`; the same for everybody, known or not."""
    del client_id, now
    asked = webauthn.challenge(ceremony, purpose, nonce)
    return Challenge(public=webauthn.options_to_use(_party(), asked), kept=_kept(ceremony, _USE, asked))


def owner(answer: Mapping[str, Any]) -> tuple[str, UUID | None]:
    """Which passkey an answer names, and whose it is, for a sign-in that begins with one; None for nobody's.

    Proves nothing. The name is a digest, by which attempts may be counted whether the passkey is anybody's or not.
    """
    try:
        credential = webauthn.named(answer)
    except FactorRefused:
        credential = b""
    whose = Passkey.objects.filter(credential=credential).values_list("client_id", flat=True).first()
    return hashlib.sha256(credential).hexdigest(), whose


def verify(
    client_id: UUID | None, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Proof:
    """Take the use of a passkey of the client's. Raises FactorRefused.

    The counter moves by one conditional update, so that of two uses of one count one is refused.
    """
    same_ceremony(kept, ceremony, _USE)
    asked = unspelled(str(kept["challenge"]), "challenge")
    credential = webauthn.named(answer)
    found = Passkey.objects.filter(client_id=client_id or NOBODY, credential=credential).first()
    if found is None:
        # The same work for whoever has none, with a key that fits nothing.
        webauthn.used(answer, asked, _nobodys(answer, credential), _party())
        raise FactorRefused(Reason.NOT_ENROLLED)
    use = webauthn.used(answer, asked, _held(found), _party())
    unmoved = Passkey.objects.filter(pk=found.pk, counter=found.counter)
    if not unmoved.update(counter=use.counter, is_backed_up=use.is_backed_up, used_at=now):
        raise FactorRefused(Reason.COPIED, "two uses at once")
    return Proof(method=METHOD, credential=str(found.pk), at=now, carrier=f"passkey:{found.pk}")


def enrol_begin(client_id: UUID, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """For `navigator.credentials.create`. The label is what the client's own device will show: no name is in it."""
    del now
    asked = webauthn.challenge(ceremony, purpose, nonce)
    party = _party()
    having = [bytes(one) for one in Passkey.objects.filter(client_id=client_id).values_list("credential", flat=True)]
    options = webauthn.options_to_make(party, asked, _handle(client_id), party.name, having, settings.CONFIG.passkey)
    return Challenge(public=options, kept=_kept(ceremony, _ENROLMENT, asked))


def enrol_finish(
    client_id: UUID, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Credential:
    """Enrol the passkey that was made. Raises FactorRefused."""
    same_ceremony(kept, ceremony, _ENROLMENT)
    if Passkey.objects.filter(client_id=client_id).count() >= _MOST:
        raise FactorRefused(Reason.TOO_MANY, f"{_MOST} at most")
    asked = unspelled(str(kept["challenge"]), "challenge")
    new = webauthn.made(answer, asked, _party(), settings.CONFIG.passkey)
    try:
        with transaction.atomic():
            passkey = Passkey.objects.create(
                client_id=client_id,
                credential=new.credential,
                public_key=new.public_key,
                counter=new.counter,
                may_be_backed_up=new.may_be_backed_up,
                is_backed_up=new.is_backed_up,
                model=new.model,
                model_is_proven=new.model_is_proven,
                name=optional(answer, "name", longest=_LONGEST_NAME),
                created_at=now,
            )
    except IntegrityError as wrong:
        raise FactorRefused(Reason.TAKEN) from wrong
    return _shown(passkey)


def remove(client_id: UUID, credential: str, *, now: datetime) -> None:
    """Forget a passkey. Raises FactorRefused when the client has none of this id."""
    del now
    if not Passkey.objects.filter(client_id=client_id, pk=as_id(credential)).delete()[0]:
        raise FactorRefused(Reason.NOT_ENROLLED)


def _kept(ceremony: UUID, purpose: str, asked: bytes) -> dict[str, str]:
    return {"ceremony": str(ceremony), "for": purpose, "challenge": spelled(asked)}


def _party() -> webauthn.Party:
    portal, rules = settings.CONFIG.portal, settings.CONFIG.passkey
    return webauthn.Party(
        id=portal.hostname, name=rules.name or portal.hostname, origins=(portal.address.rstrip("/"), *rules.origins)
    )


def _handle(client_id: UUID) -> bytes:
    """What authenticators know an owner by; random, and of no meaning elsewhere."""
    return client_id.bytes


def _held(passkey: Passkey) -> webauthn.Held:
    return webauthn.Held(
        credential=bytes(passkey.credential),
        public_key=bytes(passkey.public_key),
        counter=passkey.counter,
        may_be_backed_up=passkey.may_be_backed_up,
        handle=_handle(passkey.client_id),
    )


def _nobodys(answer: Mapping[str, Any], credential: bytes) -> webauthn.Held:
    """A passkey that agrees with the answer in everything but the key."""
    return webauthn.Held(
        credential=credential, public_key=_nobodys_key(), counter=0, may_be_backed_up=False,
        handle=webauthn.handle(answer),
    )  # fmt: skip


@cache
def _nobodys_key() -> bytes:
    """A public key on P-256 whose private half is forgotten."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    x, y = (one.to_bytes(_COORDINATE, "big") for one in (numbers.x, numbers.y))
    return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})


def _shown(passkey: Passkey) -> Credential:
    return Credential(
        id=str(passkey.pk), method=METHOD, created_at=passkey.created_at, used_at=passkey.used_at, name=passkey.name
    )
