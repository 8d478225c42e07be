"""A real nginx with ModSecurity and the Core Rule Set is attacked; the centre gets typed, redacted signals."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from qorgan.wire import record
from qorgan.wire.signal import Action, RedactionClass, Signal
from tests.faults.line import Line, until
from tests.products import web_application_firewall

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept": "text/html", "Host": "bank.example"}
IIN, PAN, SESSION, PASSWORD = "900101300017", "4111111111111111", "9f8e7d6c5b4a39281706", "Kupiyasoz2026"

ATTACKS = {
    "SQL injection": (f"/accounts?iin={IIN}&id=1%27%20OR%20%271%27=%271", {}, "9421"),
    "cross-site scripting": (f"/find?card={PAN}&q=%3Cscript%3Ealert(1)%3C/script%3E", {}, "941"),
    "path traversal": (
        f"/get?password={PASSWORD}&file=../../../../etc/passwd",
        {"Cookie": f"session={SESSION}"},
        "930",
    ),
    "a scanner": ("/", {"User-Agent": "Nikto/2.5.0"}, "913"),
}


@pytest.mark.products
@pytest.mark.clause("R67.8.2")
@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("log_format", ["JSON", "Native"])
def test_an_attacked_firewall_yields_signals(line: Line, tmp_path: Path, log_format: str) -> None:
    with web_application_firewall.running(tmp_path / "waf", log_format=log_format) as firewall:
        line.read_from(f'kind = "file"\nname = "waf"\npath = "{firewall.audit_log}"')
        line.start_module()
        for path, headers, _ in ATTACKS.values():
            answer = httpx.get(f"http://127.0.0.1:{firewall.port}{path}", headers={**BROWSER, **headers})
            assert answer.status_code == httpx.codes.FORBIDDEN
        harmless = httpx.get(f"http://127.0.0.1:{firewall.port}/", headers=BROWSER)
        assert harmless.status_code == httpx.codes.OK
        until(lambda: line.stored_count() >= len(ATTACKS), 30, "a signal for each attack")
    signals = stored(line)
    assert {signal.type.value for signal in signals} == {"waf"}
    assert {signal.action for signal in signals} == {Action.BLOCKED}
    rules = [signal.sensor.rule_id or "" for signal in signals]
    for attack, (_, _, family) in ATTACKS.items():
        assert any(rule.startswith(family) for rule in rules), f"{attack}: no rule {family}xx among {rules}"
    assert all(re.fullmatch(r"9[0-9]{5}", rule) for rule in rules)
    everything = b"".join(record.encode(signal) for signal in signals).decode()
    for secret in (IIN, PAN, SESSION, PASSWORD):
        assert secret not in everything
    removed = {kind for signal in signals for kind in signal.redacted}
    assert {RedactionClass.IIN, RedactionClass.PAN, RedactionClass.CREDENTIAL} <= removed


def stored(line: Line) -> list[Signal]:
    with line.database() as connection:
        return [record.decode(row[0]) for row in connection.execute("SELECT record FROM signal ORDER BY sequence")]
