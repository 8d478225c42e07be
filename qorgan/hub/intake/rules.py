"""The dictionary of sensors' rules: few, met again and again, so kept in the process and written once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection

from qorgan.hub.database.derived import Rule, rule_of
from qorgan.hub.intake.statements import SQL
from qorgan.wire.signal import Signal

MOST_KEPT: Final = 100_000
"""Rules held in memory; a module that invents names forever costs no more than this."""


class Dictionary:
    """Numbers of rules, as this process has met them."""

    def __init__(self) -> None:
        self._numbers: dict[Rule, int] = {}
        self._seen: set[tuple[UUID, int]] = set()

    async def numbers(self, connection: AsyncConnection, organisation: UUID, signals: Iterable[Signal]) -> list[int]:
        """The number of each signal's rule, rules not met before having been written and committed.

        They stand in a transaction of their own: another process that meets the same rule must not wait until this
        batch is stored.
        """
        rules = [rule_of(signal) for signal in signals]
        missing = {rule for rule in rules if rule not in self._numbers}
        if missing:
            await self._learn(connection, missing)
        found = [self._numbers[rule] for rule in rules]
        unseen = sorted({number for number in found if (organisation, number) not in self._seen})
        if unseen:
            await connection.execute(SQL["see_rules"], {"organisation": organisation, "rules": unseen})
            self._seen.update((organisation, number) for number in unseen)
        return found

    async def _learn(self, connection: AsyncConnection, missing: set[Rule]) -> None:
        if len(self._numbers) > MOST_KEPT:
            self._numbers.clear()
            self._seen.clear()
        by_key = {rule.key: rule for rule in missing}
        keys = sorted(by_key)
        ordered = [by_key[key] for key in keys]
        await connection.execute(
            SQL["add_rules"],
            {
                "keys": keys,
                "vendors": [rule.vendor for rule in ordered],
                "products": [rule.product for rule in ordered],
                "rule_ids": [rule.rule_id for rule in ordered],
                "rule_names": [rule.rule_name for rule in ordered],
                "pack_rules": [rule.packed for rule in ordered],
            },
        )
        rows = await (await connection.execute(SQL["find_rules"], {"keys": keys})).fetchall()
        self._numbers.update((by_key[key], number) for key, number in rows)
