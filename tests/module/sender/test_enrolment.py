"""Becoming known with a one-time code, and changing the key (R67.7)."""

from __future__ import annotations

import asyncio
import stat

import pytest

from qorgan.ledger.note import SigningKey
from qorgan.module import enrolment, keys
from qorgan.module.config import Hub as HubTable
from qorgan.module.enrolment import EnrolmentRefused
from qorgan.module.keys import KeyRefused
from qorgan.module.sender.hub import Hub
from qorgan.wire.enrolment import ENROLMENTS_PATH, KEYS_PATH, new_code
from tests.module.sender.conftest import now

KEY_PATH = "/ledger/key"


def enrol(folder, url, code):
    async def ask():
        async with Hub(HubTable(url=url, timeout_seconds=5)) as hub:
            return await enrolment.enrol(folder, hub, code)

    return asyncio.run(ask())


def rotate(module):
    async def ask():
        async with Hub(module.table) as hub:
            return await enrolment.rotate(module.folder, hub, now())

    return asyncio.run(ask())


@pytest.mark.clause("R67.7")
def test_a_code_makes_the_module_known_and_pins_the_key_of_the_hub(tmp_path, centre):
    found = enrol(tmp_path / "state", centre.url, centre.code())
    assert found.module == centre.module
    assert found.hub_key == str(centre.key.verifier)
    assert enrolment.speaker(tmp_path / "state").identity == found


@pytest.mark.clause("R67.7")
def test_the_private_key_is_made_here_for_its_owner_alone_and_is_never_sent(tmp_path, centre):
    bodies = []
    answer = centre.answer
    centre.answer = lambda *request: (bodies.append(request[-1]), answer(*request))[1]
    enrol(tmp_path / "state", centre.url, centre.code())
    path = tmp_path / "state" / keys.SIGNING
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = path.read_bytes().splitlines()[1]
    private = keys.load(path).private_bytes_raw()
    assert not any(secret in body or private in body or private.hex().encode() in body for body in bodies)


def test_a_code_for_another_hub_is_never_shown_to_this_one(tmp_path, centre):
    other = new_code(str(SigningKey.generate("other.example/asoi").verifier))
    with pytest.raises(EnrolmentRefused, match="not the one this code was made for; nothing was sent"):
        enrol(tmp_path / "state", centre.url, other)
    assert centre.requests == [KEY_PATH]


def test_a_code_works_once(tmp_path, centre):
    code = centre.code()
    enrol(tmp_path / "one", centre.url, code)
    with pytest.raises(EnrolmentRefused, match="ask the centre for a new code"):
        enrol(tmp_path / "two", centre.url, code)
    assert enrolment.identity(tmp_path / "two") is None


@pytest.mark.parametrize("code", ["", "QRG1", "hello", "QRG1-AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA-"])
def test_what_is_no_code_is_refused_with_a_remedy(tmp_path, centre, code):
    with pytest.raises(EnrolmentRefused, match="code"):
        enrol(tmp_path / "state", centre.url, code)
    assert ENROLMENTS_PATH not in centre.requests


def test_a_hub_that_answers_for_another_key_is_not_believed(tmp_path, centre):
    learn = centre._learn
    centre._learn = lambda key: "0" * 16 if learn(key) else ""
    with pytest.raises(EnrolmentRefused, match="does not fit"):
        enrol(tmp_path / "state", centre.url, centre.code())
    assert enrolment.identity(tmp_path / "state") is None


def test_nobody_at_the_address_is_said_with_what_to_check(tmp_path):
    with pytest.raises(EnrolmentRefused, match=r"does not answer .* check hub\.url"):
        enrol(tmp_path / "state", "http://127.0.0.1:9", "QRG1-A-B-C-D-E-F")


@pytest.mark.clause("R67.7")
def test_a_rotated_key_counts_and_the_old_one_does_not(module, centre):
    old = enrolment.speaker(module.folder).identity.key
    found = rotate(module)
    assert found.key != old
    assert list(centre.module_keys) == [found.key]
    module.add(1)
    module.send(module.drained)
    assert len(centre.lines) == 1


def test_a_rotation_that_never_reached_the_hub_leaves_the_old_key_in_force(module, centre):
    def away(path):
        if path == KEYS_PATH:
            raise ConnectionResetError

    centre.before = away
    with pytest.raises(EnrolmentRefused):
        rotate(module)
    module.add(1)
    module.send(module.drained)
    assert len(centre.lines) == 1


@pytest.mark.clause("R67.7")
def test_a_rotation_whose_confirmation_was_lost_is_completed_by_the_next_request(module, centre):
    rotate_there = centre.rotate

    def confirmed_to_nobody(old, asked):
        rotate_there(old, asked)
        raise ConnectionAbortedError

    centre.rotate = confirmed_to_nobody
    with pytest.raises(EnrolmentRefused):
        rotate(module)
    centre.rotate = rotate_there
    module.add(1)
    module.send(module.drained)
    assert len(centre.lines) == 1
    assert rotate(module).key in centre.module_keys


def test_a_key_that_others_may_read_is_refused(module):
    (module.folder / keys.SIGNING).chmod(0o640)
    with pytest.raises(KeyRefused, match="chmod 600"):
        enrolment.speaker(module.folder)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"module": 1}', None])
def test_a_damaged_identity_is_said_with_its_remedy(module, content):
    path = module.folder / enrolment.IDENTITY
    path.write_bytes(path.read_bytes().replace(b"centre.example/asoi+", b"x") if content is None else content)
    with pytest.raises(EnrolmentRefused, match="backup"):
        enrolment.speaker(module.folder)


def test_a_module_that_is_not_enrolled_is_told_so(tmp_path):
    with pytest.raises(EnrolmentRefused, match="qorgan module enrol"):
        enrolment.speaker(tmp_path)
