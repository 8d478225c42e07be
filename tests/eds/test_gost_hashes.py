"""The hashes give what the standards say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.eds.gost.gost34311 import gost34311
from qorgan.eds.gost.streebog import streebog_256, streebog_512

M1 = b"012345678901234567890123456789012345678901234567890123456789012"
M2 = bytes.fromhex(
    "d1e520e2e5f2f0e82c20d1f2f0e8e1eee6e820e2edf3f6e82c20e2e5fef2fa20f120eceef0ff20f1f2f0e5ebe0ece820ede020f5f0e0e1"
    "f0fbff20efebfaeafb20c8e3eef0e5e2fb"
)
FIRST = (
    "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
    "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
)
SECOND = (
    "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376"
    "035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28"
)


@pytest.mark.parametrize(("message", "digest"), [(M1, FIRST), (M2, SECOND)])
def test_streebog_512_gives_the_examples_of_rfc_6986(message: bytes, digest: str) -> None:
    assert streebog_512(message).hex() == digest


def test_streebog_256_gives_the_examples_of_rfc_6986() -> None:
    assert streebog_256(M1).hex() == "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"
    assert streebog_256(M2).hex() == "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50"


def test_gost_34311_gives_the_examples_of_rfc_5831_with_the_test_substitution() -> None:
    known = {
        b"This is message, length=32 bytes": "b1c466d37519b82e8319819ff32595e047a28cb6f83eff1c6916a815a637fffa",
        b"Suppose the original message has length = 50 bytes": (
            "471aba57a60a770d3a76130635c1fbea4ef14de51f78b4ae57dd893b62f55208"
        ),
        b"": "ce85b99cc46752fffee35cab9a7b0278abb4c2d2055cff685af4912c49490f8d",
        b"abc": "f3134348c44fb1b2a277729e2285ebb5cb5e0f29c975bc753b70497c06a4d51d",
    }
    assert {message: gost34311(message).hex() for message in known} == known


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 1600))
def test_one_bit_changes_about_half_of_a_digest(message: bytes, place: int) -> None:
    changed = bytearray(message or b"\0")
    changed[place // 8 % len(changed)] ^= 1 << place % 8
    for make in (streebog_256, streebog_512, gost34311):
        one, other = make(message or b"\0"), make(bytes(changed))
        different = (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
        assert len(one) * 8 // 4 < different < len(one) * 8 * 3 // 4
