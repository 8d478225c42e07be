"""Names, classes and grades in Chinese lead where those in English lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.severity import Severity
from qorgan.module.event import Event
from qorgan.module.formats.chinese import in_english, is_chinese
from qorgan.module.formats.reading import Reader
from qorgan.wire.signal import Action


def test_a_record_of_a_gateway_is_read_by_its_names() -> None:
    record = (
        "<23>May 25 11:31:48 gate fw: 日志类型:病毒日志, 源IP:203.0.113.4, 源端口:1102, 目的IP:192.0.2.5, 目的端口:80, "
        "协议:tcp, 病毒名称:Trojan.Win32.Example, 严重等级:高, 动作:拒绝"
    )
    event = Reader().read(record.encode())
    assert isinstance(event, Event)
    assert (event.source_address, event.destination_address) == ("203.0.113.4", "192.0.2.5")
    assert (event.source_port, event.destination_port, event.protocol) == (1102, 80, "tcp")
    assert (event.rule_name, event.severity, event.action) == ("Trojan.Win32.Example", Severity.HIGH, Action.BLOCKED)
    assert "virus" in event.category.split("; ")


@pytest.mark.parametrize(
    ("text", "words"),
    [("SSH暴力破解", ["brute force"]), ("端口扫描", ["port scan"]), ("流量日志", []), ("SQL注入", ["sql injection"])],
)
def test_what_is_meant_is_told_in_english(text: str, words: list[str]) -> None:
    assert list(in_english(text)) == words


@given(st.text(max_size=50))
def test_plain_text_is_not_chinese(text: str) -> None:
    assert is_chinese(text) == any("\u4e00" <= letter <= "\u9fff" for letter in text)
