"""A path leads from a certificate to a pin by rule, or nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from qorgan.eds.algorithms import GOST2004, RSA_SHA256
from qorgan.eds.certificate import EMAIL_PROTECTION, Certificate, Usage
from qorgan.eds.chain import Pins, path, pinned
from qorgan.eds.pki.issuing import Template, issue
from qorgan.eds.pki.keys import generate, read_key
from qorgan.eds.pki.sandbox import Sandbox
from qorgan.eds.refusal import Reason, RefusedError

DAY = timedelta(days=1)


def _template(at: datetime, **changes: object) -> Template:
    fields: dict[str, object] = {
        "subject": {"CN": "ҮЛГІ", "C": "KZ"},
        "not_before": at - DAY,
        "not_after": at + DAY,
        "usage": (Usage.DIGITAL_SIGNATURE,),
        "purposes": (EMAIL_PROTECTION,),
    }
    return Template(**(fields | changes))  # type: ignore[arg-type]


def _refused(leaf: Certificate, pins: Pins, at: datetime, *carried: Certificate) -> Reason:
    with pytest.raises(RefusedError) as refused:
        path(leaf, pins, at, carried)
    assert refused.value.where
    return refused.value.reason


def test_a_path_goes_over_an_authority_that_came_along_to_the_pin(world: Sandbox, at: datetime) -> None:
    leaf = world.person().certificate
    pins = Pins((world.root.certificate,))
    assert _refused(leaf, pins, at) is Reason.ISSUER_UNKNOWN
    found = path(leaf, pins, at, [world.authority.certificate])
    assert found == (leaf, world.authority.certificate, world.root.certificate)
    assert path(leaf, Pins((world.authority.certificate,)), at) == found[:2]


def test_a_path_holds_from_the_first_second_to_the_last(world: Sandbox, at: datetime) -> None:
    leaf = world.person(life=(-DAY, DAY)).certificate
    for when in (leaf.not_before, leaf.not_after):
        assert path(leaf, world.pins, when)
    second = timedelta(seconds=1)
    assert _refused(leaf, world.pins, leaf.not_before - second) is Reason.CERTIFICATE_NOT_YET_VALID
    assert _refused(leaf, world.pins, leaf.not_after + second) is Reason.CERTIFICATE_EXPIRED
    assert _refused(leaf, world.pins, at + timedelta(days=9999)) is Reason.CERTIFICATE_EXPIRED


def test_a_person_issues_nobody(world: Sandbox, at: datetime) -> None:
    person = world.person()
    key = generate(GOST2004)
    forged = issue(_template(at), key, person.key, person.certificate)
    assert _refused(forged, world.pins, at, person.certificate) is Reason.NOT_ISSUER


def test_an_authority_without_the_right_to_sign_certificates_issues_nobody(world: Sandbox, at: datetime) -> None:
    key, leaf_key = generate(GOST2004), generate(GOST2004)
    template = _template(at, authority=True, usage=(Usage.CRL_SIGN,), subject={"CN": "ӘЛСІЗ", "C": "KZ"})
    weak = issue(template, key, world.root.key, world.root.certificate)
    leaf = issue(_template(at), leaf_key, key, weak)
    assert _refused(leaf, world.pins, at, weak) is Reason.KEY_USAGE_WRONG


def test_the_issuing_authority_makes_no_authority_below_it(world: Sandbox, at: datetime) -> None:
    usage = (Usage.CERTIFICATE_SIGN,)
    key, leaf_key = generate(GOST2004), generate(GOST2004)
    deeper = issue(
        _template(at, authority=True, usage=usage, subject={"CN": "ТЕРЕҢ", "C": "KZ"}),
        key, world.authority.key, world.authority.certificate,
    )  # fmt: skip
    leaf = issue(_template(at), leaf_key, key, deeper)
    assert _refused(leaf, world.pins, at, deeper) is Reason.PATH_TOO_LONG


def test_an_authority_of_the_same_name_and_another_key_is_not_the_pin(world: Sandbox, at: datetime) -> None:
    twin = Sandbox(at, GOST2004)
    leaf = twin.person().certificate
    assert leaf.issuer == world.authority.certificate.name
    assert _refused(leaf, world.pins, at) is Reason.ISSUER_UNKNOWN
    assert _refused(leaf, world.pins, at, twin.authority.certificate) is Reason.ISSUER_UNKNOWN
    assert _refused(twin.root.certificate, world.pins, at) is Reason.ISSUER_UNKNOWN


def test_a_key_of_another_algorithm_signs_for_nobody(world: Sandbox, at: datetime) -> None:
    stranger = generate(RSA_SHA256)
    leaf = issue(_template(at), generate(GOST2004), stranger, world.authority.certificate)
    assert _refused(leaf, world.pins, at) is Reason.ALGORITHM_MISMATCH


def test_two_authorities_that_issue_each_other_lead_nowhere(world: Sandbox, at: datetime) -> None:
    keys = generate(GOST2004), generate(GOST2004)
    usage = (Usage.CERTIFICATE_SIGN,)
    names = {"CN": "БІР", "C": "KZ"}, {"CN": "ЕКІ", "C": "KZ"}
    templates = [_template(at, authority=True, usage=usage, subject=own) for own in names]
    roots = [issue(template, key, key) for template, key in zip(templates, keys, strict=True)]
    one = issue(templates[0], keys[0], keys[1], roots[1])
    two = issue(templates[1], keys[1], keys[0], roots[0])
    assert _refused(one, world.pins, at, one, two) is Reason.PATH_TOO_LONG


def test_a_critical_extension_nobody_knows_refuses_the_certificate(world: Sandbox, at: datetime) -> None:
    more = (("1.2.3.4", True, b"\x05\x00"),)
    with pytest.raises(RefusedError) as refused:
        issue(_template(at, more=more), generate(GOST2004), world.authority.key, world.authority.certificate)
    assert refused.value.reason is Reason.EXTENSION_UNKNOWN
    assert issue(_template(at, more=(("1.2.3.4", False, b"\x05\x00"),)), generate(GOST2004), world.authority.key)


def test_pins_are_whole_certificates_of_authorities(world: Sandbox) -> None:
    raw = world.root.certificate.raw
    assert pinned([raw], [world.authority.certificate.raw]) == world.pins
    bent = raw[:-1] + bytes([raw[-1] ^ 1])
    cases = {
        Reason.SIGNATURE_WRONG: [bent],
        Reason.CERTIFICATE_WRONG: [world.person().certificate.raw],
        Reason.MALFORMED: [b"-----BEGIN CERTIFICATE-----\n!\n"],
        Reason.ISSUER_UNKNOWN: [],
    }
    for reason, given in cases.items():
        with pytest.raises(RefusedError) as refused:
            pinned(given)
        assert refused.value.reason is reason


@pytest.mark.parametrize("algorithm", [GOST2004, RSA_SHA256, "1.2.398.3.10.1.1.2.3.1", "1.2.398.3.10.1.1.2.3.2"])
def test_private_keys_are_written_and_read_again(algorithm: str) -> None:
    key = generate(algorithm)
    again = read_key(key.to_bytes())
    assert (again.algorithm, again.key_info().dump()) == (algorithm, key.key_info().dump())
