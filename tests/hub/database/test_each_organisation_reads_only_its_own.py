"""Row security, walked table by table, as everybody who should not see (R67.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql

from qorgan.hub.database.connection import Role
from qorgan.hub.database.grants import FRAMEWORK, GRANTS
from tests.hub.conftest import fresh_hub, signal, taking_in

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
OF_AN_ORGANISATION = """
SELECT class.oid::regclass::text, class.relrowsecurity, class.relforcerowsecurity, class.relispartition
FROM pg_attribute AS attribute JOIN pg_class AS class ON class.oid = attribute.attrelid
WHERE class.relkind IN ('r', 'p') AND class.relnamespace = 'public'::regnamespace AND NOT attribute.attisdropped
  AND (attribute.attname = 'organisation_id' OR class.relname IN ('organisation', 'signal_rule'))
ORDER BY 1
"""


@pytest.fixture(scope="module")
def two(template, cluster, tmp_path_factory):
    """Two institutions with everything an institution can have rows in; here everybody only looks, or is refused."""
    with fresh_hub(template, cluster, tmp_path_factory.mktemp("two")) as hub, taking_in(hub) as intake:
        yield _furnished(intake)


def _furnished(intake):
    modules = [intake.enrol(), intake.enrol()]
    for number, module in enumerate(modules):
        sensor = signal(1).sensor
        named = type(sensor)(vendor="Own", product="Sensor", rule_name=f"rule of bank {number}")
        module.send([signal(1, sensor=named), signal(2)])
        intake.hub.add_module(module.organisation, "second")
        intake.hub.tamper(
            "INSERT INTO person (password, is_superuser, email, surname, position, phones, is_staff, is_active, "
            "date_joined) VALUES ('', false, %s, 'Somebody', '', '', false, true, now())",
            f"{number}@bank.example",
        )
        intake.hub.tamper(
            "INSERT INTO membership (person_id, organisation_id, role) "
            "SELECT id, %s, 'responsible-employee' FROM person WHERE email = %s",
            module.organisation,
            f"{number}@bank.example",
        )
        intake.hub.tamper(
            "INSERT INTO application (id, kind, organisation_id, subject, content, state, findings, authors, "
            "made_by_id, made_at, moved_at, outcome) SELECT gen_random_uuid(), 'profile', %s, email, '{}', 'new', "
            "'[]', '[]', id, now(), now(), '' FROM person WHERE email = %s",
            module.organisation,
            f"{number}@bank.example",
        )
        intake.hub.tamper(
            "INSERT INTO absence (id, organisation_id, absent_id, deputy_id, starts_at, ends_at, reason, made_by_id, "
            "made_at) SELECT gen_random_uuid(), %s, id, id + 1000, now(), now() + '1 day', 'x', id, now() "
            "FROM person WHERE email = %s",
            module.organisation,
            f"{number}@bank.example",
        )
        intake.hub.tamper(
            "INSERT INTO webhook (id, organisation_id, address, secret, made_by_id, made_at) "
            "SELECT gen_random_uuid(), %s, 'https://asoi.example', '', id, now() FROM person WHERE email = %s",
            module.organisation,
            f"{number}@bank.example",
        )
        intake.hub.tamper(
            "INSERT INTO factor_reset (id, person_id, organisation_id, reason, asked_at, declined) "
            "SELECT gen_random_uuid(), id, %s, 'x', now(), '' FROM person WHERE email = %s",
            module.organisation,
            f"{number}@bank.example",
        )
        _document(intake.hub, module.organisation, f"{number}@bank.example")
    return intake.hub, [module.organisation for module in modules]


def _document(hub, organisation, email):
    """A card with an act, a part, a clock and a comment, and an address that is called."""
    document, part = uuid4(), uuid4()
    ((person,),) = hub.rows("SELECT id FROM person WHERE email = %s", email)
    who = {"document_id": document, "organisation_id": organisation}
    said = {"home_id": organisation, "person_id": person, "audience": "author", "at": NOW}
    rows = {
        "document": {
            "id": document, "kind": "incident-card", "number": email[:20], "author_id": organisation, "state": "new",
            "title": "", "category": "", "tlp": "", "stage": 1, "is_final": False, "drill": False,
            "open_to_centre": True, "version": 0, "revision": 1, "created_by_id": person, "created_at": NOW,
        },
        "document_act": who | said | {
            "verb": "create", "before": "", "after": "new", "clause": "R67.12", "version": 0, "detail": "{}",
            "exact": b"x", "digest": "x",
        },
        "document_reception": who | {
            "id": part, "author_id": organisation, "open_to_centre": True, "state": "received", "version": 1,
            "revision": 1, "decision": "[]", "makers": [], "delivered_at": NOW,
        },
        "document_deadline": who | {
            "clause": "R67.13", "starts": "x", "working_days": 1, "started_at": NOW, "due_at": NOW, "calendar": "x",
        },
        "document_comment": who | said | {"text": "x"},
        "webhook": {
            "id": uuid4(), "organisation_id": organisation, "address": "https://x.example", "secret": "x",
            "made_by_id": person, "made_at": NOW,
        },
        "package": who | {
            "id": uuid4(), "digest": f"sha-256:{document}", "version": 1, "card": uuid4(), "wording": 1, "agreed": "x",
            "module": uuid4(), "key": "x", "file": b"x", "evidence": "{}", "drafted_at": NOW, "agreed_at": NOW,
            "sealed_at": NOW, "received_at": NOW,
        },
    }  # fmt: skip
    for table, values in rows.items():
        holes = ", ".join(["%s"] * len(values))
        hub.tamper(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({holes})", *values.values())


def tables(hub):
    return hub.rows(OF_AN_ORGANISATION)


def column_of(table):
    return "id" if table == "organisation" else "organisation_id"


def organisations_seen(connection, table):
    """Whose rows a connection sees; None when it may not even ask."""
    query = sql.SQL("SELECT DISTINCT {} FROM {}").format(sql.Identifier(column_of(table)), sql.Identifier(table))
    try:
        return {row[0] for row in connection.execute(query).fetchall()}
    except errors.InsufficientPrivilege:
        return None


@pytest.mark.clause("R67.4")
def test_every_table_of_an_organisation_has_forced_row_security_or_is_a_closed_partition(two):
    hub, _ = two
    found = tables(hub)
    assert len(found) > 12
    for table, enabled, forced, partition in found:
        if partition:
            assert not enabled, "COPY would refuse it"
            for role in (Role.WEB, Role.READ):
                with hub.connect(role, scope="centre") as connection, pytest.raises(errors.InsufficientPrivilege):
                    connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))
        else:
            assert (enabled, forced) == (True, True), table


@pytest.mark.clause("R67.4")
def test_an_institution_sees_its_own_rows_and_nobody_elses(two):
    hub, (mine, other) = two
    walked = 0
    for table, _, _, partition in tables(hub):
        # Documents are their parties': test_documents_are_read_by_their_parties.py walks them.
        if partition or table == "signal_rule" or table.startswith("document_"):
            continue
        rows = {row[0] for row in hub.rows(f"SELECT DISTINCT {column_of(table)} FROM {table}")}
        assert {mine, other} <= rows, f"{table} holds nothing to walk over"
        with hub.connect(Role.WEB, scope="institution", organisations=[mine]) as connection:
            assert organisations_seen(connection, table) == {mine}, table
        with hub.connect(Role.WEB, scope="institution", organisations=[mine, other]) as connection:
            assert organisations_seen(connection, table) == {mine, other}, table
        walked += 1
    assert walked >= 11


@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("scope", ["", "institution", "intake", "Centre", "everything"])
def test_nobody_sees_nothing(two, scope):
    hub, _ = two
    for table, _, _, partition in tables(hub):
        for role in (Role.WEB, Role.READ):
            with hub.connect(role, scope=scope) as connection:
                if partition or table == "signal_rule":
                    continue
                assert not organisations_seen(connection, table), (table, role)


@pytest.mark.clause("R67.4")
def test_without_any_setting_nothing_is_seen_either(two):
    from qorgan.hub.database.connection import role_url  # noqa: PLC0415

    hub, _ = two
    for table, _, _, partition in tables(hub):
        if partition or table == "signal_rule":
            continue
        with psycopg.connect(role_url(hub.config, Role.WEB)) as connection:
            assert not organisations_seen(connection, table), table


def test_the_owner_sees_no_rows_either(two):
    hub, _ = two
    with hub.connect(Role.OWNER, scope="centre") as connection:
        for table, _, _, partition in tables(hub):
            if not partition and table != "signal_rule":
                assert organisations_seen(connection, table) == set(), table


@pytest.mark.clause("R67.4")
def test_a_sensors_rule_is_seen_by_those_whose_sensors_named_it(two):
    hub, (mine, _other) = two
    with hub.connect(Role.WEB, scope="institution", organisations=[mine]) as connection:
        names = {row[0] for row in connection.execute("SELECT rule_name FROM signal_rule").fetchall()}
    assert names == {"rule of bank 0", "SQL injection"}
    with hub.connect(Role.WEB, scope="centre") as connection:
        assert connection.execute("SELECT count(*) FROM signal_rule").fetchone() == (3,)
    with hub.connect(Role.WEB) as connection:
        assert connection.execute("SELECT count(*) FROM signal_rule").fetchone() == (0,)


@pytest.mark.clause("R67.4")
def test_intake_reads_no_signal_and_no_person(two):
    hub, _ = two
    closed = ("signal", "signal_hash", "signal_tally", "signal_rule_seen", "person", "membership", "hub_journal")
    with hub.connect(Role.INTAKE, scope="centre") as connection:
        for table in closed:
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(table)))
        for table in ("email", "contacts", "inventory", "reporting_phone"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(sql.SQL("SELECT {} FROM organisation").format(sql.Identifier(table)))


@pytest.mark.clause("R48I.3")
@pytest.mark.parametrize(
    "table", ["batch", "ledger_checkpoint", "ledger_entry", "ledger_epoch", "ledger_hash", "hub_journal"]
)
@pytest.mark.parametrize("role", [Role.OWNER, Role.WEB, Role.INTAKE, Role.READ])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET {} = {}"])
def test_what_was_said_is_never_unsaid(two, table, role, verb):
    hub, _ = two
    (column,) = hub.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 LIMIT 1", table
    )[0]
    parts = [sql.Identifier(table), sql.Identifier(column), sql.Identifier(column)][: verb.count("{}")]
    with hub.connect(role, scope="centre") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(sql.SQL(verb).format(*parts))


@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("role", [Role.WEB, Role.INTAKE, Role.READ])
def test_no_role_changes_a_signal(two, role):
    hub, (mine, _) = two
    with hub.connect(role, scope="centre", organisations=[mine]) as connection:
        for statement in (
            "UPDATE signal SET severity = 0",
            "DELETE FROM signal",
            "UPDATE signal_tally SET records = 0",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement)


@pytest.mark.clause("R67.7")
def test_intake_moves_no_revoked_module_and_revokes_none(two):
    hub, _ = two
    with hub.connect(Role.INTAKE) as connection:
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("UPDATE module SET state = 'revoked' WHERE state = 'enrolled'")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("UPDATE module SET name = 'other'")
        hub.tamper("UPDATE module SET state = 'revoked' WHERE state = 'enrolled'")
        assert connection.execute("UPDATE module SET high_water = 0 WHERE state <> 'awaiting-enrolment'").rowcount == 0
        hub.tamper("UPDATE module SET state = 'enrolled' WHERE state = 'revoked'")


@pytest.mark.clause("R67.4")
def test_the_journal_takes_no_entry_in_another_persons_name(two):
    hub, (mine, _) = two
    write = """INSERT INTO hub_journal (at, person_id, organisation_id, act, object, detail)
               VALUES (now(), %s, %s, 'x', '', '{}')"""
    with hub.connect(Role.WEB, scope="centre") as connection:
        connection.execute("SELECT set_config('qorgan.person', '1', false)")
        connection.execute(write, [1, mine])
        for other in (2, None):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(write, [other, mine])


@pytest.mark.clause("R67.4")
def test_an_institutions_person_writes_nothing_about_members(two):
    hub, (mine, _) = two
    with hub.connect(Role.WEB, scope="institution", organisations=[mine]) as connection:
        assert connection.execute("UPDATE organisation SET state = 'suspended'").rowcount == 0
        assert connection.execute("UPDATE module SET state = 'revoked'").rowcount == 0
        assert connection.execute("DELETE FROM membership").rowcount == 0
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO membership (person_id, organisation_id, role) SELECT id, %s, 'auditor' FROM person", [mine]
            )


def test_no_role_but_the_owner_owns_anything_and_none_passes_by_row_security(hub):
    owners = hub.rows(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    )
    assert owners == [("qorgan_owner",)]
    flags = hub.rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname LIKE 'qorgan\\_%%' "
        "AND rolname <> 'qorgan_super'"
    )
    assert set(flags) == {(False, False, False)}
    assert len(flags) == len(Role)


def test_every_table_is_listed_and_every_listed_table_is_there(hub):
    found = {
        name
        for (name,) in hub.rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
            "AND NOT relispartition"
        )
    }
    assert set(GRANTS) <= found
    assert {name for name in found - set(GRANTS) if not name.startswith(FRAMEWORK)} == set()
