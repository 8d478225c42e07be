"""The source that a configuration asks for."""

from __future__ import annotations

from qorgan.module.sources.base import Source
from qorgan.module.sources.file_tail import FileTail
from qorgan.module.sources.http import HttpIntake
from qorgan.module.sources.mail_folder import MailFolder
from qorgan.module.sources.settings import FileSource, HttpSource, MailSource, SourceConfig, SyslogSource
from qorgan.module.sources.stdin import StandardInput
from qorgan.module.sources.syslog import open_syslog


def open_source(settings: SourceConfig) -> Source:
    """The source; it opens nothing before it is pulled."""
    if isinstance(settings, FileSource):
        return FileTail(settings)
    if isinstance(settings, SyslogSource):
        return open_syslog(settings)
    if isinstance(settings, HttpSource):
        return HttpIntake(settings)
    if isinstance(settings, MailSource):
        return MailFolder(settings)
    return StandardInput(settings)
