"""The journal's tables and what guards them, as PostgreSQL is told once: see migrations. No Django here.

Rows lie in partitions of a day (UTC), and so do the links of their chain. The chain has several strands, so that
transactions which commit at the same time need not wait for each other's disk: each is linked, as it commits, to a
strand that is free at the moment, which it holds until it has committed. On a strand, links are in the order of
commits; an epoch signs the heads of all.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from qorgan.kit.append_only import REFUSE_CHANGE, refuse_change, refuse_change_of_rows
from qorgan.law.decree_2026 import SIGN_IN_JOURNAL

_TABLES: Final = ("gate_journal", "gate_journal_link", "gate_journal_epoch")
_PARTED: Final = ("gate_journal", "gate_journal_link")
_TERM: Final = f"""
INSERT INTO gate_journal_term (at_hand, archived) VALUES (
    make_interval(months => {SIGN_IN_JOURNAL.at_hand_months}), make_interval(months => {SIGN_IN_JOURNAL.archive_months})
);
"""  # noqa: S608  # two numbers of the law


def create() -> str:
    """Every statement that makes the journal."""
    parts = [
        REFUSE_CHANGE,
        _read("tables"),
        _read("chain"),
        *map(refuse_change, _TABLES),
        *map(refuse_change_of_rows, _PARTED),
        _read("days"),
        _read("archives"),
        _TERM,
    ]
    return "\n".join(parts)


def _read(name: str) -> str:
    return files("qorgan.gate.journal").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
