"""What the fuzzing begins with: every test line of ours, and marks of all formats."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import qorgan.module
from tests.module.formats.golden import RECORDS

_MODULE = Path(qorgan.module.__file__).parent
_MEANINGS = Path(__file__).parent.parent / "classify" / "by_meaning.tsv"
MARKS = (
    *(b"\0", b"\xff", b"\xc3", b"\\", b'"', b"'", b"{", b"}", b"[", b"]", b"|", b"=", b"<", b">", b"&", b";", b","),
    *(b"\r\n", b"\t", b"\\ud800", b"\\u0000", b"9" * 40, b"1e999", b"-1", b"--", b"%00", b"%2e", b"null", b"[[[[["),
    *(b"CEF:0|", b"LEEF:2.0|", b"<134>1 ", b'{"a":', b"<Event", b"<!DOCTYPE", b"]]>", b"&#0;", b"A--", b"Z--"),
    *(b"src=", b"user=", b'url="', b"://", b"@", b"\xef\xbb\xbf", "‹host:".encode(), "і".encode(), b"\xe2\x80\xae"),
    *(
        b"4111 1111 1111 1111",
        b"000101300007",
        b"KZ86125KZT5004100100",
    ),
    *(b"2026-11-20T09:15:02+24:00", b"Feb 29 24:60:61"),
)
"""What means something to one format or another, or to none."""


def seeds() -> list[bytes]:
    """Every valid record that stands in the project as a test line, without repeats."""
    found = {record for _, record in RECORDS}
    found.update(
        record.encode()
        for folder in ("formats/products", "classify/packs")
        for path in sorted((_MODULE / folder).glob("*.toml"))
        for record in _records(tomllib.loads(path.read_text("utf-8")))
    )
    found.update(line.split("\t", 1)[1].encode() for line in _MEANINGS.read_text("utf-8").splitlines() if "\t" in line)
    return sorted(found)


def _records(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("record"), str):
            yield node["record"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _records(each)


def bent(record: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """A record with some of its bytes cut, doubled, swapped, or replaced by marks and by pieces of other records."""
    for _ in range(chance.randint(1, 8)):
        first, second = sorted(chance.randint(0, len(record)) for _ in range(2))
        second = min(second, first + chance.choice((1, 8, 60, 400)))
        other = chance.choice(others)
        at = chance.randint(0, len(other))
        piece = other[at : at + chance.choice((4, 40, 400))]
        record = chance.choice(
            (
                record[:first] + record[second:],
                record[:second] + record[first:],
                record[:first] + chance.choice(MARKS) + record[second:],
                record[:first] + piece + record[second:],
                record[:first] + record[first:second] * chance.choice((2, 9, 90)) + record[second:],
                bytes([*record[:first], chance.randrange(256), *record[first + 1 :]]),
            )
        )[:20_000]
    return record
