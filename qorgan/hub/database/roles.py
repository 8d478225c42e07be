"""The roles in PostgreSQL, made on the first start where the owner may make them."""

from __future__ import annotations

import secrets
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from qorgan.hub.config import Config
from qorgan.hub.database.connection import (
    DatabaseRefused,
    Role,
    given_url,
    keep_urls,
    kept_urls,
    with_login,
)

OLDEST_SERVER: Final = 150000
_BYTES: Final = 24
_GUESTS: Final = (Role.WEB, Role.INTAKE, Role.READ, Role.CLERK)


def ensure_roles(config: Config, url: str) -> dict[Role, str]:
    """The URL of every role, roles and passwords having been made where needed.

    `url` is the owner's, or a superuser's: then `qorgan_owner` is made the database's owner, so that nothing ever
    runs as a superuser. Raises DatabaseRefused with the statements to run where the owner may not make roles.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        _check_server(connection)
        superuser, may_make = _powers(connection)
        made: dict[Role, str] = {}
        urls = {Role.OWNER: url}
        for role in Role if superuser else _GUESTS:
            given = given_url(config, role) if role is not Role.OWNER else None
            if not given:
                made[role] = _ensure(connection, config, role, url, may_make=superuser or may_make)
            urls[role] = given or made[role]
        if superuser:
            _hand_over(connection)
    # What the operator gave stays where the operator keeps it.
    keep_urls(config.state, {role.value: one for role, one in made.items()})
    return urls


def _check_server(connection: psycopg.Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise DatabaseRefused("PostgreSQL is older than 15; give a newer server in QORGAN_DATABASE_URL")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseRefused(f"the database's encoding is {encoding}; make it with ENCODING 'UTF8'")


def _powers(connection: psycopg.Connection) -> tuple[bool, bool]:
    row = connection.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return (bool(row[0]), bool(row[1])) if row else (False, False)


def _ensure(connection: psycopg.Connection, config: Config, role: Role, url: str, *, may_make: bool) -> str:
    """A URL of the role that logs in: the kept one, else one with a new password."""
    kept = kept_urls(config.state).get(role.value)
    password = str(conninfo_to_dict(kept).get("password") or "") if kept else ""
    fresh = with_login(url, role.login, password or secrets.token_urlsafe(_BYTES))
    if password and _logs_in(fresh):
        return fresh
    if not may_make:
        raise DatabaseRefused(
            "the owner may not make roles; run deploy/postgres/roles.sql as a superuser, and give the roles' URLs in "
            "QORGAN_DATABASE_URL_WEB, _INTAKE, _READ and _CLERK"
        )
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.login]).fetchone()
    statement = (
        "ALTER ROLE {} LOGIN NOBYPASSRLS PASSWORD {}" if exists else "CREATE ROLE {} LOGIN NOBYPASSRLS PASSWORD {}"
    )
    secret = str(conninfo_to_dict(fresh)["password"])
    connection.execute(sql.SQL(statement).format(sql.Identifier(role.login), sql.Literal(secret)))
    return fresh


def _logs_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _hand_over(connection: psycopg.Connection) -> None:
    """Make `qorgan_owner` the owner of the database, and nobody but our roles a guest in it."""
    name = sql.Identifier(connection.info.dbname)
    logins = sql.SQL(", ").join(sql.Identifier(role.login) for role in Role)
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO qorgan_owner").format(name))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, logins))
