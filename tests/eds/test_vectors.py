"""Real signatures of the authority's test contour, and its real roots, are what their README says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qorgan.eds import asn1_cms, certificate, timestamp
from qorgan.eds.algorithms import GOST2004, GOST2015_512, RSA_SHA256, SHA1
from qorgan.eds.certificate import Certificate
from qorgan.eds.chain import Pins, path, pinned
from qorgan.eds.cms import TST_INFO, open_cms
from qorgan.eds.refusal import Reason, Refused, RefusedError
from qorgan.eds.revocation import ocsp
from qorgan.eds.revocation.asking import Nobody, ask
from qorgan.eds.revocation.crl import read_list
from qorgan.eds.revocation.state import Good, RevocationRules, Revoked, Source
from qorgan.eds.roles import Role
from qorgan.eds.timestamp import Imprint, TimestampRules
from qorgan.eds.verify import Trust, integrity, signature
from qorgan.eds.xml.signature import open_xml

AUTUMN = datetime(2022, 9, 1, tzinfo=UTC)
PEOPLE = {
    "CERT_INDIVIDUAL.crt": (RSA_SHA256, (Role.INDIVIDUAL,)),
    "individual_valid_sign_2004_rsa.cer": (RSA_SHA256, (Role.INDIVIDUAL,)),
    "individual_valid_sign_2004_rsa_auth.cer": (RSA_SHA256, (Role.INDIVIDUAL,)),
    "individual_gost2015.cer": (GOST2015_512, (Role.INDIVIDUAL,)),
    "ceo_valid_sign_2004_gost.cer": (GOST2004, (Role.ENTITY, Role.HEAD)),
}


@pytest.fixture
def read(vectors: Path) -> Callable[[str], bytes]:
    return lambda name: (vectors / name).read_bytes()


@pytest.mark.parametrize("name", PEOPLE)
def test_certificates_of_people_lead_to_their_authority(
    read: Callable[[str], bytes], test_pins: Pins, name: str
) -> None:
    found = certificate.read(read(f"cert/{name}"))
    algorithm, roles = PEOPLE[name]
    assert (found.algorithm, found.roles) == (algorithm, roles)
    assert found.subject.iin.startswith("1234567890")
    assert len(path(found, test_pins, found.not_before + timedelta(days=30))) == 2
    with pytest.raises(RefusedError) as expired:
        path(found, test_pins, found.not_after + timedelta(days=1))
    assert expired.value.reason is Reason.CERTIFICATE_EXPIRED


def test_the_head_is_read_with_name_and_organisation(read: Callable[[str], bytes]) -> None:
    subject = certificate.read(read("cert/ceo_valid_sign_2004_gost.cer")).subject
    assert (subject.surname, subject.patronymic) == ("ТЕСТОВ", "ТЕСТОВИЧ")
    assert (subject.iin, subject.bin, subject.organisation) == ("123456789011", "123456789021", 'АО "ТЕСТ"')


@pytest.mark.parametrize(
    ("name", "root"), [("nca_gost_2022.pem", "root_gost_2022.pem"), ("nca_rsa_2022.cer", "root_rsa_2020.cer")]
)
def test_the_real_authorities_lead_to_their_roots_and_to_no_other(
    read: Callable[[str], bytes], name: str, root: str
) -> None:
    found = certificate.read(read(f"ca_prod/{name}"))
    at = datetime(2024, 1, 1, tzinfo=UTC)
    assert len(path(found, pinned([read(f"ca_prod/{root}")]), at)) == 2
    with pytest.raises(RefusedError) as stranger:
        path(found, pinned([read("ca_prod/root_gost_2020.cer")]), at)
    assert stranger.value.reason is Reason.ISSUER_UNKNOWN


@pytest.mark.parametrize(
    ("name", "algorithms"),
    [("SIGNED_CMS.cms", (GOST2015_512, RSA_SHA256)), ("SIGNED_CMS_ONE_SIGNER.cms", (RSA_SHA256,))],
)
def test_cms_of_one_and_of_two_signers_hold(
    read: Callable[[str], bytes], test_pins: Pins, name: str, algorithms: tuple[str, ...]
) -> None:
    opened = open_cms(read(f"cms/{name}"))
    assert (opened.content, opened.attached) == (b"test123", True)
    assert tuple(signer.algorithm for signer in opened.signers) == algorithms
    for signer in opened.signers:
        assert path(signer.certificate, test_pins, signer.certificate.not_before + timedelta(days=30))
    assert isinstance(integrity(read(f"cms/{name}"), b"test124"), Refused)


def test_the_xml_signature_holds_with_its_carriage_returns(read: Callable[[str], bytes], test_pins: Pins) -> None:
    raw = read("xml/XML_SIGNED_VALID_STRING.xml")
    assert b"&#13;" in raw
    opened = open_xml(raw)
    assert (opened.content, len(opened.signers)) == (b"<a><b>test</b></a>", 1)
    signer = opened.signers[0].certificate
    assert path(signer, test_pins, signer.not_before + timedelta(days=30))
    with pytest.raises(RefusedError) as changed:
        open_xml(raw.replace(b"<b>test</b>", b"<b>tesT</b>"))
    assert changed.value.reason is Reason.DIGEST_WRONG


def test_the_lists_are_signed_and_say_who_is_revoked(read: Callable[[str], bytes], test_pins: Pins) -> None:
    gost, rsa, _ = test_pins.anchors
    rules = RevocationRules()
    small = read_list(read("crl/nca_gost2022_test.crl"), gost, AUTUMN, rules)
    assert small.entry(0x3A90343E720594C55204B19CB9A402422EF0E622) == (
        datetime(2022, 7, 27, 10, 25, 30, tzinfo=UTC),
        "certificate_hold",
    )
    assert small.entry(0x0FF06211DC82BEB00253FFA000F1DE84ABEF454F) is None
    large = read_list(read("crl/nca_rsa_test.crl"), rsa, datetime(2022, 5, 1, tzinfo=UTC), rules)
    assert large.entry(0x474C38696D8677A2C8B6E40345A8B04168C0905C)
    for other, at in (
        (rsa, AUTUMN),
        (gost, datetime(2023, 2, 1, tzinfo=UTC)),
        (gost, datetime(2022, 7, 1, tzinfo=UTC)),
    ):
        with pytest.raises(RefusedError):
            read_list(read("crl/nca_gost2022_test.crl"), other, at, rules)


def _asked_about(raw: bytes) -> tuple[int, datetime, bytes]:
    body = ocsp._basic(raw)["tbs_response"]
    extensions = certificate.read_extensions(body["extensions"])
    said = body["answers"][0]
    return said["cert"]["serial_number"].native, body["produced_at"].native, extensions[ocsp.NONCE][1][2:]


def _of(serial: int, read: Callable[[str], bytes]) -> Certificate:
    """A certificate with another's number: the revoked head's own is not public."""
    found = certificate.read(read("cert/individual_gost2015.cer"))
    found.serial = serial
    return found


@pytest.mark.parametrize(
    ("name", "issuer", "kind"),
    [("ocsp_response_ceo_2015_revoked.bin", 0, Revoked), ("ocsp_response_individual_sign_2004.bin", 1, Good)],
)
def test_the_responders_answers_hold_for_their_nonce_and_their_minutes(
    read: Callable[[str], bytes], test_pins: Pins, name: str, issuer: int, kind: type
) -> None:
    raw = read(f"ocsp/{name}")
    serial, at, nonce = _asked_about(raw)
    about, above, rules = _of(serial, read), test_pins.anchors[issuer], RevocationRules()
    assert isinstance(ocsp.answer(raw, about, above, at, nonce, rules), kind)
    wrong = {
        Reason.NONCE_WRONG: (about, at, b"12345678"),
        Reason.NOT_FRESH: (about, at + timedelta(minutes=6), nonce),
        Reason.RESPONSE_FAILED: (_of(serial + 1, read), at, nonce),
    }
    for reason, (who, when, said) in wrong.items():
        with pytest.raises(RefusedError) as refused:
            ocsp.answer(raw, who, above, when, said, rules)
        assert refused.value.reason is reason


def test_the_timestamp_holds_as_response_and_as_token(read: Callable[[str], bytes], test_pins: Pins) -> None:
    raw = read("tsp/tsp_token.bin")
    said = asn1_cms.TstInfo.load(open_cms(raw, content_type=TST_INFO).content)
    imprint = Imprint(digest=SHA1, value=said["imprint"]["hash"].native)
    rules = TimestampRules(pins=test_pins, weak_imprint=True)
    stamp, kept = timestamp.response(read("tsp/tsp_response.bin"), imprint, rules, said["nonce"].native)
    assert (kept, stamp.at) == (raw, datetime(2022, 9, 18, 13, 20, 14, tzinfo=UTC))
    assert timestamp.token(raw, imprint, rules).policy == "1.2.398.3.3.2.6.1"
    with pytest.raises(RefusedError) as weak:
        timestamp.token(raw, imprint, TimestampRules(pins=test_pins))
    assert weak.value.reason is Reason.ALGORITHM_UNKNOWN
    with pytest.raises(RefusedError) as other:
        timestamp.token(raw, b"something else", rules)
    assert other.value.reason is Reason.DIGEST_WRONG


class _Lists(Nobody):
    """The one list of the vectors."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def crl(self, url: str) -> bytes:
        if url.endswith("nca_gost2022_test.crl"):
            return self.raw
        return super().crl(url)


def test_the_doorway_refuses_the_two_signers_since_no_time_was_good_for_both(
    read: Callable[[str], bytes], test_pins: Pins
) -> None:
    port = _Lists(read("crl/nca_gost2022_test.crl"))
    trust = Trust(pins=test_pins, test_numbers=True, revocation=RevocationRules(delta=False))
    refused = signature(read("cms/SIGNED_CMS.cms"), trust=trust, at=AUTUMN, port=port)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.where.split(" / ")[0]) == (Reason.CERTIFICATE_EXPIRED, "signer 2")
    silent = signature(read("cms/SIGNED_CMS.cms"), trust=trust, at=AUTUMN)
    assert isinstance(silent, Refused)
    assert (silent.reason, silent.where.split(" / ")[0]) == (Reason.REVOCATION_UNKNOWN, "signer 1")
    strict = signature(read("cms/SIGNED_CMS.cms"), trust=Trust(pins=test_pins), at=AUTUMN, port=port)
    assert isinstance(strict, Refused)
    assert strict.reason is Reason.SUBJECT_WRONG


def test_the_real_list_answers_for_a_real_person(read: Callable[[str], bytes], test_pins: Pins) -> None:

    person = certificate.read(read("cert/individual_gost2015.cer"))
    port = _Lists(read("crl/nca_gost2022_test.crl"))
    found = ask(person, test_pins.anchors[0], AUTUMN, port, RevocationRules(delta=False))
    assert isinstance(found.state, Good)
    assert found.state.source is Source.LIST
