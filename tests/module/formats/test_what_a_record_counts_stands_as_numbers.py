"""What a record counts, by the names of its fields or in a sentence, stands as numbers that rules can ask for."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.classify.facts import NAMES, Facts
from qorgan.module.event import Event
from qorgan.module.formats.counted import NAMED, PREFIX, WHAT, counts_in, number_of
from qorgan.module.formats.reading import Reader


def counted(record: str) -> dict[str, str]:
    event = Reader().read(record.encode())
    assert isinstance(event, Event)
    return {
        name.removeprefix(PREFIX): value
        for name, value in event.more.items()
        if name.startswith(PREFIX) and name != WHAT
    }


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("time=1772424847 src=198.51.100.7 ports_scanned=40 window_s=5", {"ports": "40", "window": "5"}),
        (
            '{"sourceIp":"198.51.100.7","distinctDestinations":211,"windowSeconds":60}',
            {"hosts": "211", "window": "60"},
        ),
        (
            '{"title":"Failures","uniqueUsers":60,"failedLogins":61,"windowMinutes":10}',
            {"accounts": "60", "failures": "61", "window": "10"},
        ),
        (
            "CEF:0|Example|IdP|1|7|Failed sign-ins|7|cn1Label=DistinctUsers cn1=88 cn2Label=Failures cn2=90",
            {"accounts": "88", "failures": "90"},
        ),
        (
            "Mar  2 09:14:07 gate vpnd: 15 failed logins in 60 seconds for user clerk from 198.51.100.7",
            {"failures": "15", "window": "60"},
        ),
        (
            "Mar  2 09:14:07 gate vpnd: неудачные попытки входа для 40 учётных записей за 10 минут",
            {"accounts": "40", "window": "10"},
        ),
        ("Mar  2 09:14:07 gate vpnd: 60 секунд ішінде 20 қате құпиясөз енгізілді", {"failures": "20", "window": "60"}),
        ("Mar  2 09:14:07 gate vpnd: clerk failed to sign in 18 times in 2 minutes", {"failures": "18", "window": "2"}),
        (
            "Mar  2 09:14:07 gate vpnd: horizontal guessing: distinctPrincipals=412 attemptsPerPrincipal=1.2",
            {"accounts": "412"},
        ),
        (
            "Время: 02.03.2026 09:14:07|Событие: Вход|Ошибок: 17|Интервал: 09:10:00-09:14:07|Узел: 192.0.2.7",
            {"failures": "17", "window": "247"},
        ),
        (
            'Mar  2 09:14:07 gate vpnd: event=login user=clerk src=198.51.100.7 failures="12 within 3 min"',
            {"failures": "12", "window": "3"},
        ),
        (
            "оқиға=кіру көз=198.51.100.7 тіркелгі_саны=38 қате_енгізу=41 аралық=15мин",
            {"accounts": "38", "failures": "41", "window": "15"},
        ),
        (
            'Mar  2 09:14:07 gate vpnd: "Кіру сәтсіз","клиент саны: 44","сәтсіз әрекет: 51","аралық: 15 мин"',
            {"accounts": "44", "failures": "51", "window": "15"},
        ),
        (
            "Правило: Неудачные входы; Учетных записей: 19 (petrov, ivanova, ...); Неудачных попыток: 21; ПК: PC-7",
            {"accounts": "19", "failures": "21"},
        ),
        ("Mar  2 09:14:07 gate vpnd: caller tried 37 different PINs in a row", {"passwords": "37"}),
        (
            "Mar  2 09:14:07 gate vpnd: 198.51.100.7 asked 188 of our 254 addresses in one minute",
            {"hosts": "188", "window": "1"},
        ),
        ('{"visitor":"198.51.100.7","portsTouched":[21,22,23,25,53,80],"seconds":2}', {"ports": "6", "window": "2"}),
        (
            '{"event":"failures","subjects":[{"login":"a"},{"login":"b"},{"login":"c"},{"login":"d"},{"login":"e"}]}',
            {"accounts": "5"},
        ),
        ('{"event":"failures","subjects":[{"login":"a"},{"login":"b"}]}', {}),
        ("Mar  2 09:14:07 gate vpnd: clerk was rejected 22 consecutive times", {"failures": "22"}),
        ("2026-03-02 09:14:07 сторож: вход под 53 разными именами за 5 минут", {"accounts": "53", "window": "5"}),
        ("2026-03-02 09:14:07 сторож: 53 имени в списке за 5 минут", {}),
        ('{"observation":"one password","names_tried":73}', {"accounts": "73"}),
        ('{"observation":"names in the book","names":73}', {}),
        (
            '{"event":"challenge","login":"clerk","cause":"35 wrong passwords in a row for this login"}',
            {"failures": "35"},
        ),
        (
            '{"ProviderName":"Guard","EventID":310,"MachineName":"TS-02","Message":"failed 96 times in 5 minutes"}',
            {"failures": "96", "window": "5"},
        ),
        (
            "time=1772424847 есептік_жазбалар=143 әрекет_саны=150 терезе=1800с",
            {"accounts": "143", "failures": "150", "window": "1800"},
        ),
        (
            "time=1772424847 src=198.51.100.7 ports_hit=40 hosts_knocked=3 secs=9",
            {"ports": "40", "hosts": "3", "window": "9"},
        ),
        ("time=1772424847 src=198.51.100.7 decoys=7 span=20s", {"hosts": "7", "window": "20"}),
        (
            '{"text":"one code","subscribers":412,"rejections":413,"span":"60s"}',
            {"accounts": "412", "failures": "413", "window": "60"},
        ),
        ('{"клиент":"198.51.100.7","неуспешных":31,"окно_сек":90}', {"failures": "31", "window": "90"}),
        ("Mar  2 09:14:07 gate vpnd: 198.51.100.7 is probing ports on 30 servers", {"hosts": "30"}),
        ("Mar  2 09:14:07 gate vpnd: узел за 4 мин. обратился к 240 узлам", {"hosts": "240", "window": "4"}),
        ("Mar  2 09:14:07 gate vpnd: превышено число попыток входа: 60 за 3 мин.", {"failures": "60", "window": "3"}),
        ("Mar  2 09:14:07 gate vpnd: 6 минут ішінде 90 тораптың порттарына қосылды", {"hosts": "90", "window": "6"}),
        ("Mar  2 09:14:07 gate vpnd: 90 торап тізімде", {}),
        ('{"text":"letters","customer_id":412,"rejected":"no"}', {}),
        ("Mar  2 09:14:07 gate vpnd: id=412 sessions=77 codesUsed=3 done", {}),
        ("time=1772424847 src=198.51.100.7 dport=40 port_number=443 duration=5 password=1234 host=7", {}),
        ("Mar  2 09:14:07 gate vpnd: login failed for clerk from 198.51.100.7 port 40112 ssh2", {}),
    ],
)
def test_a_number_is_found_by_its_name_or_its_sentence(record: str, told: dict[str, str]) -> None:
    assert counted(record) == told


def test_a_password_that_is_a_number_is_never_taken_for_a_count() -> None:
    for name in ("password", "userPassword", "passwd", "pwd", "new_password"):
        assert not any(pattern.search(name) for field, pattern in NAMED if field == f"{PREFIX}passwords")


def test_what_is_counted_is_no_name_of_the_products() -> None:
    event = Reader().read(b"time=1772424847 src=198.51.100.7 ports_scanned=40 window_s=5")
    assert isinstance(event, Event)
    assert PREFIX not in Facts(event).raw(NAMES)


def test_names_in_other_languages_stand_beside_the_english_ones_that_rules_ask_for() -> None:
    event = Reader().read("Событие: Отказ; Процесс: C:\\a.exe; Устройство: PC-0042; Пользователь: clerk".encode())
    assert isinstance(event, Event)
    names = Facts(event).raw(NAMES)
    assert "process" in names
    assert "device name" in names
    assert "Процесс" in names


@given(st.text(max_size=2_000))
def test_any_text_counts_only_in_digits(text: str) -> None:
    for field, number in counts_in(text):
        assert field.startswith(PREFIX)
        assert re.fullmatch(r"[0-9\u0660-\u0669\d]{1,6}", number)


@given(st.text(max_size=60))
def test_any_value_is_a_number_or_none(value: str) -> None:
    for field, _ in NAMED:
        assert number_of(field, value) == "" or number_of(field, value).isdecimal()


@pytest.mark.parametrize(
    "unit", ["failed ", "1 failed ", "5 a b c ", "in 5 ", "за 5 ", "scanned 9 a b ", "неудачных 7 "]
)
def test_repetition_does_not_slow_it(unit: str) -> None:
    begun = time.process_time()
    for _ in range(50):
        list(counts_in(unit * 2_000))
    assert time.process_time() - begun < 2
