"""Names, classes and grades in Chinese, Russian and Kazakh lead where those in English lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.law.severity import Severity
from qorgan.module.event import Event
from qorgan.module.formats.languages import in_english, is_foreign
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SQL-инъекция в параметре запроса", ["sql injection"]),
        ("Подбор паролей к учётной записи", ["brute force"]),
        ("Обнаружено вредоносное ПО: троян", ["malware", "trojan"]),
        ("Порттарды сканерлеу", ["port scan"]),
        ("Құпиясөзді таңдау әрекеті", ["brute force"]),
        ("Бір құпиясөзді көп есептік жазбаға қолдану", ["password spray"]),
        ("Выполнение произвольного кода в форме", ["remote code execution"]),
        ("Переполнение буфера в службе", ["buffer overflow"]),
        ("Сработала сигнатура атаки", ["intrusion signature"]),
        ("Қолтаңба іске қосылды", ["intrusion signature"]),
        ("Сигнатуры атак обновлены", []),
        ("СОВ", ["ids"]),
        ("Служба СОВ работает", []),
        ("Сканирование внутренней сети", ["network scan"]),
        ("Массовое шифрование файлов", ["ransomware"]),
        ("Подстановка учётных данных", ["brute force"]),
        ("Снята блокировка за подбор паролей", []),
        ("Антивирус запущен", []),
        ("Пароль изменён пользователем", []),
        ("Отчёт сформирован", []),
        ("Перезапущен узел WAF", []),
        ("Служба IDS работает", []),
        ("Защита от подбора паролей", []),
        ("Поиск вирусов", []),
        ("Порттарды сканерлеуден қорғау", []),
    ],
)
def test_endings_and_hyphens_do_not_hide_a_word(text: str, words: list[str]) -> None:
    assert list(in_english(text)) == words


@pytest.mark.parametrize(
    ("message", "category"),
    [("Вирусные базы обновлены", ""), ("Вирус найден", "virus"), ("Обновление правил: SQL-инъекция", "")],
)
def test_what_a_title_says_of_a_product_s_own_lists_was_not_found(message: str, category: str) -> None:
    event = Reader().read(f'{{"время":"2026-03-02T09:14:07+05:00","описание":"{message}"}}'.encode())
    assert isinstance(event, Event)
    assert event.category == category


@given(st.text(max_size=50))
def test_plain_text_is_not_foreign(text: str) -> None:
    assert is_foreign(text) == any("\u0400" <= one <= "\u04ff" or "\u4e00" <= one <= "\u9fff" for one in text)


@given(st.text(alphabet="абвгдежзиклмнопрстуфхцчшыьэюяёәіңғүұқөһ -.", max_size=2_000))
def test_capitals_change_nothing(text: str) -> None:
    assert list(in_english(text)) == list(in_english(text.upper()))
