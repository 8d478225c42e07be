"""The SQL of the signal path, read once from `queries.sql`, by name."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final, LiteralString, cast


def _load() -> dict[str, LiteralString]:
    text = files(__package__).joinpath("queries.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    # A file of the package is as literal as a string in it; psycopg asks for literals to keep values out of SQL.
    return {name: cast("LiteralString", body.strip()) for name, body in zip(parts[1::2], parts[2::2], strict=True)}


SQL: Final = _load()
