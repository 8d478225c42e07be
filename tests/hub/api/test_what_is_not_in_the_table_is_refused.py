"""Role by verb by state, for every kind, made from the tables themselves and asked through the API (R67.10 to R67.15).

The states are put into the database as they are; every verb of every table, and one that no table has, is then asked
by everybody, each in a transaction that is taken back.
"""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4

import msgspec
import pytest

from qorgan.law.documents import DocumentType

WHO = {
    "alpha_maker": {"maker"},
    "alpha_head": {"head"},
    "gamma_maker": {"addressee"},
    "gamma_head": {"addressee-head"},
    "beta_maker": set(),
    "soc_head": set(),
    "analyst": {"centre"},
    "chief": {"centre"},
    "auditor": set(),
}
"""As which actors each counts for a document of Alpha's that Gamma received. An answer's asker is the centre."""

BY_CENTRE = {"analyst": {"maker", "centre"}, "chief": {"head", "centre"}, "alpha_maker": set(), "alpha_head": set()}
"""The same for a document that the centre made."""
REFUSED = {403, 404, 409}
EVERYTHING = {"reason": "because", "fields": [{"field": "subject", "reason": "lacks"}]}


@pytest.fixture
def shelf(market, monday):
    """Puts a document of any kind into any state."""

    def put(kind, state: str, draft: str = "open") -> UUID:
        from qorgan.hub.casework.exact import Wording, exact

        by_centre = kind.made_by_centre_only or kind.document_type is DocumentType.PHONE_REPORT
        author = market.organisations["centre" if by_centre else "alpha"]
        document, maker = uuid4(), market.people["soc_maker"]
        content = msgspec.to_builtins(kind.content())
        number = f"{kind.letters}-2026-{secrets.token_hex(3).upper()}"
        words = Wording(
            kind=kind.code, number=number, version=1, organisation="1" * 12, acting=None, about=None, drill=False,
            addressees=(), attachments=(), content=content,
        )  # fmt: skip
        inquiry = put_inquiry() if kind.document_type is DocumentType.ANSWER else None
        insert(
            "document", id=document, kind=kind.code, number=number, author_id=author, state=state, title="",
            category="", tlp="", stage=3, is_final=True, drill=False, open_to_centre=kind.open_to_centre, version=1,
            revision=1, created_by_id=maker, created_at=monday, submitted_at=monday, sent_at=monday,
            about_id=inquiry,
        )  # fmt: skip
        agreed = {"agreed_by_id": maker, "agreed_at": monday} if draft == "agreed" else {}
        insert(
            "document_draft", document_id=document, author_id=author, state=draft,
            content=msgspec.json.encode(content).decode(), addressees=[], title="", makers=[maker], edited_at=monday,
            exact=exact(msgspec.structs.replace(words, version=2)), **agreed,
        )  # fmt: skip
        insert(
            "document_version", document_id=document, author_id=author, number=1, exact=exact(words), digest="x",
            sent_by_id=maker, sent_at=monday,
        )  # fmt: skip
        if inquiry:
            insert(
                "document_reception", id=uuid4(), document_id=document, author_id=author, open_to_centre=False,
                organisation_id=market.organisations["centre"], state=kind.reception.initial, version=1, revision=1,
                decision="[]", makers=[], delivered_at=monday,
            )  # fmt: skip
        return document

    def put_inquiry() -> UUID:
        document = uuid4()
        insert(
            "document", id=document, kind="inquiry", number=secrets.token_hex(4), state="sent", title="", category="",
            author_id=market.organisations["centre"], tlp="", stage=1, is_final=False, drill=False,
            open_to_centre=False, version=1, revision=1, created_by_id=market.people["soc_maker"],
            created_at=monday, submitted_at=monday,
        )  # fmt: skip
        insert(
            "document_reception", id=uuid4(), document_id=document, organisation_id=market.organisations["alpha"],
            author_id=market.organisations["centre"], open_to_centre=False, state="work-done", version=1, revision=1,
            decision="[]", makers=[], delivered_at=monday,
        )  # fmt: skip
        return document

    def insert(table: str, **values):
        columns = [name for name, value in values.items() if value is not None]
        holes = ", ".join("%s" for _ in columns)
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({holes})"
        market.hub.tamper(statement, *[values[name] for name in columns])

    put.insert = insert
    return put


def ask(speaks, path, body):
    """Ask, and take back whatever was done."""
    from django.db import transaction

    with transaction.atomic():
        answer = speaks.post(path, body)
        transaction.set_rollback(True)
    return answer


def actors(kind, who):
    if kind.document_type is DocumentType.ANSWER and who == "analyst":
        return {"centre", "asker"}
    if kind.made_by_centre_only or kind.document_type is DocumentType.PHONE_REPORT:
        return (WHO | BY_CENTRE)[who]
    return WHO[who]


def cells(life):
    """Every state with every verb, and with one that nobody knows."""
    return [(state, verb) for state in life.states for verb in (*life.verbs, "nonsense")]


@pytest.mark.clause("R67.3.1")
@pytest.mark.clause("R67.10")
@pytest.mark.clause("R67.11")
@pytest.mark.clause("R67.12")
@pytest.mark.clause("R67.15")
@pytest.mark.clause("R48.15")
@pytest.mark.parametrize("code", [one.value for one in DocumentType])
def test_of_a_documents_life_each_may_say_what_the_table_says_and_nothing_else(code, shelf, market, program):
    from qorgan.hub.casework.kinds import kind_of

    kind = kind_of(code)
    speak = {who: program(who) for who in WHO}
    for state, verb in cells(kind.life):
        document = shelf(kind, state, "agreed" if kind.needs_agreement else "open")
        step = kind.life.step(state, verb)
        for who, speaks in speak.items():
            answer = ask(speaks, f"documents/{document}/verbs/{verb}", EVERYTHING)
            may = step is not None and bool({actor.value for actor in step.who} & actors(kind, who))
            told(answer, may=may, cell=(code, state, verb, who))


@pytest.mark.clause("R67.10")
@pytest.mark.clause("R48.15")
@pytest.mark.parametrize("code", [one.value for one in DocumentType])
def test_of_a_preparation_each_may_say_what_the_table_says_and_nothing_else(code, shelf, program):
    from qorgan.hub.casework.kinds import kind_of

    kind = kind_of(code)
    speak = {who: program(who) for who in WHO}
    for life_state in kind.life.states:
        can_be_sent = kind.life.step(life_state, "submit") is not None
        for state, verb in cells(kind.preparation):
            if verb in {"edit", "nonsense"}:
                continue
            document = shelf(kind, life_state, state)
            step = kind.preparation.step(state, verb) if can_be_sent else None
            for who, speaks in speak.items():
                answer = ask(speaks, f"documents/{document}/verbs/{verb}", EVERYTHING)
                may = step is not None and bool({actor.value for actor in step.who} & actors(kind, who))
                told(answer, may=may, cell=(code, life_state, state, verb, who))


@pytest.mark.clause("R67.13")
@pytest.mark.clause("R67.14")
@pytest.mark.parametrize("code", ["threat-warning", "vulnerability-warning", "inquiry"])
def test_of_an_addressees_part_each_may_say_what_the_table_says_and_nothing_else(code, shelf, market, program, monday):
    from qorgan.hub.casework.kinds import kind_of

    kind = kind_of(code)
    speak = {who: program(who) for who in WHO}
    for state, verb in cells(kind.reception):
        document, part = shelf(kind, "published" if code != "inquiry" else "sent"), uuid4()
        author = market.hub.rows("SELECT author_id FROM document WHERE id = %s", document)[0][0]
        shelf.insert(
            "document_reception", id=part, document_id=document, organisation_id=market.organisations["gamma"],
            author_id=author, open_to_centre=kind.open_to_centre, state=state, version=1, revision=1, decision="[]",
            makers=[], delivered_at=monday,
        )  # fmt: skip
        step = kind.reception.step(state, verb)
        for who, speaks in speak.items():
            answer = ask(speaks, f"receptions/{part}/verbs/{verb}", {"reason": "because"})
            may = step is not None and bool({actor.value for actor in step.who} & actors(kind, who))
            told(answer, may=may, cell=(code, state, verb, who))


def told(answer, *, may: bool, cell: tuple[str, ...]) -> None:
    """What the table allows is done, or lacks something that is named; all else is refused, with the clause."""
    body = answer.told
    if may:
        assert answer.status_code == 200 or body["code"] not in {"not-allowed", "wrong-state"}, (cell, body)
        assert answer.status_code in {200, 409, 422}, (cell, body)
        return
    assert answer.status_code in REFUSED, (cell, answer.status_code, body)
    assert body["code"] in {"not-allowed", "wrong-state", "document-unknown", "reception-unknown"}, (cell, body)
    if answer.status_code != 404:
        assert body["clause"], (cell, body)


def test_a_program_that_may_only_read_says_no_verb(shelf, market, program):
    from qorgan.hub.casework.kinds import kind_of

    document = shelf(kind_of("incident-card"), "new", "agreed")
    answer = program("alpha_maker", may_write=False).post(f"documents/{document}/verbs/submit")
    assert (answer.status_code, answer.told["code"]) == (403, "token-reads-only")
