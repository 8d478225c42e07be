"""Packs are data that prove themselves, and a wrong one is refused with its file, its rule and its key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import fields

from qorgan.module.classify.check import check_packs
from qorgan.module.classify.decide import Decider, Decision, decide, explain
from qorgan.module.classify.facts import NUMBER_FIELDS, TEXT_FIELDS
from qorgan.module.classify.pack import FOLDER, PackRefused, Reason, own_rules, parse_pack, read_packs
from qorgan.module.event import Event, Ignored
from qorgan.module.formats.reading import FORMATS

RECORD = "CEF:0|Example|Sensor|1.0|7|Something was seen|8|src=198.51.100.7"
PACK = f"""
name = "p"
version = "1.0"
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


def read(text: str, folder: Path) -> str:
    """What a pack is refused with."""
    path = folder / "p.toml"
    path.write_text(text)
    with pytest.raises(PackRefused) as refused:
        read_packs(folder)
    return str(refused.value)


@pytest.mark.clause("R67.8.1")
@pytest.mark.clause("R67.8.2")
@pytest.mark.clause("R67.8.3")
def test_every_rule_of_ours_decides_its_own_test_lines() -> None:
    assert check_packs() == []


def lists_in(written: Any) -> Iterator[list[str]]:
    """Every list of texts, however deep."""
    if isinstance(written, dict):
        for each in written.values():
            yield from lists_in(each)
    elif isinstance(written, list):
        yield [each for each in written if isinstance(each, str)]
        for each in written:
            yield from lists_in(each)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_no_list_of_a_rule_says_a_word_twice(path: Path) -> None:
    rules = tomllib.loads(path.read_text("utf-8"))["rule"]
    twice = {rule["id"]: words for rule in rules for words in lists_in(rule) if len(words) > len(set(words))}
    assert not twice


def test_every_signal_says_pack_version_rule_and_words() -> None:
    verdict = decide(
        FORMATS["cef"].read(b"CEF:0|F5|ASM|16|1|SQL-INJ|5|act=blocked cs4=SQL-Injection cs4Label=attack_type")
    )
    assert isinstance(verdict, Decision)
    assert (verdict.pack, verdict.pack_version, verdict.rule) == ("waf", "1.6", "waf-f5")
    assert verdict.decided_by == ("vendor=f5", "product~asm")


def test_a_good_pack_is_read_and_checked(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(PACK)
    assert check_packs(tmp_path) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('title = "Something was seen"', 'titel = "Something was seen"', ["p.toml", "rule seen", "titel"]),
        ("rule_name = {", "rule_nam = {", ["p.toml", "rule seen", "when.rule_nam", "no field rule_nam"]),
        ("words =", "wrods =", ["rule seen", "when.rule_name.wrods", "no operation wrods"]),
        ('words = "was seen"', "words = 7", ["rule seen", "when.rule_name.words", "must be a text"]),
        ('words = "was seen"', 'words = "se*"', ["rule seen", "too short"]),
        ('words = "was seen"', 'words = ":"', ["rule seen", "no word"]),
        ('words = "was seen"', 'words = ["seen", "-*"]', ["rule seen", "no word"]),
        ('words = "was seen"', 'regex = "("', ["rule seen", "no regular expression"]),
        ('words = "was seen"', 'from = "x"', ["rule seen", "must be a number"]),
        ('words = "was seen"', 'present = "x"', ["rule seen", "must be true or false"]),
        ('rule_name = { words = "was seen" }', "any = []", ["rule seen", "when.any", "list of tables"]),
        ('rule_name = { words = "was seen" }', "", ["rule seen", "when", "empty"]),
        ('type = "ids"', 'type = "idz"', ["p.toml", "rule seen", "type"]),
        ('type = "ids"', "", ["rule seen", "either type or ignore"]),
        ('type = "ids"', 'type = "ids"\nignore = "flood"', ["rule seen", "either type or ignore"]),
        ('type = "ids"', 'ignore = "because"', ["rule seen", "ignore"]),
        ('expect = "ids"', 'expect = "id"', ["rule seen", "test.expect"]),
        ('formats = ["cef"]', 'formats = ["morse"]', ["p.toml", "formats"]),
        ('name = "p"', "name = ", ["p.toml", "not TOML"]),
        ('id = "seen"', 'id = "Seen It"', ["p.toml", "id"]),
    ],
)
def test_a_wrong_pack_is_refused_with_file_rule_and_key(
    tmp_path: Path, before: str, after: str, words: list[str]
) -> None:
    assert before in PACK
    refusal = read(PACK.replace(before, after, 1), tmp_path)
    assert not [word for word in words if word not in refusal], refusal
    assert "\n" not in refusal


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(PACK)
    assert "another rule has this id" in read(PACK, tmp_path)


def test_no_pack_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackRefused, match="no rule pack"):
        read_packs(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("Something was seen|8", "Nothing of note|8", "expected ids, became none by no rule"),
        ('expect = "ids"', 'expect = "waf"', "expected waf, became ids by seen"),
        (RECORD, "no record at all", "cef cannot read it"),
    ],
)
def test_a_test_line_that_fails_is_named(tmp_path: Path, before: str, after: str, fault: str) -> None:
    (tmp_path / "p.toml").write_text(PACK.replace(before, after))
    assert check_packs(tmp_path)[0].startswith("p: rule seen: test 1: ")
    assert fault in check_packs(tmp_path)[0]


def test_a_rule_that_another_takes_its_line_from_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(PACK.replace('id = "seen"', 'id = "first"'))
    (tmp_path / "p.toml").write_text(PACK)
    assert check_packs(tmp_path) == ["p: rule seen: test 1: another rule decided: first"]


def test_a_lower_priority_number_is_asked_first(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(PACK.replace('id = "seen"', 'id = "first"'))
    (tmp_path / "p.toml").write_text(PACK.replace('type = "ids"', 'type = "ids"\npriority = 10'))
    assert [each.rule.id for each in read_packs(tmp_path)] == ["seen", "first"]


def test_what_no_rule_decides_is_ignored_with_a_reason_of_the_closed_list() -> None:
    verdict = decide(FORMATS["cef"].read(b"CEF:0|Example|Sensor|1.0|7|Weather is fine|1|"))
    assert verdict == Ignored(Reason.UNDECIDED.value)
    assert {each.rule.ignore for each in own_rules() if each.rule.ignore} <= set(Reason)


def test_an_event_of_an_unknown_format_is_undecided() -> None:
    assert decide(Event(format="x", vendor="a", product="b", record="")) == Ignored(Reason.UNDECIDED.value)


def test_explaining_names_the_rules_asked_and_the_words_that_met() -> None:
    tried = explain(
        FORMATS["cef"].read(b"CEF:0|F5|ASM|16|1|SQL-INJ|5|act=blocked cs4=SQL-Injection cs4Label=attack_type")
    )
    assert tried[-1].rule == "waf-f5"
    assert tried[-1].matched
    assert not [each for each in tried[:-1] if each.matched]
    assert tried[-1].why == ("vendor=f5", "product~asm")


def test_rules_may_ask_for_fields_that_events_have() -> None:
    assert {field.name for field in fields(Event)} >= TEXT_FIELDS | NUMBER_FIELDS


def test_more_rules_about_other_things_do_not_make_an_event_dearer(tmp_path: Path) -> None:
    """The rules asked about an event are those that its own words point to, however many others there are."""
    event = FORMATS["cef"].read(RECORD.encode())
    for number in range(500):
        rule = (
            PACK.partition("[[rule]]")[2]
            .replace("seen", f"thing{number}", 1)
            .replace("was seen", f"wolf{number} howls")
        )
        text = PACK if number == 0 else f"{PACK.partition('[[rule]]')[0].replace('p', f'p{number}', 1)}[[rule]]{rule}"
        (tmp_path / f"p{number}.toml").write_text(text.replace('name = "p"', f'name = "p{number}"'))
    decider = Decider(read_packs(tmp_path), "cef")
    assert [each.rule for each in decider.explain(event)] == ["seen"]


def test_a_verdict_is_the_same_when_it_is_remembered() -> None:
    line = b'{"event_type":"alert","src_ip":"198.51.100.7","alert":{"signature_id":5,"signature":"ET X"}}'
    event = FORMATS["eve"].read(line)
    decider = Decider(own_rules(), "eve")
    assert decider.decide(event) is decider.decide(event)


def test_reading_one_pack_keeps_the_order_of_its_rules() -> None:
    rules = parse_pack("suricata.toml", (FOLDER / "suricata.toml").read_text())
    assert rules[0].rule.id == "suricata-spraying"
