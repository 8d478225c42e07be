"""Each of the eight types reaches the centre by the real cause, out of a real product: which test shows it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from qorgan.law.asoi import SignalType

HERE = Path(__file__).parent
MAIL = "test_what_comes_by_mail_reaches_the_hub.py"
OVER_TIME = "test_attacks_over_time_reach_the_hub.py"
SHOWN = {
    SignalType.IDS: (
        *("R67.8.1", "Suricata", "test_suricata_alerts_reach_the_hub.py"),
        "test_an_attack_that_suricata_sees_is_one_signal_and_other_traffic_is_none",
    ),
    SignalType.WAF: (
        *("R67.8.2", "nginx with ModSecurity and the OWASP Core Rule Set", "test_modsecurity_signals_reach_the_hub.py"),
        "test_an_attacked_firewall_yields_signals",
    ),
    SignalType.ENDPOINT: (
        *("R67.8.3", "ClamAV on a machine", MAIL),
        "test_eicar_that_clamav_finds_is_a_signal_by_where_it_was_found",
    ),
    SignalType.MALCODE: (
        *("R67.8.4", "ClamAV at the mail's way in", MAIL),
        "test_eicar_that_clamav_finds_is_a_signal_by_where_it_was_found",
    ),
    SignalType.PHISHING: ("R67.8.5", "rspamd", MAIL, "test_a_phish_that_rspamd_judges_is_a_signal"),
    SignalType.SCAN: (
        *("R67.8.6", "netfilter, scanned by nmap", OVER_TIME),
        "test_nmap_against_a_logging_firewall_is_one_signal",
    ),
    SignalType.GUESS: (
        *("R67.8.7", "sshd", OVER_TIME),
        "test_sshd_under_guessing_is_one_signal_that_grows_graver_when_the_guesser_gets_in",
    ),
    SignalType.SPRAY: (
        *("R67.8.8", "sshd", OVER_TIME),
        "test_sshd_under_spraying_is_one_signal_without_the_accounts",
    ),
}
"""Clause, product, file and test of each type."""


def test_no_type_is_left_out() -> None:
    assert set(SHOWN) == set(SignalType)


@pytest.mark.parametrize("signal_type", SHOWN)
def test_the_test_that_shows_a_type_is_there_and_stands_for_its_clause(signal_type: SignalType) -> None:
    clause, _, file, name = SHOWN[signal_type]
    tree = ast.parse((HERE / file).read_text("utf-8"))
    (found,) = (each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == name)
    marks = [ast.unparse(mark) for mark in found.decorator_list]
    assert f"pytest.mark.clause('{clause}')" in marks
    everywhere = [
        ast.unparse(each.value) for each in tree.body if isinstance(each, ast.Assign) and _is_pytestmark(each)
    ]
    assert any("pytest.mark.products" in said for said in (*marks, *everywhere))
    assert not any("skip" in said or "xfail" in said for said in (*marks, *everywhere))
    assert _asks_for(found, signal_type) or _asks_for(tree, signal_type)


def _is_pytestmark(assignment: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in assignment.targets)


def _asks_for(tree: ast.AST, signal_type: SignalType) -> bool:
    """Whether the type is named in it, as a member or by its value."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr == signal_type.name)
        or (isinstance(node, ast.Constant) and node.value == signal_type.value)
        for node in ast.walk(tree)
    )
