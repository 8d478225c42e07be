"""A device's proof is of one key, one request, one moment; and no bit of it may be another."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey

from qorgan.gate.devices import proof
from qorgan.gate.devices.refusal import DeviceRefused, Reason
from qorgan.gate.devices.software import Software

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
ADDRESS = "https://gate.bank.example/api/accounts"


def refused(said: str, **changes: Any) -> Reason:
    """Why a proof is refused."""
    asked = {"method": "GET", "address": ADDRESS, "now": NOW} | changes
    with pytest.raises(DeviceRefused) as caught:
        proof.check(proof.read(said).claims, **asked)
    return caught.value.reason


@pytest.mark.clause("R48.161.2")
@pytest.mark.parametrize("edwards", [False, True])
def test_a_proof_names_its_key_and_is_of_its_request(edwards: bool) -> None:
    device = Software(edwards=edwards)
    found = proof.read(device.prove("GET", ADDRESS, now=NOW, token="secret"))
    proof.check(found.claims, method="GET", address=f"{ADDRESS}?page=2", now=NOW, token="secret")
    assert found.key == device.public
    assert found.thumbprint == proof.thumbprint(device.public)


@pytest.mark.clause("R48.161.2")
def test_a_proof_of_another_request_is_refused() -> None:
    said = Software().prove("GET", ADDRESS, now=NOW, token="secret")
    assert refused(said, token="secret", method="POST") is Reason.OTHER_REQUEST
    assert refused(said, token="secret", address=f"{ADDRESS}/1") is Reason.OTHER_REQUEST
    assert refused(said, token="secret", address=ADDRESS.replace("https", "http")) is Reason.OTHER_REQUEST
    assert refused(said, token="another") is Reason.OTHER_REQUEST
    assert refused(said) is Reason.OTHER_REQUEST
    assert refused(Software().prove("GET", ADDRESS, now=NOW), token="secret") is Reason.OTHER_REQUEST


@pytest.mark.parametrize("off", [-proof.AGE - timedelta(seconds=1), proof.AHEAD + timedelta(seconds=1)])
def test_a_proof_of_another_time_is_refused(off: timedelta) -> None:
    assert refused(Software().prove("GET", ADDRESS, now=NOW + off)) is Reason.STALE


@pytest.mark.clause("R48.161.2")
@given(place=st.integers(0), bit=st.integers(0, 7), edwards=st.booleans())
def test_one_bit_anywhere_refuses(place: int, bit: int, edwards: bool) -> None:
    said = bytearray(Software(edwards=edwards).prove("GET", ADDRESS, now=NOW).encode())
    said[place % len(said)] ^= 1 << bit
    with pytest.raises(DeviceRefused):
        proof.read(said.decode("latin-1"))


def test_a_signature_spelled_in_another_way_is_refused() -> None:
    # The last of 86 letters has four bits that mean nothing; nobody signs them.
    said = Software().prove("GET", ADDRESS, now=NOW)
    whole = said.rpartition(".")[2]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [
        said[:-1] + letter
        for letter in letters
        if letter != said[-1]
        and base64.urlsafe_b64decode(f"{whole[:-1]}{letter}==") == base64.urlsafe_b64decode(f"{whole}==")
    ]
    assert len(others) == 15
    for other in others:
        with pytest.raises(DeviceRefused):
            proof.read(other)


@given(st.text(max_size=300) | st.binary(max_size=200).map(lambda raw: ".".join([base64.b64encode(raw).decode()] * 3)))
def test_what_is_no_token_is_refused_and_never_raises_otherwise(said: str) -> None:
    with pytest.raises(DeviceRefused):
        proof.read(said)


def test_a_header_says_its_type_its_algorithm_and_a_public_key_and_nothing_else() -> None:
    device = Software()
    claims = {"jti": "1", "htm": "GET", "htu": ADDRESS, "iat": int(NOW.timestamp())}
    proof.read(device.signed(claims))
    for header in ({"typ": "JWT"}, {"kid": "1"}, {"jwk": Software().public}, {"jwk": Software(edwards=True).public}):
        with pytest.raises(DeviceRefused):
            proof.read(device.signed(claims, **header))
    with pytest.raises(DeviceRefused):
        proof.read(device.signed(claims | {"jti": ""}))


def test_a_private_key_in_the_header_is_refused() -> None:
    device = Software()
    claims = {"jti": "1", "htm": "GET", "htu": ADDRESS, "iat": int(NOW.timestamp())}
    header = {"typ": proof.TYPE, "alg": "ES256", "jwk": device.key.as_dict(private=True)}
    with pytest.raises(DeviceRefused):
        proof.read(jws.serialize_compact(header, json.dumps(claims).encode(), device.key, algorithms=["ES256"]))


def test_a_shared_secret_made_of_the_public_key_signs_nothing() -> None:
    device = Software()
    header = {"typ": proof.TYPE, "alg": "HS256", "jwk": device.public}
    claims = {"jti": "1", "htm": "GET", "htu": ADDRESS, "iat": int(NOW.timestamp())}
    secret = OctKey.import_key(json.dumps(device.public).encode())
    with pytest.raises(DeviceRefused):
        proof.read(jws.serialize_compact(header, json.dumps(claims).encode(), secret, algorithms=["HS256"]))
    unsigned = ".".join(
        base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode()
        for one in ({**header, "alg": "none"}, claims)
    )
    with pytest.raises(DeviceRefused):
        proof.read(f"{unsigned}.")


@pytest.mark.clause("R48.161.2")
@pytest.mark.parametrize("edwards", [False, True])
def test_a_key_has_one_spelling_and_so_one_name(edwards: bool) -> None:
    key = Software(edwards=edwards).public
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    place = last.index(key["x"][-1])
    assert place % 4 == 0
    for more in (1, 2, 3):
        with pytest.raises(DeviceRefused):
            proof.public({**key, "x": key["x"][:-1] + last[place + more]})


def test_a_point_off_the_curve_is_no_key() -> None:
    key = Software().public
    for wrong in ({**key, "x": key["y"]}, {**key, "crv": "P-384"}, {"kty": "oct", "k": "AA"}, {**key, "y": 1}):
        with pytest.raises(DeviceRefused):
            proof.public(wrong)
