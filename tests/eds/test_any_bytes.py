"""Whatever bytes come, the answer is a refusal, and it comes soon."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.eds import certificate, der, timestamp
from qorgan.eds.algorithms import GOST2004
from qorgan.eds.pki.sandbox import LocalPort, Sandbox
from qorgan.eds.pki.signing import sign_cms, sign_xml
from qorgan.eds.refusal import RefusedError
from qorgan.eds.revocation import ocsp
from qorgan.eds.revocation.crl import read_list
from qorgan.eds.revocation.state import RevocationRules
from qorgan.eds.timestamp import TimestampRules
from qorgan.eds.verify import Refused, Trust, signature

AT = datetime(2026, 5, 5, 12, tzinfo=UTC)
WORLD = Sandbox(AT, GOST2004)
WHO = WORLD.person()
TRUST, PORT = Trust(pins=WORLD.pins), LocalPort(WORLD, AT)
SEEDS = (
    sign_cms(b"1", [WHO], AT),
    sign_xml(b"<a>1</a>", WHO, AT, with_properties=True),
    WORLD.authority.whole_list(AT),
    WORLD.authority.answer(ocsp.request(WHO.certificate, WORLD.authority.certificate, b"n"), AT),
    WORLD.stamper.token(b"1", AT),
    WHO.certificate.raw,
)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Bytes of nothing, or a signed thing with a part cut out, doubled or overwritten."""
    raw = draw(st.sampled_from(SEEDS))
    start = draw(st.integers(0, len(raw) - 1))
    end = draw(st.integers(start, min(len(raw), start + 64)))
    kind = draw(st.sampled_from(["cut", "double", "overwrite", "end", "noise"]))
    if kind == "noise":
        return draw(st.binary(max_size=300))
    if kind == "end":
        return raw[:start]
    middle = {"cut": b"", "double": raw[start:end] * 2, "overwrite": draw(st.binary(min_size=1, max_size=64))}[kind]
    return raw[:start] + middle + raw[end:]


@settings(max_examples=250, deadline=None)
@given(broken())
def test_broken_bytes_are_refused_at_every_door(raw: bytes) -> None:
    if raw in SEEDS:
        return
    begun = time.process_time()
    assert isinstance(signature(raw, trust=TRUST, at=AT, port=PORT), Refused)
    assert isinstance(signature(raw, trust=TRUST, at=AT, port=PORT, document=b"1"), Refused)
    issuer, rules = WORLD.authority.certificate, RevocationRules()
    doors = (
        lambda: read_list(raw, issuer, AT, rules),
        lambda: ocsp.answer(raw, WHO.certificate, issuer, AT, b"n", rules),
        lambda: timestamp.token(raw, b"1", TimestampRules(pins=WORLD.pins)),
        lambda: timestamp.response(raw, b"1", TimestampRules(pins=WORLD.pins)),
    )
    for door in doors:
        try:
            door()
        except RefusedError as refused:
            assert refused.where  # noqa: PT017 - the next door is tried in either case
        else:
            raise AssertionError(raw)
    try:
        certificate.read(raw)
    except RefusedError as refused:
        assert refused.verdict().where  # noqa: PT017 - a certificate may well be read without its signature
    assert time.process_time() - begun < 2


def test_bombs_go_off_nowhere() -> None:
    begun = time.process_time()
    bombs = (
        b"\x30\x80" * 200_000,
        b"\x24\x80" * 200_000,
        b"\x30\x84\x7f\xff\xff\xff" + b"\0" * 1000,
        der.encode(0x30, b"\x05\x00" * 100_000),
        b"<a>" * 50_000,
        b"<a " + b" ".join(b'x%d=""' % number for number in range(20_000)) + b"/>",
        b"<" + b"a" * 1_000_000,
    )
    for bomb in bombs:
        assert isinstance(signature(bomb, trust=TRUST, at=AT, port=PORT), Refused)
    assert time.process_time() - begun < 8
