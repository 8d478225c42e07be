"""What the hub derives from a record for searching: intake stores it, the audit derives it again and compares."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from qorgan.wire.signal import FileHash, Signal


class Rule(NamedTuple):
    """What names a sensor's rule, and the pack's rule that classified it."""

    vendor: str
    product: str
    rule_id: str
    rule_name: str
    pack: str
    pack_rule: str

    @property
    def key(self) -> bytes:
        """SHA-256 over the fields, none of which can hold the separator."""
        return hashlib.sha256("\0".join(self).encode()).digest()

    @property
    def packed(self) -> str:
        """The pack and its rule in one column."""
        return f"{self.pack}:{self.pack_rule}"


def rule_of(signal: Signal) -> Rule:
    """The rule that a signal names."""
    sensor, classified = signal.sensor, signal.classified_by
    return Rule(
        sensor.vendor,
        sensor.product,
        sensor.rule_id or "",
        sensor.rule_name or "",
        classified.pack,
        classified.rule,
    )


def domain_of(signal: Signal) -> str | None:
    """The one host name a signal is searched by, in lower case."""
    host = signal.url.host if signal.url is not None else None
    found = host or signal.domain or signal.mail_sender_domain
    return found.lower() if found else None


def digests_of(hashes: Sequence[FileHash]) -> list[str]:
    """The different digests of a signal's files, in their order."""
    return list(dict.fromkeys(one.value for one in hashes))
