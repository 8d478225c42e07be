"""The two ceremonies of WebAuthn as pure functions: what the browser is asked, and what its answer proves.

The library verifies what it can see. Asked for beside that: the right spelling of every part, no foreign frame, flags
that do not change, and the model's rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AttestationFormat, CredentialDeviceType
from webauthn.registration.verify_registration_response import VerifiedRegistration

from qorgan.gate.factor_rules import PasskeyRules
from qorgan.gate.factors.answers import spelled, text, unspelled
from qorgan.gate.factors.base import FactorRefused, Reason
from qorgan.gate.factors.passkey.attestation import is_proven

ALGORITHMS: Final = (
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
_LONGEST: Final = 65_536
_MILLISECONDS: Final = 300_000
_FOREIGN: Final = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What the library and those below it raise on bytes that are not what they seem."""


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: the relying party."""

    id: str
    name: str
    origins: tuple[str, ...]


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A new passkey."""

    credential: bytes
    public_key: bytes
    counter: int
    may_be_backed_up: bool
    is_backed_up: bool
    model: UUID
    model_is_proven: bool


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a passkey before it is used."""

    credential: bytes
    public_key: bytes
    counter: int
    may_be_backed_up: bool
    handle: bytes
    """Of its owner, as the authenticator was told."""


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What is known after."""

    counter: int
    is_backed_up: bool


def challenge(ceremony: UUID, purpose: str, nonce: bytes) -> bytes:
    """What is signed: it is of one ceremony and one purpose, and no other's nonce gives it."""
    said = b"qorgan passkey\n" + ceremony.bytes + len(nonce).to_bytes(1, "big") + nonce + purpose.encode()
    return hashlib.sha256(said).digest()


def options_to_use(party: Party, asked: bytes) -> dict[str, Any]:
    """For `navigator.credentials.get`. No passkeys are listed, so that nobody learns who has any."""
    return {
        "challenge": spelled(asked),
        "rpId": party.id,
        "timeout": _MILLISECONDS,
        "userVerification": "required",
        "allowCredentials": [],
    }


def options_to_make(
    party: Party, asked: bytes, handle: bytes, label: str, having: list[bytes], rules: PasskeyRules
) -> dict[str, Any]:
    """For `navigator.credentials.create`. The passkey must be found by its owner without being listed."""
    return {
        "challenge": spelled(asked),
        "rp": {"id": party.id, "name": party.name},
        "user": {"id": spelled(handle), "name": label, "displayName": label},
        "pubKeyCredParams": [{"type": "public-key", "alg": int(one)} for one in ALGORITHMS],
        "timeout": _MILLISECONDS,
        "excludeCredentials": [{"type": "public-key", "id": spelled(one)} for one in having],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "direct" if rules.allowed else "none",
    }


def named(answer: Mapping[str, Any]) -> bytes:
    """Which passkey an answer is of. Raises FactorRefused."""
    return unspelled(text(_credential(answer), "id", longest=_LONGEST), "id")


def handle(answer: Mapping[str, Any]) -> bytes:
    """Whom an answer says it is of. Raises FactorRefused."""
    return unspelled(text(_credential(answer)["response"], "userHandle", longest=_LONGEST), "userHandle")


def used(answer: Mapping[str, Any], asked: bytes, held: Held, party: Party) -> Used:
    """What the use of a passkey proves. Raises FactorRefused."""
    said = _credential(answer)
    response = _parts(said, ("clientDataJSON", "authenticatorData", "signature", "userHandle"))
    if response["userHandle"] != held.handle or named(answer) != held.credential:
        raise FactorRefused(Reason.NOT_THEIRS)
    _check_frame(response["clientDataJSON"])
    try:
        found = verify_authentication_response(
            credential=said,
            expected_challenge=asked,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=held.public_key,
            credential_current_sign_count=0,
        )
    except _FOREIGN as wrong:
        raise FactorRefused(Reason.WRONG, type(wrong).__name__) from wrong
    return _check_use(found, held)


def _check_use(found: VerifiedAuthentication, held: Held) -> Used:
    """What a right signature says, in the order in which it matters."""
    if not found.user_verified:
        raise FactorRefused(Reason.NOT_VERIFIED)
    if (found.new_sign_count or held.counter) and found.new_sign_count <= held.counter:
        raise FactorRefused(Reason.COPIED, "the counter went back")
    if _may_be_backed_up(found) != held.may_be_backed_up:
        raise FactorRefused(Reason.COPIED, "it became another kind of passkey")
    return Used(counter=found.new_sign_count, is_backed_up=found.credential_backed_up)


def made(answer: Mapping[str, Any], asked: bytes, party: Party, rules: PasskeyRules) -> Made:
    """The passkey that was made. Raises FactorRefused."""
    said = _credential(answer)
    response = _parts(said, ("clientDataJSON", "attestationObject"))
    _check_frame(response["clientDataJSON"])
    roots = {form: [one.encode() for one in rules.roots] for form in AttestationFormat} if rules.roots else None
    try:
        found = verify_registration_response(
            credential=said,
            expected_challenge=asked,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            supported_pub_key_algs=list(ALGORITHMS),
            pem_root_certs_bytes_by_fmt=roots,
        )
    except _FOREIGN as wrong:
        raise FactorRefused(Reason.WRONG, type(wrong).__name__) from wrong
    if not found.user_verified:
        raise FactorRefused(Reason.NOT_VERIFIED)
    model = UUID(found.aaguid)
    proven = bool(rules.roots) and is_proven(found.attestation_object, model)
    _check_model(model, rules, proven=proven)
    return Made(
        credential=found.credential_id,
        public_key=found.credential_public_key,
        counter=found.sign_count,
        may_be_backed_up=_may_be_backed_up(found),
        is_backed_up=found.credential_backed_up,
        model=model,
        model_is_proven=proven,
    )


def _check_model(model: UUID, rules: PasskeyRules, *, proven: bool) -> None:
    """The institution's lists. An allowed model must be proven: anybody can claim one."""
    if model in rules.denied:
        raise FactorRefused(Reason.KIND_FORBIDDEN, f"{model} is denied")
    if rules.allowed and not (proven and model in rules.allowed):
        raise FactorRefused(Reason.KIND_FORBIDDEN, f"{model} is not allowed, or not proven")


def _check_frame(client_data: bytes) -> None:
    """No page of another's may have asked in a frame, and nothing is said twice."""
    try:
        said = msgspec.json.decode(client_data, type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError) as wrong:
        raise FactorRefused(Reason.MALFORMED, "client data") from wrong
    if said.get("crossOrigin", False) is not False or "topOrigin" in said:
        raise FactorRefused(Reason.WRONG, "asked in a foreign frame")


def _credential(answer: Mapping[str, Any]) -> dict[str, Any]:
    said = answer.get("credential")
    if not isinstance(said, dict) or not isinstance(said.get("response"), dict):
        raise FactorRefused(Reason.MALFORMED, "no credential")
    return said


def _parts(said: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, bytes]:
    """Each part as bytes, in the one right spelling."""
    if said.get("rawId") != said.get("id"):
        raise FactorRefused(Reason.MALFORMED, "two ids")
    return {name: unspelled(text(said["response"], name, longest=_LONGEST), name) for name in names}


def _may_be_backed_up(found: VerifiedAuthentication | VerifiedRegistration) -> bool:
    return found.credential_device_type is CredentialDeviceType.MULTI_DEVICE
