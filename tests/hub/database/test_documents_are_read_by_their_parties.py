"""Row security of documents, walked table by table as each scope, by plain SQL (R67.3.7, R67.4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import errors, sql

from qorgan.hub.database.connection import Role
from qorgan.hub.database.grants import GRANTS
from tests.hub.casework.conftest import peopled
from tests.hub.casework.stock import PARTIES, Stock, stocked, widened
from tests.hub.conftest import django_on, fresh_hub

WHO = ("alpha", "beta", "soc", "gamma", "delta", "other_soc", "centre")
OF_A_DOCUMENT = """
SELECT class.relname FROM pg_attribute AS attribute JOIN pg_class AS class ON class.oid = attribute.attrelid
WHERE class.relkind = 'r' AND class.relnamespace = 'public'::regnamespace
  AND attribute.attname = %s AND NOT attribute.attisdropped ORDER BY 1
"""
OPEN = {
    "account", "act_told", "deadline_told", "django_migrations", "entry_told", "hub_journal_chain", "invitation",
    "ledger_checkpoint", "ledger_epoch", "ledger_hash", "ledger_state", "person", "portal_preference",
}  # fmt: skip
"""Tables in which nothing of an organisation stands, or that the web role cannot read at all."""
OUTSIDERS = ("", "institution", "directory", "calendar", "clerk", "token", "Centre", "everything")
"""What somebody may say who is nobody: no word opens documents without organisations, and these open none at all."""


@pytest.fixture(scope="module")
def stock(template, cluster, tmp_path_factory) -> Iterator[Stock]:
    """The market of this file: everybody here only looks, or is refused."""
    with fresh_hub(template, cluster, tmp_path_factory.mktemp("stock")) as hub, django_on(hub):
        yield stocked(widened(peopled(hub)))


@pytest.fixture
def as_(stock):
    """A connection of the web role in the scope of an organisation's people."""

    def connect(who: str):
        known = stock.market.organisations
        own = [known[who], *([known["beta"]] if who == "soc" else [])]
        return stock.market.hub.connect(
            Role.WEB, scope="centre" if who == "centre" else "institution", organisations=own
        )

    return connect


def documents_in(connection, table: str, column: str = "document_id") -> set:
    query = sql.SQL("SELECT DISTINCT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
    try:
        return {row[0] for row in connection.execute(query).fetchall()}
    except errors.InsufficientPrivilege:
        return set()


def tables(stock: Stock, column: str) -> list[str]:
    return [name for (name,) in stock.market.hub.rows(OF_A_DOCUMENT, column)]


@pytest.mark.clause("R67.3.7")
@pytest.mark.parametrize("who", WHO)
def test_each_sees_the_documents_they_are_a_party_to_and_rows_of_no_other(who, stock, as_):
    mine = {stock.documents[name] for name, parties in PARTIES.items() if who in parties}
    with as_(who) as connection:
        assert documents_in(connection, "document", "id") == mine
        for table in tables(stock, "document_id"):
            assert documents_in(connection, table) <= mine, table
        sent = "SELECT DISTINCT document_id FROM document_version"
        assert {row[0] for row in connection.execute(sent)} == {
            document for (document,) in stock.market.hub.rows(sent) if document in mine
        }


@pytest.mark.clause("R67.3.7")
@pytest.mark.parametrize("who", WHO)
def test_a_draft_is_read_by_its_authors_people_alone(who, stock, as_):
    known = stock.market.organisations
    own = {known[who], *([known["beta"]] if who == "soc" else [])}
    with as_(who) as connection:
        assert documents_in(connection, "document_draft", "author_id") <= own
        hidden = connection.execute(
            "SELECT count(*) FROM document_attachment WHERE sent_at IS NULL AND NOT author_id = ANY (%s)", [list(own)]
        )
        assert hidden.fetchone() == (0,)
        acts = connection.execute(
            "SELECT count(*) FROM document_act WHERE audience = 'author' AND NOT organisation_id = ANY (%s)",
            [list(own)],
        )
        assert acts.fetchone() == (0,)


@pytest.mark.clause("R67.3.7")
@pytest.mark.parametrize("who", ["beta", "delta", "other_soc", "soc"])
def test_one_addressee_reads_nothing_of_anothers_part(who, stock, as_):
    gamma = stock.market.organisations["gamma"]
    with as_(who) as connection:
        for table in tables(stock, "reception_id"):
            if table in {"notice", "delivery"} or table not in GRANTS:
                continue
            query = sql.SQL("SELECT count(*) FROM {} WHERE reception_id IN (SELECT unnest(%s::uuid[]))").format(
                sql.Identifier(table)
            )
            parts = [
                one
                for (one,) in stock.market.hub.rows(
                    "SELECT id FROM document_reception WHERE organisation_id = %s", gamma
                )
            ]
            assert connection.execute(query, [parts]).fetchone() == (0,), table


@pytest.mark.clause("R67.4")
@pytest.mark.parametrize("scope", OUTSIDERS)
def test_nobody_sees_a_document_by_any_word(scope, stock):
    with stock.market.hub.connect(Role.WEB, scope=scope) as connection:
        for table in ("document", *tables(stock, "document_id")):
            if table == "document_deadline" and scope == "calendar":
                continue
            column = "id" if table == "document" else "document_id"
            assert documents_in(connection, table, column) == set(), table


@pytest.mark.clause("R67.4")
def test_every_table_has_forced_row_security_or_is_named_as_one_that_needs_none(stock):
    flags = {
        name: (enabled, forced)
        for name, enabled, forced in stock.market.hub.rows(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p')"
        )
    }
    loose = {name for name in GRANTS if flags[name] != (True, True)}
    assert loose <= OPEN, loose - OPEN


@pytest.mark.clause("R67.3.7")
def test_nobody_writes_into_a_document_of_others(stock, as_):
    with as_("gamma") as connection:
        for statement in (
            "UPDATE document SET title = 'x' WHERE kind = 'incident-card'",
            "UPDATE document_draft SET title = 'x' WHERE author_id <> %s",
            "UPDATE document_reception SET state = 'x' WHERE organisation_id <> %s AND author_id <> %s",
            "UPDATE document_deadline SET stopped_at = now() WHERE organisation_id <> %s AND reception_id IS NOT NULL",
        ):
            holes = [stock.market.organisations["gamma"]] * statement.count("%s")
            assert connection.execute(statement, holes).rowcount == 0, statement
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("DELETE FROM document")
