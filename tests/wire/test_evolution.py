"""The contract only grows: what a released module sends, every later hub takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qorgan.wire import record, schema

RELEASES = Path(__file__).parent / "releases"
RELEASED = sorted(path.name for path in RELEASES.iterdir() if path.is_dir())


@pytest.mark.clause("R67.3.6")
@pytest.mark.parametrize("name", schema.PUBLISHED)
def test_what_is_published_is_what_is_enforced(name: str) -> None:
    published = (schema.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert published == schema.text_of(name), "run: python -m qorgan.wire.schema"


@pytest.mark.clause("R67.3.6")
@pytest.mark.parametrize("release", RELEASED)
def test_signals_of_every_released_module_are_still_taken(release: str) -> None:
    lines = (RELEASES / release / "signals.ndjson").read_bytes().splitlines()
    assert lines
    for line in lines:
        record.decode(line)


@pytest.mark.clause("R67.3.6")
@pytest.mark.parametrize("release", RELEASED)
def test_the_schema_has_only_grown_since_every_release(release: str) -> None:
    old = json.loads((RELEASES / release / "signal-1.json").read_text(encoding="utf-8"))
    assert narrowed(old["$defs"], json.loads(schema.text_of("signal-1"))["$defs"]) == []


def narrowed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What the newer definitions refuse though the older took it."""
    faults = [f"{name} is gone" for name in old if name not in new]
    for name in old.keys() & new.keys():
        faults += narrowed_type(name, old[name], new[name])
    return faults


def narrowed_type(name: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    faults = []
    if missing := set(old.get("enum", ())) - set(new.get("enum", ())):
        faults.append(f"{name} lost {sorted(missing)}")
    if added := set(new.get("required", ())) - set(old.get("required", ())):
        faults.append(f"{name} now requires {sorted(added)}")
    before, after = old.get("properties", {}), new.get("properties", {})
    faults += [f"{name}.{field} is gone" for field in before.keys() - after.keys()]
    shared = before.keys() & after.keys()
    faults += [f"{name}.{field} changed" for field in shared if not has_only_grown(before[field], after[field])]
    if list(after)[: len(before)] != list(before):
        faults.append(f"{name} has a new field that is not last")
    return faults


def has_only_grown(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether a field is what it was, but for names that its map may have besides."""
    before, after = (set(shape.get("propertyNames", {}).get("enum", ())) for shape in (old, new))
    return before <= after and {**old, "propertyNames": 0} == {**new, "propertyNames": 0}


def test_the_rule_itself_sees_each_kind_of_narrowing() -> None:
    old = {"A": {"enum": ["x", "y"]}, "S": {"properties": {"a": {"type": "string"}}, "required": ["a"]}}
    grown = {
        "A": {"enum": ["x", "y", "z"]},
        "S": {"properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]},
    }
    assert narrowed(old, grown) == []
    for new in (
        {"S": old["S"]},
        {**old, "A": {"enum": ["x"]}},
        {**old, "S": {"properties": {}, "required": []}},
        {**old, "S": {"properties": {"a": {"type": "integer"}}, "required": ["a"]}},
        {**old, "S": {"properties": {"a": {"type": "string"}, "b": {}}, "required": ["a", "b"]}},
        {**old, "S": {"properties": {"b": {}, "a": {"type": "string"}}, "required": ["a"]}},
    ):
        assert narrowed(old, new)
