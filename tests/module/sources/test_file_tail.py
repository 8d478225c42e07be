"""A followed file as the pipeline sees it: places, patterns, waiting, limits, and where reading begins."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import msgspec
import pytest

from qorgan.module.formats.framing import MAX_LINE
from qorgan.module.sources.base import Chunk
from qorgan.module.sources.file_tail import FileTail
from qorgan.module.sources.opened import open_source
from qorgan.module.sources.settings import FileSource, SourceConfig
from qorgan.module.sources.trail import LINGER, STALE
from tests.module.formats.golden import EXAMPLES
from tests.module.sources.pulling import Pulled, pulling


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def tail(path: Path, **settings: str) -> FileTail:
    return FileTail(FileSource(name="x", path=str(path), **settings))  # type: ignore[arg-type]


def taken(source: FileTail) -> list[Chunk]:
    """Everything that is there now."""
    chunks: list[Chunk] = []
    while found := list(source.look_once()):
        chunks += found
    return chunks


def records(chunks: list[Chunk]) -> list[bytes]:
    return [record for chunk in chunks for record in chunk.records]


def let_go(*sources: FileTail) -> None:
    for source in sources:
        for trail in source._trails.values():
            trail.close()


@pytest.mark.clause("R67.7")
def test_a_file_that_is_not_there_yet_is_waited_for_and_a_line_is_given_within_a_blink(tmp_path: Path) -> None:
    delays = []

    async def play(pulled: Pulled) -> None:
        await asyncio.sleep(0.1)
        with (tmp_path / "x.log").open("ab", buffering=0) as stream:
            for number in range(5):
                written = time.monotonic()
                stream.write(b"line %d\n" % number)
                await pulled.until(lambda count=number + 1: len(pulled.records) == count)
                delays.append(time.monotonic() - written)

    pulled = pulling(open_source(FileSource(name="x", path=str(tmp_path / "x.log"))), play)
    assert pulled.records == [b"line %d" % number for number in range(5)]
    # Woken by the system, and not by looking every second.
    assert min(delays) < 0.5, delays


def test_a_place_names_file_and_offset_even_behind_blank_lines(tmp_path: Path) -> None:
    content = b"one\n\n\r\ntwo\r\nthree\n"
    (tmp_path / "x.log").write_bytes(content)
    source = tail(tmp_path / "x.log")
    [chunk] = taken(source)
    assert chunk.records == [b"one", b"two\r", b"three"]
    for index, record in enumerate(chunk.records):
        path, _, offset = chunk.place(index).rpartition(":offset ")
        assert path == str(tmp_path / "x.log")
        assert content[int(offset) :].startswith(record)
    let_go(source)


def test_an_overlong_line_is_refused_and_a_restart_in_its_midst_refuses_it_once(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"one\n" + b"x" * (MAX_LINE + 10))
    first = tail(path)
    chunks = taken(first)
    assert [each.reason for chunk in chunks for each in chunk.refused] == ["too long"]
    assert chunks[-1].refused[0].place == f"{path}:offset 4"
    assert len(chunks[-1].refused[0].start) <= 2_048
    second = tail(path)
    second.resume(chunks[-1].position)
    with path.open("ab") as stream:
        stream.write(b"more of it\ntwo\n")
    chunks = taken(second)
    assert (records(chunks), [each for chunk in chunks for each in chunk.refused]) == ([b"two"], [])
    let_go(first, second)


def test_chunks_are_bounded_in_records_and_bytes(tmp_path: Path) -> None:
    lines = [b"%d" % number for number in range(20_000)] + [b"x" * 1_000] * 5_000
    (tmp_path / "x.log").write_bytes(b"\n".join(lines) + b"\n")
    source = tail(tmp_path / "x.log")
    chunks = taken(source)
    assert records(chunks) == lines
    assert max(len(chunk.records) for chunk in chunks) <= 4_000
    assert max(sum(map(len, chunk.records)) for chunk in chunks) <= 1024 * 1024
    let_go(source)


def test_a_pattern_follows_files_that_match_but_not_what_rotation_makes_of_them(tmp_path: Path) -> None:
    for name in ("eve-1.json", "eve-2.json", "eve-1.json.1", "eve-1.json-20260101", "other.json"):
        (tmp_path / name).write_bytes(name.encode() + b"\n")
    now = Clock()
    source = FileTail(FileSource(name="x", path=str(tmp_path / "eve*")), now)
    assert sorted(records(taken(source))) == [b"eve-1.json", b"eve-2.json"]
    (tmp_path / "eve-3.json").write_bytes(b"eve-3.json\n")
    now.now += 2
    assert records(taken(source)) == [b"eve-3.json"]
    let_go(source)


def test_starting_at_the_end_passes_over_what_is_there_and_half_a_line_that_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"old\nold and unfin")

    async def play(pulled: Pulled) -> None:
        await pulled.until(lambda: bool(pulled.chunks))
        with path.open("ab") as stream:
            stream.write(b"ished\nnew\n")
        await pulled.until(lambda: bool(pulled.records))

    settings = FileSource(name="x", path=str(path), start="end")
    pulled = pulling(open_source(settings), play)
    assert pulled.records == [b"new"]
    # The beginning itself is committed, so that a restart before the first line does not pass over more.
    assert pulled.chunks[0].records == []
    again = FileTail(settings)
    again.resume(pulled.chunks[0].position)
    assert records(taken(again)) == [b"new"]
    let_go(again)


def test_blocks_of_the_native_audit_log_are_records_with_their_lines(tmp_path: Path) -> None:
    content = (EXAMPLES / "modsecurity_serial.log").read_bytes()
    path = tmp_path / "audit.log"
    source = tail(path, format="modsecurity")
    found = []
    for at in range(0, len(content), 333):
        with path.open("ab") as stream:
            stream.write(content[at : at + 333])
        found += records(taken(source))
    assert [record[:14] for record in found] == [b"--a1b2c3d4-A--", b"---AbCdEf12---"]
    let_go(source)


def test_a_block_that_never_ended_is_given_up_after_a_while(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    path.write_bytes(b"--0a0a0a0a-A--\nbroken\n" + (EXAMPLES / "modsecurity_serial.log").read_bytes())
    now = Clock()
    source = FileTail(FileSource(name="x", path=str(path), format="modsecurity"), now)
    assert taken(source) == []
    now.now += STALE
    chunks = taken(source)
    assert len(records(chunks)) == 2
    assert [each.reason for chunk in chunks for each in chunk.refused] == ["cut off before its end"]
    let_go(source)


def test_the_last_line_of_a_rotated_file_is_given_without_its_end(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"one\ntwo and nothing more")
    now = Clock()
    source = FileTail(FileSource(name="x", path=str(path)), now)
    assert records(taken(source)) == [b"one"]
    path.rename(tmp_path / "x.log.1")
    path.write_bytes(b"three\n")
    assert records(taken(source)) == [b"three"]
    now.now += LINGER
    assert records(taken(source)) == [b"two and nothing more"]
    let_go(source)


def test_a_deleted_file_is_let_go_and_its_place_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_bytes(b"one\n")
    now = Clock()
    source = FileTail(FileSource(name="x", path=str(tmp_path / "*.log")), now)
    assert records(taken(source)) == [b"one"]
    path.unlink()
    taken(source)
    now.now += LINGER
    taken(source)
    taken(source)
    assert source._trails == {}
    path.write_bytes(b"two\n")
    now.now += 2
    assert records(taken(source)) == [b"two"]
    let_go(source)


def test_a_hole_left_by_truncation_is_not_read_through(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    with path.open("wb", buffering=0) as stream:
        stream.write(b"one\n")
        source = tail(path)
        assert records(taken(source)) == [b"one"]
        os.truncate(path, 0)
        stream.seek(50_000_000)
        stream.write(b"two\n")
        [record] = records(taken(source))
    assert record.lstrip(b"\0") == b"two"
    assert len(record) < 100_000
    let_go(source)


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.log").mkdir()
    source = tail(tmp_path / "x.log")
    assert taken(source) == []
    assert "cannot read" in source.trouble
    let_go(source)


def test_a_position_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(msgspec.MsgspecError):
        tail(tmp_path / "x.log").resume('{"offset": 5}')


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"kind":"file","name":"x","path":"x.log"}', "absolute"),
        ('{"kind":"file","name":"x","path":"/x.log","zone":"Mars/Olympus"}', "time zone"),
        ('{"kind":"file","name":"x","path":"/x.log","from":"end"}', "unknown field"),
        ('{"kind":"file","name":"X x","path":"/x.log"}', "matching regex"),
        ('{"kind":"syslog","name":"s","transport":"tls","port":6514}', "needs certificate"),
        ('{"kind":"syslog","name":"s","transport":"udp","port":514,"certificate":"/c.pem"}', "for transport tls only"),
        ('{"kind":"syslog","name":"s","transport":"udp","port":514,"host":"localhost"}', "IP address"),
        ('{"kind":"http","name":"h","port":8514,"host":"0.0.0.0"}', "token_file and certificate"),
        ('{"kind":"kafka","name":"k"}', "Invalid value"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.json.decode(text, type=SourceConfig)
