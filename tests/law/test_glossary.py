"""The glossary against the code and against the official text."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| Kazakh"))
]


def stands_in_code(name: str) -> bool:
    """Whether a dotted name is a package, a module, or something defined in one; read, not imported."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        package = ROOT.joinpath(*parts[:length])
        for path in (package / "__init__.py", package.with_suffix(".py")):
            if path.is_file():
                return defines(ast.parse(path.read_text(encoding="utf-8")), parts[length:])
    return False


def defines(node: ast.AST, names: list[str]) -> bool:
    if not names:
        return True
    for child in ast.iter_child_nodes(node):
        targets = child.targets if isinstance(child, ast.Assign) else [getattr(child, "target", None)]
        known = {getattr(child, "name", None), *(getattr(target, "id", None) for target in targets)}
        if names[0] in known:
            return defines(child, names[1:])
    return False


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2])
def test_every_term_has_three_languages_and_a_name_that_stands_in_the_code(row: list[str]) -> None:
    kazakh, russian, english, name = row
    assert all([kazakh, russian, english])
    assert stands_in_code(name.strip("`")), f"{name} is not in the code"


def test_no_two_terms_share_a_name() -> None:
    assert len({row[3] for row in ROWS}) == len(ROWS) > 40
    assert len({row[2] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    "name",
    ["qorgan.law.clause.Claws", "qorgan.nowhere", "qorgan.law.asoi.SignalType.WAFS", "qorgan.law.clause.Clause.id.x"],
)
def test_a_name_that_went_out_of_the_code_is_noticed(name: str) -> None:
    assert not stands_in_code(name)


def test_terms_without_a_star_stand_in_the_official_text(shared: Path) -> None:
    text = " ".join((shared / "law" / "S003-resolution-38-kk-ru.txt").read_text(encoding="utf-8").split()).casefold()
    missing = [term for row in ROWS for term in row[:2] if not term.endswith("*") and term.casefold() not in text]
    assert missing == []
