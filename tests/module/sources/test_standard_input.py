"""Standard input is read to its end, be it a pipe or a file."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from qorgan.module.sources.settings import StdinSource
from qorgan.module.sources.stdin import StandardInput
from tests.module.sources.pulling import Pulled


async def drained(descriptor: int) -> Pulled:
    pulled = Pulled(StandardInput(StdinSource(), descriptor))
    await asyncio.wait_for(pulled.task, 10)
    return pulled


@pytest.mark.clause("R67.7")
def test_a_pipe_is_read_as_it_fills_and_its_last_line_needs_no_end() -> None:
    async def run() -> Pulled:
        reader, writer = os.pipe()
        try:
            pulled = Pulled(StandardInput(StdinSource(), reader))
            os.write(writer, b"one\ntw")
            await pulled.until(lambda: pulled.records == [b"one"])
            os.write(writer, b"o\nthree")
            await pulled.until(lambda: pulled.records == [b"one", b"two"])
            os.close(writer)
            await asyncio.wait_for(pulled.task, 10)
            return pulled
        finally:
            os.close(reader)

    pulled = asyncio.run(run())
    assert pulled.records == [b"one", b"two", b"three"]
    assert [chunk.place(0) for chunk in pulled.chunks] == ["stdin:offset 0", "stdin:offset 4", "stdin:offset 8"]


def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    lines = [b"line %06d" % number for number in range(10_000)]
    (tmp_path / "log").write_bytes(b"\n".join(lines))
    with (tmp_path / "log").open("rb") as stream:
        pulled = asyncio.run(drained(stream.fileno()))
    assert pulled.records == lines
    assert all(len(chunk.records) <= 4_000 for chunk in pulled.chunks)


def test_closing_ends_it_while_it_waits() -> None:
    async def run() -> None:
        reader, writer = os.pipe()
        pulled = Pulled(StandardInput(StdinSource(), reader))
        os.write(writer, b"half a li")
        await asyncio.sleep(0.1)
        await pulled.end()
        assert pulled.records == []
        os.close(reader)
        os.close(writer)

    asyncio.run(run())
