"""The fast look at Suricata's alerts may send a clean one to the thorough search, never the other way round."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.module.formats.reading import FORMATS
from qorgan.module.redact.fields import Redactor
from tests.module.redact.made import (
    encoded,
    ibans,
    iins,
    pans,
    phones,
    spelled_iban,
    spelled_iin,
    spelled_pan,
    spelled_phone,
)

pytestmark = pytest.mark.clause("R67.4")

PLAIN = [
    "/", "/item", "/cgi-bin/.%2e/sh", "/?id=1%27+OR+1=1", "www.example.com", "online.example.kz", "curl/8.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "GET / HTTP/1.1\r\nHost: www.example.com\r\nAccept: */*\r\n",
    "a=b&c=d", "key: value", "1772424847000", "2026-03-02", "kz", "198.51.100.7", "x" * 40,
]  # fmt: skip
SECRET = [
    "password=Qwerty1", "Cookie: SESS=1", "a.clerk@example.com", "a.clerk%40example.com", "10.1.2.3", "172.20.0.4",
    "fd00::1", "srv.bank.example", "srv.ad.local", "BANK\\a.clerk", "C:\\Users\\a.clerk\\x", "/Users/a.clerk/x",
    "https://a:bcd@example.com", "Bearer abcdefghijklmn", "eyJhbGciOiJIUzI1NiJ9.e30.x", "account: 12345678",
    "card 4111111111111112", "login=a.clerk", "sid=zz81zz", "GET /?token=abc HTTP/1.1\r\n", "KZ86 125K ZT50 0410 0100",
    "full_name=Marat Testov", "card holder: AIDA TESTOVA", "Marat Testuly", "cardholder", "July",
    "&#52;111111111111111",
    "4111&nbsp;1111 1111 1111", "data=OTQwMTAxMzAwMTIz", "/a/OTQwMTAxMzAwMTIz/b", "343131313131313131313131313131",
    "0x34313131313131313131313131313131", "%u0034111111111111111", "K Z 8 6 1 2 5 K Z T 5 0 0 4 1 0 0 1 0 0",
    base64.b64encode(b"login=a.clerk&password=Qwerty123").decode(), "тел. 87011234567", "-----BEGIN PRIVATE KEY-----",
]  # fmt: skip
PLACES = ["url", "http_user_agent", "hostname", "http_refer", "xff", "http_content_type", "http_method", "body"]


@st.composite
def values(draw: st.DrawFn) -> str:
    made = draw(
        st.sampled_from(
            [(iins, spelled_iin), (pans, spelled_pan), (ibans, spelled_iban), (phones, spelled_phone), None, None, None]
        )
    )
    if made:
        return encoded(draw, made[1](draw, draw(made[0]())))
    return draw(st.sampled_from(PLAIN + SECRET))


@st.composite
def alerts(draw: st.DrawFn) -> str:
    """An alert with secrets here and there, or none."""
    texts = st.lists(values(), min_size=1, max_size=2).map(" ".join)
    record = {
        "timestamp": "2026-03-02T09:14:07.000001+0500",
        "flow_id": 4111111111111111,
        "event_type": "alert",
        "src_ip": draw(st.sampled_from(["198.51.100.7", "10.0.0.7"])),
        "dest_ip": draw(st.sampled_from(["203.0.113.10", "192.168.1.1"])),
        "dest_port": 80,
        "proto": "TCP",
        "alert": {"signature_id": 1, "signature": draw(st.sampled_from(["ET X", "ET Y for a.b@example.com"]))},
        "http": {place: draw(texts) for place in draw(st.lists(st.sampled_from(PLACES), unique=True, max_size=3))},
    }
    for key in draw(
        st.lists(st.sampled_from(["user", "token", "account", "host", "note", "n"]), unique=True, max_size=2)
    ):
        record[key] = draw(values() | st.integers(0, 10**16))
    for key in draw(st.lists(values().filter(lambda text: len(text) < 64), max_size=1)):
        record[draw(st.sampled_from([key, "note"]))] = draw(st.sampled_from([1, {key: 1}, [{key: {"a": 2}}], {}]))
    return json.dumps(record, separators=(",", ":"), ensure_ascii=draw(st.booleans()))


@given(alert=alerts())
@settings(max_examples=600, deadline=None)
def test_the_quick_way_and_the_thorough_way_agree(alert: str) -> None:
    redactor = Redactor(b"k" * 32, networks=["203.0.113.0/24"], domains=["bank.example"])
    event = FORMATS["eve"].read(alert.encode())
    quick = redactor._quick(event, set())
    if quick is not None:
        assert quick == redactor._thorough(event, (), set()).record_json


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRET)
def test_each_secret_alone_comes_out_alike_either_way(secret: str, place: str) -> None:
    redactor = Redactor(b"k" * 32, networks=["203.0.113.0/24"], domains=["bank.example"])
    record = {"event_type": "alert", "alert": {"signature_id": 1, "signature": "ET X"}, "http": {place: secret}}
    event = FORMATS["eve"].read(json.dumps(record, separators=(",", ":")).encode())
    assert redactor._quick(event, set()) in {None, redactor._thorough(event, (), set()).record_json}


def test_an_ordinary_alert_goes_the_quick_way() -> None:
    alert = (
        '{"event_type":"alert","src_ip":"198.51.100.7","dest_ip":"10.0.0.1","flow_id":4111111111111111,'
        '"alert":{"signature_id":1,"signature":"ET X"},"http":{"hostname":"online.example.kz","url":"/a?id=1"}}'
    )
    quick = Redactor(b"k" * 32)._quick(FORMATS["eve"].read(alert.encode()), set())
    assert quick
    assert b"10.0.0.1" not in quick


def test_real_alerts_come_out_alike_either_way(shared: Path) -> None:
    redactor = Redactor(b"k" * 32)
    for path in sorted((shared / "data" / "dev").glob("*/**/*suricata*")):
        for line in path.read_text().splitlines() if path.is_file() else ():
            if line.startswith("{") and '"event_type":"alert"' in line:
                event = FORMATS["eve"].read(line.encode())
                quick = redactor._quick(event, set())
                assert quick in {None, redactor._thorough(event, (), set()).record_json}


@pytest.mark.parametrize(
    ("harmless", "secret"),
    [
        ("/?pin=0", "/?pin=12345"),
        ("/?a=5&cvv2=1", "/?a=5&cvv2=123"),
        ("/?a=5", "/?a=5&password=12345"),
        ("/?account=12345", "/?account=123456"),
        ("/?id=1", "/?id=4111111111111112"),
        ("/?next=1&q=2", "/?next=%31&q=2@example.com"),
    ],
)
def test_a_url_that_was_harmless_hides_no_secret_in_the_next(harmless: str, secret: str) -> None:
    redactor = Redactor(b"k" * 32)
    for url in (harmless, secret, harmless):
        alert = f'{{"event_type":"alert","alert":{{"signature_id":1,"signature":"ET X"}},"http":{{"url":"{url}"}}}}'
        event = FORMATS["eve"].read(alert.encode())
        assert redactor._quick(event, set()) in {None, redactor._thorough(event, (), set()).record_json}
