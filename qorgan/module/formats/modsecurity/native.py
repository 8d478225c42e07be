"""The audit log's native serial form: blocks of lettered sections between lines that only this block can have."""

from __future__ import annotations

import re
from typing import Final

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.modsecurity.message import read_message
from qorgan.module.formats.modsecurity.transaction import Transaction, event_of
from qorgan.module.formats.moment import Times

START: Final = re.compile(rb"^(-{2,3}[0-9A-Za-z]{6,64}-{1,3})A--\r?$", re.MULTILINE)
_HEADER: Final = re.compile(r"^\[([^\]]{1,64})\] (\S+) (\S+) (\d+) (\S+) (\d+)")
_REQUEST: Final = re.compile(r"^([A-Za-z_-]{1,32}) (\S.*?)(?: HTTP/\d(?:\.\d)?)?$")
_STATUS: Final = re.compile(r"^HTTP/\d(?:\.\d)? (\d{3})")
_MESSAGES: Final = ("Message: ", "ModSecurity: ", "Coraza: ")
_KEPT: Final = frozenset("ABFH")
"""Sections that go into the event's record. Bodies stay behind: they hold what customers typed."""


def read_block(record: bytes, times: Times) -> Event | Ignored:
    """One block, from its A line to its Z line. Raises `Unreadable`."""
    start = START.match(record)
    if start is None:
        raise Unreadable("no section A")
    sections = _sections(record, start[1])
    header = _HEADER.match(sections.get("A", ""))
    if header is None:
        raise Unreadable("section A names no transaction")
    written, unique_id, client, client_port, server, server_port = header.groups()
    method, uri, headers = _request(sections.get("B", ""))
    trailer = sections.get("H", "").splitlines()
    status = _STATUS.match(sections.get("F", ""))
    return event_of(
        Transaction(
            record=_without_bodies(sections, start[1].decode()),
            engine="Coraza" if "Coraza" in sections.get("H", "") else "ModSecurity",
            messages=[found for line in trailer if line.startswith(_MESSAGES) and (found := read_message(line))],
            time=times.read(written),
            client=client,
            client_port=client_port,
            server=server,
            server_port=server_port,
            method=method,
            uri=uri,
            host=headers.get("host", ""),
            status=status[1] if status else "",
            intercepted=True if any(line.startswith("Action: Intercepted") for line in trailer) else None,
            only_detects='Engine-Mode: "DETECTION_ONLY"' in trailer,
            unique_id=unique_id,
            user_agent=headers.get("user-agent", ""),
            forwarded_for=headers.get("x-forwarded-for", ""),
        )
    )


def _sections(record: bytes, boundary: bytes) -> dict[str, str]:
    pieces = re.split(rb"(?m)^" + re.escape(boundary) + rb"([A-Z])--\r?$", record)
    letters = [piece.decode() for piece in pieces[1::2]]
    return {
        letter: body.decode("utf-8", "replace").strip("\r\n")
        for letter, body in zip(letters, pieces[2::2], strict=True)
        if letter in _KEPT or not body.isspace()
    }


def _request(section: str) -> tuple[str, str, dict[str, str]]:
    first, _, rest = section.partition("\n")
    request = _REQUEST.match(first.strip("\r"))
    headers: dict[str, str] = {}
    for line in rest.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return (request[1], request[2], headers) if request else ("", "", headers)


def _without_bodies(sections: dict[str, str], boundary: str) -> str:
    lines = []
    for letter, body in sections.items():
        if letter in _KEPT:
            lines.append(f"{boundary}{letter}--\n{body}")
        elif letter != "Z":
            lines.append(f"{boundary}{letter}-- ({len(body)} characters left out)")
    return "\n".join(lines)
