"""One bit changed anywhere in anything that is signed, and it is refused: by a reason, never by an exception."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qorgan.eds import asn1_cms, certificate, der, timestamp
from qorgan.eds.algorithms import SHA1
from qorgan.eds.chain import Pins, path
from qorgan.eds.cms import TST_INFO, OpenedCms, open_cms
from qorgan.eds.pki.sandbox import LocalPort, Sandbox
from qorgan.eds.pki.signing import sign_cms, sign_xml
from qorgan.eds.refusal import Refused, RefusedError
from qorgan.eds.revocation import ocsp
from qorgan.eds.revocation.crl import read_list
from qorgan.eds.revocation.state import RevocationRules
from qorgan.eds.timestamp import Imprint, TimestampRules
from qorgan.eds.verify import Trust, integrity, signature
from qorgan.eds.xml.signature import OpenedXml, open_xml

_SAMPLES = 110
"""Places tried in each file, spread over all of it."""


def _bent(raw: bytes, seed: str, samples: int = _SAMPLES) -> Iterator[tuple[int, bytes]]:
    """The bytes with one bit changed, at places spread over all of them."""
    chance = random.Random(seed)
    step = max(1, len(raw) // samples)
    for start in range(0, len(raw), step):
        place = min(len(raw) - 1, start + chance.randrange(step))
        changed = bytearray(raw)
        changed[place] ^= 1 << chance.randrange(8)
        yield place, bytes(changed)


def _all_refused(raw: bytes, name: str, check: Callable[[bytes], object], samples: int = _SAMPLES) -> None:
    check(raw)
    for place, changed in _bent(raw, name, samples):
        try:
            check(changed)
        except RefusedError:
            continue
        pytest.fail(f"{name}: a bit changed at {place} was believed")


def _of_people(opened: OpenedCms | OpenedXml, pins: Pins) -> None:
    for signer in opened.signers:
        path(signer.certificate, pins, signer.certificate.not_before + timedelta(days=40))


@pytest.mark.parametrize("name", ["SIGNED_CMS.cms", "SIGNED_CMS_ONE_SIGNER.cms"])
def test_a_real_cms(vectors: Path, test_pins: Pins, name: str) -> None:
    _all_refused((vectors / "cms" / name).read_bytes(), name, lambda raw: _of_people(open_cms(raw), test_pins))


def test_a_real_xml(vectors: Path, test_pins: Pins) -> None:
    raw = (vectors / "xml" / "XML_SIGNED_VALID_STRING.xml").read_bytes()
    _all_refused(raw, "xml", lambda given: _of_people(open_xml(given), test_pins), 400)


def test_a_count_of_unused_bits_in_a_signature_is_not_passed_over(vectors: Path, test_pins: Pins) -> None:
    raw = (vectors / "cert" / "CERT_INDIVIDUAL.crt").read_bytes()
    found = certificate.read(raw)
    place = len(raw) - len(found.signature) - 1
    assert raw[place] == 0
    for unused in range(1, 8):
        with pytest.raises(RefusedError):
            certificate.read(raw[:place] + bytes([unused]) + raw[place + 1 : -1] + b"\0")
    assert test_pins


@pytest.mark.parametrize("name", ["CERT_INDIVIDUAL.crt", "individual_gost2015.cer"])
def test_a_real_certificate(vectors: Path, test_pins: Pins, name: str) -> None:
    raw = (vectors / "cert" / name).read_bytes()
    at = certificate.read(raw).not_before + timedelta(days=40)
    _all_refused(raw, name, lambda given: path(certificate.read(given), test_pins, at))


def test_real_lists(vectors: Path, test_pins: Pins) -> None:
    rules = RevocationRules()
    for name, issuer, at in (
        ("nca_gost2022_test.crl", test_pins.anchors[0], datetime(2022, 9, 1, tzinfo=UTC)),
        ("nca_rsa_test.crl", test_pins.anchors[1], datetime(2022, 5, 1, tzinfo=UTC)),
    ):
        raw = (vectors / "crl" / name).read_bytes()
        _all_refused(raw, name, lambda given, issuer=issuer, at=at: read_list(given, issuer, at, rules))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "issuer"), [("ocsp_response_ceo_2015_revoked.bin", 0), ("ocsp_response_individual_sign_2004.bin", 1)]
)
def test_a_real_answer(vectors: Path, test_pins: Pins, name: str, issuer: int) -> None:
    raw = (vectors / "ocsp" / name).read_bytes()
    body = ocsp._basic(raw)["tbs_response"]
    about = certificate.read((vectors / "cert" / "individual_gost2015.cer").read_bytes())
    about.serial = body["answers"][0]["cert"]["serial_number"].native
    nonce = certificate.read_extensions(body["extensions"])[ocsp.NONCE][1][2:]
    at, above, rules = body["produced_at"].native, test_pins.anchors[issuer], RevocationRules()
    _all_refused(raw, name, lambda given: ocsp.answer(given, about, above, at, nonce, rules))


def test_a_real_timestamp(vectors: Path, test_pins: Pins) -> None:
    token = (vectors / "tsp" / "tsp_token.bin").read_bytes()
    said = asn1_cms.TstInfo.load(open_cms(token, content_type=TST_INFO).content)
    imprint = Imprint(digest=SHA1, value=said["imprint"]["hash"].native)
    rules = TimestampRules(pins=test_pins, weak_imprint=True)
    _all_refused(token, "token", lambda raw: timestamp.token(raw, imprint, rules))
    response = (vectors / "tsp" / "tsp_response.bin").read_bytes()
    _all_refused(response, "response", lambda raw: timestamp.response(raw, imprint, rules))


@pytest.mark.parametrize("form", ["attached", "detached", "stamped", "xml", "properties"])
def test_a_signature_of_the_sandbox_at_the_doorway(world: Sandbox, at: datetime, form: str) -> None:
    holders = [world.person(), world.person()]
    document = b"<a>1</a>"
    trust, port = Trust(pins=world.pins), LocalPort(world, at)
    if form in ("xml", "properties"):
        raw = sign_xml(document, holders[0], at, with_properties=form == "properties")
        raw = sign_xml(raw, holders[1], at)
    else:
        stamping = (lambda over: world.stamper.token(over, at)) if form == "stamped" else None
        raw = sign_cms(document, holders, at, attached=form != "detached", stamping=stamping)
    beside = document if form == "detached" else None
    assert not isinstance(signature(raw, trust=trust, at=at, port=port, document=beside), Refused)
    for place, changed in _bent(raw, form):
        verdict = signature(changed, trust=trust, at=at, port=port, document=beside)
        assert isinstance(verdict, Refused), (place, raw[max(0, place - 20) : place + 20])


def test_a_part_that_no_structure_names_is_refused_wherever_it_stands(world: Sandbox, at: datetime) -> None:
    # asn1crypto passes over what follows the last part it knows: nobody signs it, and anybody could put it there.
    holder, document = world.person(), b"agreed"
    raw = sign_cms(document, [holder], at)
    places = [place for place in range(len(raw)) if raw[place] == 0xA0]
    assert len(places) > 2
    for place in places:
        other = raw[:place] + b"\xa1" + raw[place + 1 :]
        assert isinstance(integrity(other, document), Refused)
        assert isinstance(integrity(other), Refused)
    more = bytes.fromhex("0500")
    with pytest.raises(RefusedError):
        certificate.read(der.encode(0x30, b"".join(der.children(holder.certificate.raw)) + more))
    with pytest.raises(RefusedError):
        open_cms(der.encode(0x30, b"".join(der.children(raw)) + more))
