"""The roles in PostgreSQL, made on the first start where the owner may make them."""

from __future__ import annotations

import secrets
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from qorgan.kit.database.connection import Access, DatabaseRefused, R, keep_urls, kept_urls, with_login

OLDEST_SERVER: Final = 150000
_BYTES: Final = 24


def ensure_roles(access: Access[R], url: str) -> dict[R, str]:
    """The URL of every role, roles and passwords having been made where needed.

    `url` is the owner's, or a superuser's: then the owner's role is made the database's owner, so that nothing ever
    runs as a superuser. Raises DatabaseRefused with the statements to run where the owner may not make roles.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        _check_server(connection, access)
        superuser, may_make = _powers(connection)
        made: dict[R, str] = {}
        urls = {access.owner: url}
        for role in access.roles if superuser else access.guests:
            given = access.given.get(role) if role is not access.owner else None
            if not given:
                made[role] = _ensure(connection, access, role, url, may_make=superuser or may_make)
            urls[role] = given or made[role]
        if superuser:
            _hand_over(connection, access)
    # What the operator gave stays where the operator keeps it; what was made before is good for the next command too.
    keep_urls(access.state, kept_urls(access.state) | {role.value: one for role, one in made.items()})
    return urls


def _check_server(connection: psycopg.Connection, access: Access[R]) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise DatabaseRefused(f"PostgreSQL is older than 15; give a newer server in {access.variable}")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseRefused(f"the database's encoding is {encoding}; make it with ENCODING 'UTF8'")


def _powers(connection: psycopg.Connection) -> tuple[bool, bool]:
    row = connection.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return (bool(row[0]), bool(row[1])) if row else (False, False)


def _ensure(connection: psycopg.Connection, access: Access[R], role: R, url: str, *, may_make: bool) -> str:
    """A URL of the role that logs in: the kept one, else one with a new password."""
    kept = kept_urls(access.state).get(role.value)
    password = str(conninfo_to_dict(kept).get("password") or "") if kept else ""
    fresh = with_login(url, role.login, password or secrets.token_urlsafe(_BYTES))
    if password and _logs_in(fresh):
        return fresh
    if not may_make:
        raise DatabaseRefused(access.may_not_make)
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


def _hand_over(connection: psycopg.Connection, access: Access[R]) -> None:
    """Make the owner's role the owner of the database, and nobody but our roles a guest in it."""
    name, owner = sql.Identifier(connection.info.dbname), sql.Identifier(access.owner.login)
    logins = sql.SQL(", ").join(sql.Identifier(role.login) for role in access.roles)
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, logins))
