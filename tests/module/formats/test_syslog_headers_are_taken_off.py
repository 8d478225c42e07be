"""Whatever header a relay put before a record, and however often, the record comes out whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.formats.syslog import strip_header

BODY = b'{"event_type":"alert"}'


@pytest.mark.parametrize(
    ("header", "host", "app"),
    [
        (b"", "", ""),
        (b"<134>", "", ""),
        (b"<134> ", "", ""),
        (b"<134>Mar  2 09:00:00 sensor-1 suricata[17]: ", "sensor-1", "suricata"),
        (b"<134>Mar 02 2026 09:00:00 sensor-1 suricata: ", "sensor-1", "suricata"),
        (b"<134> Mar  2 09:00:00 sensor-1 suricata: ", "sensor-1", "suricata"),
        (b"Mar  2 09:00:00 sensor-1 ", "sensor-1", ""),
        (b"Mar  2 09:00:00 fe80::1 suricata: ", "fe80::1", "suricata"),
        (b"<134>2026-03-02T09:00:00.123456+05:00 sensor-1 suricata[17]: ", "sensor-1", "suricata"),
        (b"<134>1 2026-03-02T09:00:00.123Z sensor-1 suricata 17 ID1 - ", "sensor-1", "suricata"),
        (b'<134>1 2026-03-02T09:00:00Z sensor-1 suricata - - [a@1 b="c\\"]d"][e] ', "sensor-1", "suricata"),
        (b"<134>1 2026-03-02T09:00:00Z sensor-1 suricata - - - \xef\xbb\xbf", "sensor-1", "suricata"),
        (b"<134>1 - - - - - - ", "", ""),
        (b"<13>Mar  2 09:00:01 relay <134>Mar  2 09:00:00 sensor-1 suricata: ", "sensor-1", "suricata"),
        (b"<134>suricata[17]: ", "", "suricata"),
        (b"\xef\xbb\xbf", "", ""),
    ],
)
def test_a_header_goes_and_says_its_host_and_program(header: bytes, host: str, app: str) -> None:
    found = strip_header(header + BODY + b"\n")
    assert (found.body, found.host, found.app) == (BODY, host, app)


def test_a_cef_mark_is_not_taken_for_a_program() -> None:
    assert strip_header(b"<134> 2026-03-02T09:00:00Z CEF:0|a|b").body == b"CEF:0|a|b"
    assert strip_header(b"<134>CEF:0|a|b").body == b"CEF:0|a|b"


@given(st.binary(max_size=200))
def test_any_bytes_lose_nothing_behind_what_was_taken_off(record: bytes) -> None:
    assert record.strip(b"\r\n\0 ").endswith(strip_header(record).body)


def test_structured_data_of_a_vendors_own_stays_where_only_a_few_words_stand_behind_it() -> None:
    head, said = (
        b"<36>1 2026-03-02T09:00:00Z mx3 mailav 301 VIRUS ",
        b'[mail@32473 from="a" sig="b" verdict="infected"]',
    )
    found = strip_header(head + said + b" Message dropped")
    assert (found.body, found.message_id) == (said + b" Message dropped", "VIRUS")
    assert strip_header(head + said.replace(b"@32473", b"") + b" Message dropped").body == b"Message dropped"
    assert strip_header(head + said + b" " + BODY).body == BODY
    assert strip_header(head + said + b" CEF:0|a|b|c|d|e|f|").body.startswith(b"CEF:")
    assert strip_header(head + b'[x@1 a="b"] Message dropped').body == b"Message dropped"
