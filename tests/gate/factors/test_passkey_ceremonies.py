"""What a passkey's answer proves, held against an authenticator in software."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from qorgan.gate.factor_rules import PasskeyRules
from qorgan.gate.factors.answers import spelled, unspelled
from qorgan.gate.factors.base import FactorRefused, Reason
from qorgan.gate.factors.passkey import ceremony
from qorgan.gate.factors.passkey.authenticator import Software, sign

ORIGIN = "https://gate.bank.example"
PARTY = ceremony.Party(id="gate.bank.example", name="Bank", origins=(ORIGIN,))
RULES = PasskeyRules()
ASKED = ceremony.challenge(UUID(int=1), "sign-in", b"n" * 32)
HANDLE = uuid4().bytes
PARTS = ("clientDataJSON", "authenticatorData", "signature", "userHandle")


def made(device: Software, rules: PasskeyRules = RULES, **how: Any) -> ceremony.Made:
    options = ceremony.options_to_make(PARTY, ASKED, HANDLE, "Bank", [], rules)
    return ceremony.made(device.make(options, **how), ASKED, PARTY, rules)


def held(passkey: ceremony.Made, **changes: Any) -> ceremony.Held:
    known = {
        "credential": passkey.credential,
        "public_key": passkey.public_key,
        "counter": passkey.counter,
        "may_be_backed_up": passkey.may_be_backed_up,
        "handle": HANDLE,
    }
    return ceremony.Held(**(known | changes))


def answer(device: Software) -> dict[str, Any]:
    return device.use(ceremony.options_to_use(PARTY, ASKED))


def refused(said: dict[str, Any], known: ceremony.Held, asked: bytes = ASKED, party: ceremony.Party = PARTY) -> Reason:
    with pytest.raises(FactorRefused) as caught:
        ceremony.used(said, asked, known, party)
    return caught.value.reason


@pytest.mark.parametrize("edwards", [False, True])
@pytest.mark.parametrize("counts", [False, True])
def test_a_passkey_is_made_and_used(edwards: bool, counts: bool) -> None:
    device = Software(ORIGIN, counts=counts)
    passkey = made(device, edwards=edwards)
    use = ceremony.used(answer(device), ASKED, held(passkey), PARTY)
    assert use.counter == (2 if counts else 0)
    assert passkey.model == UUID(int=0)
    assert not passkey.model_is_proven


def test_nobody_is_listed_and_verification_is_asked_for() -> None:
    options = ceremony.options_to_use(PARTY, ASKED)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    making = ceremony.options_to_make(PARTY, ASKED, HANDLE, "Bank", [b"old"], RULES)
    assert making["authenticatorSelection"]["residentKey"] == "required"
    assert making["excludeCredentials"] == [{"type": "public-key", "id": spelled(b"old")}]


def test_a_challenge_is_of_its_ceremony_purpose_and_nonce() -> None:
    one = ceremony.challenge(UUID(int=1), "sign-in", b"nonce")
    assert len({
        one,
        ceremony.challenge(UUID(int=2), "sign-in", b"nonce"),
        ceremony.challenge(UUID(int=1), "sign-out", b"nonce"),
        ceremony.challenge(UUID(int=1), "sign-in", b"other"),
        ceremony.challenge(UUID(int=1), "ign-in", b"nonces"),
    }) == 5  # fmt: skip


def test_an_answer_to_another_challenge_from_another_page_or_by_another_is_refused() -> None:
    device, phishing = Software(ORIGIN), Software("https://gate.bank.example.evil.example")
    known = held(made(device))
    assert refused(answer(device), known, asked=b"x" * 32) is Reason.WRONG
    phishing.keys = device.keys
    phishing.counter = 9
    assert refused(answer(phishing), known) is Reason.WRONG
    assert refused(answer(device), held(made(Software(ORIGIN)))) is Reason.NOT_THEIRS
    assert refused(answer(device), msgspec_with(known, handle=b"another")) is Reason.NOT_THEIRS
    other = ceremony.Party(id="other.example", name="", origins=(ORIGIN,))
    assert refused(answer(device), known, party=other) is Reason.WRONG


def msgspec_with(known: ceremony.Held, **changes: Any) -> ceremony.Held:
    return ceremony.Held(**({name: getattr(known, name) for name in known.__struct_fields__} | changes))


def test_the_authenticator_must_verify_who_uses_it() -> None:
    device = Software(ORIGIN)
    known = held(made(device))
    device.verifies = False
    assert refused(answer(device), known) is Reason.NOT_VERIFIED
    with pytest.raises(FactorRefused, match="not-verified"):
        made(device)


def test_a_counter_that_goes_back_or_stands_still_is_a_copy() -> None:
    device = Software(ORIGIN)
    known = held(made(device), counter=5)
    for counter in (1, 4):  # the use itself adds one
        device.counter = counter
        assert refused(answer(device), known) is Reason.COPIED
    device.counts, device.counter = False, 0
    assert refused(answer(device), known) is Reason.COPIED
    device.counts, device.counter = True, 5
    assert ceremony.used(answer(device), ASKED, known, PARTY).counter == 6


def test_a_passkey_that_may_be_copied_stays_so_and_says_whether_it_was() -> None:
    device = Software(ORIGIN)
    device.may_be_backed_up = True
    known = held(made(device))
    device.is_backed_up = True
    assert ceremony.used(answer(device), ASKED, known, PARTY).is_backed_up
    device.may_be_backed_up = device.is_backed_up = False
    assert refused(answer(device), known) is Reason.COPIED


@given(part=st.sampled_from((*PARTS, "id")), place=st.integers(0), bit=st.integers(0, 7), edwards=st.booleans())
def test_one_bit_anywhere_in_a_use_refuses(part: str, place: int, bit: int, edwards: bool) -> None:
    device = Software(ORIGIN)
    known = held(made(device, edwards=edwards))
    said = answer(device)
    where = said["credential"] if part == "id" else said["credential"]["response"]
    raw = bytearray(unspelled(where[part], part))
    raw[place % len(raw)] ^= 1 << bit
    where[part] = spelled(bytes(raw))
    if part == "id":
        where["rawId"] = where["id"]
    refused(said, known)


@given(place=st.integers(0), bit=st.integers(0, 7))
def test_one_bit_in_the_spelling_of_a_use_refuses(place: int, bit: int) -> None:
    device = Software(ORIGIN)
    known = held(made(device))
    whole = answer(device)
    said = copy.deepcopy(whole)
    part = PARTS[place % len(PARTS)]
    text = bytearray(said["credential"]["response"][part].encode())
    text[place % len(text)] ^= 1 << bit
    said["credential"]["response"][part] = text.decode("latin-1")
    refused(said, known)


@given(place=st.integers(0), bit=st.integers(0, 7))
def test_one_bit_in_a_new_passkey_is_refused_or_makes_another_passkey(place: int, bit: int) -> None:
    # Nobody vouches for a new passkey that comes without attestation; what it is bound to must hold all the same.
    device = Software(ORIGIN)
    said = device.make(ceremony.options_to_make(PARTY, ASKED, HANDLE, "Bank", [], RULES))
    response = said["credential"]["response"]
    raw = bytearray(unspelled(response["clientDataJSON"], ""))
    raw[place % len(raw)] ^= 1 << bit
    response["clientDataJSON"] = spelled(bytes(raw))
    try:
        found = ceremony.made(said, ASKED, PARTY, RULES)
    except FactorRefused:
        return
    # A bit in the name of a member that nothing depends on.
    assert found.credential in device.keys


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ("credential", "id", "rawId", "type", "response", "clientDataJSON", "attestationObject", "signature",
         "authenticatorData", "userHandle")), inner, max_size=6), max_leaves=20))  # fmt: skip
def test_whatever_is_answered_is_refused_and_never_raises_otherwise(said: Any) -> None:
    known = ceremony.Held(credential=b"1", public_key=b"1", counter=0, may_be_backed_up=False, handle=b"1")
    whole = said if isinstance(said, dict) else {"credential": said}
    refused(whole, known)
    with pytest.raises(FactorRefused):
        ceremony.made(whole, ASKED, PARTY, RULES)


def test_what_was_asked_in_a_foreign_frame_is_refused() -> None:
    class Framed(Software):
        def client_data(self, kind: str, challenge: str) -> bytes:
            return super().client_data(kind, challenge).replace(b'"crossOrigin":false', b'"crossOrigin":true')

    device = Framed(ORIGIN)
    with pytest.raises(FactorRefused, match="frame"):
        made(device)


def test_a_denied_model_is_refused_and_an_allowed_one_must_be_proven() -> None:
    model = uuid4()
    with pytest.raises(FactorRefused, match="denied"):
        made(Software(ORIGIN, model=model), PasskeyRules(denied=(model,)))
    assert made(Software(ORIGIN, model=model), PasskeyRules(denied=(uuid4(),))).model == model
    with pytest.raises(FactorRefused, match="not allowed, or not proven"):
        made(Software(ORIGIN, model=model), PasskeyRules(allowed=(model,), roots=(ATTESTED.pem,)))


class Attested(Software):
    """An authenticator whose maker vouches for a model, be it its own or not."""

    def __init__(self, vouched: UUID, *, model: UUID, unit: str = "Authenticator Attestation") -> None:
        super().__init__(ORIGIN, model=model)
        self.root, root_key = certificate("Maker", None, None)
        self.leaf, self.leaf_key = certificate("Batch", self.root, root_key, vouched, unit)

    @property
    def pem(self) -> str:
        return self.root.public_bytes(Encoding.PEM).decode()

    def attest(self, signed: bytes) -> tuple[str, dict[str, Any]]:
        return "packed", {
            "alg": -7,
            "sig": sign(self.leaf_key, signed),
            "x5c": [self.leaf.public_bytes(Encoding.DER)],
        }


def certificate(
    name: str,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey | None,
    model: UUID | None = None,
    unit: str = "",
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """A certificate of a maker or of a batch of its authenticators."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    said = [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ")]
    said += [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit)] if unit else []
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(said))
        .issuer_name(issuer.subject if issuer else x509.Name(said))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if model:
        value = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4"), b"\x04\x10" + model.bytes)
        builder = builder.add_extension(value, critical=False)
    return builder.sign(issuer_key or key, SHA256()), key


def test_an_allowed_model_is_taken_when_its_maker_vouches_for_it() -> None:
    model = uuid4()
    device = Attested(model, model=model)
    rules = PasskeyRules(allowed=(model,), roots=(device.pem,))
    assert ceremony.options_to_make(PARTY, ASKED, HANDLE, "Bank", [], rules)["attestation"] == "direct"
    assert made(device, rules).model_is_proven


def test_a_model_that_another_models_certificate_vouches_for_is_not_proven() -> None:
    model, root = uuid4(), Attested(uuid4(), model=uuid4())
    for device in (Attested(uuid4(), model=model), Attested(model, model=model, unit="Web server")):
        with pytest.raises(FactorRefused, match="not proven"):
            made(device, PasskeyRules(allowed=(model,), roots=(device.pem,)))
    with pytest.raises(FactorRefused, match="wrong"):
        made(Attested(model, model=model), PasskeyRules(allowed=(model,), roots=(root.pem,)))


@given(place=st.integers(0), bit=st.integers(0, 7))
def test_one_bit_in_an_attested_passkey_refuses(place: int, bit: int) -> None:
    model = UUID(int=7)
    device = ATTESTED
    rules = PasskeyRules(allowed=(model,), roots=(device.pem,))
    said = device.make(ceremony.options_to_make(PARTY, ASKED, HANDLE, "Bank", [], rules))
    response = said["credential"]["response"]
    raw = bytearray(unspelled(response["attestationObject"], ""))
    raw[place % len(raw)] ^= 1 << bit
    response["attestationObject"] = spelled(bytes(raw))
    with pytest.raises(FactorRefused):
        ceremony.made(said, ASKED, PARTY, rules)


ATTESTED = Attested(UUID(int=7), model=UUID(int=7))
