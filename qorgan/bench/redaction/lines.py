"""Records of security products with secrets planted in them, and with what only looks like one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from qorgan.bench.redaction import said, values
from qorgan.bench.redaction.spellings import DOTTED, FORMS, PLAIN, phone_as_written

KINDS: Final = (
    "iin",
    "pan",
    "iin",
    "pan",
    "iban",
    "phone",
    "account",
    "bin",
    "email",
    "user",
    "credential",
    "host",
    "name",
)
_NEAR_SHARE: Final = 0.3
_OF_LOGS: Final = "198.51.{}.{}"


class Planted(NamedTuple):
    """One secret in a record: what must not be found in what leaves, however it was spelled."""

    kind: str
    parts: tuple[str, ...]
    form: str


class Line(NamedTuple):
    """A record, with what was put into it."""

    product: str
    record: bytes
    planted: tuple[Planted, ...]
    near: tuple[tuple[str, str], ...]
    """What must stay: its kind and its text."""


def lines(seed: int, count: int) -> Iterator[Line]:
    """So many records. The same seed gives the same ones."""
    chance = random.Random(seed)
    for number in range(count):
        yield line(number, chance)


def line(number: int, chance: random.Random) -> Line:
    """One record: one secret mostly, two sometimes; or, in every third or so, near-misses alone."""
    product = chance.choice(list(CARRIERS))
    ends = _OF_LOGS.format(number // 250 % 250, number % 250), 1024 + number // 62_500 % 60_000
    near: list[tuple[str, str]] = []
    planted: list[Planted] = []
    if chance.random() < _NEAR_SHARE:
        kind = chance.choice(list(said.NEAR))
        text = said.NEAR[kind](chance)
        near.append((kind, text))
    else:
        texts = []
        for _ in range(1 if chance.random() < 0.8 else 2):
            found, text = plant(chance.choice(KINDS), chance)
            planted.append(found)
            texts.append(text)
        text = "; ".join(texts)
    record = CARRIERS[product](text, ends, chance)
    return Line(product, record.encode(), tuple(planted), tuple(near))


def plant(kind: str, chance: random.Random, form: str = "") -> tuple[Planted, str]:
    """A secret and the text that holds it, in a form or in any."""
    if kind == "name":
        text, words, form = said.named(values.name(chance), chance)
        return Planted(kind, words, form), text
    value, written, form = _written(kind, chance, form)
    beside = said.BESIDE[kind]
    alone = kind in {"iin", "pan", "iban", "phone"}
    sentence = chance.choice(beside if not alone or chance.random() < 0.5 else said.ALONE)
    if written.startswith(("data=", "Authorization", "0x", "eyJ")) and "=" in sentence:
        sentence = "{}"
    return Planted(kind, (value,), form), sentence.format(written)


def _written(kind: str, chance: random.Random, form: str) -> tuple[str, str, str]:
    """A secret as it is looked for, as it is written, and the form it is written in."""
    make: Callable[[random.Random], str] | None = {
        "iin": values.iin, "pan": values.pan, "iban": values.iban, "bin": values.bin_,
    }.get(kind)  # fmt: skip
    if make:
        value = make(chance)
        form = form or (chance.choice(list(FORMS)) if chance.random() < 0.8 else PLAIN)
        if kind == "pan" and not form.startswith("b") and chance.random() < 0.02 and len(value) == 16:
            return value, DOTTED(value, chance), "dotted"
        return value, FORMS[form](value, chance), form
    return _plain_one(kind, chance)


def _plain_one(kind: str, chance: random.Random) -> tuple[str, str, str]:
    """What is written in few ways: phones, accounts, addresses, names of users and machines, passwords."""
    form = PLAIN
    written = ""
    if kind == "phone":
        value, form = values.phone(chance), "as people write it"
        written = phone_as_written(value, chance)
    elif kind == "account":
        value = values.account(chance)
    elif kind == "email":
        value = values.login(chance)
        at, form = chance.choice((("@", PLAIN), ("%40", "with a percent sign")))
        written = f"{value}{at}mail{chance.randint(1, 9)}.example"
    elif kind == "host" and chance.random() < 0.5:
        value, form = f"ws-{chance.randint(100, 999)}.{chance.choice(('corp', 'local', 'bank.example'))}", "name"
    elif kind == "host":
        value, form = f"10.{chance.randint(0, 255)}.{chance.randint(0, 255)}.{chance.randint(1, 254)}", "address"
    else:
        value = values.login(chance) if kind == "user" else values.word(chance, chance.randint(8, 24))
    return value, written or value, form


def in_json(text: str) -> str:
    """A text as the inside of a JSON string. Escapes that it has already stay escapes."""
    made = json.dumps(text, ensure_ascii=False)[1:-1]
    return made.replace("\\\\u0", "\\u0")


_End = tuple[str, int]


def _eve(http: Callable[[str], dict[str, Any]]) -> Callable[[str, _End, random.Random], str]:
    def make(text: str, end: _End, chance: random.Random) -> str:
        record = {
            "timestamp": "2026-11-20T09:10:11.000001+0500", "flow_id": chance.randint(10**14, 2 * 10**15),
            "event_type": "alert", "src_ip": end[0], "src_port": end[1], "dest_ip": "10.20.0.4", "dest_port": 80,
            "proto": "TCP", "app_proto": "http",
            "alert": {
                "action": "allowed", "gid": 1, "signature_id": 2_000_001, "rev": 1,
                "signature": "EXAMPLE EXPLOIT Attempt", "category": "Web Application Attack", "severity": 1,
            },
            **http("@@"),
        }  # fmt: skip
        return _filled(record, text)

    return make


def _filled(record: dict[str, Any], text: str) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).replace("@@", in_json(text))


def _in_url(text: str) -> dict[str, Any]:
    return {
        "http": {
            "hostname": "bank.example", "url": f"/pay?{text}", "http_user_agent": "curl/8.1", "http_method": "GET",
            "protocol": "HTTP/1.1", "status": 200, "length": 10,
        }
    }  # fmt: skip


def _numbers(text: str, end: _End, _: random.Random) -> str:
    """JSON in which a number stands bare, when the text is one."""
    record = {
        "time": "2026-11-20T04:10:11Z", "vendor": "Example", "product": "Sensor",
        "rule_name": "Malware detected", "severity": "high", "src_ip": end[0], "src_port": end[1],
    }  # fmt: skip
    last = text if text.isdecimal() and text.isascii() and text[0] != "0" else f'"{in_json(text)}"'
    return f'{json.dumps(record, separators=(",", ":"))[:-1]},"note":{last}}}'


def _nested(text: str, end: _End, _: random.Random) -> str:
    """JSON within JSON, as collectors pass on what agents wrote."""
    inner = f'{{"said":"{in_json(text)}","n":1}}'
    record = {
        "@timestamp": "2026-11-20T04:10:11.000Z", "event": {"kind": "alert", "category": ["intrusion_detection"]},
        "rule": {"id": "7", "name": "SQL injection attempt"}, "source": {"ip": end[0], "port": end[1]},
        "destination": {"ip": "10.20.0.4", "port": 443}, "observer": {"vendor": "Example", "product": "IDS"},
        "message": inner,
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _ecs(text: str, end: _End, _: random.Random) -> str:
    record = {
        "@timestamp": "2026-11-20T04:10:11.000Z", "event": {"kind": "alert", "category": ["intrusion_detection"]},
        "rule": {"id": "7", "name": "SQL injection attempt"}, "source": {"ip": end[0], "port": end[1]},
        "destination": {"ip": "10.20.0.4", "port": 443}, "observer": {"vendor": "Example", "product": "IDS"},
        "message": "@@",
    }  # fmt: skip
    return _filled(record, text)


def _zeek(text: str, end: _End, _: random.Random) -> str:
    record = {
        "ts": 1763615411.1, "uid": "CYz", "id.orig_h": end[0], "id.orig_p": end[1], "id.resp_h": "10.20.0.4",
        "id.resp_p": 80, "note": "HTTP::SQL_Injection_Attacker", "msg": "@@", "actions": ["Notice::ACTION_LOG"],
    }  # fmt: skip
    return _filled(record, text)


def _modsecurity(text: str, end: _End, _: random.Random) -> str:
    details = {"match": "x", "ruleId": "942100", "data": "Matched Data: @@", "severity": "2", "tags": ["attack-sqli"]}
    transaction = {
        "client_ip": end[0], "time_stamp": "Fri Nov 20 09:10:11 2026", "client_port": end[1], "host_ip": "10.20.0.4",
        "host_port": 80, "unique_id": "abc", "response": {"http_code": 403}, "producer": {"modsecurity": "v3"},
        "request": {"method": "GET", "http_version": 1.1, "uri": "/pay?x=1", "headers": {"User-Agent": "@@"}},
        "messages": [{"message": "SQL Injection Attack Detected via libinjection", "details": details}],
    }  # fmt: skip
    return _filled({"transaction": transaction}, text)


def _cef(text: str, end: _End, _: random.Random) -> str:
    head = "CEF:0|Example|WAF|1.0|100|SQL injection attempt|8"
    # CEF escapes backslashes and equals signs of its values.
    value = text.replace("\\", "\\\\").replace("=", "\\=") if not text.startswith("\\") else text
    return f"{head}|src={end[0]} spt={end[1]} dst=10.20.0.4 dpt=443 act=blocked cat=Web Attack msg={value}"


def _leef(text: str, end: _End, _: random.Random) -> str:
    head = f"LEEF:2.0|Example|IDS|1.0|sql-injection|^|src={end[0]}^srcPort={end[1]}"
    return f"{head}^dst=10.20.0.4^sev=8^cat=Web Attack^msg={text}"


def _pairs(text: str, end: _End, _: random.Random) -> str:
    said_ = text.replace('"', "'")
    return (
        'date=2026-11-20 time=09:10:11 devname="fw-1" logid="0419016384" type="utm" subtype="ips" level="alert" '
        f'severity="high" srcip={end[0]} dstip=10.20.0.4 srcport={end[1]} dstport=443 action="dropped" '
        f'attack="Example.SQL.Injection" msg="{said_}"'
    )


def _syslog(text: str, end: _End, _: random.Random) -> str:
    return (
        f"<132>Nov 20 09:10:11 gate sensor[77]: ALERT intrusion detected: sql injection attempt from {end[0]} "
        f"port {end[1]} to 10.20.0.4, blocked, said {text}"
    )


def _snort(text: str, end: _End, _: random.Random) -> str:
    return (
        f"11/20-09:10:11.000001  [**] [1:2000001:1] EXAMPLE EXPLOIT {text} [**] [Classification: Web Application "
        f"Attack] [Priority: 1] {{TCP}} {end[0]}:{end[1]} -> 10.20.0.4:80"
    )


def _cut_off(text: str, end: _End, _: random.Random) -> str:
    """JSON that was cut short, so that its words are all that can be read."""
    return f'{{"event_type":"alert","src_ip":"{end[0]}","alert":"Malware detected","note":"{in_json(text)}'


def _garbage(text: str, _: _End, __: random.Random) -> str:
    return f"CEF:0|Example|{text}"


CARRIERS: Final[dict[str, Callable[[str, _End, random.Random], str]]] = {
    "eve, url": _eve(_in_url),
    "eve, payload": _eve(lambda text: {"payload_printable": text}),
    "json": _numbers,
    "json in json": _nested,
    "ecs": _ecs,
    "zeek": _zeek,
    "modsecurity": _modsecurity,
    "cef": _cef,
    "leef": _leef,
    "key=value": _pairs,
    "syslog": _syslog,
    "snort": _snort,
    "cut off": _cut_off,
    "garbage": _garbage,
}
"""Every way in which a text gets into a record."""
