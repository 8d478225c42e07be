"""Keeps every configured source followed, through failures and through changes of the configuration."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.module.pipeline import Pipeline
from qorgan.module.sources.base import Source
from qorgan.module.sources.file_tail import FileTail
from qorgan.module.sources.http import HttpIntake
from qorgan.module.sources.mail_folder import MailFolder
from qorgan.module.sources.settings import FileSource, HttpSource, MailSource, SourceConfig, StdinSource
from qorgan.module.sources.stdin import StandardInput
from qorgan.module.sources.syslog import SyslogDatagrams, SyslogStream

log = logging.getLogger(__name__)

RETRY_SOURCE: Final = 5.0
"""Seconds after which a source that could not be opened is tried again."""


def source_of(config: SourceConfig) -> Source:
    """The source that its settings ask for, not reading yet."""
    if isinstance(config, FileSource):
        return FileTail(config)
    if isinstance(config, HttpSource):
        return HttpIntake(config)
    if isinstance(config, MailSource):
        return MailFolder(config)
    if isinstance(config, StdinSource):
        return StandardInput(config)
    return SyslogDatagrams(config) if config.transport == "udp" else SyslogStream(config)


class Followed(Struct, kw_only=True):
    """One source."""

    config: SourceConfig
    source: Source | None = None
    trouble: str = ""
    """Why it cannot be opened; what it says itself while it is open stands in `source`."""
    task: asyncio.Task[None] | None = None


class Following:
    """The sources of a running module, by name."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self.followed: dict[str, Followed] = {}

    async def change(self, configs: Iterable[SourceConfig]) -> None:
        """Follow just these from now on. A source whose settings are as before is not disturbed."""
        wanted = {config.name: config for config in configs}
        gone = [name for name, one in self.followed.items() if wanted.get(name) != one.config]
        await asyncio.gather(*(self._end(self.followed[name]) for name in gone))
        for name in gone:
            del self.followed[name]
        for name, config in wanted.items():
            if name not in self.followed:
                one = self.followed[name] = Followed(config=config)
                one.task = asyncio.create_task(self._follow(one))

    async def close(self, patience: float) -> None:
        """Stop reading. What was read already is taken, unless that takes longer than `patience` seconds."""
        tasks = [one.task for one in self.followed.values() if one.task is not None]
        for one in self.followed.values():
            if one.source is not None:
                await one.source.close()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def ended(self) -> None:
        """Return once every source came to its end by itself, as standard input does."""
        await asyncio.gather(*(one.task for one in self.followed.values() if one.task is not None))

    async def _end(self, one: Followed) -> None:
        if one.source is not None:
            await one.source.close()
        if one.task is not None:
            _, late = await asyncio.wait([one.task], timeout=RETRY_SOURCE)
            for task in late:
                task.cancel()

    async def _follow(self, one: Followed) -> None:
        name = one.config.name
        while True:
            try:
                one.source = source_of(one.config)
                await self._pipeline.follow(one.source, one.config.format, one.config.zone)
            except (OSError, ValueError, msgspec.MsgspecError) as error:
                said = str(error) or type(error).__name__
                if said != one.trouble:
                    log.warning("source %s cannot be read: %s", name, said)
                one.trouble = said
                await asyncio.sleep(RETRY_SOURCE)
            else:
                log.info("source %s has ended", name)
                return
