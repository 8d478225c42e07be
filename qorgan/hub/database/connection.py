"""Where each role connects: from the configuration, else from the hub's own secrets. No Django here."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qorgan.hub.config import Config

SECRETS: Final = Path("secrets")
"""Folder below the state folder. 0700; every file in it 0600."""
_URLS: Final = SECRETS / "database.toml"
NOT_PREPARED: Final = (
    "the database is not prepared; run `qorgan hub migrate`, or give the role's URL in the configuration"
)


class DatabaseRefused(Exception):
    """PostgreSQL cannot be used as the hub needs it. Says what to do."""


class Role(StrEnum):
    """Roles in PostgreSQL. None but the owner owns anything, none may pass by row security."""

    OWNER = "owner"
    WEB = "web"
    INTAKE = "intake"
    READ = "read"
    CLERK = "clerk"
    """Enters acts into the ledger, counts clocks, tells people: what happens after a page has answered."""

    @property
    def login(self) -> str:
        """Its name in PostgreSQL."""
        return f"qorgan_{self.value}"


def given_url(config: Config, role: Role) -> str | None:
    """The URL that the configuration gives this role."""
    database = config.database
    return {
        Role.OWNER: database.url,
        Role.WEB: database.url_web,
        Role.INTAKE: database.url_intake,
        Role.READ: database.url_read,
        Role.CLERK: database.url_clerk,
    }[role]


def role_url(config: Config, role: Role) -> str:
    """Where `role` connects. Raises DatabaseRefused when nobody has said."""
    url = given_url(config, role) or kept_urls(config.state).get(role.value)
    if not url:
        raise DatabaseRefused(NOT_PREPARED)
    return url


def kept_urls(state: Path) -> dict[str, str]:
    """URLs that the hub itself made for the roles, by the role's name."""
    path = state / _URLS
    if not path.exists():
        return {}
    return {name: str(url) for name, url in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def keep_urls(state: Path, urls: Mapping[str, str]) -> None:
    """Write the roles' URLs where only the hub reads them."""
    lines = [f'{name} = "{_escaped(url)}"' for name, url in sorted(urls.items())]
    write_secret(state / _URLS, "\n".join(lines).encode() + b"\n")


def write_secret(path: Path, content: bytes) -> None:
    """Put a file in place whole, readable by nobody else at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def with_login(url: str, login: str, password: str) -> str:
    """The same server and database for another login."""
    return make_conninfo(url, user=login, password=password)


def django_database(url: str) -> dict[str, Any]:
    """The entry of Django's DATABASES for a connection URL."""
    parts = {name: value for name, value in conninfo_to_dict(url).items() if value is not None}
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    entry: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "NAME": "qorgan"}
    entry |= {names[key]: str(value) for key, value in parts.items() if key in names}
    entry["OPTIONS"] = {key: value for key, value in parts.items() if key not in names}
    return entry


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
