"""Records made to be dear: one thing over and over behind every format's head, and floods without repeats."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

HEADS = (
    b"",
    b"<134>1 2026-11-20T09:15:02Z host app 1 - - ",
    b"Nov 20 09:15:02 host sshd[411]: ",
    b"CEF:0|a|b|1|c|malware|5|msg=",
    b"LEEF:1.0|a|b|1|c|cat=malware\tmsg=",
    b'{"event_type":"alert","src_ip":"198.51.100.7","alert":{"signature":"',
    b'{"a":{"b":1,"threat":"trojan","c":"',
    b'<Event><System><EventID>4625</EventID></System><EventData><Data Name="x">',
    b'a="b" c="d" e="f" attack="',
    b"1,2026/11/20 09:15:02,007,THREAT,vulnerability,1,",
    b"[**] [1:1:1] ",
    b'{"transaction":{"request":{"uri":"',
    b"--a1b2c3d4-A--\n",
    b"[Mon Nov 20 09:15:02 2026] [error] [client 198.51.100.7] ModSecurity: Warning. ",
    b'{"rule":{"level":9,"description":"x"},"agent":{"id":"1"},"full_log":"',
    b"Nov 20 09:15:02 host snmptrapd[411]: SNMPv2-MIB::snmpTrapOID.0 = OID: A-MIB::b A-MIB::c.1 = STRING: ",
    b'"W32.Example!gen","HIGH","Attempted User Privilege Gain","198.51.100.7","',
)
AGAIN = (
    *(b"a=", b"a=b ", b'a="b ', b'"', b"'", b"\\", b'\\"', b"(", b"[", b"{", b"}", b'{"a":', b'"a":"b",', b"<a>"),
    *(b'<a b="', b"&amp;", b" ", b"\t", b"|", b"\\|", b",", b'",', b"1 ", b"12:", b"a ", b"a.", b"a@b.", b"a-"),
    *(b"198.51.100.7 ", b"::", b"a: b: ", b"%41", b"%25", b"=?", b"\xff", b"4111 1111 1111 1111 ", b"4111"),
    *(b"0001013000070", b"KZ86125KZT5004100100", b"+7 701 ", b"user=root ", b"password ", b"login failed from "),
    *(b"https://a/", b"/../", b"; ", b"\xd0\x96", b"QUJD", b"\\u0041", "‹".encode(), b"Name Surname ", b"\n", b"\\n"),
)


def pumped(length: int) -> Iterator[bytes]:
    """A record of so many bytes for every head and every thing that can stand behind it."""
    for head in HEADS:
        for again in AGAIN:
            yield (head + again * (length // len(again)))[:length]


def unlike(number: int, length: int) -> list[bytes]:
    """A record of each sort, with values that no other number has, so many characters long each."""

    def value(place: int) -> str:
        return hashlib.sha256(f"{number} {place}".encode()).hexdigest().ljust(length, "x")[:length]

    a, b, c, d, e, f, g, h = map(value, range(8))
    alert = {"signature_id": number, "signature": e, "category": f, "severity": 1, "action": g}
    ends = {"src_ip": a, "dest_ip": b, "proto": c, "app_proto": d}
    rule = {"level": 12, "description": a, "id": b, "groups": [c]}
    deep = {a: {b: {"threat": c, "severity": d, "action": e, "status": f, "src_ip": g, "vendor": h}}}
    records = (
        f"CEF:0|{a}|{b}|1|{c}|{d}|5|src={e} cat=malware {f} suser={g} dhost={h}.example act={f} dtz={d}",
        f"CEF:0|v|p|1|1|malware|5|rt=Nov 20 2026 09:15:02 {_letters(number)} cs1={a} cs1Label={b} request=http://{c}/{d}",
        f"LEEF:1.0|{a}|{b}|1|{c}|cat={d}\tsrc={e}\tusrName={f}\tsev={g}\t{h}=1",
        json.dumps({"event_type": "alert", **ends, "alert": alert, "http": {"hostname": h, "url": f"/{a}"}}),
        json.dumps({"rule": rule, "agent": {"name": d, "id": "1"}, "data": {"srcip": e, "srcuser": f}, "full_log": g}),
        json.dumps({**deep, "category": "malware", "b": 1, "c": 2}),
        f"type=ips devid={a} attack={b} severity={c} action={d} srcip={e} hostname={f} user={g} n{h[:60]}=1",
        f"Nov 20 09:15:02 {a[:60]} sshd[1]: Failed password for {b} from 203.0.113.9 port 22 ssh2",
        f"Nov 20 09:15:02 box {a[:40]}: malware {b} found",
        f"[**] [1:{number}:1] {a} [**] [Classification: {b}] [Priority: 1] {{TCP}} 203.0.113.9:1 -> 10.0.0.1:2",
    )
    return [record.encode() for record in records]


def _letters(number: int) -> str:
    """A name of a zone that no other number has."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(4))
