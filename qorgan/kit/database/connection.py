"""Roles of a database and where each connects: from the configuration, else from the program's own secrets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qorgan.kit.refusal import SetUpWrongly
from qorgan.kit.secret_files import SECRETS, write_secret

_URLS: Final = SECRETS / "database.toml"
_ENGINE: Final = "django.db.backends.postgresql"
_PATIENCE: Final = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
"""A page that takes longer has failed its reader already, and must not hold a connection."""
_POOL: Final = {"min_size": 1, "max_size": 10, "timeout": 10}
"""A new connection for each request would cost more than the request."""
_PREPARED: Final = {"server_side_binding": True, "prepare_threshold": 3}


class DatabaseRefused(SetUpWrongly):
    """PostgreSQL cannot be used as the program needs it. Says what to do."""


class DatabaseRole(StrEnum):
    """A program's roles in PostgreSQL. The member `OWNER` owns everything; none may pass by row security."""

    @property
    def login(self) -> str:
        """Its name in PostgreSQL."""
        raise NotImplementedError


R = TypeVar("R", bound=DatabaseRole)


@dataclass(frozen=True, slots=True)
class Access(Generic[R]):
    """Who connects to one program's database, and by what."""

    roles: type[R]
    owner: R
    state: Path
    """The program's folder of secrets is below it."""
    given: Mapping[R, str | None]
    """URLs that the configuration gives."""
    not_prepared: str
    """What to say where a role has no URL, remedy included."""
    may_not_make: str
    """What to say where the owner may not make roles, remedy included."""
    variable: str
    """Of the environment, for the owner's URL: what to check where nobody answers."""

    @property
    def guests(self) -> tuple[R, ...]:
        """Every role but the owner."""
        return tuple(role for role in self.roles if role is not self.owner)

    def pooled(self, role: R, *, prepared: bool = False) -> dict[str, Any]:
        """The entry of Django's DATABASES for a role; before the database is prepared, one that leads nowhere.

        With `prepared`, PostgreSQL plans a statement that a connection repeats once: for programs of few statements.
        """
        try:
            database = django_database(self.url(role))
        except DatabaseRefused:
            return {"ENGINE": _ENGINE, "NAME": "not-prepared", "HOST": "/nonexistent"}
        statements = _PREPARED if prepared else {}
        database["OPTIONS"] = {"options": _PATIENCE, **database["OPTIONS"], "pool": _POOL, **statements}
        return database

    def url(self, role: R) -> str:
        """Where `role` connects. Raises DatabaseRefused when nobody has said."""
        url = self.given.get(role) or kept_urls(self.state).get(role.value)
        if not url:
            raise DatabaseRefused(self.not_prepared)
        return url


def kept_urls(state: Path) -> dict[str, str]:
    """URLs that the program itself made for the roles, by the role's name."""
    path = state / _URLS
    if not path.exists():
        return {}
    return {name: str(url) for name, url in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def keep_urls(state: Path, urls: Mapping[str, str]) -> None:
    """Write the roles' URLs where only the program reads them."""
    lines = [f'{name} = "{_escaped(url)}"' for name, url in sorted(urls.items())]
    write_secret(state / _URLS, "\n".join(lines).encode() + b"\n")


def with_login(url: str, login: str, password: str) -> str:
    """The same server and database for another login."""
    return make_conninfo(url, user=login, password=password)


def django_database(url: str) -> dict[str, Any]:
    """The entry of Django's DATABASES for a connection URL."""
    parts = {name: value for name, value in conninfo_to_dict(url).items() if value is not None}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    entry: dict[str, Any] = {"ENGINE": _ENGINE, "NAME": "qorgan"}
    entry |= {names[key]: str(value) for key, value in parts.items() if key in names}
    entry["OPTIONS"] = {key: value for key, value in parts.items() if key not in names}
    return entry


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
