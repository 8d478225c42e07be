"""Statements made once, for the few that every request needs: Django would make them anew each time.

That making costs four times what sending and reading does. All else is for Django's own queries, which read better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, LiteralString, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
_Converted = tuple[int, Any, tuple[Callable[..., Any], ...]]
"""Where a value stands in a row, its column, and what makes it what the field means."""


def rows(model: type[M], condition: LiteralString, values: Sequence[Any]) -> list[M]:
    """The rows of a model for which a condition in SQL holds, with what may follow it, as `FOR UPDATE`."""
    with connection.cursor() as cursor:
        cursor.execute(_select(model, condition), values)
        found = cursor.fetchall()
    names, converted = _reading(model)
    return [model.from_db(connection.alias, names, _converted(row, converted)) for row in found]


def change(model: type[models.Model], what: LiteralString, condition: LiteralString, values: Sequence[Any]) -> int:
    """Set columns, in SQL, where a condition holds, in SQL; gives in how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(_update(model, what, condition), values)
        return int(cursor.rowcount)


def insert(row: models.Model) -> None:
    """Store a new row whose key is its own, not one that the database gives."""
    send(
        _insert(type(row)),
        [field.get_db_prep_save(field.pre_save(row, True), connection) for field in _fields(type(row))],
    )
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 (as Django's own `save`)


def send(statement: str, values: Sequence[Any]) -> None:
    """Make a change whose outcome nobody asks for: now, or with the others where they are gathered."""
    if (waiting := _waiting.get()) is not None:
        waiting.append((statement, values))
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def gathered() -> Iterator[None]:
    """Send what is inserted and sent within together when this ends: one way to the database and back for all.

    None of the changes sees another, and no query within sees any, so only what stands by itself is made so. Where
    this ends by an exception, nothing of it is sent.
    """
    waiting: list[tuple[str, Sequence[Any]]] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    if waiting:
        with connection.cursor() as cursor:
            cursor.execute(
                _together(tuple(statement for statement, _ in waiting)),
                [one for _, values in waiting for one in values],
            )


_waiting: ContextVar[list[tuple[str, Sequence[Any]]] | None] = ContextVar("waiting", default=None)


@cache
def _together(statements: tuple[str, ...]) -> str:
    changes = ", ".join(f"change_{number} AS ({statement})" for number, statement in enumerate(statements))
    return f"WITH {changes} SELECT"


def _converted(row: Sequence[Any], converted: Sequence[_Converted]) -> Sequence[Any]:
    """A row as the model's fields mean it, by Django's own converters."""
    if not converted:
        return row
    values = list(row)
    for place, column, converters in converted:
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    return values


@cache
def _reading(model: type[models.Model]) -> tuple[Sequence[str], Sequence[_Converted]]:
    """The attributes that a row's values are for, and which values are converted first."""
    converted = []
    for place, field in enumerate(_fields(model)):
        column = field.get_col(_table(model))
        if converters := [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]:
            converted.append((place, column, tuple(converters)))
    return tuple(field.attname for field in _fields(model)), tuple(converted)


@cache
def _select(model: type[models.Model], condition: LiteralString) -> str:
    return f"SELECT {_columns(model)} FROM {_quoted(_table(model))} WHERE {condition}"  # noqa: S608


@cache
def _update(model: type[models.Model], what: LiteralString, condition: LiteralString) -> str:
    return f"UPDATE {_quoted(_table(model))} SET {what} WHERE {condition}"  # noqa: S608


@cache
def _insert(model: type[models.Model]) -> str:
    places = ", ".join(["%s"] * len(_fields(model)))
    return f"INSERT INTO {_quoted(_table(model))} ({_columns(model)}) VALUES ({places})"  # noqa: S608


@cache
def _fields(model: type[models.Model]) -> Sequence[models.Field[Any, Any]]:
    return tuple(model._meta.local_concrete_fields)  # noqa: SLF001 (the way that Django documents)


def _columns(model: type[models.Model]) -> str:
    return ", ".join(_quoted(field.column) for field in _fields(model))


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 (the way that Django documents)


def _quoted(name: str | None) -> str:
    assert name, "every concrete field has a column"  # noqa: S101 (which its type does not say)
    return str(connection.ops.quote_name(name))
