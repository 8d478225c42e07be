"""A program's configuration: a TOML file, then the environment, into one typed struct; a wrong key stops the start."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import fields

PREFIX: Final = "QORGAN_"

S = TypeVar("S", bound=Struct)


class ConfigError(Exception):
    """The configuration cannot be used. One line: where, which key, what is wrong, what to do."""

    def __init__(self, where: str, key: str, cause: str, remedy: str) -> None:
        super().__init__(f"{where}: {key}: {cause}. {remedy}" if key else f"{where}: {cause}. {remedy}")
        self.where = where
        self.key = key


def load(kind: type[S], path: Path | None, environment: Mapping[str, str]) -> S:
    """Read `path` (None: nothing but defaults), then every `QORGAN_<SECTION>_<KEY>` and `QORGAN_<KEY>`.

    `kind` and the structs of its sections refuse unknown fields. Variables of sections that `kind` does not have
    belong to other programs. Values are never repeated in an error: they may be passwords. Raises ConfigError.
    """
    table = _read(path) if path else {}
    variables = _overlay(table, kind, environment)
    try:
        return msgspec.convert(table, kind, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise _explained(str(error), kind, path, variables) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(str(path), "", error.strerror or str(error), "Give a file that can be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), "", f"not TOML: {error}", "Mend that line") from None


def _overlay(table: dict[str, Any], kind: type[Struct], environment: Mapping[str, str]) -> dict[str, str]:
    """Lay the environment over the table; which key came from which variable."""
    variables = {}
    for section, keys in _sections(kind).items():
        start = f"{PREFIX}{section.upper()}_" if section else PREFIX
        for variable in sorted(environment):
            key = variable.removeprefix(start).lower()
            if not variable.startswith(start) or (not section and key not in keys):
                continue
            place = f"{section}.{key}" if section else key
            if key not in keys:
                raise ConfigError(variable, place, "no such key", _remedy(key, keys))
            target = table.setdefault(section, {}) if section else table
            if isinstance(target, dict):  # else the file gives a value for a section, which is refused below
                target[key] = _value(environment[variable])
                variables[place] = variable
    return variables


def _sections(kind: type[Struct]) -> dict[str, list[str]]:
    """The keys of each section; those outside any section stand under the empty name."""
    found: dict[str, list[str]] = {"": []}
    for field in fields(kind):
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            found[field.encode_name] = [inner.encode_name for inner in fields(field.type)]
        else:
            found[""].append(field.encode_name)
    return found


def _value(text: str) -> Any:
    """A list or table is written as JSON; anything else is text, made a number or a truth value by the key's type."""
    if text[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(text.encode())
        except msgspec.DecodeError:
            return text
    return text


def _path(wanted: type, value: Any) -> Any:
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise TypeError("Expected a path")


def _explained(said: str, kind: type[Struct], path: Path | None, variables: Mapping[str, str]) -> ConfigError:
    cause, _, place = said.partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    section = key.split(".")[0]
    known = _sections(kind)
    if cause.startswith("Object contains unknown field"):
        name = cause.split("`")[1]
        keys = known[section] if section else [*known[""], *filter(None, known)]
        return ConfigError(str(path), f"{key}.{name}" if key else name, "no such key", _remedy(name, keys))
    if cause.startswith("Object missing required field"):
        name = cause.split("`")[1]
        key = f"{key}.{name}" if key else name
        return ConfigError(str(path or "configuration"), key, "missing", f"Set it, or {_variable(key)}")
    where = variables.get(key) or str(path or "configuration")
    return ConfigError(where, key or "configuration", cause[:1].lower() + cause[1:], "Mend the value")


def _variable(place: str) -> str:
    return PREFIX + place.replace(".", "_").upper()


def _remedy(name: str, keys: list[str]) -> str:
    near = difflib.get_close_matches(name, keys, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(sorted(keys))}"
