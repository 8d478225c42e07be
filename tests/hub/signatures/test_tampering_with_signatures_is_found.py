"""Whatever is changed of a signature behind the hub's back, the audit names the row (R48I.3)."""

from __future__ import annotations

from typing import Any

import pytest

from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.receipts.audit import audit


def examine(signing: Any) -> Any:
    config = signing.market.hub.config
    return audit(role_url(config, Role.READ), read_log_key(config))


@pytest.fixture
def signed(signing: Any) -> Any:
    document = signing.proposed()
    signing.agree(document, signing.cms(document, signing.key("alpha_head")))
    return signing


@pytest.mark.clause("R48I.3")
def test_signatures_that_nobody_touched_are_clean(signed: Any) -> None:
    assert examine(signed).findings == []


TAMPERING = {
    "the signature exchanged": ("UPDATE document_signature SET cms = 'another'", "document_signature"),
    "another name shown": (
        """UPDATE document_signature SET signer = jsonb_set(signer, '{name}', '"ANOTHER"')""",
        "document_signature",
    ),
    "put under other words": ("UPDATE document_signature SET digest = 'sha-256:00'", "document_signature"),
    "put under another moment": (
        "UPDATE document_signature SET at = at + interval '1 second'",
        "document_signature",
    ),
    "taken away": ("DELETE FROM document_signature", "document_act"),
}


@pytest.mark.clause("R48I.3")
@pytest.mark.parametrize(("change", "table"), TAMPERING.values(), ids=TAMPERING.keys())
def test_a_change_behind_the_hubs_back_is_named(signed: Any, change: str, table: str) -> None:
    assert signed.market.hub.tamper(change) == 1
    assert [finding.table for finding in examine(signed).findings] == [table]
