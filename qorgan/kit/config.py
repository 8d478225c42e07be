"""A program's typed configuration: a TOML file, then the environment, then defaults. No Django here.

An unknown or mistyped key stops the start with the file, the key and a remedy; a value is never repeated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta, Struct

Port = Annotated[int, Meta(ge=0, le=65_535)]
Positive = Annotated[int, Meta(ge=1)]
C = TypeVar("C", bound=Struct)


class ConfigRefused(Exception):
    """The configuration cannot be used. Says which file, which key, and what to do."""


@dataclass(frozen=True, slots=True)
class Layout(Generic[C]):
    """What a program's configuration looks like, and where it is said."""

    kind: type[C]
    file_variable: str
    """Names the TOML file when the command line does not."""
    variables: Mapping[str, tuple[str, ...]]
    """Variables of the environment, and the path of the key that each stands for."""
    page: str
    """The operator's page that lists the keys."""

    def load(self, path: Path | None, environment: Mapping[str, str]) -> C:
        """Read it; raises ConfigRefused. With neither file nor variable, the defaults decide alone."""
        path = self.path(path, environment)
        settings = _read(path) if path else {}
        _overlay(settings, environment, self.variables)
        try:
            return msgspec.convert(settings, self.kind, dec_hook=_decode)
        except msgspec.ValidationError as error:
            raise ConfigRefused(self._explain(str(error), path)) from None

    def path(self, path: Path | None, environment: Mapping[str, str]) -> Path | None:
        """The file that is read: the one given, else the one that the environment names."""
        return path or (Path(environment[self.file_variable]) if environment.get(self.file_variable) else None)

    def _explain(self, message: str, path: Path | None) -> str:
        """Name file, key and remedy. A value is never repeated: it may be a password."""
        said, _, place = message.partition(" - at `$")
        key = place.rstrip("`").lstrip(".")
        where = str(path) if path else "environment"
        if said.startswith("Object contains unknown field"):
            name = said.split("`")[1]
            key = f"{key}.{name}" if key else name
            return f"{where}: {key}: no such key; remove it or mend its spelling ({self.page} lists the keys)"
        return f"{where}: {key or 'configuration'}: {said}; mend the value ({self.page} lists the keys)"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigRefused(f"{path}: {error.strerror or error}; give the file with --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigRefused(f"{path}: not TOML: {error}; mend that line") from None


def _overlay(
    settings: dict[str, Any], environment: Mapping[str, str], variables: Mapping[str, tuple[str, ...]]
) -> None:
    for variable, (*tables, key) in variables.items():
        if not environment.get(variable):
            continue
        table = settings
        for name in tables:
            inner = table.setdefault(name, {})
            if not isinstance(inner, dict):
                return
            table = inner
        table[key] = environment[variable]


def _decode(wanted: type, value: Any) -> Any:
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise TypeError("Expected the text of a path")
