"""A threat warning from the draft to the last addressee (R67.10, R67.13, R67.15)."""

from __future__ import annotations

import pytest

from tests.hub.casework.conftest import Market
from tests.hub.warnings import steps


@pytest.mark.clause("R67.3.3")
@pytest.mark.clause("R67.10")
def test_everyone_connected_receives_it_and_its_author_does_not(market: Market) -> None:
    document = steps.threat(market)
    told = market.hub.rows("SELECT organisation_id FROM document_reception WHERE document_id = %s", document.pk)
    assert {one for (one,) in told} == {market.organisations[name] for name in ("soc", "beta", "gamma")}
    assert (document.state, document.severity, document.category) == ("published", 3, "phishing")
