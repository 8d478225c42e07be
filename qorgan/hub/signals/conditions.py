"""A search as conditions on rows: which of them the counts by the minute answer too, and which only the rows do.

Every condition is one that PostgreSQL may use an index for under row security: equality, ranges, lists of values.
Patterns are matched against the small dictionary of rules alone, and become lists of its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection

if TYPE_CHECKING:
    from qorgan.hub.signals.filters import Filters

_RULES_OF_SENSOR: Final = """
SELECT id FROM signal_rule WHERE lower(%(sensor)s) IN (
    lower(vendor), lower(product), lower(vendor || ' ' || product), lower(rule_id), lower(rule_name), lower(pack_rule))
"""
_RULES_OF_TEXT: Final = """
SELECT id FROM signal_rule
WHERE concat_ws(' ', vendor, product, rule_id, rule_name, pack_rule) ILIKE ALL (%(patterns)s::text[])
"""
_NOWHERE: Final = "false"
_FEW_RULES: Final = 8
"""Up to so many rules are looked for by their index, more by reading on in the order of time."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Conditions that all hold together. Branches of one search have no row in common."""

    since: datetime
    until: datetime
    shared: tuple[str, ...]
    """Conditions that rows and counts both understand."""
    own: tuple[str, ...]
    """Conditions that only rows understand."""
    values: dict[str, Any]
    thins: bool
    """Whether the shared conditions may leave few rows of many: then the counts say where these are."""

    @property
    def is_counted(self) -> bool:
        """Whether the counts by the minute answer it exactly."""
        return not self.own

    @property
    def is_empty(self) -> bool:
        """Whether it is plain that nothing meets it."""
        return _NOWHERE in self.shared

    def where(self, *more: str) -> str:
        """All conditions on rows of `signal`, its time included."""
        return " AND ".join(("received_at >= %(since)s", "received_at < %(until)s", *self.shared, *self.own, *more))

    def where_counted(self, *more: str) -> str:
        """The conditions on rows of `signal_tally`."""
        return " AND ".join(("minute >= %(since)s", "minute < %(until)s", *self.shared, *more))

    def parameters(self, **more: Any) -> dict[str, Any]:
        """Values for either."""
        return self.values | {"since": self.since, "until": self.until} | more


def branches_of(filters: Filters, now: datetime, within: tuple[UUID, ...] = ()) -> list[Branch]:
    """What the search means now; asks the dictionary of rules where it must.

    `within` are the organisations that whoever asks is limited to: row security leaves out all others anyway, and
    saying so lets PostgreSQL go by their index instead of passing over everybody else's rows.
    Words mean a rule or a sensor that has them all in its names, or one whole domain: hence two branches.
    """
    since, until = filters.span(now)
    shared, own, values = _plain(filters)
    if within and not filters.organisation:
        shared.append(one_of("organisation_id", "within", within, values))
    thins = bool(filters.type or filters.severity or filters.module)
    if filters.rule is not None:
        shared.append("rule = %(rule)s")
        values["rule"] = filters.rule
        thins = True
    if filters.sensor:
        shared.append(_among("sensor_rules", _numbers(_RULES_OF_SENSOR, sensor=filters.sensor), values))
        thins = True
    if not filters.text:
        return [Branch(since, until, tuple(shared), tuple(own), values, thins)]
    words = filters.text.split()
    values = values | {"text_domain": filters.text.lower()}
    named = _among("text_rules", _numbers(_RULES_OF_TEXT, patterns=[_pattern(word) for word in words]), values)
    found = [Branch(since, until, (*shared, named), tuple(own), values, thins=True)]
    if len(words) == 1:
        # Rows of the first branch are left out of the second.
        elsewhere = ("domain = %(text_domain)s", *(() if named == _NOWHERE else (f"NOT ({named})",)))
        found.append(Branch(since, until, tuple(shared), (*own, *elsewhere), values, thins))
    return found


def _plain(filters: Filters) -> tuple[list[str], list[str], dict[str, Any]]:
    shared, own = [], []
    values: dict[str, Any] = {}
    if filters.organisation:
        shared.append(one_of("organisation_id", "organisations", filters.organisation, values))
    if filters.module is not None:
        shared.append("module_id = %(module)s")
        values["module"] = filters.module
    if filters.type:
        shared.append("type = ANY (%(types)s)")
        values["types"] = [one.value for one in filters.type]
    if filters.severity:
        shared.append("severity = ANY (%(severities)s::smallint[])")
        values["severities"] = [one.rank for one in filters.severity]
    if filters.address is not None:
        # A range, because the operator of networks is not one that row security lets an index answer.
        one = filters.address.num_addresses == 1
        own.append(
            "source_address = %(lowest)s::inet"
            if one
            else "source_address BETWEEN %(lowest)s::inet AND %(highest)s::inet"
        )
        values |= {"lowest": str(filters.address[0]), "highest": str(filters.address[-1])}
    if filters.domain:
        own.append("domain = %(domain)s")
        values["domain"] = filters.domain
    if filters.hash:
        own.append("hashes @> ARRAY[%(hash)s::text]")
        values["hash"] = filters.hash
    return shared, own, values


def one_of(column: str, name: str, keys: tuple[UUID, ...], values: dict[str, Any]) -> str:
    """A condition on one of several keys; equality for one, for only then rows come from the index in order of time.

    Nothing meets it where there are none. The value is put among `values`.
    """
    values[name] = keys[0] if len(keys) == 1 else list(keys)
    return f"{column} = %({name})s" if len(keys) == 1 else f"{column} = ANY (%({name})s)"


def _numbers(statement: str, **values: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [number for (number,) in cursor.fetchall()]


def _among(name: str, numbers: list[int], values: dict[str, Any]) -> str:
    values[name] = numbers
    if not numbers:
        return _NOWHERE
    # Each rule stands once in most batches: by the index, many rules would be fetched one by one from everywhere.
    column = "rule" if len(numbers) <= _FEW_RULES else "(rule + 0)"
    return f"{column} = ANY (%({name})s)"


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
