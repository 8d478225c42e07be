"""Roles that own nothing, rights that are listed, secrets that are closed; what cannot be is refused with a remedy."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role, access, role_url
from qorgan.gate.database.grants import GRANTS, LIST
from qorgan.gate.database.prepare import prepare
from qorgan.kit.database.connection import DatabaseRefused, kept_urls
from qorgan.kit.database.roles import ensure_roles
from qorgan.kit.postgres import binaries

ROLES = Path(__file__).parents[3] / "deploy" / "postgres" / "gate-roles.sql"
GUESTS = [Role.WEB, Role.CLERK, Role.READ]
TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') ORDER BY relname
"""


def test_preparing_twice_changes_nothing(gate):
    rights = "SELECT grantee, table_name, privilege_type FROM information_schema.table_privileges ORDER BY 1, 2, 3"
    before = gate.rows(rights), role_url(gate.config, Role.WEB)
    prepare(gate.config, gate.superuser)
    assert gate.rows(rights) == before[0]
    assert conninfo_to_dict(role_url(gate.config, Role.WEB))["password"] == conninfo_to_dict(before[1])["password"]


@pytest.mark.clause("R57.3.2")
def test_no_role_that_works_owns_anything_or_has_powers(gate):
    logins = [role.login for role in GUESTS]
    owned = gate.rows("SELECT relname FROM pg_class WHERE relowner::regrole::text = ANY (%s)", logins)
    assert owned == []
    powers = gate.rows(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) "
        "AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)",
        [*logins, Role.OWNER.login],
    )
    assert powers == []


@pytest.mark.clause("R57.3.2")
@pytest.mark.parametrize("role", GUESTS)
def test_a_role_holds_what_is_listed_and_nothing_else(gate, role):
    for (table,) in gate.rows(TABLES):
        held = gate.rows("SELECT has_table_privilege(%s, %s, 'TRUNCATE,REFERENCES,TRIGGER')", role.login, table)
        assert held == [(False,)], table
        listed = {right.split(" ")[0] for right in GRANTS.get(table, {}).get(role, ())}
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            anywhere = (
                "" if right == "DELETE" else f" OR has_any_column_privilege('{role.login}', '{table}', '{right}')"
            )
            ((has,),) = gate.rows(f"SELECT has_table_privilege('{role.login}', '{table}', '{right}'){anywhere}")
            assert has == (right in listed), f"{role.login} {right} {table}"


def test_only_listed_tables_are_listed(gate):
    assert set(GRANTS) <= {table for (table,) in gate.rows(TABLES)}


def test_a_table_that_nobody_listed_stops_the_migration(gate):
    with gate.connect(Role.OWNER) as owner:
        owner.execute("CREATE TABLE forgotten (id int)")
        with pytest.raises(DatabaseRefused, match=r"table forgotten has no grants; say in qorgan/gate/database/grants"):
            LIST.apply(owner)


def test_secrets_are_closed_to_everybody_else(gate):
    folder = gate.config.state / "secrets"
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.name for path in folder.iterdir()} >= {"database.toml", "signing"}
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o177 == 0, path


def test_an_owner_who_may_not_make_roles_is_told_what_to_run(gate, tmp_path):
    with pytest.raises(DatabaseRefused, match=r"gate-roles\.sql"):
        ensure_roles(access(Config(state=tmp_path)), gate.url(Role.OWNER))


def test_an_owner_without_powers_prepares_with_the_roles_urls_given(gate, tmp_path):
    given = {f"url_{role}": gate.url(role) for role in GUESTS}
    config = Config(state=tmp_path, database=msgspec.structs.replace(gate.config.database, **given))
    assert prepare(config, gate.url(Role.OWNER))[Role.CLERK] == gate.url(Role.CLERK)


def test_a_command_with_other_urls_forgets_none_that_were_made(gate, tmp_path):
    state = tmp_path / "state"
    shutil.copytree(gate.config.state, state)
    before = kept_urls(state)
    given = {f"url_{role}": gate.url(role) for role in GUESTS}
    config = Config(state=state, database=msgspec.structs.replace(gate.config.database, **given))
    ensure_roles(access(config), gate.url(Role.OWNER))
    assert kept_urls(state) == before
    assert before.keys() == set(Role)


def test_a_server_that_is_not_there_is_said_with_a_remedy(tmp_path):
    with pytest.raises(DatabaseRefused, match="QORGAN_GATE_DATABASE_URL"):
        prepare(Config(state=tmp_path), "host=/nonexistent dbname=gate")


def test_a_role_without_a_url_is_said_with_a_remedy(tmp_path):
    with pytest.raises(DatabaseRefused, match="qorgan gate migrate"):
        role_url(Config(state=tmp_path), Role.WEB)


def test_the_deployments_statements_make_the_same_roles(cluster):
    """On names of their own, because this cluster has the roles already."""
    made = re.findall(r"^CREATE ROLE (\w+) LOGIN NOSUPERUSER .*NOBYPASSRLS", ROLES.read_text(), re.MULTILINE)
    assert set(made) == {role.login for role in Role}
    statements = ROLES.read_text().replace("gate_", "deployed_gate_")
    parts = conninfo_to_dict(cluster.superuser_dsn())
    programs = str(binaries._installed() / binaries.INSTALL / "bin")
    psql = [f"{programs}/psql", "-X", "-q", *(f"-v{role}={role}" for role in Role), "-vdatabase=deployed_gate"]
    done = subprocess.run(
        [*psql, "-h", parts["host"], "-p", parts["port"], "-U", parts["user"], "postgres"],
        input=statements,
        env={"PGPASSWORD": str(parts["password"])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    with psycopg.connect(cluster.superuser_dsn("deployed_gate"), autocommit=True) as connection:
        connection.execute("SET ROLE deployed_gate_web")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE anything (id int)")
