"""What a period shows of each clause: how many acts it let happen, how many it forbade, what speaks against it."""

from __future__ import annotations

from typing import Final

import msgspec

from qorgan.gate.inspection.counting import Summary
from qorgan.law.register import clause

GATE: Final = (
    "D26.two-factor",
    "D26.identity",
    "D26.remote-registration",
    "D26.journal",
    "R48.156-1",
    "R48.160.9",
    "R48.161.5",
    "R57.4",
    "R57.6",
    "R57.7",
    "R57.8",
    "R57.9",
    "R57.10",
    "R57.11",
)
"""The clauses that the journal can speak of."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One clause in one period."""

    clause: str
    edition: str
    done: int
    """Acts that it let happen; of a clause that lets nothing happen, what it is about."""
    refused: int
    against: int
    """What speaks against its being kept: there must be none."""


def held(found: Summary) -> list[Held]:
    """Each clause of the gate."""
    told = found.told
    failed = told.delivered + told.under_way + told.failed + told.without_number + told.nobodys + told.untold
    counted = {
        "D26.journal": found.entries,
        "R48.160.9": found.to_be_told,
        "R48.161.5": failed,
        "R57.4": found.sessions,
        "R57.7": found.staff_acts,
    }
    against = {
        "R48.160.9": found.untold_changes,
        "R48.161.5": found.told.untold,
        "R57.4": found.sessions_without_rule,
        "D26.journal": found.without_rule,
        "R57.6": found.concurrent,
    }
    rows = []
    for name in GATE:
        item = clause(name)
        by = [one for one in found.ruled if one.rule == name]
        rows.append(
            Held(
                clause=item.id,
                edition=item.edition.name,
                done=counted.get(name, sum(one.done for one in by)),
                refused=sum(one.refused for one in by),
                against=against.get(name, 0),
            )
        )
    return rows
