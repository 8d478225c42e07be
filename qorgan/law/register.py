"""The clause register: every provision the product answers to, read from `register/*.toml` on first use."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from qorgan.law.clause import Act, Clause, Edition, Kind, Source
from qorgan.law.labels import Language


class UnknownClause(LookupError):
    """The id names no clause of the register, or none whose held edition binds on the day asked about."""


class RegisterRefused(ValueError):
    """A file of the register breaks its own form; the message names the file and the row."""


@cache
def acts() -> dict[str, Act]:
    """Every act by its id, in the order of the register."""
    return {row.act.id: row.act for row in editions()}


@cache
def editions() -> tuple[Clause, ...]:
    """Every edition of every clause, act by act, in the order of the register."""
    rows: list[Clause] = []
    for path in sorted((files("qorgan.law") / "register").iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".toml"):
            rows += _read_act(path.name.removesuffix(".toml"), path.read_text(encoding="utf-8"))
    held = [(row.id, row.in_force_from) for row in rows]
    if len(set(held)) < len(held):
        twice = next(key for key in held if held.count(key) > 1)
        raise RegisterRefused(f"{twice[0]} has two editions in force from {twice[1]}")
    return tuple(rows)


@cache
def clauses() -> dict[str, Clause]:
    """Every clause by its id, in its latest edition."""
    latest: dict[str, Clause] = {}
    for row in editions():
        if row.id not in latest or latest[row.id].in_force_from < row.in_force_from:
            latest[row.id] = row
    return latest


def clause(clause_id: str, on: date | None = None) -> Clause:
    """The clause with that id: in its latest edition, or in the one that binds on the day `on`.

    Raises UnknownClause, which says what is known instead.
    """
    if clause_id not in clauses():
        raise UnknownClause(f"no clause {clause_id!r} in the register; {_nearest(clause_id)}")
    if on is None:
        return clauses()[clause_id]
    for row in editions():
        if row.id == clause_id and row.edition.binds(on):
            return row
    held = "; ".join(
        f"{row.in_force_from} to {row.in_force_to or 'further notice'}" for row in editions() if row.id == clause_id
    )
    raise UnknownClause(f"no edition of {clause_id} held here binds on {on}; held: {held}")


def in_force(on: date) -> tuple[Clause, ...]:
    """The clauses that bind on that day, each in the edition of that day.

    Only what was read can be listed: the wordings of 2018 to 2024 that Resolution No. 38 replaced were not.
    """
    return tuple(row for row in editions() if row.edition.binds(on))


def _nearest(clause_id: str) -> str:
    act_id = clause_id.partition(".")[0]
    items = [known for known in clauses() if known.startswith(f"{act_id}.")]
    if not items:
        return "acts known: " + ", ".join(acts())
    below = [known for known in items if known.startswith(f"{clause_id}.")]
    return f"of {act_id} it has " + ", ".join(below or items)


def _read_act(slug: str, text: str) -> list[Clause]:
    try:
        document = tomllib.loads(text)
        act = _act(slug, document["act"])
        known = {row["name"]: _edition(act, row) for row in document["edition"]}
        return [_clause(act, known, row) for row in document["clause"]]
    except (KeyError, TypeError, ValueError) as wrong:
        raise RegisterRefused(f"register/{slug}.toml: {wrong!r}") from wrong


def _act(slug: str, row: dict[str, Any]) -> Act:
    ours = frozenset(Language(language) for language in row["titles_are_ours"])
    return Act(**{**row, "slug": slug, "source": Source(row["source"]), "titles_are_ours": ours})


def _edition(act: Act, row: dict[str, Any]) -> Edition:
    return Edition(**{"in_force_to": None, **row, "act": act.id})


def _clause(act: Act, known: dict[str, Edition], row: dict[str, Any]) -> Clause:
    if not row["id"].startswith(f"{act.id}."):
        raise ValueError(f"{row['id']} does not belong to {act.id}")
    if row.get("claim") and not row.get("claimed"):
        raise ValueError(f"{row['id']} limits a claim that it does not make")
    given = {"claimed": False, "claim": "", "note": "", **row}
    return Clause(**{**given, "act": act, "edition": known[row["edition"]], "kind": Kind(row["kind"])})
