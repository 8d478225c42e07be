"""A set of rule packs is believed by its signature alone, proves itself, and never goes back without a person."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.ledger.note import SigningKey
from qorgan.module.classify.pack import own_list
from qorgan.module.packs.store import Store
from qorgan.wire.packs import Listing, PackSet, PackSetRefused, read_set, signed_set, verified

KEY = SigningKey.generate("maker.example")
OTHER = SigningKey.generate("somebody.example")
RECORD = "CEF:0|Example|Sensor|1.0|7|Something was seen|8|src=198.51.100.7"
PACK = f"""
name = "p"
version = "2.0"
title = "A pack for a test"
formats = ["cef"]

[[rule]]
id = "seen"
title = "Something was seen"
type = "ids"
[rule.when]
rule_name = {{ words = "was seen" }}
[[rule.test]]
record = '{RECORD}'
expect = "ids"
"""
FIRST = own_list().number + 1


def a_set(number: int, text: str = PACK, key: SigningKey = KEY) -> PackSet:
    return signed_set(number, {"p.toml": text.encode()}, key)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, (KEY.verifier,))


def test_a_module_judges_by_its_own_packs_until_a_set_is_accepted(store: Store) -> None:
    assert store.in_force().is_own
    assert store.take(a_set(FIRST)) == FIRST
    assert store.in_force().is_own
    assert store.newest_offer() == FIRST
    store.accept(FIRST)
    assert (store.in_force().number, store.in_force().files) == (FIRST, {"p.toml": PACK})
    assert store.newest_offer() == 0


@pytest.mark.parametrize(
    ("packs", "words"),
    [
        (a_set(FIRST, key=OTHER), ["no key that this module trusts", "[rules] keys"]),
        (PackSet(note=a_set(FIRST).note, files={"p.toml": PACK + " "}), ["p.toml", "is not the file", "whole set"]),
        (PackSet(note=a_set(FIRST).note, files={}), ["p.toml", "is missing"]),
        (PackSet(note=a_set(FIRST).note, files={"p.toml": PACK, "q.toml": PACK}), ["q.toml", "is not the file"]),
        (PackSet(note=a_set(FIRST).note.replace("set ", "set 1"), files={"p.toml": PACK}), ["signature", "not hold"]),
        (PackSet(note="qorgan rule packs\n", files={"p.toml": PACK}), ["signature", "do not use it"]),
        (a_set(FIRST - 1), ["is not newer", "rollback"]),
    ],
)
def test_a_set_that_is_not_as_its_maker_signed_it_is_refused_with_file_reason_and_remedy(
    store: Store, packs: PackSet, words: list[str]
) -> None:
    with pytest.raises(PackSetRefused) as refused:
        store.take(packs)
    assert not [word for word in words if word not in str(refused.value)], str(refused.value)
    assert "\n" not in str(refused.value)
    assert store.in_force().is_own


def test_a_set_that_fails_its_own_test_lines_leaves_the_one_before_in_force(store: Store) -> None:
    store.take(a_set(FIRST))
    store.accept(FIRST)
    store.take(a_set(FIRST + 1, PACK.replace("Something was seen|8", "Nothing of note|8")))
    with pytest.raises(PackSetRefused, match=r"fails 1 of its own test lines \(p: rule seen: test 1: expected ids"):
        store.accept(FIRST + 1)
    assert store.in_force().number == FIRST


def test_an_older_set_comes_back_by_a_persons_word_alone_and_the_newer_one_does_not_return_by_itself(
    store: Store,
) -> None:
    for number in (FIRST, FIRST + 1):
        store.take(a_set(number))
        store.accept(number)
    with pytest.raises(PackSetRefused, match="is not newer"):
        store.accept(FIRST)
    with pytest.raises(PackSetRefused, match="is not newer"):
        store.take(a_set(FIRST))
    store.roll_back(None)
    assert store.in_force().number == FIRST
    assert store.newest_offer() == 0
    with pytest.raises(PackSetRefused, match="is not newer"):
        store.take(a_set(FIRST + 1))
    assert {one.number: one.state for one in store.kept()} == {FIRST: "in force", FIRST + 1: "declined"}
    store.roll_back(0)
    assert store.in_force().is_own
    with pytest.raises(PackSetRefused, match="nothing to go back from"):
        store.roll_back(None)
    store.accept(FIRST + 1)
    assert store.in_force().number == FIRST + 1


def test_a_set_that_was_damaged_on_the_disk_is_out_of_force_and_says_so(store: Store) -> None:
    store.take(a_set(FIRST))
    store.accept(FIRST)
    path = store.folder / f"{FIRST}.json"
    path.write_bytes(path.read_bytes().replace(b"was seen", b"was felt"))
    assert store.in_force().is_own
    assert "p.toml: is not the file" in store.in_force().trouble
    path.unlink()
    assert "No such file" in store.in_force().trouble


def test_a_release_with_newer_packs_wins_over_an_accepted_set(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.take(a_set(FIRST))
    store.accept(FIRST)
    monkeypatch.setattr("qorgan.module.packs.store.own_list", lambda: Listing(FIRST + 5, {}))
    assert store.in_force().is_own
    assert store.in_force().trouble == ""


def test_only_a_few_sets_are_kept(store: Store) -> None:
    for number in range(FIRST, FIRST + 12):
        store.take(a_set(number))
    assert len(store.kept()) == 5


@given(st.binary(max_size=300))
def test_any_bytes_are_a_set_or_refused(body: bytes) -> None:
    with pytest.raises(PackSetRefused):
        verified(read_set(body), (KEY.verifier,))


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_bit_of_a_signed_set_can_change(place: int, bit: int) -> None:
    whole = msgspec.json.encode(a_set(FIRST))
    at = place % len(whole)
    changed = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
    try:
        listing = verified(found := read_set(changed), (KEY.verifier,))
    except PackSetRefused:
        return
    assert (found.files, listing.number) == ({"p.toml": PACK}, FIRST)


@given(st.text(max_size=200))
def test_any_text_is_a_list_in_its_one_form_or_refused(text: str) -> None:
    try:
        assert Listing.parse(text).text() == text
    except PackSetRefused as refused:
        assert "\n" not in str(refused)  # noqa: PT017 (either is right)
