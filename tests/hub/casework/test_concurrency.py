"""Two at once: one outcome, the other told, and no word lost. Real threads, each with a connection of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.hub.casework.conftest import MONDAY, Market
from tests.hub.incidents.written import first_notice
from tests.hub.warnings.steps import decide, reception, threat

TRIES = 5
"""A race is run several times, from a barrier."""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gives, or the Refusal that it met, all of them begun at the same moment."""
    from django.db import connection

    from qorgan.kit.refusal import Refusal

    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(20)
            return act()
        except Refusal as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def several(race: Callable[[int], None]) -> None:
    """Run a race some times: who is first differs."""
    for number in range(TRIES):
        race(number)


def told(outcome: list[Any]) -> list[str]:
    """Codes of those that were refused."""
    return [one.code for one in outcome if isinstance(one, Exception)]


def card(market: Market, *, until: str = "") -> Any:
    """A card of Alpha's, as far as it is to be."""
    from qorgan.hub.casework import drafts, engine

    maker = market.scope("alpha_maker")
    made = drafts.create(
        "incident-card", author=market.organisations["alpha"], by=maker, now=MONDAY, content=first_notice()
    )
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("proposed", lambda: drafts.propose(made.pk, by=maker, now=MONDAY)),
        ("agreed", lambda: drafts.agree(made.pk, by=market.scope("alpha_head"), now=MONDAY)),
        ("sent", lambda: engine.perform(made.pk, "submit", by=maker, now=MONDAY)),
        ("received", lambda: engine.perform(made.pk, "receive", by=market.scope("analyst"), now=MONDAY)),
    ]
    for name, step in steps:
        if until:
            made = step()
        if name == until:
            break
    return made


def acts_of(market: Market, document: Any, verb: str) -> int:
    ((found,),) = market.hub.rows(
        "SELECT count(*) FROM document_act WHERE document_id = %s AND verb = %s", document.pk, verb
    )
    return int(found)


@pytest.mark.clause("R67.12")
@pytest.mark.clause("R48.15")
def test_of_two_heads_that_agree_at_once_one_agrees_and_the_other_is_told(market: Market) -> None:
    from qorgan.hub.casework import drafts

    heads = [market.scope("alpha_head"), market.scope("alpha_second_head")]

    def race(_try: int) -> None:
        made = card(market, until="proposed")
        found = at_once(
            *(lambda by=by: drafts.agree(made.pk, by=by, now=MONDAY, revision=made.revision) for by in heads)
        )
        assert told(found) == ["changed-meanwhile"]
        assert acts_of(market, made, "agree") == 1

    several(race)


def test_without_a_revision_the_second_head_is_told_that_nothing_is_to_agree(market: Market) -> None:
    from qorgan.hub.casework import drafts

    made = card(market, until="proposed")
    heads = [market.scope("alpha_head"), market.scope("alpha_second_head")]
    found = at_once(*(lambda by=by: drafts.agree(made.pk, by=by, now=MONDAY) for by in heads))
    assert told(found) == ["wrong-state"]
    assert acts_of(market, made, "agree") == 1


@pytest.mark.clause("R67.15")
def test_two_analysts_return_at_once_and_one_clock_runs(market: Market) -> None:
    from qorgan.hub.casework import engine

    lacking = [engine.Lacking("severity", "why so high")]
    analysts = [market.scope("analyst"), market.scope("chief")]

    def race(_try: int) -> None:
        made = card(market, until="received")
        found = at_once(
            *(
                lambda by=by: engine.perform(
                    made.pk, "return", by=by, now=MONDAY, fields=lacking, revision=made.revision
                )
                for by in analysts
            )
        )
        assert told(found) == ["changed-meanwhile"]
        assert acts_of(market, made, "return") == 1
        clocks = market.hub.rows("SELECT stopped_at FROM document_deadline WHERE document_id = %s", made.pk)
        assert clocks == [(None,)]

    several(race)


@pytest.mark.clause("R67.12")
def test_an_author_who_edits_while_the_head_agrees_never_gets_other_bytes_agreed(market: Market) -> None:
    from qorgan.hub.casework import drafts
    from qorgan.ledger.entry import document_digest

    maker, head = market.scope("alpha_maker"), market.scope("alpha_head")

    def race(number: int) -> None:
        made = card(market, until="proposed")
        ((seen,),) = market.hub.rows("SELECT exact FROM document_draft WHERE document_id = %s", made.pk)
        other = first_notice(description=f"Other words {number}")
        found = at_once(
            lambda: drafts.agree(made.pk, by=head, now=MONDAY, revision=made.revision),
            lambda: drafts.edit(made.pk, other, by=maker, now=MONDAY),
        )
        ((state, exact, content),) = market.hub.rows(
            "SELECT state, exact, content FROM document_draft WHERE document_id = %s", made.pk
        )
        # The edit is never lost, and whatever the order was, nothing stays agreed that the head did not see.
        assert content["description"] == other["description"]
        assert (state, exact) == ("open", None)
        assert set(told(found)) <= {"changed-meanwhile"}
        if not told(found):
            assert acts_of(market, made, "void") == 1
            ((kept,),) = market.hub.rows(
                "SELECT exact FROM document_act WHERE document_id = %s AND verb = 'agree'", made.pk
            )
            assert document_digest(bytes(seen)) in bytes(kept).decode()

    several(race)


def test_of_two_that_send_at_once_one_version_comes_of_it(market: Market) -> None:
    from qorgan.hub.casework import engine

    by = market.scope("alpha_maker")

    def race(_try: int) -> None:
        made = card(market, until="agreed")
        found = at_once(*[lambda: engine.perform(made.pk, "submit", by=by, now=MONDAY, revision=made.revision)] * 2)
        assert told(found) == ["changed-meanwhile"]
        versions = market.hub.rows("SELECT number FROM document_version WHERE document_id = %s", made.pk)
        assert versions == [(1,)]

    several(race)


def test_without_a_revision_the_second_to_send_has_nothing_agreed_to_send(market: Market) -> None:
    from qorgan.hub.casework import engine

    made = card(market, until="agreed")
    by = market.scope("alpha_maker")
    found = at_once(*[lambda: engine.perform(made.pk, "submit", by=by, now=MONDAY)] * 2)
    assert told(found) == ["not-agreed"]
    assert market.hub.rows("SELECT number FROM document_version WHERE document_id = %s", made.pk) == [(1,)]


def test_of_two_tabs_that_save_at_once_the_second_is_told_and_nothing_is_mixed(market: Market) -> None:
    from qorgan.hub.casework import drafts

    by = market.scope("alpha_maker")

    def race(number: int) -> None:
        made = card(market)
        texts = [first_notice(description=f"tab {tab} of {number}") for tab in (1, 2)]
        found = at_once(
            *(lambda text=text: drafts.edit(made.pk, text, by=by, now=MONDAY, revision=made.revision) for text in texts)
        )
        refused = [one for one in found if isinstance(one, Exception)]
        assert [(one.code, one.status) for one in refused] == [("changed-meanwhile", 409)]
        kept = texts[0 if found[1] is refused[0] else 1]
        ((content, revision),) = market.hub.rows(
            "SELECT content, revision FROM document_draft JOIN document ON id = document_id WHERE id = %s", made.pk
        )
        assert (content["description"], revision) == (kept["description"], made.revision + 1)

    several(race)


@pytest.mark.clause("R67.13")
def test_a_new_version_and_a_decision_on_the_old_one_at_once_leave_no_decision_on_unseen_words(market: Market) -> None:
    from qorgan.hub.casework import drafts, engine, receptions
    from tests.hub.warnings.steps import THREAT

    maker, head, gamma = (market.scope(one) for one in ("alpha_maker", "alpha_head", "gamma_head"))

    def race(number: int) -> None:
        warning = threat(market)
        decide(market, warning, "gamma", True, True, agree=False)
        part = reception(market, warning, "gamma")
        drafts.edit(warning.pk, THREAT | {"recommendations": [f"Anew {number}"]}, by=maker, now=MONDAY)
        drafts.propose(warning.pk, by=maker, now=MONDAY)
        drafts.agree(warning.pk, by=head, now=MONDAY)
        at_once(
            lambda: engine.perform(warning.pk, "submit", by=maker, now=MONDAY),
            lambda: receptions.perform(part, "agree", by=gamma, now=MONDAY),
        )
        ((state, version, decision),) = market.hub.rows(
            "SELECT state, version, decision FROM document_reception WHERE id = %s", part
        )
        assert (state, version, decision) == ("received", 2, [])
        running = market.hub.rows(
            "SELECT count(*) FROM document_deadline WHERE reception_id = %s AND stopped_at IS NULL", part
        )
        assert running == [(1,)]

    several(race)


def test_a_connection_that_dies_between_lock_and_commit_leaves_nothing_half_done(market: Market) -> None:
    from django.db import DatabaseError, InterfaceError, connection, transaction

    from qorgan.hub.casework import engine

    made = card(market, until="agreed")
    by = market.scope("alpha_maker")
    before = everything(market, made)
    done, die = threading.Event(), threading.Event()

    def sends() -> Any:
        try:
            with transaction.atomic():
                engine.perform(made.pk, "submit", by=by, now=MONDAY)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    (process,) = cursor.fetchone()
                done.process = process  # type: ignore[attr-defined]
                done.set()
                assert die.wait(20)
        except (DatabaseError, InterfaceError) as broken:
            return broken
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(1) as thread:
        outcome = thread.submit(sends)
        assert done.wait(20)
        market.hub.rows("SELECT pg_terminate_backend(%s)", done.process)  # type: ignore[attr-defined]
        die.set()
        assert outcome.result(20) is not None, "the death was not noticed"
    assert everything(market, made) == before
    # The lock died with it: whoever comes next is served.
    began = time.monotonic()
    assert engine.perform(made.pk, "submit", by=by, now=MONDAY).version == 1
    assert time.monotonic() - began < 10


def everything(market: Market, document: Any) -> list[list[Any]]:
    """Every row of a document."""
    tables = ("document_draft", "document_version", "document_act", "document_reception", "document_deadline")
    queries = [f"SELECT * FROM {table} WHERE document_id = %s ORDER BY 1" for table in tables]
    return [market.hub.rows(query, document.pk) for query in ("SELECT * FROM document WHERE id = %s", *queries)]


@pytest.mark.clause("R67.14")
def test_an_addressee_who_finishes_while_the_inquiry_is_closed_starts_no_clock_that_runs_on(market: Market) -> None:
    from qorgan.hub.casework import drafts, engine, receptions
    from tests.hub.warnings.steps import draft, send

    alpha, gamma = market.scope("alpha_maker"), market.scope("gamma_maker")
    content = {"subject": "A sender", "question": "Seen?", "tlp": "TLP:AMBER"}

    def race(_try: int) -> None:
        inquiry = draft(market, "inquiry", "alpha", content)
        drafts.edit(inquiry.pk, content, by=alpha, now=MONDAY, addressees=[market.organisations["gamma"]])
        send(market, inquiry, "alpha")
        part = reception(market, inquiry, "gamma")
        receptions.perform(part, "take-up", by=gamma, now=MONDAY)
        found = at_once(
            lambda: engine.perform(inquiry.pk, "close", by=alpha, now=MONDAY),
            lambda: receptions.perform(part, "finish", by=gamma, now=MONDAY),
        )
        assert set(told(found)) <= {"wrong-state"}
        running = "SELECT count(*) FROM document_deadline WHERE document_id = %s AND stopped_at IS NULL"
        assert market.hub.rows(running, inquiry.pk) == [(0,)]

    several(race)


@pytest.mark.clause("R67.15")
def test_a_clock_that_starts_while_the_calendar_changes_is_counted_by_the_new_one(market: Market) -> None:
    from dataclasses import replace

    from qorgan.hub.casework import calendar, engine
    from qorgan.law.days import shipped_table

    lacking = [engine.Lacking("severity", "why so high")]
    table = shipped_table()

    def race(number: int) -> None:
        made = card(market, until="received")
        # Each time another day of the term is off.
        day = replace(table.days[0], on=(MONDAY + timedelta(days=1 + number % 3)).date())
        found = at_once(
            lambda: engine.perform(made.pk, "return", by=market.scope("analyst"), now=MONDAY, fields=lacking),
            lambda: calendar.change(
                (*table.days, day), dict(table.settled), act=f"act {number}", by=market.scope("chief"), now=MONDAY
            ),
        )
        assert told(found) == []
        versions = market.hub.rows("SELECT DISTINCT calendar FROM document_deadline WHERE stopped_at IS NULL")
        assert versions == [(found[1][0].version,)]

    several(race)
