"""What a certificate says of its holder is read whole, or the certificate is refused."""

from __future__ import annotations

import pytest

from qorgan.eds.certificate import CLIENT_AUTH
from qorgan.eds.pki.issuing import name
from qorgan.eds.pki.sandbox import Sandbox, invented_bin, invented_iin
from qorgan.eds.refusal import Reason, RefusedError
from qorgan.eds.roles import Role, oid_of, roles_of
from qorgan.eds.subject import check_numbers, has_check_digit, read_subject


def test_the_head_of_an_organisation_is_read(world: Sandbox) -> None:
    head = world.head(invented_bin(2), "Ойдан АҚ", invented_iin(5)).certificate
    assert (head.subject.iin, head.subject.bin) == (invented_iin(5), invented_bin(2))
    assert (head.subject.surname, head.subject.patronymic, head.subject.organisation) == ("ҮЛГІ", "ҮЛГІҰЛЫ", "Ойдан АҚ")
    assert head.roles == (Role.ENTITY, Role.HEAD)


def test_roles_are_told_by_identifiers_and_unknown_ones_are_no_role() -> None:
    assert roles_of([oid_of(Role.EMPLOYEE), CLIENT_AUTH, "1.2.398.3.3.4.9.9"]) == (Role.EMPLOYEE,)
    assert roles_of(["1.2.398.3.3.4.1.2.6.77"]) == (Role.ENTITY_SYSTEM,)
    assert roles_of([]) == ()
    assert {role for one in Role for role in roles_of([oid_of(one)])} == set(Role)


@pytest.mark.parametrize(
    "parts",
    [
        {"SERIALNUMBER": "IIN12345678901"},
        {"SERIALNUMBER": "IIN1234567890123"},
        {"OU": "BIN12345678901X"},
        {"SERIALNUMBER": "IIN000101300017", "OU": "IIN000101300018"},
    ],
)
def test_numbers_of_another_form_and_two_of_a_kind_are_refused(parts: dict[str, str]) -> None:
    with pytest.raises(RefusedError) as refused:
        read_subject(name({"CN": "X", **parts}))
    assert refused.value.reason is Reason.SUBJECT_WRONG


def test_an_information_system_may_bear_its_bin_as_serial_number() -> None:
    assert read_subject(name({"CN": "X", "SERIALNUMBER": f"BIN{invented_bin(1)}"})).bin == invented_bin(1)
    assert read_subject(name({"CN": "X", "OU": "Department"})).bin == ""


def test_check_digits_are_those_of_the_rule_and_the_test_authoritys_are_wrong() -> None:
    assert has_check_digit(invented_iin(1))
    assert has_check_digit(invented_bin(1))
    for wrong in ("123456789011", "123456789012", "123456789021"):
        assert not has_check_digit(wrong)
    subject = read_subject(name({"SERIALNUMBER": "IIN123456789011"}))
    with pytest.raises(RefusedError) as refused:
        check_numbers(subject)
    assert refused.value.reason is Reason.SUBJECT_WRONG
    assert "123456789011" not in str(refused.value)
