"""Whatever stands in a pack, it is taken as a whole or refused in one line that names the file."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.module.classify.condition import ConditionRefused, compile_when
from qorgan.module.classify.decide import Decider, Decision
from qorgan.module.classify.facts import Facts
from qorgan.module.classify.pack import PackRefused, Reason, own_rules, parse_pack, rules_of_files
from qorgan.module.event import Activity, Event, Ignored, Outcome
from qorgan.module.format_names import FORMAT_NAMES
from tests.module.classify.test_rule_packs import PACK

LINES = PACK.splitlines()
words = st.sampled_from(["vendor", "when", "rule", "test", "words", "any", "not", "x", "регекс", "a b", ""])
scalars = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), words, st.text(max_size=8))
values = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3))
)
fields = st.sampled_from(
    ["vendor", "rule_name", "category|kind", "message", "names", "values", "more.level", "count", "path", "nonsense"]
)
operations = st.dictionaries(
    st.sampled_from(["is", "words", "contains", "prefix", "suffix", "regex", "present", "from", "to", "wrods"]),
    st.one_of(scalars, st.lists(words, max_size=3)),
    max_size=2,
)
tables = st.recursive(
    st.dictionaries(fields, st.one_of(operations, words, st.lists(words, max_size=2)), max_size=3),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(["any", "all"]), st.lists(inner, max_size=3), max_size=2),
        st.dictionaries(st.just("not"), inner, max_size=1),
    ),
    max_leaves=6,
)
texts = st.text(alphabet="abc -_.ЖжİŞ/", max_size=12)
events = st.builds(
    Event,
    format=st.sampled_from(FORMAT_NAMES),
    vendor=texts,
    product=texts,
    record=st.just(""),
    activity=st.sampled_from(Activity),
    outcome=st.sampled_from(Outcome),
    kind=texts,
    rule_name=st.one_of(texts, st.sampled_from(["Malware found", "port scan", "Phishing", "brute force"])),
    category=st.one_of(texts, st.sampled_from(["malware; virus", "intrusion attempt", "flood", "spam"])),
    path=texts,
    message=texts,
    machine=texts,
    more=st.dictionaries(texts, texts, max_size=4),
)


def taken(text: str) -> bool:
    """Whether a pack is taken. It is refused in one line that begins with the file's name."""
    try:
        parse_pack("p.toml", text)
    except PackRefused as refused:
        refusal = str(refused)
    else:
        return True
    assert refusal.startswith("p.toml: ")
    assert "\n" not in refusal
    return False


@given(st.text(max_size=400))
def test_any_text_is_a_pack_or_refused(text: str) -> None:
    taken(text)


@given(place=st.integers(0, len(LINES) - 1), line=st.text(max_size=60))
def test_any_line_of_a_pack_may_be_anything(place: int, line: str) -> None:
    taken("\n".join([*LINES[:place], line, *LINES[place + 1 :]]))


@given(place=st.integers(0, len(LINES) - 1), times=st.integers(0, 3))
def test_lines_of_a_pack_may_be_missing_or_repeated(place: int, times: int) -> None:
    taken("\n".join([*LINES[:place], *LINES[place : place + 1] * times, *LINES[place + 1 :]]))


@pytest.mark.parametrize("deep", ["any = [" * 5_000 + "]" * 5_000, "not = " + "{ not = " * 5_000 + "{}" + " }" * 5_000])
def test_a_pack_that_is_nested_endlessly_is_refused(deep: str) -> None:
    assert not taken(PACK.replace('rule_name = { words = "was seen" }', deep))


@given(values)
def test_any_value_is_a_condition_or_refused(value: Any) -> None:
    try:
        compile_when(value if isinstance(value, dict) else {"vendor": value})
    except ConditionRefused as refused:
        words = str(refused).splitlines()
    else:
        words = ["taken"]
    assert len(words) == 1


@given(when=tables, event=events)
def test_an_index_never_hides_a_rule_that_would_have_been_met(when: dict[str, Any], event: Event) -> None:
    try:
        condition = compile_when(when)
    except ConditionRefused:
        return
    facts = Facts(event)
    if condition.test(facts) is None:
        assert condition.unmet(facts)
        return
    assert not condition.unmet(facts)
    if condition.anchors is None:
        return
    pack = parse_pack("p.toml", PACK.replace('formats = ["cef"]', f'formats = ["{event.format}"]'))[0]
    rule = type(pack)(pack.pack, pack.rule, condition)
    assert isinstance(Decider([rule], event.format).decide(event), Decision)


RULES = own_rules()
"""Compiled before anybody takes the time that an example takes."""


@settings(max_examples=300)
@given(events)
def test_every_event_is_decided_by_our_own_rules_and_the_same_again(event: Event) -> None:
    decider = Decider(RULES, event.format)
    verdict = decider.decide(event)
    assert decider.decide(event) == verdict
    tried = decider.explain(event)
    assert [one.matched for one in tried[:-1]] == [False] * (len(tried) - 1) if tried else True
    if isinstance(verdict, Ignored):
        assert verdict.reason in set(Reason)
    else:
        assert tried[-1].rule == verdict.rule
        assert verdict.decided_by


@given(events)
def test_the_order_of_the_files_decides_nothing(event: Event) -> None:
    other = PACK.replace('"p"', '"q"').replace('"seen"', '"also"').replace('type = "ids"', 'type = "waf"\npriority = 9')
    one = Decider(rules_of_files({"a.toml": PACK, "b.toml": other}), event.format)
    two = Decider(rules_of_files({"b.toml": other, "a.toml": PACK}), event.format)
    assert one.decide(event) == two.decide(event)


def test_a_rule_that_no_index_can_find_is_refused() -> None:
    for when in ('message = { regex = "a.c" }', "message = { present = true }", 'message = { contains = "ab" }'):
        with pytest.raises(PackRefused, match=r"p\.toml: rule seen: when: asks for nothing that an index can find"):
            parse_pack("p.toml", PACK.replace('rule_name = { words = "was seen" }', when))
