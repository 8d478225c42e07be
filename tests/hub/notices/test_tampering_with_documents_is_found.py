"""Whatever is changed of a document behind the hub's back, the audit names the table (R48I.3)."""

from __future__ import annotations

import pytest

from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import audit


def examine(hub):
    return audit(role_url(hub.config, Role.READ), read_log_key(hub.config))


@pytest.fixture
def filed(office, monday):
    """A hub whose clerk has entered a card that was sent back."""
    from qorgan.hub.notices.entering import Entering

    office.returned()
    office.clerk(lambda: Entering(read_log_key(office.market.hub.config)).enter_all(monday))
    return office.market.hub


@pytest.mark.clause("R48I.3")
def test_documents_that_nobody_touched_are_clean(filed, office):
    report = examine(filed)
    assert report.findings == []
    assert (report.acts, report.waiting, report.entries) == (6, 0, 6)
    office.draft()
    assert (examine(filed).findings, examine(filed).waiting) == ([], 1)


REWRITTEN = "convert_to(replace(convert_from(exact, 'UTF8'), 'Phishing', 'Something'), 'UTF8')"
TAMPERING = {
    "a version rewritten": (f"UPDATE document_version SET exact = {REWRITTEN}", "document_version"),
    "a version rewritten with its digest": (
        f"UPDATE document_version SET exact = {REWRITTEN}, digest = 'sha-256:' || encode(sha256({REWRITTEN}), 'hex')",
        "document_version",
    ),
    "a version and its act rewritten": (
        (
            f"WITH done AS (UPDATE document_version SET exact = {REWRITTEN}, "
            f"digest = 'sha-256:' || encode(sha256({REWRITTEN}), 'hex')) "
            f"UPDATE document_act SET exact = {REWRITTEN}, digest = 'sha-256:' || encode(sha256({REWRITTEN}), 'hex') "
            "WHERE verb = 'submit'"
        ),
        "document_act",
    ),
    "a version invented": (
        (
            "INSERT INTO document_version (document_id, author_id, number, exact, digest, sent_by_id, sent_at) "
            "SELECT document_id, author_id, 2, exact, digest, sent_by_id, sent_at FROM document_version"
        ),
        "document_version",
    ),
    "an act's reason changed": (
        "UPDATE document_act SET detail = '{\"fields\": []}' WHERE verb = 'return'",
        "document_act",
    ),
    "an act's time moved": ("UPDATE document_act SET at = at - interval '1 day' WHERE verb = 'submit'", "document_act"),
    "an act's bytes changed": ("UPDATE document_act SET exact = '{}' WHERE verb = 'receive'", "document_act"),
    "an act given another verb": ("UPDATE document_act SET verb = 'accept' WHERE verb = 'receive'", "document_act"),
    "an act given to another person": (
        "UPDATE document_act SET person_id = person_id + 1 WHERE verb = 'agree'",
        "document_act",
    ),
    "an act given to another institution": (
        (
            "UPDATE document_act SET organisation_id = (SELECT id FROM organisation WHERE kind = 'insurer') "
            "WHERE verb = 'submit'"
        ),
        "ledger_entry",
    ),
    "an act removed": ("DELETE FROM document_act WHERE verb = 'return'", "document_act"),
    "a receipt removed": ("DELETE FROM document_act_receipt WHERE position = 3", "document_act"),
    "a receipt swapped for another": (
        (
            "UPDATE document_act_receipt SET receipt = (SELECT receipt FROM document_act_receipt WHERE position = 0) "
            "WHERE position = 3"
        ),
        "document_act_receipt",
    ),
    "a document moved on": ("UPDATE document SET state = 'closed'", "document"),
}


@pytest.mark.clause("R48I.3")
@pytest.mark.parametrize("what", TAMPERING)
def test_a_change_behind_the_hubs_back_is_named(filed, what):
    statement, table = TAMPERING[what]
    assert filed.tamper(statement) > 0
    found = examine(filed)
    assert table in {one.table for one in found.findings}, found.findings
