"""Records that name an attack of which none was seen say so by a state, a count or a sentence; others do not."""

from __future__ import annotations

import pytest

from qorgan.module.formats.standing import standing_of
from qorgan.module.formats.standing_said import said_in
from qorgan.module.formats.standing_words import WORDS


@pytest.mark.parametrize(
    ("pairs", "stands"),
    [
        ({"alert": "Port sweep", "resolution": "False positive"}, ("harmless",)),
        ({"alert": "Port sweep", "resolution": "True positive"}, ()),
        ({"вердикт": "не фишинг", "действие": "возвращено"}, ("harmless",)),
        ({"нәтиже": "таза", "тіркеме": "a.pdf"}, ("harmless",)),
        ({"verdict": "OK"}, ("harmless",)),
        ({"result": "OK", "verdict": "malicious"}, ()),
        ({"result": "clean", "virus_name": "Trojan.Example"}, ()),
        ({"verdict": "clean", "attachment.verdict": "malware"}, ()),
        ({"ports_scanned": "0", "hosts_scanned": "0"}, ("none-counted",)),
        ({"ports_scanned": "0", "hosts_scanned": "9"}, ()),
        ({"is_sample": "true"}, ("tried-out",)),
        ({"is_sample": "false", "sample": "e3b0c44298fc1c149afbf4c8996fb924"}, ()),
        ({"state": "disabled", "changed_by": "operator"}, ("set",)),
        ({"state": "disabled"}, ()),
        ({"report": "weekly"}, ("summed-up",)),
        ({"report": "phishing"}, ()),
        ({"finding_class": "vulnerability"}, ("weakness",)),
        ({"was.min_ports": "20", "now.min_ports": "40", "by": "operator"}, ("set",)),
        ({"before": "20", "after": "80"}, ()),
        ({"before": "active", "after": "locked", "admin": "no"}, ()),
        ({"job": "quarantine cleanup"}, ("set",)),
        ({"job": "quarantine cleanup", "virus": "Trojan.Example"}, ()),
        ({"threats_found": "3"}, ("some-found",)),
        ({"weakness": "no lockout"}, ("weakness",)),
        ({"status": "LEGIT"}, ("harmless",)),
    ],
)
def test_fields_for_states_and_counts_say_how_it_stands(pairs: dict[str, str], stands: tuple[str, ...]) -> None:
    assert standing_of((), "", pairs) == stands


@pytest.mark.parametrize(
    ("sentence", "means"),
    [
        ("Attack signatures 12.4 were downloaded and installed", {"set"}),
        ("Malicious driver loaded by a rule for attack signatures", set()),
        ("Правило «Подбор пароля» изменено оператором", {"set"}),
        ("Обнаружена атака, правило «Подбор пароля» изменено вредоносным процессом", set()),
        ("Шабуыл қолтаңбалары жаңартылды", {"set"}),
        ("lockout of user clerk lifted by the operator", {"lifted"}),
        ("account locked, lockout expires in 30 minutes", set()),
        ("Заражённых объектов: 0. Подозрительных: 0", {"none-found"}),
        ("Заражённых объектов: 2. Подозрительных: 0", set()),
        ("weekly summary: trojans 3, all handled", {"summed-up"}),
        ("malware detected in the file monthly_report.exe", set()),
        ("Blocked countries", {"by-country"}),
        ("Operating system out of date", {"weakness"}),
        ("Weekly report: port scans detected 14", {"summed-up"}),
        ("Weekly scan report: 2 files infected", set()),
        ("Test message for the pager", {"tried-out"}),
        ("port scan by an authorised scanner", {"own-scanner"}),
        ("port scan by an unauthorised scanner", set()),
        ("rule for port scan protection installed", {"set"}),
        ("rule for 198.51.100.7 (port scan) added", set()),
    ],
)
def test_a_sentence_tells_of_a_guards_own_affairs_or_of_an_attack(sentence: str, means: set[str]) -> None:
    assert said_in(sentence) == means


@pytest.mark.parametrize(
    ("title", "stands"),
    [
        ("analytic_change", ("set",)),
        ("FileAllowList", ("exempted",)),
        ("Application not on whitelist", ()),
        ("Heartbeat", ("running",)),
        ("C2 heartbeat", ()),
        ("Group policy changed", ()),
    ],
)
def test_a_title_tells_it_by_all_of_its_words(title: str, stands: tuple[str, ...]) -> None:
    assert standing_of((title,), "", {}) == stands


def test_what_says_a_thing_is_looked_for_only_where_a_part_of_it_stands() -> None:
    assert all(part == part.lower() and "_" not in part for each in WORDS.sentences for part in each.holds)
