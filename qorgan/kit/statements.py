"""Statements made once, for the few that every request needs: Django would make them anew each time.

That making costs four times what sending and reading does. All else is for Django's own queries, which read better.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, LiteralString, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def rows(model: type[M], condition: LiteralString, values: Sequence[Any]) -> list[M]:
    """The rows of a model for which a condition in SQL holds, with what may follow it, as `FOR UPDATE`."""
    return list(model._default_manager.raw(_select(model, condition), values))  # noqa: SLF001 (of any model)


def change(model: type[models.Model], what: LiteralString, condition: LiteralString, values: Sequence[Any]) -> int:
    """Set columns, in SQL, where a condition holds, in SQL; gives in how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(_update(model, what, condition), values)
        return int(cursor.rowcount)


def insert(row: models.Model) -> None:
    """Store a new row whose key is its own, not one that the database gives."""
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in _fields(type(row))]
    with connection.cursor() as cursor:
        cursor.execute(_insert(type(row)), values)
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 (as Django's own `save`)


@cache
def _select(model: type[models.Model], condition: LiteralString) -> str:
    return f"SELECT {_columns(model)} FROM {_quoted(model._meta.db_table)} WHERE {condition}"  # noqa: S608, SLF001


@cache
def _update(model: type[models.Model], what: LiteralString, condition: LiteralString) -> str:
    return f"UPDATE {_quoted(model._meta.db_table)} SET {what} WHERE {condition}"  # noqa: S608, SLF001


@cache
def _insert(model: type[models.Model]) -> str:
    places = ", ".join(["%s"] * len(_fields(model)))
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({_columns(model)}) VALUES ({places})"  # noqa: S608, SLF001


@cache
def _fields(model: type[models.Model]) -> Sequence[models.Field[Any, Any]]:
    return tuple(model._meta.local_concrete_fields)  # noqa: SLF001 (the way that Django documents)


def _columns(model: type[models.Model]) -> str:
    return ", ".join(_quoted(field.column) for field in _fields(model))


def _quoted(name: str | None) -> str:
    assert name, "every concrete field has a column"  # noqa: S101 (which its type does not say)
    return str(connection.ops.quote_name(name))
