"""Roles, secrets and the ledger's first row: made once, kept closed, refused with a remedy where they cannot be."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import msgspec
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qorgan.hub.config import Config
from qorgan.hub.database.connection import Role, access, role_url
from qorgan.hub.database.log_key import epoch_of, epoch_origin, make_log_key, read_log_key
from qorgan.hub.database.prepare import prepare
from qorgan.kit.database.connection import DatabaseRefused
from qorgan.kit.database.roles import ensure_roles

ROLES = Path(__file__).parents[3] / "deploy" / "postgres" / "roles.sql"


def test_preparing_twice_changes_nothing(hub):
    before = hub.rows("SELECT * FROM ledger_epoch"), role_url(hub.config, Role.WEB)
    prepare(hub.config, hub.superuser)
    assert (hub.rows("SELECT * FROM ledger_epoch"), role_url(hub.config, Role.WEB)) == before


def test_the_ledgers_name_never_changes(hub):
    renamed = msgspec.structs.replace(hub.config, origin="asoi.example/other")
    with pytest.raises(DatabaseRefused, match=r"asoi\.example/test for ever"):
        prepare(renamed, hub.superuser)


def test_secrets_are_closed_to_everybody_else(hub):
    folder = hub.config.state / "secrets"
    assert folder.stat().st_mode & 0o077 == 0
    names = {path.name for path in folder.iterdir()}
    assert {"database.toml", "ledger.pem"} <= names
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o177 == 0, path


def test_the_ledgers_key_is_made_once_and_is_not_in_the_database(hub):
    first = make_log_key(hub.config)
    assert make_log_key(hub.config).verifier() == first.verifier() == read_log_key(hub.config).verifier()
    columns = hub.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND (column_name LIKE '%%private%%' OR column_name LIKE '%%secret%%') AND table_name <> 'webhook'"
    )
    # A called address's secret is sealed with the hub's own: tests/hub/notices shows it.
    assert columns == []


def test_each_epoch_has_its_own_name_under_the_same_key(hub):
    key = read_log_key(hub.config)
    assert key.verifier(3).public == key.verifier().public
    for epoch in (0, 1, 12):
        assert epoch_of("a/b", epoch_origin("a/b", epoch)) == epoch
    for name in ("a/b/", "a/b/0", "a/b/01", "a/b/x", "a", "other/1", "a/b/1/2"):
        assert epoch_of("a/b", name) is None


def test_a_wrong_password_is_refused(hub):
    url = make_conninfo(role_url(hub.config, Role.WEB), password="wrong")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url)


def test_an_owner_who_may_not_make_roles_is_told_what_to_run(hub, tmp_path):
    owner = role_url(hub.config, Role.OWNER)
    with pytest.raises(DatabaseRefused, match=r"roles\.sql"):
        ensure_roles(access(Config(state=tmp_path / "new", origin=hub.config.origin)), owner)


def test_an_owner_without_powers_prepares_with_the_roles_urls_given(hub, tmp_path):
    config = Config(state=tmp_path / "new", origin=hub.config.origin)
    given = msgspec.structs.replace(
        config.database, **{f"url_{role}": role_url(hub.config, role) for role in Role if role is not Role.OWNER}
    )
    urls = prepare(msgspec.structs.replace(config, database=given), role_url(hub.config, Role.OWNER))
    assert urls[Role.INTAKE] == role_url(hub.config, Role.INTAKE)


def test_a_server_that_is_not_there_is_said_with_a_remedy(tmp_path):
    with pytest.raises(DatabaseRefused, match="QORGAN_DATABASE_URL"):
        prepare(Config(state=tmp_path), "host=/nonexistent dbname=qorgan")


def test_the_roles_of_the_deployment_are_those_of_the_hub():
    made = set(re.findall(r"^CREATE ROLE (\w+) LOGIN NOSUPERUSER .*NOBYPASSRLS", ROLES.read_text(), re.MULTILINE))
    assert made == {role.login for role in Role}


def test_the_deployments_statements_run(cluster):
    """On names of their own, because this cluster has the roles already."""
    statements = ROLES.read_text().replace("qorgan_", "deployed_")
    parts = conninfo_to_dict(cluster.superuser_dsn())
    psql = ["psql", "-X", "-q", *(f"-v{name}={name}" for name in ("owner", "web", "intake", "read", "clerk"))]
    done = subprocess.run(
        [*psql, "-vdatabase=deployed", "-h", parts["host"], "-p", parts["port"], "-U", parts["user"], "postgres"],
        input=statements,
        env={"PGPASSWORD": str(parts["password"]), "PATH": _programs()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def _programs() -> str:
    from qorgan.kit.postgres import binaries  # noqa: PLC0415

    return str(binaries._installed() / binaries.INSTALL / "bin")
