"""Example logs with their times, addresses and numbers made anew for every record, at a steady pace."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

ALMATY = ZoneInfo("Asia/Almaty")
_PLACE = re.compile(r"@([A-Z_]+)@")
_END_OF_AUDIT_RECORD = re.compile(r"(?m)^---@MARK@---Z--\n+")

# Networks set aside for documentation (RFC 5737, RFC 3849): nobody real is ever shown as an attacker.
_ATTACKERS = [
    *(f"203.0.113.{last}" for last in range(1, 60)),
    *(f"198.51.100.{last}" for last in range(1, 40)),
    *(f"2001:db8:5::{last:x}" for last in range(1, 12)),
]


def records(log: str) -> list[str]:
    """The templates of an example log, each with its line end."""
    text = files("qorgan.demo").joinpath("logs", log).read_text(encoding="utf-8")
    if "---@MARK@---Z--" in text:
        ends = [match.end() for match in _END_OF_AUDIT_RECORD.finditer(text)]
        return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return text.splitlines(keepends=True)


def filled(template: str, now: datetime, chance: random.Random) -> str:
    """A record as its product would write it now."""
    # An attacker comes back: a few addresses do most of it, as in life.
    attacker = _ATTACKERS[min(int(chance.expovariate(0.08)), len(_ATTACKERS) - 1)]
    local = now.astimezone(ALMATY)
    words: dict[str, Callable[[], str]] = {
        "ISO_TIME": lambda: local.strftime("%Y-%m-%dT%H:%M:%S.%f%z"),
        "BSD_TIME": lambda: local.strftime("%b %e %H:%M:%S"),
        "APACHE_TIME": lambda: local.strftime("%d/%b/%Y:%H:%M:%S %z"),
        "C_TIME": lambda: local.strftime("%a %b %e %H:%M:%S %Y"),
        "HTTP_TIME": lambda: format_datetime(now.astimezone(UTC), usegmt=True),
        "MILLIS": lambda: str(int(now.timestamp() * 1000)),
        "UNIQUE": lambda: f"{now.timestamp():.6f}",
        "MARK": lambda: mark,
        "ATTACKER": lambda: attacker,
        "SERVER": lambda: f"10.20.0.{chance.randint(2, 40)}",
        "CLIENT": lambda: f"10.30.{chance.randint(0, 3)}.{chance.randint(2, 250)}",
        "PORT": lambda: str(chance.randint(1024, 65_535)),
        "SERVICE": lambda: str(chance.choice((21, 22, 23, 25, 445, 1433, 3306, 3389, 5432, 5900, 8080, 8443))),
        "ACCOUNT": lambda: f"{chance.choice('abcdefghkmnrst')}.user{chance.randint(1, 40)}",
        "NUMBER": lambda: str(chance.randint(1_000, 32_000)),
        "FLOW": lambda: str(chance.randint(10**14, 2 * 10**15)),
        "IIN": lambda: "900101300017",
        "IBAN": lambda: "KZ699990000000000001",
        "PAN": lambda: "4111111111111111",
    }
    mark = "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789", k=8))
    return _PLACE.sub(lambda match: words[match[1]](), template)


def endless(log: str, chance: random.Random) -> Iterator[Callable[[datetime], str]]:
    """The records of a log again and again, in a new order each time round."""
    templates = records(log)
    while True:
        for template in chance.sample(templates, len(templates)):
            yield lambda now, template=template: filled(template, now, chance)  # type: ignore[misc]


class FileFeed:
    """Appends to a log file, as a product does."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")

    def write(self, record: str) -> None:
        """Append one record."""
        self._file.write(record)
        self._file.flush()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class SyslogFeed:
    """Sends to a module's syslog port over TCP and connects again when the module was away."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: socket.socket | None = None

    def write(self, record: str) -> None:
        """Send one record; drop it, as a product does, when nobody listens."""
        try:
            if self._connection is None:
                self._connection = socket.create_connection(("127.0.0.1", self._port), timeout=2)
            self._connection.sendall(record.encode())
        except OSError:
            self.close()

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
