"""Applies a program's list of who may do what with which table. What is not listed is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic

import psycopg
from psycopg import sql

from qorgan.kit.database.connection import DatabaseRefused, R

Rights = tuple[str, ...]
"""As GRANT spells them: `SELECT`, `UPDATE (state, ended_at)`."""

_TABLES: Final = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
"""


@dataclass(frozen=True, slots=True)
class Grants(Generic[R]):
    """One program's list."""

    guests: tuple[R, ...]
    """Roles that own nothing."""
    tables: Mapping[str, Mapping[R, Rights]]
    place: str
    """The module where a table is listed: said to whoever forgot one."""
    framework: tuple[str, ...] = ()
    """Beginnings of the names of tables that libraries made, all of which get the same."""
    framework_rights: Mapping[R, Rights] | None = None

    def apply(self, connection: psycopg.Connection) -> None:
        """Take every right on every table from the guests and give those listed, in one transaction.

        Raises DatabaseRefused for a table that nobody listed.
        """
        everybody = sql.SQL(", ").join([sql.SQL("PUBLIC"), *(sql.Identifier(role.login) for role in self.guests)])
        with connection.transaction():
            for (table,) in connection.execute(_TABLES).fetchall():
                name = sql.Identifier(table)
                connection.execute(sql.SQL("REVOKE ALL ON TABLE {} FROM {}").format(name, everybody))
                for role, rights in self._rights(table).items():
                    connection.execute(
                        sql.SQL("GRANT {} ON TABLE {} TO {}").format(
                            sql.SQL(", ".join(rights)), name, sql.Identifier(role.login)
                        )
                    )

    def _rights(self, table: str) -> Mapping[R, Rights]:
        if table in self.tables:
            return self.tables[table]
        if self.framework_rights is not None and table.startswith(self.framework):
            return self.framework_rights
        raise DatabaseRefused(f"table {table} has no grants; say in {self.place} who may use it")
