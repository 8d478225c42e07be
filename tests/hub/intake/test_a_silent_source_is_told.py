"""What a heartbeat tells of a source that fell silent: once, by kind and product, and never by its own name."""

from __future__ import annotations

import pytest

from qorgan.hub.intake.enrolment import newly_alarmed
from qorgan.wire.enrolment import Heartbeat, SourceStatus

SINCE = "2026-03-03T10:00:00+05:00"


def source(name: str, alarm: str = "", kind: str = "file") -> SourceStatus:
    return SourceStatus(
        name=name,
        read=5,
        quarantined=0,
        kind=kind,
        product="Suricata",
        alarm=alarm,
        alarm_since=SINCE if alarm else None,
    )


def beat(*sources: SourceStatus) -> Heartbeat:
    return Heartbeat(
        version="1", at=SINCE, read=5, sent=5, spooled=0, ignored={}, quarantined=0, sources=tuple(sources)
    )


def stored(*sources: SourceStatus) -> dict:
    return {"sources": [{"name": one.name, "alarm": one.alarm} for one in sources]}


@pytest.mark.clause("R67.3.8")
def test_a_source_that_falls_silent_is_told_once():
    silent = source("0a1b2c3d", "silent")
    (told,) = newly_alarmed(stored(source("0a1b2c3d")), beat(silent))
    assert told == {"kind": "file", "product": "Suricata", "alarm": "silent", "since": SINCE}
    assert newly_alarmed(stored(silent), beat(silent)) == []
    assert newly_alarmed(stored(silent), beat(source("0a1b2c3d"))) == []
    assert len(newly_alarmed(stored(silent), beat(source("0a1b2c3d", "much")))) == 1
    assert len(newly_alarmed(None, beat(silent))) == 1


def test_the_name_of_a_source_is_never_written_down():
    assert "dmz-sensor-7" not in str(newly_alarmed(None, beat(source("dmz-sensor-7", "silent"))))


def test_one_heartbeat_cannot_fill_the_audit_trail():
    assert len(newly_alarmed(None, beat(*(source(f"{number:08x}", "silent") for number in range(256))))) == 20
