"""Outlook's files, made by code: a compound file of streams by path, and the message of some properties."""

from __future__ import annotations

import struct

SECTOR, MINI, CUTOFF = 512, 64, 4_096
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: dict[tuple[str, ...], bytes]) -> bytes:
    """A compound file."""
    table: list[int] = []
    sectors: list[bytes] = []

    def put(content: bytes) -> int:
        if not content:
            return _END
        start = len(sectors)
        for at in range(0, len(content), SECTOR):
            sectors.append(content[at : at + SECTOR].ljust(SECTOR, b"\0"))
            table.append(len(sectors))
        table[-1] = _END
        return start

    mini = b""
    mini_table: list[int] = []
    paths = sorted({path[:depth] for path in streams for depth in range(1, len(path) + 1)})
    number = {path: place for place, path in enumerate(paths, 1)}
    children = {above: [path for path in paths if path[:-1] == above] for above in ((), *paths)}
    entries = []
    for path in paths:
        siblings = children[path[:-1]]
        place = siblings.index(path)
        following = number[siblings[place + 1]] if place + 1 < len(siblings) else _FREE
        content = streams.get(path)
        if content is None:
            entries.append(_entry(path[-1], 1, following, number[children[path][0]], 0, 0))
        elif len(content) >= CUTOFF:
            entries.append(_entry(path[-1], 2, following, _FREE, put(content), len(content)))
        else:
            start, count = len(mini_table), -(-len(content) // MINI)
            mini += content.ljust(count * MINI, b"\0")
            mini_table += [*range(start + 1, start + count), _END] if count else []
            entries.append(_entry(path[-1], 2, following, _FREE, start, len(content)))
    minis = put(mini)
    listed = put(struct.pack(f"<{len(mini_table)}I", *mini_table).ljust(SECTOR, b"\xff"))
    root = _entry("Root Entry", 5, _FREE, number[children[()][0]] if paths else _FREE, minis, len(mini))
    directory = put(root + b"".join(entries))
    tables = 1
    while tables * SECTOR // 4 < len(table) + tables:
        tables += 1
    first = len(table)
    table += [_TABLE] * tables
    whole = struct.pack(f"<{len(table)}I", *table).ljust(tables * SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(10)
    head += struct.pack("<IIIIIIIII", tables, directory, 0, CUTOFF, listed, 1, _END, 0, first)
    head += struct.pack("<108I", *(first + each if each < tables else _FREE for each in range(1, 109)))
    return head + b"".join(sectors) + whole


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def saved(
    headers: str = "",
    text: str = "",
    page: bytes = b"",
    files: dict[str, bytes] | None = None,
    inner: dict[tuple[str, ...], bytes] | None = None,
    **named: str,
) -> dict[tuple[str, ...], bytes]:
    """The streams of a message as Outlook saves it. `named`: properties by their numbers, with a `p` before."""
    made = _text("007D", headers) | _text("1000", text)
    if page:
        made[("__substg1.0_10130102",)] = page
    for number, value in named.items():
        made |= _text(number[1:], value)
    for place, (name, content) in enumerate((files or {}).items()):
        above = f"__attach_version1.0_#{place:08X}"
        made[above, "__substg1.0_37010102"] = content
        made[above, "__substg1.0_3707001F"] = name.encode("utf-16-le")
    for path, content in (inner or {}).items():
        made["__attach_version1.0_#000000FF", "__substg1.0_3701000D", *path] = content
    return made


def _text(number: str, value: str) -> dict[tuple[str, ...], bytes]:
    return {(f"__substg1.0_{number}001F",): value.encode("utf-16-le")} if value else {}
