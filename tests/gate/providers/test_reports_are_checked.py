"""A report is believed only as it was made, for whom it was made, when it was made."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from qorgan.gate.providers.biometrics import REPORT_TYPE, Command, Comparison, Liveness, Order, Report, State
from qorgan.gate.providers.checking import FRESH, SKEW, Expected, ReportRefused, Why, checked
from qorgan.gate.providers.sandbox.liveness import GESTURES, Check
from qorgan.gate.providers.signed import (
    KeyUnusable,
    PrivateKey,
    Unsigned,
    algorithm_of,
    opened,
    public_key,
    sign,
)
from qorgan.gate.rules.proof import BiometricSource

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
KEYS: dict[str, PrivateKey] = {
    "EdDSA": KEY,
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
}
IMAGE = "a" * 64
ORDER = Order(
    customer="000140900002",
    iin="000101300014",
    session=UUID(int=1),
    nonce="n" * 43,
    purpose="sign-in",
    return_to="https://gate.example/",
)
EXPECTED = Expected(
    order=ORDER,
    reference="reference-1",
    ordered_at=NOW - timedelta(minutes=3),
    issuers={"centre": "the centre"},
    source=BiometricSource.STATE,
)


def after(seconds: float) -> datetime:
    return NOW - timedelta(minutes=2) + timedelta(seconds=seconds)


def commands(*told: tuple[str, bool]) -> tuple[Command, ...]:
    return tuple(Command(command=one, matched=matched, at=after(at + 1)) for at, (one, matched) in enumerate(told))


LIVENESS = Liveness(
    passed=True,
    attempt=1,
    commands=commands(("nod", True), ("smile", True), ("blink", True)),
    finished_at=after(10),
    image=IMAGE,
)
COMPARISON = Comparison(image=IMAGE, reference="state", score=0.97, threshold=0.85, finished_at=after(11))
REPORT = Report(
    id="report-1",
    issuer="the centre",
    source=BiometricSource.STATE,
    customer=ORDER.customer,
    reference="reference-1",
    session=ORDER.session,
    nonce=ORDER.nonce,
    iin=ORDER.iin,
    purpose=ORDER.purpose,
    state=State.PASSED,
    started_at=after(0),
    finished_at=after(12),
    liveness=LIVENESS,
    comparison=COMPARISON,
)


def signed(report: Report, key: PrivateKey = KEY, *, kid: str = "centre", typ: str = REPORT_TYPE) -> str:
    return sign(msgspec.json.encode(report), key, kid=kid, typ=typ)


def why(report: Report | str, expected: Expected = EXPECTED, now: datetime = NOW) -> Why:
    text = report if isinstance(report, str) else signed(report)
    with pytest.raises(ReportRefused) as refused:
        checked(text, {"centre": KEY.public_key()}, expected, now)
    return refused.value.why


def test_a_report_of_this_order_is_believed() -> None:
    assert checked(signed(REPORT), {"centre": KEY.public_key()}, EXPECTED, NOW) == REPORT


@pytest.mark.parametrize("algorithm", KEYS)
def test_each_kind_of_key_signs_and_is_told_by_the_key(algorithm: str) -> None:
    key = KEYS[algorithm]
    assert algorithm_of(key.public_key()) == algorithm
    assert checked(signed(REPORT, key), {"centre": key.public_key()}, EXPECTED, NOW) == REPORT
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert algorithm_of(public_key(pem)) == algorithm


@pytest.mark.parametrize(
    "key", [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP384R1())], ids=["short", "curve"]
)
def test_weak_and_foreign_keys_are_not_pinned(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
    with pytest.raises(KeyUnusable):
        public_key(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(KeyUnusable):
        public_key(b"no key")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"issuer": "another"}, Why.FOREIGN_ISSUER),
        ({"source": BiometricSource.OWN_DEVICE}, Why.FOREIGN_SOURCE),
        ({"customer": "000140900010"}, Why.FOREIGN_CUSTOMER),
        ({"reference": "reference-2"}, Why.FOREIGN_REFERENCE),
        ({"session": UUID(int=2)}, Why.FOREIGN_SESSION),
        ({"nonce": "m" * 43}, Why.FOREIGN_NONCE),
        ({"iin": "000101300022"}, Why.FOREIGN_PERSON),
        ({"purpose": "new-device"}, Why.FOREIGN_PURPOSE),
        ({"state": State.PENDING}, Why.CONTRADICTORY),
    ],
)
@pytest.mark.clause("D26.identity")
def test_a_foreign_report_is_refused_whatever_it_says(changed: dict[str, object], reason: Why) -> None:
    assert why(replace(REPORT, **changed)) is reason


@pytest.mark.clause("R56.12")
@pytest.mark.parametrize(
    ("liveness", "comparison", "reason"),
    [
        (None, COMPARISON, Why.NO_LIVENESS),
        (LIVENESS, None, Why.NO_COMPARISON),
        (LIVENESS, replace(COMPARISON, image="b" * 64), Why.ANOTHER_IMAGE),
        (replace(LIVENESS, image=None), COMPARISON, Why.ANOTHER_IMAGE),
        (LIVENESS, replace(COMPARISON, score=0.84), Why.BELOW_THRESHOLD),
        (replace(LIVENESS, passed=False), COMPARISON, Why.CONTRADICTORY),
        (
            replace(LIVENESS, commands=commands(("nod", True), ("nod", True), ("blink", True))),
            COMPARISON,
            Why.FEW_COMMANDS,
        ),
        (
            replace(LIVENESS, commands=commands(("nod", False), ("smile", True), ("blink", True), ("nod", True))),
            COMPARISON,
            Why.CONTRADICTORY,
        ),
        (
            replace(
                LIVENESS, commands=commands(*[("nod", False)] * 3, ("nod", True), ("smile", True), ("blink", True))
            ),
            COMPARISON,
            Why.CONTRADICTORY,
        ),
        (LIVENESS, replace(COMPARISON, finished_at=after(9)), Why.UNTIMELY),
        (replace(LIVENESS, finished_at=after(2)), COMPARISON, Why.UNTIMELY),
    ],
)
def test_liveness_comes_first_and_that_same_image_is_compared(
    liveness: Liveness | None, comparison: Comparison | None, reason: Why
) -> None:
    assert why(replace(REPORT, liveness=liveness, comparison=comparison)) is reason


@pytest.mark.clause("R56.1")
def test_only_an_own_device_may_do_without_liveness() -> None:
    bare = replace(REPORT, liveness=None, source=BiometricSource.OWN_DEVICE)
    own = replace_expected(source=BiometricSource.OWN_DEVICE, liveness=False)
    assert checked(signed(bare), {"centre": KEY.public_key()}, own, NOW) == bare
    assert why(bare, replace_expected(source=BiometricSource.OWN_DEVICE)) is Why.NO_LIVENESS


def replace_expected(**changed: object) -> Expected:
    return replace(EXPECTED, **changed)


def test_a_report_is_good_for_as_long_as_a_ceremony_and_no_longer() -> None:
    assert why(REPORT, now=REPORT.finished_at + FRESH + timedelta(seconds=1)) is Why.STALE
    assert why(REPORT, now=REPORT.finished_at - SKEW - timedelta(seconds=1)) is Why.UNTIMELY
    assert why(REPORT, replace_expected(ordered_at=REPORT.started_at + SKEW + timedelta(seconds=1))) is Why.UNTIMELY
    assert why(replace(REPORT, started_at=after(13))) is Why.UNTIMELY


@pytest.mark.parametrize("algorithm", KEYS)
def test_no_bit_of_a_report_can_be_changed(algorithm: str) -> None:
    """Every bit of it: the last letters of base64 have bits that a lax reader would pass over."""
    keys = {"centre": KEYS[algorithm].public_key()}
    text = signed(REPORT, KEYS[algorithm]).encode()
    for at in range(len(text)):
        for bit in range(7):
            changed = bytearray(text)
            changed[at] ^= 1 << bit
            with pytest.raises(ReportRefused):
                checked(changed.decode(), keys, EXPECTED, NOW)


@given(
    st.text(max_size=200)
    | st.binary(max_size=200).map(lambda raw: ".".join([base64.urlsafe_b64encode(raw).decode()] * 3))
)
def test_any_text_is_refused_and_never_an_error(text: str) -> None:
    assert why(text) in {Why.UNSIGNED, Why.MALFORMED}


HEADER_TRICKS: list[Callable[[dict[str, str]], dict[str, object]]] = [
    lambda header: {**header, "alg": "none"},
    lambda header: {**header, "alg": "HS256"},
    lambda header: {**header, "alg": "RS256"},
    lambda header: {**header, "crit": ["b64"], "b64": False},
    lambda header: {**header, "jwk": {"kty": "OKP"}},
    lambda header: {**header, "typ": "JWT"},
    lambda header: {**header, "kid": "another"},
    lambda header: {"alg": header["alg"]},
]


@pytest.mark.parametrize("trick", HEADER_TRICKS)
def test_the_statement_does_not_choose_how_it_is_checked(trick: Callable[[dict[str, str]], dict[str, object]]) -> None:
    head, body, _ = signed(REPORT).split(".")
    header = trick(msgspec.json.decode(base64.urlsafe_b64decode(head + "==")))
    forged = base64.urlsafe_b64encode(msgspec.json.encode(header)).rstrip(b"=").decode()
    signature = base64.urlsafe_b64encode(KEY.sign(f"{forged}.{body}".encode())).rstrip(b"=").decode()
    assert why(f"{forged}.{body}.{signature}") is Why.UNSIGNED


def test_one_kind_of_statement_is_not_taken_for_another() -> None:
    with pytest.raises(Unsigned):
        opened(signed(REPORT), {"centre": KEY.public_key()}, typ="something-else")
    assert why(sign(b"{}", KEY, kid="centre", typ=REPORT_TYPE)) is Why.MALFORMED


def test_a_negative_report_is_believed_as_such() -> None:
    negative = replace(REPORT, state=State.FAILED_MATCH, comparison=replace(COMPARISON, score=0.1))
    assert checked(signed(negative), {"centre": KEY.public_key()}, EXPECTED, NOW).state is State.FAILED_MATCH


@given(st.lists(st.sampled_from((*GESTURES, None)), max_size=12))
@pytest.mark.clause("R56.12")
def test_whatever_somebody_does_a_passed_report_is_believed_when_the_check_was_passed_and_only_then(
    done: list[str | None],
) -> None:
    """None stands for following the command; the report claims to have passed in any case."""
    check = Check(wanted=("nod", "smile", "blink"))
    for at, gesture in enumerate(done):
        check = check.followed(gesture or check.current or "nod", after(at / 2))
    told = replace(LIVENESS, passed=True, commands=check.given)
    claimed = replace(REPORT, liveness=told)
    if check.passed:
        assert checked(signed(claimed), {"centre": KEY.public_key()}, EXPECTED, NOW) == claimed
    else:
        assert why(claimed) in {Why.CONTRADICTORY, Why.FEW_COMMANDS}


@given(st.data())
def test_a_report_with_any_field_of_another_is_refused(data: st.DataObject) -> None:
    other = Report(
        id="report-2", issuer="another", source=BiometricSource.OWN_DEVICE, customer="000140900010",
        reference="reference-2", session=UUID(int=9), nonce="z" * 43, iin="000101300022", purpose="new-device",
        state=State.PASSED, started_at=NOW - timedelta(days=1), finished_at=NOW - timedelta(days=1),
    )  # fmt: skip
    names = data.draw(
        st.sets(st.sampled_from(sorted(set(Report.__struct_fields__) - {"id", "reason", "state"})), min_size=1)
    )
    why(replace(REPORT, **{name: getattr(other, name) for name in names}))
