"""A module that proves who it is gets the newest set of rule packs; the hub offers what is newer and signed, alone."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec
import pytest

from qorgan.hub.run.offering import packs_offer
from qorgan.kit.config import ConfigRefused
from qorgan.ledger.note import SigningKey
from qorgan.wire.packs import PACKS_PATH, PackSet, PacksOffered, PacksWanted, signed_set, verified

KEY = SigningKey.generate("maker.example")


def a_set(number: int) -> PackSet:
    return signed_set(number, {"p.toml": b'name = "p"\n'}, KEY)


def offer(config, folder: Path, packs: PackSet) -> None:
    path = folder / "set.json"
    path.write_bytes(msgspec.json.encode(packs))
    packs_offer(config, argparse.Namespace(file=path, key=[str(KEY.verifier)]))


def asked(module, have: int) -> PackSet | None:
    answer = module.send_json(PACKS_PATH, msgspec.json.encode(PacksWanted(have=have)))
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PacksOffered).packs


@pytest.mark.clause("R67.9")
def test_a_module_gets_a_set_that_is_newer_than_its_own(intake, tmp_path):
    module = intake.enrol()
    assert asked(module, 0) is None
    offer(intake.hub.config, tmp_path, a_set(7))
    packs = asked(module, 6)
    assert packs is not None
    assert verified(packs, (KEY.verifier,)).number == 7
    assert asked(module, 7) is None
    offer(intake.hub.config, tmp_path, a_set(8))
    assert asked(module, 7) == a_set(8)


def test_who_is_not_known_gets_none(intake):
    answer = intake.client.post(PACKS_PATH, content=b'{"have":0}', headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not-recognised")


@pytest.mark.parametrize(
    ("packs", "words"),
    [
        (a_set(3), "set 3 is not newer than set 3"),
        (signed_set(4, {"p.toml": b"x"}, SigningKey.generate("somebody.example")), "no key"),
        (PackSet(note=a_set(4).note, files={"p.toml": "changed"}), "p.toml: is not the file"),
    ],
)
def test_what_is_not_newer_or_not_signed_is_not_offered(intake, tmp_path, packs, words):
    offer(intake.hub.config, tmp_path, a_set(3))
    with pytest.raises(ConfigRefused, match=words):
        offer(intake.hub.config, tmp_path, packs)
    assert asked(intake.enrol(), 0) == a_set(3)


def test_a_file_that_was_damaged_offers_nothing(intake, tmp_path):
    module = intake.enrol()
    offer(intake.hub.config, tmp_path, a_set(3))
    (intake.hub.config.state / "rule-packs.json").write_bytes(b"{")
    assert asked(module, 0) is None
