"""An inspector sees what happened by which rule, that nothing happened without one, and takes evidence along."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256

import pytest

from tests.gate.ceremonies.people import somebody
from tests.gate.console.conftest import at_console, sign_in
from tests.gate.journal.filling import ago

__all__ = ["at_console"]


def figures(**days):
    import msgspec

    from qorgan.gate.inspection import clauses, counting
    from qorgan.gate.inspection.period import period_of
    from qorgan.kit.clock import now

    found = counting.summary(period_of({name: [str(day)] for name, day in days.items()}, now()))
    return msgspec.to_builtins(found) | {"clauses": msgspec.to_builtins(clauses.held(found))}


@pytest.mark.clause("D26.journal", "D26.two-factor")
def test_sign_ins_are_counted_by_rule_and_none_is_without(gate, at_console, visitor):
    at_console(0, "inspector")
    sign_in(visitor(), somebody())
    found = figures()
    by_rule = {(one["event"], one["rule"]): one["done"] for one in found["ruled"] if one["done"]}
    assert by_rule[("sign-in", "D26.two-factor")] == 1
    assert by_rule[("sign-in", "R57.8")] == 1
    assert (found["without_rule"], found["sessions"], found["sessions_without_rule"]) == (0, 2, 0)
    clauses = {one["clause"]: one for one in found["clauses"]}
    assert clauses["R57.8"]["done"] == 1
    assert all(one["against"] == 0 for one in clauses.values())


@pytest.mark.clause("D26.journal")
def test_an_act_without_a_rule_is_seen(gate, at_console):
    browser, inspector = at_console(0, "inspector")
    gate.tamper("UPDATE gate_journal SET rule = '', edition = '' WHERE event = 'sign-in'")
    found = figures()
    assert found["without_rule"] == 1
    assert next(one for one in found["clauses"] if one["clause"] == "D26.journal")["against"] == 1
    assert "without a rule" in browser.get(f"/inspection/?since={ago(3)}").content.decode()
    [(actor, since)] = gate.rows("SELECT actor, detail->>'since' FROM gate_journal WHERE event = 'inspection.seen'")
    assert (actor, since) == (inspector.id, f"{ago(3)}T00:00:00+05:00")


@pytest.mark.clause("R48.161.5")
def test_a_failed_attempt_that_nobody_was_told_of_is_seen(gate, visitor):
    person, stranger = somebody(), visitor()
    for identifier in (person.identifier, "850101300126"):
        stranger.post("/sign-in", {"for": "bank-client", "identifier": identifier})
        stranger.post("/step/prove/password", {"password": "wrong wrong wrong"})
    told = figures()["told"]
    assert (told["untold"], told["under_way"], told["nobodys"]) == (0, 1, 1)
    gate.tamper("DELETE FROM notice_attempt")
    assert figures()["told"]["untold"] == 1


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("form", ["json", "csv"])
def test_evidence_carries_digests_that_anybody_recomputes(gate, at_console, form):
    import msgspec

    from qorgan.gate.journal.content import Row, content

    browser, inspector = at_console(0, "inspector")
    taken = browser.post("/inspection/evidence", {"form": form})
    body = taken.content
    if form == "json":
        told = json.loads(body)
        entries = told["entries"]
        rows = [msgspec.convert({k: v for k, v in one.items() if k in Row.__struct_fields__}, Row) for one in entries]
        assert [sha256(content(row).encode()).hexdigest() for row in rows] == [one["digest"] for one in entries]
        assert told["digest_of_digests"] == sha256("".join(one["digest"] for one in entries).encode()).hexdigest()
        assert all(one["link"] for one in entries)
    else:
        lines = [line for line in body.decode().splitlines() if not line.startswith("# ")]
        entries = list(csv.DictReader(io.StringIO("\n".join(lines))))
        assert all(len(one["digest"]) == 64 for one in entries)
    assert len(entries) == gate.rows("SELECT count(*) - 1 FROM gate_journal")[0][0]
    rows = gate.rows("SELECT actor, detail->>'sha256' FROM gate_journal WHERE event = 'evidence.exported'")
    assert rows == [(inspector.id, sha256(body).hexdigest())]


@pytest.mark.clause("D26.journal")
def test_days_in_the_archive_are_counted_and_taken_along_too(gate, with_an_archive, at_console):
    browser, _ = at_console(0, "inspector")
    found = figures(since=ago(150), until=ago(-1))
    of_clients = [one for one in found["ruled"] if one["event"] == "sign-in" and one["population"] == "bank-client"]
    assert [(one["done"], one["refused"]) for one in of_clients] == [(12, 6)]
    assert found["kept"]["archived_days"] == 1
    taken = browser.post(f"/inspection/evidence?since={ago(150)}&until={ago(-1)}", {"form": "json"})
    entries = json.loads(taken.content)["entries"]
    assert sum(one["event"] == "sign-in" and one["population"] == "bank-client" for one in entries) == 18


@pytest.mark.clause("D26.journal", "R48.161.1")
def test_an_archive_that_is_not_what_it_was_is_told_and_nothing_of_it_shown(gate, with_an_archive, at_console):
    browser, _ = at_console(0, "inspector")
    with_an_archive.write_bytes(b"another")
    for page in ("/console/journal", "/inspection/"):
        answer = browser.get(f"{page}?since={ago(150)}&until={ago(100)}", headers={"accept": "text/html"})
        said = answer.content.decode()
        assert answer.status_code == 503
        assert "A day of the archive is not what the journal says it is" in said
        assert with_an_archive.name not in said
        assert str(gate.config.state) not in said
