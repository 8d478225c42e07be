"""The dictionary of sensors' rules: few, met again and again, so kept in the process and written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from psycopg import AsyncConnection

from qorgan.hub.database.derived import Rule
from qorgan.hub.intake.statements import SQL

MOST_KEPT: Final = 100_000
"""Rules held in memory; a module that invents names forever costs no more than this."""


class Dictionary:
    """Numbers of rules, as this process has met them."""

    def __init__(self) -> None:
        self._numbers: dict[Rule, int] = {}
        self._seen: dict[UUID, set[int]] = {}

    async def numbers(self, connection: AsyncConnection, rules: Iterable[Rule]) -> dict[Rule, int]:
        """The number of each rule, those not met before having been written and committed.

        They stand in a transaction of their own: another process that meets the same rule must not wait until this
        batch is stored.
        """
        found = {rule: self._numbers.get(rule) for rule in rules}
        missing = [rule for rule, number in found.items() if number is None]
        learned = await self._learn(connection, missing) if missing else {}
        return {rule: number for rule, number in found.items() if number is not None} | learned

    def unseen(self, organisation: UUID, rules: Iterable[int]) -> list[int]:
        """Which of the rules this organisation's sensors have not named yet, in order.

        The order keeps two batches that name the same ones from waiting for each other in a ring.
        """
        return sorted(set(rules).difference(self._seen.get(organisation, ())))

    def see(self, organisation: UUID, rules: Iterable[int]) -> None:
        """Remember, after the commit, that the organisation's sensors have named them."""
        self._seen.setdefault(organisation, set()).update(rules)

    async def _learn(self, connection: AsyncConnection, missing: Sequence[Rule]) -> dict[Rule, int]:
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
        learned = {by_key[key]: int(number) for key, number in rows}
        self._numbers.update(learned)
        return learned
