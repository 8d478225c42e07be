"""What differs between two versions of a profile or of an application, field by field and entry by entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

_PARTS: Final = ("kind", "vendor", "product", "version", "cpe", "purl", "name", "position", "phone", "email")
"""The order in which an entry of a list is told: PostgreSQL keeps none."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that differs. Of a list only the entries that came and went are said."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def flat(content: dict[str, Any]) -> dict[str, Any]:
    """The fields of a content on one level, as forms name them: those of a SOC begin with `soc_`."""
    fields: dict[str, Any] = {}
    for name, value in content.items():
        if name == "profile":
            fields |= value
        elif name == "soc":
            fields |= {f"soc_{inner}": told for inner, told in (value or {}).items()}
        else:
            fields[name] = value
    return fields


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Changed]:
    """The fields in which two contents differ, in the order of the later one."""
    old, new = flat(before), flat(after)
    found = []
    for field in dict.fromkeys([*new, *old]):
        was, became = entries(old.get(field)), entries(new.get(field))
        if was != became:
            gone = tuple(entry for entry in was if entry not in set(became))
            come = tuple(entry for entry in became if entry not in set(was))
            found.append(Changed(field, gone, come))
    return found


def entries(value: Any) -> tuple[str, ...]:
    """A value as lines of text: one for a single value, one an entry for a list, none for nothing."""
    if isinstance(value, dict):
        return (" · ".join(str(value[part]) for part in _PARTS if value.get(part)),)
    if isinstance(value, list | tuple):
        return tuple(line for entry in value for line in entries(entry))
    return () if value in (None, "", False) else (str(value),)
