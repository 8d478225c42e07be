"""A malicious code is known by the name that products give it, wherever in a sentence that stands."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.event import Event
from qorgan.module.formats.malware_name import malware_name
from qorgan.module.formats.reading import Reader


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MID 1745 antivirus repaired 'W32/Netsky-P'", "W32/Netsky-P"),
        ("detected Email-Worm.Win32.Mydoom.l in email body", "Email-Worm.Win32.Mydoom.l"),
        ("virus: Eicar-Test-Signature file: x", "Eicar-Test-Signature"),
        ("POP3 OF97/Jerk Delete a.zip", "OF97/Jerk"),
        ("(HEUR:Trojan.Win32.Generic)", "HEUR:Trojan.Win32.Generic"),
        ("TROJ_EXAMPLE.A found", "TROJ_EXAMPLE.A"),
        ("stream: Win.Worm.Example-7 FOUND", "Win.Worm.Example-7"),
        ("stream: Exploit.HTML.IFrame FOUND", "Exploit.HTML.IFrame"),
        ("part 17 - Virus 'CXmail/Example-A' 'body/a.exe'", "CXmail/Example-A"),
        ("/srv/a.bin: Scanner-Test-Signature FOUND", "Scanner-Test-Signature"),
        ("exploit.html opened, win.worm and html.page", ""),
        ("antivirus 'is on' and the virus 'list' is new", ""),
        ("GET http://files.example/win32/setup.exe", ""),
        ("ran C:\\win32\\trojan.exe", ""),
        ("the trojan war. Virus. Worm", ""),
        ("linux/6.1 php/8.2 win64 x64", ""),
        ("", ""),
    ],
)
def test_a_name_is_found_or_not(text: str, name: str) -> None:
    assert malware_name(text) == name


@given(st.text(max_size=1_500))
def test_of_any_text_it_is_a_part_or_nothing(text: str) -> None:
    assert malware_name(text) in text


@pytest.mark.parametrize("unit", ["trojan", "w32/", "heur:", "trojan.-", "worm_a!", "Email-Worm.1"])
def test_repetition_does_not_slow_it(unit: str) -> None:
    begun = time.process_time()
    for _ in range(50):
        malware_name(unit * 2_000)
    assert time.process_time() - begun < 2


def test_a_line_with_such_a_name_is_about_malicious_code_unless_it_says_that_there_is_none() -> None:
    found = Reader().read(b"Mar  2 09:14:07 gate scand: Trojan.Win32.Example.a on 4f51b7cd6fd19dc1df5e4bae3a6cb795")
    assert isinstance(found, Event)
    assert (found.category, found.rule_name) == ("malware", "Trojan.Win32.Example.a")
    clean = Reader().read(b"Mar  2 09:14:07 gate scand: signatures updated, Trojan.Win32.Example.a and 30 more")
    assert isinstance(clean, Event)
    assert clean.category != "malware"
