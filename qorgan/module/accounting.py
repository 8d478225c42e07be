"""Loss accounting: what became of every record that was read, in numbers that must add up at any instant.

read     = became signals + ignored, by reason + quarantined
became   = sent + spooled + lost in the spool          (counted in records of the sources)
signals  = sent + spooled + lost in the spool          (counted in signals, of which one may stand for many records)
"""

from __future__ import annotations

from msgspec import Struct


class Counts(Struct, frozen=True, kw_only=True):
    """What one chunk of a source came to. It is stored in the transaction that stores the chunk's signals."""

    read: int
    became: int = 0
    """Records that became signals, alone or joined with equal ones."""
    ignored: dict[str, int] = {}
    """Records that are no security event, by the reason they were passed over."""
    quarantined: int = 0
    """Records that could not be read."""
    redacted: dict[str, int] = {}
    """Values removed, by class (R67.4)."""

    def adds_up(self) -> bool:
        """Whether every record that was read is accounted for."""
        return self.read == self.became + sum(self.ignored.values()) + self.quarantined


class Quarantined(Struct, frozen=True, kw_only=True):
    """A record that could not be read or was refused: where it stood, why, and its redacted text."""

    place: str
    reason: str
    text: str = ""


class SourceAccount(Struct, frozen=True, kw_only=True):
    """The part of the account that one source has."""

    name: str
    read: int = 0
    became: int = 0
    signals: int = 0
    quarantined: int = 0
    ignored: dict[str, int] = {}
    redacted: dict[str, int] = {}


class Account(Struct, frozen=True, kw_only=True):
    """Everything since the spool was made."""

    read: int
    became: int
    ignored: dict[str, int]
    quarantined: int
    sent_records: int
    """Records that stand behind the signals in `sent`."""
    spooled_records: int
    lost_records: int
    signals: int
    sent: int
    """Signals the hub has taken, with those it refused one by one."""
    refused: int
    """Signals of `sent` that the hub refused; each is in the quarantine with field and reason."""
    spooled: int
    """Signals that wait to be sent."""
    lost: int
    """Signals whose chunk in the spool was damaged; their numbers are void."""
    redacted: dict[str, int]
    sources: tuple[SourceAccount, ...]

    def faults(self) -> list[str]:
        """What does not add up, as sentences; none when all is well."""
        ignored = sum(self.ignored.values())
        checks = [
            ("read", self.read, "became + ignored + quarantined", self.became + ignored + self.quarantined),
            (
                "became",
                self.became,
                "sent + spooled + lost, in records",
                self.sent_records + self.spooled_records + self.lost_records,
            ),
            ("signals", self.signals, "sent + spooled + lost", self.sent + self.spooled + self.lost),
        ]
        return [f"{name} is {left}, {sum_} is {right}" for name, left, sum_, right in checks if left != right]


def total(sources: tuple[SourceAccount, ...], field: str) -> dict[str, int]:
    """The sums over all sources of a field that counts by reason or class."""
    found: dict[str, int] = {}
    for source in sources:
        for name, value in getattr(source, field).items():
            found[name] = found.get(name, 0) + value
    return found
