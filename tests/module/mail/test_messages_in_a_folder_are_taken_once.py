"""A file in the folder is taken once, is gone only after its signal is durable, and is never lost to a crash."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from qorgan.module.config import ConfigRefused, load
from qorgan.module.formats.moment import DEFAULT_ZONE
from qorgan.module.mail.bounds import MOST_MESSAGE
from qorgan.module.mail.handed import MESSAGE, Handed, Reported, Scan, hand, taken
from qorgan.module.portion import Portion
from qorgan.module.room.frames import Rules
from qorgan.module.room.room import Room
from qorgan.module.sources.base import Chunk
from qorgan.module.sources.mail_folder import MailFolder
from qorgan.module.sources.opened import open_source
from qorgan.module.sources.settings import HttpSource, MailSource
from qorgan.wire import record
from tests.module.mail.made import CLERK, DOMAINS, KEY, NETWORKS, phish, report
from tests.module.mail.test_hostile_messages_are_survived import HOSTILE
from tests.module.sources.pulling import Pulled, pulling

CONTENT = phish().as_bytes()
RULES = Rules(key=KEY, networks=NETWORKS, domains=DOMAINS, zones=(DEFAULT_ZONE,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def source(folder: Path, **more: object) -> MailSource:
    return msgspec.convert({"kind": "mail", "name": "m", "path": str(folder), "settle_seconds": 0, **more}, MailSource)


def pulled(settings: MailSource, count: int = 1) -> list[Chunk]:
    """The first chunks that a folder gives, each told to be durable."""

    async def play(pulled: Pulled) -> None:
        await pulled.until(lambda: len(pulled.chunks) >= count)
        await asyncio.sleep(0.4)

    return pulling(open_source(settings), play).chunks


@contextmanager
def scanner(folder: Path, answer: bytes) -> Iterator[Path]:
    """Something that answers as clamd does, after it has read the message."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / "clamd"))
    server.listen()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            said = b""
            while not said.endswith(bytes(4)):
                said += connection.recv(65_536)
            assert said.startswith(b"zINSTREAM\0")
            connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield folder / "clamd"
    thread.join(10)
    server.close()


@pytest.mark.clause("R67.8.5")
def test_a_file_is_handed_over_whole_and_is_gone_once_it_is_durable(folder: Path) -> None:
    (folder / "a.eml").write_bytes(CONTENT)
    (folder / "b.eml.tmp").write_bytes(CONTENT)
    (folder / ".hidden").write_bytes(CONTENT)
    (folder / "link.eml").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.eml")
    (chunk,) = pulled(source(folder))
    handed, message = taken(chunk.records[0])
    assert message == CONTENT
    assert (handed.reported, handed.scan, chunk.format) == (Reported.PHISHING, Scan.ABSENT, MESSAGE)
    assert handed.at is not None
    assert sorted(path.name for path in folder.iterdir()) == [".hidden", "b.eml.tmp", "link.eml", "pipe.eml"]


@pytest.mark.clause("R67.8.5")
def test_what_is_read_can_be_kept_and_what_cannot_be_read_always_is(folder: Path) -> None:
    (folder / "a.eml").write_bytes(CONTENT)
    (folder / "b.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    (folder / "c.eml").write_bytes(b"nothing of a message")
    with (folder / "d.eml").open("wb") as file:
        file.truncate(MOST_MESSAGE + 1)
    chunks = pulled(source(folder, after="move"), 4)
    refused = {Path(one.place).name: one for chunk in chunks for one in chunk.refused}
    assert "Outlook" in refused["b.msg"].reason
    assert "header" in refused["c.eml"].reason
    assert "too long" in refused["d.eml"].reason
    assert not any(one.start for one in refused.values())
    assert [path.name for path in (folder / "done").iterdir()] == ["a.eml"]
    assert sorted(path.name for path in (folder / "refused").iterdir()) == ["b.msg", "c.eml", "d.eml"]


@pytest.mark.clause("R67.8.5")
def test_what_did_not_become_durable_stays_and_is_given_again(folder: Path) -> None:
    (folder / "a.eml").write_bytes(CONTENT)

    async def play() -> list[Chunk]:
        found: list[Chunk] = []
        opened = MailFolder(source(folder))
        async for chunk in opened.chunks(""):
            assert chunk.done is not None
            assert (folder / "a.eml").exists()
            found.append(chunk)
            chunk.done(len(found) > 1)
            if len(found) > 1:
                await opened.close()
        return found

    chunks = asyncio.run(asyncio.wait_for(play(), 20))
    assert chunks[0].records == chunks[1].records
    assert not (folder / "a.eml").exists()


@pytest.mark.clause("R67.8.5")
def test_a_crash_after_the_commit_does_not_give_a_message_twice(folder: Path) -> None:
    (folder / "a.eml").write_bytes(CONTENT)

    async def once(position: str) -> Chunk:
        opened = MailFolder(source(folder))
        async for chunk in opened.chunks(position):
            await opened.close()
            return chunk
        raise AssertionError

    committed = asyncio.run(asyncio.wait_for(once(""), 20)).position
    assert (folder / "a.eml").exists()
    (folder / "b.eml").write_bytes(report(phish()).as_bytes())
    after = asyncio.run(asyncio.wait_for(once(committed), 20))
    assert after.place(0).endswith("b.eml")
    assert not (folder / "a.eml").exists()


def test_a_file_that_is_still_written_is_waited_for(folder: Path) -> None:
    opened = MailFolder(source(folder, settle_seconds=60))
    (folder / "a.eml").write_bytes(CONTENT)

    async def play(pulled: Pulled) -> None:
        await asyncio.sleep(0.6)
        assert not pulled.chunks
        os.utime(folder / "a.eml", (1_700_000_000, 1_700_000_000))
        await pulled.until(lambda: bool(pulled.chunks))

    pulling(opened, play)


def test_a_folder_that_is_not_there_is_said_and_waited_for(folder: Path) -> None:
    other = folder.rename(folder.with_name("other"))
    (other / "a.eml").write_bytes(CONTENT)

    async def play(pulled: Pulled) -> None:
        await pulled.until(lambda: str(folder) in pulled.source.trouble)
        shutil.copytree(other, folder)
        await pulled.until(lambda: bool(pulled.chunks))
        assert not pulled.source.trouble

    pulling(MailFolder(source(folder)), play)


@pytest.mark.clause("R67.8.4")
@pytest.mark.parametrize(
    ("answer", "scan", "found"),
    [
        (b"stream: OK\0", Scan.CLEAN, ""),
        (b"stream: Example.Test-1 FOUND\0", Scan.INFECTED, "Example.Test-1"),
        (b"INSTREAM size limit exceeded. ERROR\0", Scan.FAILED, ""),
        (b"", Scan.FAILED, ""),
    ],
)
def test_the_antivirus_verdict_goes_with_the_message(folder: Path, answer: bytes, scan: Scan, found: str) -> None:
    (folder / "a.eml").write_bytes(CONTENT)
    with scanner(folder.parent, answer) as clamd:
        (chunk,) = pulled(source(folder, clamd=str(clamd)))
    handed = taken(chunk.records[0])[0]
    assert (handed.scan, handed.found) == (scan, found)


@pytest.mark.clause("R67.8.4")
def test_an_antivirus_that_is_not_there_is_said_and_guessed_nothing_of(folder: Path) -> None:
    (folder / "a.eml").write_bytes(CONTENT)
    (chunk,) = pulled(source(folder, clamd=str(folder / "nobody")))
    assert taken(chunk.records[0])[0].scan is Scan.FAILED


@pytest.mark.clause("R67.8.5")
def test_a_message_is_posted_whole_and_what_is_none_is_refused() -> None:
    answers: list[httpx.Response] = []

    async def play(pulled: Pulled) -> None:
        url = f"http://127.0.0.1:{pulled.source.port}/v1/records"  # type: ignore[attr-defined]
        async with httpx.AsyncClient(headers={"Content-Type": "message/rfc822"}) as client:
            answers.extend([await client.post(url, content=body) for body in (CONTENT, b"no message", b"")])

    done = pulling(open_source(HttpSource(name="h", port=0, format="eve")), play)
    assert [answer.status_code for answer in answers] == [200, 422, 422]
    (chunk,) = done.chunks
    assert (chunk.format, taken(chunk.records[0])[1]) == (MESSAGE, CONTENT)


@pytest.mark.clause("R67.8.4")
@pytest.mark.clause("R67.8.5")
def test_the_closed_room_reads_messages_of_every_kind_and_survives_those_made_against_it() -> None:
    """The real process, which can open no file: nothing that reading needs is missing there."""
    chosen = (
        "a zip bomb",
        "a gzip bomb",
        "multiparts in one another",
        "messages in one another",
        "half a million parts",
    )
    contents = [report(phish()).as_bytes(), *(HOSTILE[name]() for name in chosen), CONTENT, b"no message"]

    async def judge() -> tuple[list[bytes], list[tuple[int, str]], list[str], int]:
        room = Room(RULES)
        lines: list[bytes] = []
        unreadable: list[tuple[int, str]] = []
        texts: list[str] = []
        for content in contents:
            portion = Portion(source="m", format=MESSAGE, zone=DEFAULT_ZONE, records=[hand(content, Handed())])
            answer = await asyncio.wait_for(room.put(portion), 100)
            lines += answer.lines
            unreadable += answer.unreadable
            texts += answer.texts
        await room.close()
        return lines, unreadable, texts, room.restarts

    lines, unreadable, texts, restarts = asyncio.run(judge())
    assert restarts == 0
    assert len(lines) == len(contents) - 1
    assert unreadable == [(0, "no message: it does not begin with a header")]
    assert texts == [""]
    first = record.decode(lines[0])
    assert first.mail_sender_domain == "sender.example"
    assert json.loads(first.record)["how"] == "attached"
    assert CLERK not in b"".join(lines).decode()


@pytest.mark.parametrize(
    ("source_table", "said"),
    [
        ('kind = "mail"\nname = "m"\npath = "relative"', "absolute"),
        ('kind = "mail"\nname = "m"\npath = "/a"\nformat = "cef"', "message"),
        ('kind = "file"\nname = "m"\npath = "/a"\nformat = "message"', "kind mail"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path: Path, source_table: str, said: str) -> None:
    config = tmp_path / "module.toml"
    config.write_text(f'[hub]\nurl = "https://asoi.example.kz"\n[[sources]]\n{source_table}\n')
    with pytest.raises(ConfigRefused, match=said):
        load(config)
