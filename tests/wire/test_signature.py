"""A request counts only whole, unchanged, about now, from a known key, for this hub."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from qorgan.wire import signature

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {signature.key_id(KEY.public_key().public_bytes_raw()): KEY.public_key()}
AUDIENCE = "log.example/asoi"
BODY = b"some body"
HEADERS = {
    "Content-Type": "application/x-example",
    "Content-Encoding": "zstd",
    signature.AUDIENCE: AUDIENCE,
    signature.MODULE: "01931f5e-8a00-7c3a-9d51-0d6f6a1b2c3d",
    signature.SEQUENCE: "1-10",
}


def signed(**changed: object) -> dict[str, str]:
    headers = signature.sign("POST", "/v1/batches", HEADERS, BODY, key=KEY, now=NOW)
    return {name.lower(): value for name, value in {**headers, **changed}.items()}


def verify(headers: dict[str, str], body: bytes = BODY, *, path: str = "/v1/batches", now: datetime = NOW) -> str:
    return signature.verify("POST", path, headers, body, keys=KEYS, audience=AUDIENCE, now=now)


@pytest.mark.clause("R67.7")
def test_a_signed_request_names_its_key() -> None:
    assert verify(signed()) in KEYS


@pytest.mark.clause("R67.7")
@pytest.mark.parametrize(
    "name", [*(name.lower() for name in HEADERS), "content-digest", "signature", "signature-input"]
)
def test_a_request_with_any_header_changed_or_gone_is_refused(name: str) -> None:
    whole = signed()
    for headers in ({**whole, name: whole[name] + "x"}, {key: value for key, value in whole.items() if key != name}):
        with pytest.raises(signature.SignatureRefused):
            verify(headers)


@given(st.integers(0, len(BODY) * 8 - 1))
def test_one_bit_of_the_body_changed_is_refused(bit: int) -> None:
    changed = bytearray(BODY)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(signature.SignatureRefused):
        verify(signed(), bytes(changed))


def test_another_path_is_refused() -> None:
    with pytest.raises(signature.SignatureRefused):
        verify(signed(), path="/v1/heartbeats")


def test_an_unknown_key_and_no_key_are_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    for keys in ({}, {signature.key_id(other.public_bytes_raw()): other}, dict.fromkeys(KEYS, other)):
        with pytest.raises(signature.SignatureRefused):
            signature.verify("POST", "/v1/batches", signed(), BODY, keys=keys, audience=AUDIENCE, now=NOW)


def test_a_clock_a_day_wrong_is_borne_and_a_week_is_not() -> None:
    for days in (-1, 1):
        verify(signed(), now=NOW + timedelta(days=days))
    for days in (-7, 7):
        with pytest.raises(signature.SignatureRefused):
            verify(signed(), now=NOW + timedelta(days=days))


def test_a_header_of_ours_that_the_signature_does_not_cover_is_refused() -> None:
    with pytest.raises(signature.SignatureRefused):
        verify({**signed(), "qorgan-known-checkpoint": "added on the way"})


def test_a_second_signature_cannot_ride_along() -> None:
    whole = signed()
    mallory = signature.sign(
        "POST", "/v1/batches", HEADERS, BODY, key=Ed25519PrivateKey.from_private_bytes(bytes(32)), now=NOW
    )
    joined = {
        **whole,
        "signature-input": f"{whole['signature-input']}, {mallory['Signature-Input'].replace('qorgan=', 'other=', 1)}",
        "signature": f"{whole['signature']}, {mallory['Signature'].replace('qorgan=', 'other=', 1)}",
    }
    with pytest.raises(signature.SignatureRefused):
        verify(joined)
