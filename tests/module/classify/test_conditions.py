"""What a rule can ask, and that its index never keeps it from being asked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.severity import Severity
from qorgan.module.classify.condition import Anchor, compile_when
from qorgan.module.classify.facts import Facts, stem
from qorgan.module.event import Event

EVENT = Event(
    format="cef",
    vendor="Example Labs",
    product="EndpointGuard",
    record="",
    kind="threat:found",
    rule_id="4000001",
    rule_name="Trojan-Downloader found in FileMail",
    category="malware; web attack",
    severity=Severity.HIGH,
    source_port=4444,
    count=3,
    more={"rule.level": "12", "Threat Name": "Eicar"},
)


def met(when: dict[str, Any]) -> tuple[str, ...] | None:
    return compile_when(when).test(Facts(EVENT))


@pytest.mark.parametrize(
    ("when", "by"),
    [
        ({"vendor": "example labs"}, ("vendor=example labs",)),
        ({"kind": ["x", "threat:found"]}, ("kind=threat:found",)),
        ({"severity": "high"}, ("severity=high",)),
        ({"rule_name": {"words": "trojan downloader"}}, ("rule_name~trojan downloader",)),
        ({"rule_name": {"words": ["x y", "down*"]}}, ("rule_name~down*",)),
        ({"rule_name": {"words": "file mail"}}, ("rule_name~file mail",)),
        ({"rule_name": {"words": "filemail"}}, ("rule_name~filemail",)),
        ({"product": {"words": "endpoint*"}}, ("product~endpoint*",)),
        ({"category": {"contains": "web att"}}, ("category~web att",)),
        ({"kind": {"prefix": "threat:"}}, ("kind~threat:",)),
        ({"kind": {"suffix": ":found"}}, ("kind~:found",)),
        ({"kind": {"regex": r"^threat:\w+$"}}, ("kind~threat:found",)),
        ({"more.Threat Name": {"regex": "EIC.."}}, ("more.Threat Name~EIC..",)),
        ({"more.Threat Name": "eicar"}, ("more.Threat Name=eicar",)),
        ({"more.rule.level": {"from": 12, "to": 15}}, ("more.rule.level>=12", "more.rule.level<=15")),
        ({"source_port": {"from": 4000}}, ("source_port>=4000",)),
        ({"user": {"present": False}}, ("user absent",)),
        ({"rule_id": {"present": True}}, ("rule_id present",)),
        ({"host|kind|vendor": {"words": "labs"}}, ("vendor~labs",)),
        ({"any": [{"vendor": "x"}, {"kind": "threat:found"}]}, ("kind=threat:found",)),
        ({"all": [{"severity": "high"}, {"kind": "threat:found"}]}, ("severity=high", "kind=threat:found")),
        ({"kind": "threat:found", "not": {"vendor": "x"}}, ("kind=threat:found",)),
    ],
)
def test_a_condition_is_met_and_says_by_what(when: dict[str, Any], by: tuple[str, ...]) -> None:
    assert met(when) == by


@pytest.mark.parametrize(
    "when",
    [
        {"vendor": "example"},
        {"rule_name": {"words": "trojan found"}},
        {"rule_name": {"words": "download"}},
        {"more.rule.level": {"from": 13}},
        {"rule_name": {"from": 1}},
        {"user": {"present": True}},
        {"any": [{"vendor": "x"}, {"kind": "y"}]},
        {"kind": "threat:found", "vendor": "x"},
        {"kind": "threat:found", "not": {"severity": "high"}},
        {"more.nothing": {"regex": "."}},
    ],
)
def test_a_condition_is_not_met(when: dict[str, Any]) -> None:
    assert met(when) is None


def test_what_a_regular_expression_found_outside_the_vendors_words_is_not_repeated() -> None:
    event = Event(format="cef", vendor="a", product="b", record="", message="client 940101300123 said no")
    by = compile_when({"message": {"regex": r"client \d+"}}).test(Facts(event))
    assert by == (r"message~client \d+",)


words = st.lists(
    st.sampled_from(["port", "scan", "scanning", "VirusFound", "web-attack", "av", "x1", "of"]), max_size=4
)
wanted = st.sampled_from(["port scan", "scan*", "virus found", "virusfound", "web attack", "av", "scan of", "port sc*"])


@given(
    name=words.map(" ".join),
    category=words.map("; ".join),
    kind=st.sampled_from(["alert", "av", ""]),
    first=wanted,
    second=wanted,
    joined=st.sampled_from(["all", "any"]),
)
def test_an_event_that_meets_a_condition_shows_one_of_its_anchors(
    name: str, category: str, kind: str, first: str, second: str, joined: str
) -> None:
    condition = compile_when(
        {joined: [{"rule_name|category": {"words": first}}, {"category": {"words": second}, "kind": "av"}]}
    )
    facts = Facts(Event(format="cef", vendor="", product="", record="", rule_name=name, category=category, kind=kind))
    if condition.test(facts) is not None:
        assert condition.anchors
        assert any(holds(anchor, facts) for anchor in condition.anchors)


def holds(anchor: Anchor, facts: Facts) -> bool:
    """Whether an index would find the anchor in an event."""
    if anchor.how == "word":
        return anchor.value in {stem(word) for word in facts.words(anchor.field).split()}
    if anchor.how == "part":
        return anchor.value in facts.grams(anchor.field)
    return facts.lowered(anchor.field) == anchor.value


pieces = st.text(alphabet="abc-_ ЖжİŞ", min_size=1, max_size=6)


@given(text=pieces.map(lambda piece: piece * 2), part=pieces, how=st.sampled_from(["contains", "prefix", "suffix"]))
def test_parts_of_a_text_are_indexed_by_letters_that_the_text_has(text: str, part: str, how: str) -> None:
    condition = compile_when({"message": {how: [part, text[:4]]}})
    facts = Facts(Event(format="cef", vendor="", product="", record="", message=text))
    if condition.test(facts) is not None and condition.anchors is not None:
        assert any(holds(anchor, facts) for anchor in condition.anchors)
