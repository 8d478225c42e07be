"""Only DER passes the border; of BER, only what CMS by Java's libraries needs, and only there."""

from __future__ import annotations

import time

import pytest
from asn1crypto import core
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.eds import der
from qorgan.eds.refusal import Reason, RefusedError

WRONG = {
    "length of two bytes where one would do": "30 81 02 05 00",
    "length with a leading nought": "04 82 00 01 00",
    "length left open": "30 80 05 00 00 00",
    "octet string in pieces": "24 04 04 02 00 01",
    "bytes after the end": "05 00 00",
    "part longer than the whole": "30 03 04 05 00",
    "header cut short": "30",
    "number with a leading nought": "02 02 00 01",
    "number with leading ones": "02 02 ff 80",
    "empty number": "02 00",
    "truth neither nought nor all ones": "01 01 01",
    "null with content": "05 01 00",
    "unused bits set": "03 02 01 01",
    "more unused bits than there are": "03 01 01",
    "eight unused bits": "03 02 08 00",
    "identifier padded": "06 03 2a 80 01",
    "identifier cut short": "06 02 2a 86",
    "tag of the long form": "1f 81 01 00",
    "tag that has no place": "2d 00",
    "sequence that is primitive": "10 00",
    "nothing": "",
}


@pytest.mark.parametrize("why", WRONG)
def test_what_is_not_der_is_refused_by_name(why: str) -> None:
    with pytest.raises(RefusedError) as refused:
        der.strict(bytes.fromhex(WRONG[why]))
    assert refused.value.reason is Reason.MALFORMED
    assert str(refused.value).startswith("This is not DER: ")


def test_open_lengths_and_pieces_become_der() -> None:
    ber = bytes.fromhex("30 80 24 80 04 02 61 62 04 01 63 00 00 a0 80 05 00 00 00 00 00")
    made = der.definite(ber)
    assert made.hex() == "30090403616263a0020500"
    assert der.strict(made) == made


def test_a_part_left_open_and_never_closed_is_refused() -> None:
    for raw in ("30 80 05 00", "30 80", "24 80 04 01 61", "24 80 02 01 61 00 00"):
        with pytest.raises(RefusedError):
            der.definite(bytes.fromhex(raw))


def test_deep_nesting_is_refused_and_not_followed() -> None:
    with pytest.raises(RefusedError, match="nested too deep"):
        der.definite(b"\x30\x80" * 100_000)


@settings(max_examples=200)
@given(st.recursive(st.integers() | st.binary(max_size=300), lambda inner: st.lists(inner, max_size=4), max_leaves=12))
def test_whatever_asn1crypto_writes_passes_unchanged(value: object) -> None:
    raw = _encoded(value)
    assert der.strict(raw) == raw
    assert der.definite(raw) == raw
    if isinstance(value, list):
        assert der.children(raw) == [_encoded(one) for one in value]


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_or_are_der(raw: bytes) -> None:
    begun = time.process_time()
    for make in (der.strict, der.definite):
        try:
            made = make(raw)
        except RefusedError:
            continue
        assert der.strict(made) == made
    assert time.process_time() - begun < 2


def _encoded(value: object) -> bytes:
    if isinstance(value, int):
        return bytes(core.Integer(value).dump())
    if isinstance(value, bytes):
        return bytes(core.OctetString(value).dump())
    assert isinstance(value, list)
    return der.encode(0x30, b"".join(_encoded(one) for one in value))
