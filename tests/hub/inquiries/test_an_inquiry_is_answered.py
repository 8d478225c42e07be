"""An inquiry and its answer, among those whom it concerns alone (R67.3.7, R67.11, R67.14, R67.15)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.hub.casework.conftest import MONDAY, Market

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUESTION: dict[str, Any] = {"subject": "A sender", "question": "Did you see this sender?", "tlp": "TLP:AMBER"}


def refused(act: Any) -> Any:
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as found:
        act()
    return found.value


def maker(name: str) -> str:
    return {"centre": "analyst", "soc": "soc_maker"}.get(name, f"{name}_maker")


def head(name: str) -> str:
    return {"centre": "chief", "soc": "soc_head"}.get(name, f"{name}_head")


def ask(market: Market, name: str, to: list[str], *, now: datetime = MONDAY) -> Any:
    from qorgan.hub.casework import drafts

    by = market.scope(maker(name))
    made = drafts.create("inquiry", author=market.organisations[name], by=by, now=now, content=QUESTION)
    drafts.edit(made.pk, QUESTION, by=by, now=now, addressees=[market.organisations[one] for one in to])
    return send(market, made, name, now=now)


def send(market: Market, document: Any, name: str, *, now: datetime = MONDAY) -> Any:
    from qorgan.hub.casework import drafts, engine

    drafts.propose(document.pk, by=market.scope(maker(name)), now=now)
    drafts.agree(document.pk, by=market.scope(head(name)), now=now)
    return engine.perform(document.pk, "submit", by=market.scope(maker(name)), now=now)


def part(market: Market, document: Any, name: str) -> UUID:
    rows = market.hub.rows(
        "SELECT id FROM document_reception WHERE document_id = %s AND organisation_id = %s",
        document.pk,
        market.organisations[name],
    )
    return rows[0][0]


def say(market: Market, document: Any, name: str, *verbs: str, now: datetime = MONDAY, reason: str = "") -> None:
    from qorgan.hub.casework import receptions

    for verb in verbs:
        receptions.perform(part(market, document, name), verb, by=market.scope(maker(name)), now=now, reason=reason)


def answer(market: Market, inquiry: Any, name: str, *, now: datetime = MONDAY, text: str = "We did.") -> Any:
    """Begun and written, not sent."""
    from qorgan.hub.casework import drafts
    from qorgan.hub.inquiries import actions

    by = market.scope(maker(name))
    made = actions.start_answer(part(market, inquiry, name), by=by, now=now)
    return drafts.edit(made.pk, {"subject": "A sender", "text": text, "tlp": "TLP:AMBER"}, by=by, now=now)


def answered(market: Market, asker: str, *names: str) -> tuple[Any, list[Any]]:
    inquiry = ask(market, asker, list(names))
    sent = []
    for name in names:
        say(market, inquiry, name, "take-up", "finish")
        sent.append(send(market, answer(market, inquiry, name), name))
    return inquiry, sent


def sees(market: Market, person: str, document: Any) -> bool:
    from qorgan.hub.casework.models import Act, Document, Version

    def read() -> list[bool]:
        return [
            Document.objects.filter(pk=document.pk).exists(),
            Version.objects.filter(document_id=document.pk).exists(),
            Act.objects.filter(document_id=document.pk).exists(),
        ]

    found = market.seen(person, read)
    assert len(set(found)) == 1, found
    return found[0]


def running(market: Market, document: Any) -> list[tuple[str, str]]:
    rows = market.hub.rows(
        "SELECT starts, due_at FROM document_deadline WHERE document_id = %s AND stopped_at IS NULL ORDER BY 2",
        document.pk,
    )
    return [(starts, f"{due.astimezone(UTC) + timedelta(hours=5):%Y-%m-%d %H:%M}") for starts, due in rows]


@pytest.mark.clause("R67.3.7")
@pytest.mark.clause("R67.11")
@pytest.mark.parametrize(
    ("to", "outside"),
    [
        (["gamma"], ["soc_maker", "analyst", "auditor"]),
        (["centre"], ["gamma_maker", "soc_maker"]),
        (["beta", "gamma"], ["analyst", "auditor"]),
        (["beta", "gamma", "soc", "centre"], []),
    ],
)
def test_only_its_parties_read_it(market: Market, to: list[str], outside: list[str]) -> None:
    inquiry = ask(market, "alpha", to)
    assert all(sees(market, maker(name), inquiry) for name in ["alpha", *to])
    assert not any(sees(market, person, inquiry) for person in outside)


@pytest.mark.clause("R67.11")
@pytest.mark.parametrize("field", ["subject", "question", "tlp", "addressees"])
def test_it_lacks_what_the_form_asks(market: Market, field: str) -> None:
    from qorgan.hub.casework import drafts

    by = market.scope("alpha_maker")
    content = {name: value for name, value in QUESTION.items() if name != field}
    made = drafts.create("inquiry", author=market.organisations["alpha"], by=by, now=MONDAY, content=content)
    if field != "addressees":
        drafts.edit(made.pk, content, by=by, now=MONDAY, addressees=[market.organisations["gamma"]])
    told = refused(lambda: drafts.propose(made.pk, by=by, now=MONDAY))
    assert (told.code, told.field, told.clause) == ("incomplete", field, "R67.11")


@pytest.mark.clause("R67.14")
def test_it_is_taken_up_within_a_working_day_and_the_ten_days_begin_when_the_work_is_done(market: Market) -> None:
    """Sent on Monday the 23rd: to be taken up by the end of Tuesday. Taken up at once, worked on for three weeks.

    No term runs meanwhile. Finished on Monday, 14 December: ten working days without the 16th (Independence Day)
    end on Tuesday, 29 December.
    """
    inquiry = ask(market, "alpha", ["gamma"])
    assert running(market, inquiry) == [("the inquiry is received", "2026-11-24 23:59")]
    say(market, inquiry, "gamma", "take-up", now=MONDAY + HOUR)
    assert running(market, inquiry) == []
    say(market, inquiry, "gamma", "finish", now=MONDAY + 21 * DAY)
    assert running(market, inquiry) == [("the work on the inquiry is finished", "2026-12-29 23:59")]
    send(market, answer(market, inquiry, "gamma", now=MONDAY + 22 * DAY), "gamma", now=MONDAY + 22 * DAY)
    assert running(market, inquiry) == []


@pytest.mark.clause("R67.14")
def test_taking_up_and_declining_stand_in_the_comments_and_declining_says_why(market: Market) -> None:
    from qorgan.hub.casework.models import Comment

    inquiry = ask(market, "alpha", ["gamma", "beta"])
    told = refused(lambda: say(market, inquiry, "gamma", "decline-inquiry"))
    assert (told.code, told.clause) == ("reason-missing", "R67.14")
    say(market, inquiry, "gamma", "decline-inquiry", reason="We have no mail of that day")
    from django.utils import translation

    from qorgan.hub.casework import receptions
    from qorgan.hub.casework.said import text_of

    with translation.override("en"):
        receptions.perform(part(market, inquiry, "beta"), "take-up", by=market.scope("soc_maker"), now=MONDAY)
    # Nobody wrote the words of a taking up: they are those of whoever reads.
    for language, words in (("en", "Taken into work."), ("ru", "Принято в работу."), ("kk", "Жұмысқа алынды.")):
        with translation.override(language):
            texts = market.seen("alpha_maker", lambda: {text_of(one) for one in Comment.objects.all()})
        assert texts == {"We have no mail of that day", words}
    assert market.seen("gamma_maker", lambda: set(Comment.objects.values_list("text", flat=True))) == {
        "We have no mail of that day"
    }


@pytest.mark.clause("R67.3.7")
@pytest.mark.clause("R67.14")
def test_an_answer_reaches_the_asker_and_no_other_addressee(market: Market) -> None:
    inquiry, [of_gamma, of_beta] = answered(market, "alpha", "gamma", "beta")
    assert sees(market, "alpha_maker", of_gamma)
    assert sees(market, "alpha_maker", of_beta)
    assert not sees(market, "gamma_maker", of_beta)
    assert not sees(market, "beta_maker", of_gamma)
    assert not sees(market, "soc_maker", of_gamma)
    assert sees(market, "soc_maker", of_beta)
    assert not sees(market, "analyst", of_gamma)
    states = market.hub.rows("SELECT DISTINCT state FROM document_reception WHERE document_id = %s", inquiry.pk)
    assert states == [("answered",)]


@pytest.mark.clause("R67.14")
def test_the_asker_receives_and_accepts_it_and_nobody_else_does(market: Market) -> None:
    from qorgan.hub.casework import engine

    _inquiry, [sent] = answered(market, "alpha", "gamma")
    for person in ("gamma_maker", "alpha_head", "analyst", "beta_maker"):
        told = refused(lambda person=person: engine.perform(sent.pk, "receive", by=market.scope(person), now=MONDAY))
        assert told.code in {"not-allowed", "document-unknown"}
    asker = market.scope("alpha_maker")
    assert engine.perform(sent.pk, "receive", by=asker, now=MONDAY + HOUR).received_at == MONDAY + HOUR
    assert engine.perform(sent.pk, "accept", by=asker, now=MONDAY + HOUR).state == "accepted"


@pytest.mark.clause("R67.15")
def test_the_centre_returns_answers_to_its_own_inquiries_and_no_others(market: Market) -> None:
    """Returned on Monday, to be mended by the end of Thursday."""
    from qorgan.hub.casework import drafts, engine

    lacking = engine.lacking([{"field": "text", "reason": "When?"}])
    _inquiry, [to_centre] = answered(market, "centre", "gamma")
    _other, [to_alpha] = answered(market, "alpha", "gamma")
    analyst = market.scope("analyst")
    told = refused(lambda: engine.perform(to_alpha.pk, "return", by=analyst, now=MONDAY, fields=lacking))
    assert told.code == "document-unknown"
    alpha = market.scope("alpha_maker")
    engine.perform(to_alpha.pk, "receive", by=alpha, now=MONDAY)
    told = refused(lambda: engine.perform(to_alpha.pk, "return", by=alpha, now=MONDAY, fields=lacking))
    assert (told.code, told.clause) == ("not-allowed", "R67.15")
    engine.perform(to_centre.pk, "receive", by=analyst, now=MONDAY)
    engine.perform(to_centre.pk, "return", by=analyst, now=MONDAY, fields=lacking)
    assert running(market, to_centre) == [("the centre returns the document", "2026-11-26 23:59")]
    by = market.scope("gamma_maker")
    mended = {"subject": "A sender", "text": "We did, on Friday.", "tlp": "TLP:AMBER"}
    drafts.edit(to_centre.pk, mended, by=by, now=MONDAY)
    assert send(market, to_centre, "gamma", now=MONDAY + DAY).version == 2
    assert running(market, to_centre) == []


@pytest.mark.clause("R67.14")
@pytest.mark.clause("R67.15")
def test_the_inbox_says_since_when_each_part_of_the_work_waits(market: Market) -> None:
    """Answered on Monday, received on Tuesday, returned on Wednesday, mended on Thursday, agreed on Friday."""
    from qorgan.hub.casework import drafts, engine, queries

    def since(person: str, document: Any) -> Any:
        waiting = market.seen(person, lambda: queries.todo(market.scope(person)))
        return next(one.since for one in waiting if one.document.pk == document.pk)

    _inquiry, [sent] = answered(market, "centre", "gamma")
    assert since("analyst", sent) == MONDAY
    analyst, gamma = market.scope("analyst"), market.scope("gamma_maker")
    engine.perform(sent.pk, "receive", by=analyst, now=MONDAY + DAY)
    assert since("analyst", sent) == MONDAY + DAY
    lacking = engine.lacking([{"field": "text", "reason": "When?"}])
    engine.perform(sent.pk, "return", by=analyst, now=MONDAY + 2 * DAY, fields=lacking)
    assert since("gamma_maker", sent) == MONDAY + 2 * DAY
    mended = {"subject": "A sender", "text": "We did, on Friday.", "tlp": "TLP:AMBER"}
    drafts.edit(sent.pk, mended, by=gamma, now=MONDAY + 3 * DAY)
    assert since("gamma_maker", sent) == MONDAY + 2 * DAY
    drafts.propose(sent.pk, by=gamma, now=MONDAY + 3 * DAY)
    assert since("gamma_head", sent) == MONDAY + 3 * DAY
    drafts.agree(sent.pk, by=market.scope("gamma_head"), now=MONDAY + 4 * DAY)
    assert since("gamma_maker", sent) == MONDAY + 4 * DAY


@pytest.mark.clause("R67.14")
def test_work_on_an_inquiry_waits_since_its_last_step(market: Market) -> None:
    from qorgan.hub.casework import queries

    inquiry = ask(market, "alpha", ["gamma"])
    for verb, at in (("", MONDAY), ("take-up", MONDAY + DAY), ("finish", MONDAY + 2 * DAY)):
        if verb:
            say(market, inquiry, "gamma", verb, now=at)
        [one] = market.seen("gamma_maker", lambda: queries.todo(market.scope("gamma_maker")))
        assert one.since == at, verb


@pytest.mark.clause("R67.14")
def test_an_answer_can_be_written_during_the_work_and_is_sent_after_it(market: Market) -> None:
    from qorgan.hub.inquiries import actions

    inquiry = ask(market, "alpha", ["gamma"])
    by = market.scope("gamma_maker")
    told = refused(lambda: actions.start_answer(part(market, inquiry, "gamma"), by=by, now=MONDAY))
    assert (told.code, told.clause) == ("wrong-state", "R67.14")
    say(market, inquiry, "gamma", "take-up")
    made = answer(market, inquiry, "gamma")
    assert actions.start_answer(part(market, inquiry, "gamma"), by=by, now=MONDAY).pk == made.pk
    told = refused(lambda: send(market, made, "gamma"))
    assert (told.code, told.clause) == ("work-not-finished", "R67.14")
    assert market.hub.rows("SELECT state, version FROM document WHERE id = %s", made.pk) == [("new", 0)]
    assert not sees(market, "alpha_maker", made)
    say(market, inquiry, "gamma", "finish")
    from qorgan.hub.casework import engine

    engine.perform(made.pk, "submit", by=by, now=MONDAY)
    [(exact,)] = market.hub.rows("SELECT exact FROM document_version WHERE document_id = %s", made.pk)
    assert msgspec.json.decode(exact)["about"] == inquiry.number


def test_a_discarded_answer_makes_room_for_another(market: Market) -> None:
    from qorgan.hub.casework import engine

    inquiry = ask(market, "alpha", ["gamma"])
    say(market, inquiry, "gamma", "take-up", "finish")
    first = answer(market, inquiry, "gamma")
    engine.perform(first.pk, "discard", by=market.scope("gamma_maker"), now=MONDAY, reason="Wrong person")
    second = answer(market, inquiry, "gamma")
    assert second.pk != first.pk
    assert send(market, second, "gamma").state == "sent"


def test_nobody_answers_what_was_not_asked_of_them(market: Market) -> None:
    from qorgan.hub.casework import access, drafts

    inquiry = ask(market, "alpha", ["gamma"])
    content = {"subject": "A sender", "text": "We did.", "tlp": "TLP:AMBER"}

    def forge() -> None:
        made = drafts.create(
            "answer",
            author=market.organisations["gamma"],
            by=market.scope("gamma_maker"),
            now=MONDAY,
            content=content,
            about=market.seen("gamma_maker", lambda: access.document_for(inquiry.pk)),
        )
        send(market, made, "gamma")

    assert refused(forge).code == "inquiry-missing"
    from qorgan.hub.inquiries import actions

    other = market.scope("beta_maker")
    assert refused(lambda: actions.start_answer(part(market, inquiry, "gamma"), by=other, now=MONDAY)).code == (
        "reception-unknown"
    )


@pytest.mark.clause("R67.14")
def test_an_inquiry_that_was_closed_is_owed_no_answer(market: Market) -> None:
    from qorgan.hub.casework import engine

    inquiry = ask(market, "alpha", ["gamma", "beta"])
    say(market, inquiry, "gamma", "take-up", "finish")
    assert len(running(market, inquiry)) == 2
    engine.perform(inquiry.pk, "close", by=market.scope("alpha_maker"), now=MONDAY + HOUR)
    assert running(market, inquiry) == []
    assert refused(lambda: say(market, inquiry, "beta", "take-up")).code == "wrong-state"
