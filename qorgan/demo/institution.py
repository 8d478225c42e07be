"""One invented institution's site: its module, its configuration, and where its products write."""

from __future__ import annotations

import subprocess
from pathlib import Path

from qorgan.demo.children import Child
from qorgan.demo.market import Institution
from qorgan.demo.replay import FileFeed, SyslogFeed

_SYSLOG_PORTS_FROM = 100
"""A syslog source listens this far above the status page."""


class Site:
    """Folder, ports and module of one institution."""

    def __init__(
        self, institution: Institution, folder: Path, *, intake: int, status: int, qorgan: str, gate: Path | None = None
    ) -> None:
        """`gate` is where the institution's gate tells of attempts to sign in."""
        self.institution = institution
        self._folder = folder
        self._intake = intake
        self._status = status
        self._qorgan = qorgan
        self._gate = gate
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._config = folder / "module.toml"
        self._config.write_text(self._configuration())
        self.module = Child(
            institution.slug,
            [qorgan, "module", "run", "--config", str(self._config)],
            folder / "module.log",
            {"PATH": "/usr/bin:/bin"},
        )

    def enrol(self, code: str) -> None:
        """Make the module known to the hub, as its administrator would."""
        subprocess.run(
            [self._qorgan, "module", "enrol", "--config", str(self._config)],
            input=code,
            text=True,
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        """Start the module."""
        self.module.start()

    def sink(self, number: int) -> FileFeed | SyslogFeed:
        """Where the product of one feed writes."""
        if self.institution.feeds[number].through == "file":
            return FileFeed(self._log(number))
        return SyslogFeed(self._status + _SYSLOG_PORTS_FROM)

    def _log(self, number: int) -> Path:
        return self._folder / "logs" / self.institution.feeds[number].log

    def _configuration(self) -> str:
        sources = []
        if self._gate is not None:
            sources.append(f'[[sources]]\nkind = "file"\nname = "gate"\npath = "{self._gate}"\nformat = "ecs"\n')
        for number, feed in enumerate(self.institution.feeds):
            name = feed.log.partition(".")[0]
            if feed.through == "file":
                sources.append(f'[[sources]]\nkind = "file"\nname = "{name}"\npath = "{self._log(number)}"\n')
            else:
                port = self._status + _SYSLOG_PORTS_FROM
                sources.append(f'[[sources]]\nkind = "syslog"\nname = "{name}"\ntransport = "tcp"\nport = {port}\n')
        return (
            f'state = "{self._folder}/state"\n\n[hub]\nurl = "http://127.0.0.1:{self._intake}"\n\n'
            '[institution]\ninternal_domains = ["corp.example"]\n\n'
            f'[status]\nlisten = "127.0.0.1:{self._status}"\n\n' + "\n".join(sources)
        )
