"""Tables that take rows and never change them: a trigger says so, whatever the grants say. No Django here."""

from __future__ import annotations

from typing import Final

REFUSE_CHANGE: Final = """
CREATE FUNCTION qorgan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% takes rows and never changes them', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
"""The function, made once in a database."""


def refuse_change(table: str) -> str:
    """The statement that makes a table take rows alone."""
    return (
        f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION qorgan_refuse_change();"
    )


def refuse_change_of_rows(table: str) -> str:
    """The same on each row of a table in partitions: what is told to a partition by name fires no other trigger."""
    return (
        f"CREATE TRIGGER {table}_rows_are_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION qorgan_refuse_change();"
    )
