"""The signature of GOST R 34.10: the standard's examples, and what must hold of any key."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qorgan.eds.gost.curves import CRYPTOPRO_A, TC26_256_A, TC26_512_A, Curve
from qorgan.eds.gost.signature import PrivateKey, PublicKey

CURVES = (TC26_512_A, CRYPTOPRO_A, TC26_256_A)
KEYS = {curve.name: PrivateKey.generate(curve) for curve in CURVES}

EXAMPLE_1 = Curve(
    name="GOST R 34.10-2012, A.1",
    p=0x8000000000000000000000000000000000000000000000000000000000000431,
    a=7,
    b=0x5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E,
    q=0x8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3,
    x=2,
    y=0x8E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8,
)
EXAMPLE_2 = Curve(
    name="GOST R 34.10-2012, A.2",
    p=0x4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15DF1D852741AF4704A0458047E80E4546D35B8336FAC224DD81664BBF528BE6373,
    a=7,
    b=0x1CFF0806A31116DA29D8CFA54E57EB748BC5F377E49400FDD788B649ECA1AC4361834013B2AD7322480A89CA58E0CF74BC9E540C2ADD6897FAD0A3084F302ADC,
    q=0x4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15DA82F2D7ECB1DBAC719905C5EECC423F1D86E25EDBE23C595D644AAF187E6E6DF,
    x=0x24D19CC64572EE30F396BF6EBBFD7A6C5213B3B3D7057CC825F91093A68CD762FD60611262CD838DC6B60AA7EEE804E28BC849977FAC33B4B530F1B120248A9A,
    y=0x2BB312A43BD2CE6E0D020613C857ACDDCFBF061E91E5F2C3F32447C259F39B2C83AB156D77F1496BF7EB3351E1EE4E43DC1A18B91B24640B6DBB92CB1ADD371E,
)
EXAMPLES = [
    (
        EXAMPLE_1,
        0x7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28,
        0x2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5,
        0x77105C9B20BCD3122823C8CF6FCC7B956DE33814E95B7FE64FED924594DCEAB3,
        0x41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493,
        0x01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40,
    ),
    (
        EXAMPLE_2,
        0x0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B102072E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4,
        0x3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C5917184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C,
        0x0359E7F4B1410FEACC570456C6801496946312120B39D019D455986E364F365886748ED7A44B3E794434006011842286212273A6D14CF70EA3AF71BB1AE679F1,
        0x2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD35492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36,
        0x1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A,
    ),
]


@pytest.mark.parametrize(("curve", "private", "digest", "nonce", "r", "s"), EXAMPLES, ids=["A.1", "A.2"])
def test_the_examples_of_the_standard_are_made_and_verified(
    curve: Curve, private: int, digest: int, nonce: int, r: int, s: int
) -> None:
    size = curve.size
    key = PrivateKey(curve, private)
    made = key.sign(digest.to_bytes(size, "little"), nonce=lambda _: nonce)
    assert made == r.to_bytes(size, "little") + s.to_bytes(size, "little")
    assert key.public.verifies(digest.to_bytes(size, "little"), made)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_the_base_point_lies_on_the_curve_and_has_the_order_said(curve: Curve) -> None:
    assert curve.holds(curve.x, curve.y)
    assert curve.times((curve.x, curve.y), curve.q)[2] == 0


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_secret_and_public_multiplication_agree(curve: Curve) -> None:
    for number in (1, 2, 15, 16, 17, curve.q - 1, curve.q // 2):
        slow = curve.affine([curve.times((curve.x, curve.y), number)])[0]
        public = PrivateKey(curve, number).public
        assert (public.x, public.y) == slow


@settings(max_examples=12, deadline=None)
@given(st.binary(min_size=64, max_size=64), st.integers(0, 1023), st.sampled_from(CURVES))
def test_a_signature_holds_and_one_bit_anywhere_is_refused(seed: bytes, place: int, curve: Curve) -> None:
    key = KEYS[curve.name]
    digest = seed[: curve.size]
    # The standard signs nought as one.
    assume(int.from_bytes(digest, "little") >> 1)
    made = key.sign(digest)
    assert key.public.verifies(digest, made)
    place %= 8 * len(made)
    bent = bytearray(made)
    bent[place // 8] ^= 1 << place % 8
    assert not key.public.verifies(digest, bytes(bent))
    other = bytearray(digest)
    other[place // 8 % len(other)] ^= 2 << place % 7
    assert not key.public.verifies(bytes(other), made)
    assert not PrivateKey.generate(curve).public.verifies(digest, made)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_halves_outside_the_range_and_of_the_wrong_length_are_refused(curve: Curve) -> None:
    key = KEYS[curve.name]
    digest = bytes(range(curve.size))
    made = key.sign(digest)
    size = curve.size
    r, s = int.from_bytes(made[:size], "little"), int.from_bytes(made[size:], "little")
    for low, high in ((0, s), (r, 0), (curve.q, s), (r, curve.q), (r, (s + curve.q) % (1 << 8 * size))):
        assert not key.public.verifies(digest, low.to_bytes(size, "little") + high.to_bytes(size, "little"))
    assert not key.public.verifies(digest, made[:-1])
    assert not key.public.verifies(digest[:-1], made)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_keys_keep_their_byte_order_and_a_point_off_the_curve_is_no_key(curve: Curve) -> None:
    key = KEYS[curve.name]
    assert PrivateKey.from_bytes(curve, key.to_bytes()) == key
    raw = key.public.to_bytes()
    assert raw[: curve.size] == key.public.x.to_bytes(curve.size, "little")
    assert PublicKey.from_bytes(curve, raw) == key.public
    for wrong in (raw[:-1], bytes([raw[0] ^ 1]) + raw[1:], b"\xff" * len(raw)):
        with pytest.raises(ValueError, match=curve.name):
            PublicKey.from_bytes(curve, wrong)


def test_a_point_outside_the_group_of_a_curve_with_a_cofactor_is_no_key() -> None:
    curve = TC26_256_A
    for x in range(2, 200):
        square = (x**3 + curve.a * x + curve.b) % curve.p
        if pow(square, (curve.p - 1) // 2, curve.p) != 1:
            continue
        y = pow(square, (curve.p + 1) // 4, curve.p) if curve.p % 4 == 3 else None
        assert y is not None
        if curve.times((x, y), curve.q)[2]:
            break
    raw = x.to_bytes(32, "little") + y.to_bytes(32, "little")
    with pytest.raises(ValueError, match="outside the group"):
        PublicKey.from_bytes(curve, raw)


def test_a_private_key_is_never_printed() -> None:
    key = KEYS[CRYPTOPRO_A.name]
    assert str(key.number) not in repr(key) + str(key)
    with pytest.raises(ValueError, match="no private key"):
        PrivateKey.from_bytes(CRYPTOPRO_A, bytes(32))


def test_no_two_signatures_of_one_digest_are_the_same() -> None:
    key = KEYS[CRYPTOPRO_A.name]
    assert key.sign(bytes(32)) != key.sign(bytes(32))
