"""An entry written by a page is there when what it records is there, and not otherwise."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from filling import sign_in

ADDRESS = "203.0.113.9"


@pytest.mark.clause("D26.journal")
@pytest.mark.clause("R57.7")
def test_it_comes_and_goes_with_the_transaction(journal: Any) -> None:
    from qorgan.gate.journal.rows import JournalMisused
    from qorgan.gate.journal.writing import write

    with pytest.raises(JournalMisused):
        write(sign_in())
    with transaction.atomic():
        kept = write(sign_in())
    with transaction.atomic():
        write(sign_in())
        transaction.set_rollback(True)
    with transaction.atomic():
        with suppress(LookupError), transaction.atomic():
            write(sign_in())
            raise LookupError
        after = write(sign_in())
    assert journal.rows("SELECT id FROM gate_journal ORDER BY id") == [(kept,), (after,)]
    assert journal.rows("SELECT entry FROM gate_journal_link ORDER BY entry") == [(kept,), (after,)]


def test_a_day_that_was_made_by_a_transaction_that_failed_is_made_again(journal: Any) -> None:
    from qorgan.gate.journal.writing import write

    far = datetime.now(UTC) + timedelta(days=70)
    with transaction.atomic():
        write(sign_in(far))
        transaction.set_rollback(True)
    with transaction.atomic():
        write(sign_in(far))
    with transaction.atomic():
        write(sign_in(far))
    assert journal.rows("SELECT count(*) FROM gate_journal") == [(2,)]


def test_where_a_request_came_from(journal: Any) -> None:
    from django.test import RequestFactory

    from qorgan.gate.journal.whence import whence_of

    trace = "0af7651916cd43dd8448eb211c80319c"
    told = {"HTTP_USER_AGENT": "Mozilla/5.0", "HTTP_TRACEPARENT": f"00-{trace}-b7ad6b7169203331-01"}
    request = RequestFactory().get(
        "/", REMOTE_ADDR=ADDRESS, REMOTE_PORT="50100", HTTP_X_FORWARDED_FOR="192.0.2.1", **told
    )
    found = whence_of(request)
    assert (found.address, found.port, found.program, found.trace) == (ADDRESS, 50100, "Mozilla/5.0", trace)
    bare = RequestFactory().get("/", REMOTE_ADDR=ADDRESS, REMOTE_PORT="many", HTTP_TRACEPARENT="' OR 1=1")
    first, second = whence_of(bare), whence_of(bare)
    assert first.port == 0
    assert len(first.trace) == 32
    assert first.trace == second.trace


@pytest.mark.clause("D26.journal")
def test_what_is_too_long_is_cut_and_the_entry_is_written_all_the_same(journal: Any) -> None:
    from qorgan.gate.journal.entry import Whence
    from qorgan.gate.journal.writing import write

    whence = Whence(address="not an address", port=10**9, program="M" * 10**6, trace="t\0t")
    with transaction.atomic():
        write(sign_in(whence=whence, detail={str(number): "x" * 600 for number in range(500)}))
    [(address, port, program, trace, detail)] = journal.rows(
        "SELECT address, port, program, trace, detail FROM gate_journal"
    )
    assert (address, port) == (None, 0)
    assert len(program) == 512
    assert "1000000 characters, sha256 " in program
    assert "\ufffd" in trace
    assert list(detail) == ["cut"]
