"""Programs of inspectors read the journal, its figures and its evidence, and nothing else; nobody else reads them."""

from __future__ import annotations

import base64
import csv
import io
import json
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import psycopg
import pytest
from django.test import override_settings
from msgspec.structs import replace

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.database.connection import Role
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.law.factors import Population
from tests.gate.ceremonies.people import PASSWORD, act, somebody
from tests.gate.console.conftest import at_console, barriers, enter, picture
from tests.gate.inspection.conftest import with_an_archive
from tests.gate.journal.filling import ago, fill

__all__ = ["at_console", "barriers", "enter", "picture", "with_an_archive"]
KINDS = ("server", "app", "inspector")
NOWHERE = "00000000-0000-4000-8000-000000000000"
SENTENCES = {
    "en": "A program of this kind may not ask for this.",
    "kk": "Мұндай түрдегі бағдарлама бұны сұрай алмайды.",
    "ru": "Программе этого вида спрашивать об этом нельзя.",
}


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def everything(ask, query: str = "") -> list[dict]:
    """Every page of a search."""
    found, after = [], ""
    while True:
        page = ask("GET", f"journal?size=7{query}{f'&after={after}' if after else ''}").json()
        found, after = found + page["entries"], page["after"]
        if not after:
            return found


@pytest.mark.clause("R57.4")
def test_every_route_answers_its_own_kinds_and_tells_every_other_no(gate, caller):
    from qorgan.gate.api.routes import ROUTES

    asking = {kind: caller(kind=kind) for kind in KINDS}
    before = gate.rows("SELECT count(*) FROM gate_journal")
    for route in ROUTES:
        path = route.path.replace("<uuid:id>", NOWHERE)
        assert route.callers < set(KINDS)
        for kind in set(KINDS) - set(route.callers):
            for language, sentence in SENTENCES.items():
                # What is neither known nor readable is not looked at.
                answer = asking[kind](
                    route.method, f"{path}?nonsense=1", "nonsense", **{"Accept-Language": language, "DPoP": "nonsense"}
                )
                told = answer.json()
                assert (answer.status_code, told["code"], told["detail"]) == (403, "another-kind-of-caller", sentence)
    assert gate.rows("SELECT count(*) FROM gate_journal") == before
    for route in ROUTES:
        for kind in route.callers:
            answer = asking[kind](route.method, route.path.replace("<uuid:id>", NOWHERE), {})
            assert b"another-kind-of-caller" not in answer.content, (route.name, kind)


@pytest.mark.clause("R57.4")
def test_whoever_speaks_for_people_has_one_population_and_an_inspector_none(gate):
    from qorgan.gate.api import callers
    from qorgan.gate.api.models import Kind
    from qorgan.kit.refusal import Refusal

    for kind in Kind:
        wrong = Population.EMPLOYEE if kind is Kind.INSPECTOR else None
        code = "population-unneeded" if kind is Kind.INSPECTOR else "population-missing"
        with pytest.raises(Refusal) as refused:
            callers.register("x", kind, wrong, act=act())
        assert (refused.value.code, refused.value.field) == (code, "population")
        with psycopg.connect(gate.url(Role.WEB)) as connection, pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(
                "INSERT INTO api_caller (id, name, kind, population, digest, created_at) "
                "VALUES (gen_random_uuid(), 'x', %s, %s, 'x', now())",
                [kind.value, wrong.value if wrong else ""],
            )
    callers.register("x", Kind.INSPECTOR, None, act=act())
    assert gate.rows("SELECT kind, population FROM api_caller") == [("inspector", "")]
    with psycopg.connect(gate.url(Role.WEB)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE api_caller SET kind = 'server', population = 'employee'")


@pytest.mark.clause("D26.journal")
def test_the_journal_is_given_page_by_page_as_it_was_written_the_archive_included(gate, with_an_archive, caller):
    ask = caller(kind="inspector")
    found = everything(ask, "&event=sign-in")
    assert [one["archived"] for one in found] == [False] * 9 + [True] * 9
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    rows = gate.rows(
        "SELECT id, event, outcome, population, host(address), port, program, trace, factors, rule, edition, "
        "before, detail FROM gate_journal"
    )
    written = {number: row for number, *row in rows}
    names = ("event", "outcome", "population", "address", "port", "program", "trace", "factors", "rule", "edition")
    for one in found[:9]:
        assert [one[name] for name in (*names, "before", "detail")] == written[one["id"]]
    assert {one["detail"]["number"] for one in found[9:]} == set(range(9))
    assert {one["before"]["phone"] for one in found if one["before"]} == {"ends in 17"}


@pytest.mark.clause("D26.journal")
def test_what_is_looked_for_is_what_is_found(gate, caller):
    fill(gate.url(Role.WEB), [ago(5), ago(3)], 9)
    ask = caller(kind="inspector")
    kinds = "&event=sign-in&event=application.registered"
    every = everything(ask, kinds)
    assert {one["event"] for one in every} == {"sign-in", "application.registered"}
    signed = [one for one in every if one["event"] == "sign-in"]
    one = next(found for found in signed if found["client"])
    for query, kept in (
        (f"client={one['client']}", lambda found: found["client"] == one["client"]),
        (f"device={one['device']}", lambda found: found["device"] == one["device"]),
        (f"ceremony={one['ceremony']}", lambda found: found["ceremony"] == one["ceremony"]),
        ("outcome=failed", lambda found: found["outcome"] == "failed"),
        ("address=203.0.113.0/30", lambda found: found["address"] in {"203.0.113.1", "203.0.113.3"}),
        (f"since={one['at']}", lambda found: found["at"] >= one["at"]),
        (f"until={one['at']}", lambda found: found["at"] < one["at"]),
        (f"actor={NOWHERE}", lambda found: False),
    ):
        assert [found["id"] for found in everything(ask, f"&event=sign-in&{query}")] == [
            found["id"] for found in signed if kept(found)
        ], query
    day = one["at"][:10]
    assert everything(ask, f"&event=sign-in&since={day}T00:00:00Z&until={day}T23:59:59Z")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("since=", "since"),
        ("until=2026-02-30", "until"),
        ("until=9999-12-31", "until"),
        ("client=me", "client"),
        ("address=nowhere", "address"),
        ("event=nothing", "event"),
        ("event=sign-in&event=nothing", "event"),
        ("outcome=good", "outcome"),
        ("outcome=done&outcome=failed", "outcome"),
        ("size=0", "size"),
        ("size=1001", "size"),
        ("size=many", "size"),
        ("after=guessed", "after"),
        ("name=Test", "name"),
        ("client=%00", "client"),
        ("&".join(f"event=sign-in{number}" for number in range(1100)), ""),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_name_of_what_to_mend(gate, caller, query, field):
    answer = caller(kind="inspector")("GET", f"journal?{query}")
    assert (answer.status_code, answer.json().get("field", "")) == (400, field)
    assert gate.rows("SELECT count(*) FROM gate_journal WHERE event = 'journal.searched'") == [(0,)]


@pytest.mark.clause("D26.journal")
def test_the_journal_says_which_program_looked_for_what(gate, caller):
    ask = caller(kind="inspector")
    ask("GET", "journal?event=sign-in&event=locked-out&outcome=failed&since=2026-11-01")
    ask("GET", "inspection?since=2026-11-01&until=2026-11-02")
    ask("POST", "evidence", {"since": today(), "until": today(), "events": ["sign-in"]})
    [(who,)] = gate.rows("SELECT id::text FROM api_caller")
    [looked, counted, taken] = gate.rows(
        "SELECT event, outcome, actor, host(address), detail FROM gate_journal WHERE detail ? 'caller' ORDER BY id"
    )
    words = {"event": ["sign-in", "locked-out"], "outcome": "failed", "since": "2026-11-01", "caller": who}
    assert looked == ("journal.searched", "done", None, "127.0.0.1", words)
    days = {"since": "2026-11-01T00:00:00+05:00", "until": "2026-11-03T00:00:00+05:00", "caller": who}
    assert counted == ("inspection.seen", "done", None, "127.0.0.1", days)
    assert taken[:4] == ("evidence.exported", "done", None, "127.0.0.1")
    assert (taken[4]["caller"], taken[4]["events"]) == (who, ["sign-in"])


@pytest.mark.clause("D26.journal", "D26.two-factor")
def test_figures_are_those_of_the_page(gate, caller):
    from qorgan.gate.inspection import clauses, counting
    from qorgan.gate.inspection.period import period_of

    fill(gate.url(Role.WEB), [ago(5), ago(40)], 9)
    ask = caller(kind="inspector")
    for days in ({}, {"since": str(ago(50)), "until": str(ago(5))}):
        # In this order: what is asked leaves an entry, which is counted from then on.
        found = counting.summary(period_of({name: [day] for name, day in days.items()}, datetime.now(UTC)))
        told = ask("GET", "inspection?" + "&".join(f"{name}={day}" for name, day in days.items())).json()
        counted = msgspec.to_builtins(found) | {"clauses": msgspec.to_builtins(clauses.held(found))}
        assert told == json.loads(msgspec.json.encode(counted))
    done = {one["clause"]: one["done"] for one in told["clauses"]}
    assert done["D26.two-factor"] == 12
    assert ask("GET", "inspection?since=2026-11-02&until=2026-11-01").json()["field"] == "since"
    assert ask("GET", "inspection?client=1").json()["field"] == "client"


@pytest.mark.clause("D26.journal")
@pytest.mark.parametrize("form", ["json", "csv"])
def test_evidence_is_the_file_that_the_page_gives(gate, at_console, caller, form):
    from qorgan.gate.api.reports import EvidenceShown

    fill(gate.url(Role.WEB), [ago(5)], 9)
    browser, _ = at_console(0, "inspector")
    days = {"since": str(ago(6)), "until": str(ago(4))}
    page = browser.post(f"/inspection/evidence?since={days['since']}&until={days['until']}", {"form": form})
    answer = caller(kind="inspector")("POST", "evidence", {**days, "form": form})
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == page["Content-Disposition"]
    assert answer["Content-Type"] == page["Content-Type"]
    digest = sha256(answer.content)
    assert answer["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    kept = gate.rows("SELECT detail->>'sha256' FROM gate_journal WHERE event = 'evidence.exported' ORDER BY id")
    assert kept[-1] == (digest.hexdigest(),)
    if form == "json":
        told, shown = (msgspec.json.decode(one.content, type=EvidenceShown) for one in (answer, page))
        assert msgspec.structs.replace(told, taken_at="") == msgspec.structs.replace(shown, taken_at="")
        assert set(EvidenceShown.__struct_fields__) == set(answer.json())
        assert len(told.entries) == 9
    else:
        lines = [
            [line for line in one.content.decode().splitlines() if "taken_at" not in line] for one in (answer, page)
        ]
        assert lines[0] == lines[1]
        assert len(list(csv.DictReader(io.StringIO("\n".join(one for one in lines[0] if one[0] != "#"))))) == 9


@pytest.mark.clause("D26.journal", "R48.161.1")
def test_an_archive_that_is_not_what_it_was_is_told_without_a_word_of_where_it_lies(gate, with_an_archive, caller):
    with_an_archive.write_bytes(b"another")
    ask, days = caller(kind="inspector"), {"since": str(ago(150)), "until": str(ago(100))}
    query = f"?since={days['since']}&until={days['until']}"
    for answer in (
        ask("GET", f"journal{query}"),
        ask("GET", f"inspection{query}"),
        ask("POST", "evidence", days),
    ):
        told = answer.json()
        assert (answer.status_code, told["code"]) == (503, "archive-unreadable")
        assert with_an_archive.name not in str(told)
        assert str(gate.config.state) not in str(told)
    assert gate.rows("SELECT count(*) FROM gate_journal WHERE detail ? 'caller'") == [(0,)]


@pytest.mark.clause("R48.161.1", "R57.3.2")
def test_nothing_that_names_anybody_or_opens_anything_is_given(gate, caller):
    server, ask = caller(), caller(kind="inspector")
    people = [somebody(population, number) for number, population in enumerate(Population)]
    who = people[0]
    secrets = [server.token, ask.token, PASSWORD, *(one.secret for one in people)]
    named = ["Test Testuly", *(invented_iin(number + 1) for number in range(4))]
    named += [invented_phone(number + 1).lstrip("+")[1:] for number in range(4)]
    for identifier in (who.identifier, invented_phone(1), "nobody-at-all"):
        server("POST", "sign-ins", {"identifier": identifier, "password": "wrong-Wrong", "code": "000000"})
    sent = {"identifier": who.identifier, "password": PASSWORD, "code": who.code(datetime.now(UTC))}
    done = server("POST", "sign-ins", sent)
    assert done.status_code == 201
    begun = server("POST", "ceremonies", {"kind": "sign-in"}).json()
    server("POST", f"ceremonies/{begun['id']}/identifier", {"identifier": who.identifier},
           **{"Qorgan-Ceremony": begun["secret"]})  # fmt: skip
    secrets += [done.json()["session"]["secret"], begun["secret"], "wrong-Wrong", "nobody-at-all"]
    days = {"since": today(), "until": str(ago(-1))}
    answers = [ask("GET", "journal?size=1000"), ask("GET", "inspection")]
    answers += [ask("POST", "evidence", {**days, "form": form}) for form in ("json", "csv")]
    for answer in answers:
        assert answer.status_code == 200
        assert str(who.id) in answer.content.decode() or b"clauses" in answer.content
        assert [one for one in (*secrets, *named) if one in answer.content.decode()] == []


def test_a_program_asks_so_often_and_then_waits(gate, caller):
    limits = replace(gate.config.limits, asked_per_inspector=3)
    ask, other = caller(kind="inspector"), caller(kind="inspector")
    days = {"since": today(), "until": today()}
    with override_settings(CONFIG=replace(gate.config, limits=limits)):
        asked = [ask("GET", "journal"), ask("GET", "inspection"), ask("POST", "evidence", days)]
        asked += [ask("GET", "journal"), ask("GET", "inspection"), ask("POST", "evidence", days)]
        assert [one.status_code for one in asked] == [200, 200, 200, 429, 429, 429]
        assert other("GET", "journal").status_code == 200
