"""What an audit found: the very table and row, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was when it was receipted."""

    table: str
    row: str
    """What identifies the row, as `column=value`."""
    fault: str


@dataclass(slots=True)
class Report:
    """The outcome of an audit."""

    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    batches: int = 0
    signals: int = 0
    acts: int = 0
    """Acts on documents."""
    waiting: int = 0
    """Acts that the clerk has not entered into the ledger yet."""
    journal: int = 0
    """Entries of the audit trail."""
    dropped: int = 0
    """Batches whose day is no longer kept: their entries were checked, their signals are gone."""

    def add(self, table: str, row: str, fault: str) -> None:
        """Note a fault."""
        self.findings.append(Finding(table, row, fault))

    @property
    def is_clean(self) -> bool:
        """Whether everything is as it was receipted."""
        return not self.findings
