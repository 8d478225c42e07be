"""A market with documents of every kind in several states, each text of which holds a word found nowhere else.

Whoever sees a word that is not theirs has been told what they may not know.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.hub.casework.conftest import MONDAY, Market
from tests.hub.incidents.written import first_notice
from tests.hub.warnings.steps import THREAT, VULNERABILITY, draft, reception, send


@dataclass
class Stock:
    """Documents by short names, and for each secret word whose people may read it."""

    market: Market
    documents: dict[str, UUID] = field(default_factory=dict)
    words: dict[str, frozenset[str]] = field(default_factory=dict)

    def word(self, name: str, *seen_by: str) -> str:
        """A word for some organisations; whom a security operations centre serves it reads for."""
        said = f"zz{name}zz"
        self.words[said] = frozenset({*seen_by, *(("soc",) if "beta" in seen_by else ())})
        return said

    def keep(self, name: str, document: Any) -> Any:
        self.documents[name] = document.pk
        return document

    def parties(self, name: str) -> frozenset[str]:
        """Whose people may see a document at all."""
        return PARTIES[name]


def parties(*names: str) -> frozenset[str]:
    return frozenset({*names, *(("soc",) if "beta" in names else ())})


PARTIES = {
    "card in preparation": parties("alpha"),
    "card sent back": parties("alpha", "centre"),
    "card made by another": parties("beta", "centre"),
    "anonymous warning": parties("alpha", "beta", "gamma", "centre", "delta", "other_soc"),
    "vulnerability": parties("gamma", "centre"),
    "vulnerability in preparation": parties("centre"),
    "inquiry": parties("alpha", "beta", "gamma"),
    "answer": parties("alpha", "gamma"),
    "answer in preparation": parties("gamma"),
    "inquiry of the centre": parties("centre", "gamma"),
    "report on the system": parties("gamma", "centre"),
    "call": parties("alpha", "centre"),
    "call in preparation": parties("centre"),
}


def widened(market: Market) -> Stock:
    """The market with two more that are a party to nothing but what goes to all; no documents yet."""
    market.join("delta", "mfo")
    market.join("other_soc", "soc")
    market.hire("delta_maker", "delta", "responsible-employee")
    market.hire("other_soc_maker", "other_soc", "responsible-employee")
    return Stock(market)


def stocked(stock: Stock) -> Stock:
    """The whole market, as it stands one busy Monday."""
    for put in (_cards, _warning, _vulnerabilities, _inquiries, _reports):
        put(stock)
    assert stock.documents.keys() == PARTIES.keys()
    return stock


def _cards(stock: Stock) -> None:
    from qorgan.hub.casework import attachments, drafts, engine, receptions

    market, word = stock.market, stock.word
    maker, head, analyst = (market.scope(one) for one in ("alpha_maker", "alpha_head", "analyst"))
    kept = draft(market, "incident-card", "alpha", first_notice(description=word("card-draft", "alpha")))
    stock.keep("card in preparation", kept)
    attachments.add(
        kept.pk, f"{word('file-of-draft', 'alpha')}.txt", word("in-file-of-draft", "alpha").encode(), by=maker,
        now=MONDAY,
    )  # fmt: skip
    drafts.propose(kept.pk, by=maker, now=MONDAY)
    drafts.decline(kept.pk, reason=word("declined", "alpha"), by=head, now=MONDAY)

    content = first_notice(description=word("card-sent", "alpha", "centre"))
    card = stock.keep("card sent back", draft(market, "incident-card", "alpha", content))
    attachments.add(
        card.pk, f"{word('file-sent', 'alpha', 'centre')}.txt", word("in-file-sent", "alpha", "centre").encode(),
        by=maker, now=MONDAY,
    )  # fmt: skip
    send(market, card, "alpha")
    engine.perform(card.pk, "receive", by=analyst, now=MONDAY)
    lacking = [engine.Lacking("description", word("lacks", "alpha", "centre"))]
    engine.perform(card.pk, "return", by=analyst, now=MONDAY, fields=lacking)
    receptions.comment(card, word("comment-of-centre", "alpha", "centre"), by=analyst, now=MONDAY)
    drafts.edit(card.pk, content | {"measures_taken": word("mended", "alpha")}, by=maker, now=MONDAY)

    content = first_notice(description=word("card-of-beta", "beta", "centre"))
    made = drafts.create(
        "incident-card", author=market.organisations["beta"], by=market.scope("soc_maker"), now=MONDAY, content=content
    )
    stock.keep("card made by another", made)
    drafts.propose(made.pk, by=market.scope("soc_maker"), now=MONDAY)
    drafts.agree(made.pk, by=market.scope("beta_head"), now=MONDAY)
    engine.perform(made.pk, "submit", by=market.scope("soc_maker"), now=MONDAY)


def _warning(stock: Stock) -> None:
    from qorgan.hub.casework import receptions

    market, word = stock.market, stock.word
    everybody = tuple(PARTIES["anonymous warning"])
    content = THREAT | {"anonymous": True, "description": word("warning", *everybody)}
    warning = stock.keep("anonymous warning", draft(market, "threat-warning", "alpha", content))
    send(market, warning, "alpha")
    part = reception(market, warning, "gamma")
    gamma, head = market.scope("gamma_maker"), market.scope("gamma_head")
    first = receptions.Verdict(1, accepted=True)
    unsaid = [first, receptions.Verdict(2, accepted=False, reason=word("verdict-sent-back", "gamma"))]
    receptions.perform(part, "accept", by=gamma, now=MONDAY, decision=unsaid)
    receptions.perform(part, "send-back", by=head, now=MONDAY, reason=word("sent-back", "gamma"))
    seen = word("verdict", "gamma", "alpha", "centre")
    said = [first, receptions.Verdict(2, accepted=False, reason=seen)]
    receptions.perform(part, "accept", by=gamma, now=MONDAY, decision=said)
    receptions.perform(part, "agree", by=head, now=MONDAY)
    part = market.seen("gamma_maker", lambda: receptions.access.reception_for(part))
    receptions.comment(
        warning, word("comment-of-part", "gamma", "alpha", "centre"), by=gamma, now=MONDAY, reception=part
    )
    alone = word("answer-to-one", "gamma", "alpha", "centre")
    receptions.comment(warning, alone, by=market.scope("alpha_maker"), now=MONDAY, reception=part)
    # The author speaks to everybody, and is not named to them.
    receptions.comment(warning, word("comment-of-author", *everybody), by=market.scope("alpha_maker"), now=MONDAY)


def _vulnerabilities(stock: Stock) -> None:
    from qorgan.hub.casework import drafts

    market, word = stock.market, stock.word
    content = VULNERABILITY | {"description": word("vulnerability", "gamma", "centre")}
    made = stock.keep("vulnerability", draft(market, "vulnerability-warning", "centre", content))
    to_whom = [market.organisations["gamma"]]
    drafts.edit(made.pk, content, by=market.scope("analyst"), now=MONDAY, addressees=to_whom)
    send(market, made, "centre")
    content = VULNERABILITY | {"description": word("vulnerability-draft", "centre")}
    kept = stock.keep("vulnerability in preparation", draft(market, "vulnerability-warning", "centre", content))
    drafts.edit(kept.pk, content, by=market.scope("analyst"), now=MONDAY, addressees=to_whom)


def _inquiries(stock: Stock) -> None:
    from qorgan.hub.casework import attachments, drafts, receptions
    from qorgan.hub.inquiries import actions

    market, word = stock.market, stock.word
    now = MONDAY + timedelta(minutes=5)
    asked = word("question", "alpha", "beta", "gamma")
    content = {"subject": "A sender", "question": asked, "tlp": "TLP:AMBER"}
    inquiry = stock.keep("inquiry", draft(market, "inquiry", "alpha", content))
    to_whom = [market.organisations[one] for one in ("beta", "gamma")]
    drafts.edit(inquiry.pk, content, by=market.scope("alpha_maker"), now=MONDAY, addressees=to_whom)
    attachments.add(
        inquiry.pk, f"{word('file-of-inquiry', 'alpha', 'beta', 'gamma')}.txt", b"mail",
        by=market.scope("alpha_maker"), now=MONDAY,
    )  # fmt: skip
    send(market, inquiry, "alpha")
    of_beta, of_gamma = (reception(market, inquiry, one) for one in ("beta", "gamma"))
    receptions.perform(
        of_beta, "decline-inquiry", by=market.scope("beta_maker"), now=now, reason=word("no-answer", "beta", "alpha")
    )
    for verb in ("take-up", "finish"):
        receptions.perform(of_gamma, verb, by=market.scope("gamma_maker"), now=now)
    answer = stock.keep("answer", actions.start_answer(of_gamma, by=market.scope("gamma_maker"), now=now))
    text = word("answer", "gamma", "alpha")
    words = {"subject": "A sender", "text": text, "tlp": "TLP:AMBER"}
    drafts.edit(answer.pk, words, by=market.scope("gamma_maker"), now=now)
    send(market, answer, "gamma", now=now)

    content = {"subject": "Yours", "question": word("question-of-centre", "centre", "gamma"), "tlp": "TLP:AMBER"}
    other = stock.keep("inquiry of the centre", draft(market, "inquiry", "centre", content))
    drafts.edit(other.pk, content, by=market.scope("analyst"), now=MONDAY, addressees=[market.organisations["gamma"]])
    send(market, other, "centre")
    part = reception(market, other, "gamma")
    receptions.perform(part, "take-up", by=market.scope("gamma_maker"), now=now)
    begun = stock.keep("answer in preparation", actions.start_answer(part, by=market.scope("gamma_maker"), now=now))
    words = {"subject": "A sender", "text": word("answer-draft", "gamma"), "tlp": "TLP:AMBER"}
    drafts.edit(begun.pk, words, by=market.scope("gamma_maker"), now=now)


def _reports(stock: Stock) -> None:
    from qorgan.hub.calls import actions

    market, word = stock.market, stock.word
    content = {"title": word("report", "gamma", "centre"), "period": "2026", "text": "As attached."}
    report = stock.keep("report on the system", draft(market, "isms-report", "gamma", content))
    send(market, report, "gamma")
    said = {
        "calling_number": "+77270000000", "call_back": "Called back under the number of the contract.",
        "caller": "Duty officer", "caller_position": "Shift lead", "category": "denial-of-service",
        "found_at": (MONDAY - timedelta(minutes=20)).isoformat(), "read_back": True, "letter_expected": True,
    }  # fmt: skip
    by = market.scope("analyst")
    for name, described in (
        ("call", word("call", "alpha", "centre")),
        ("call in preparation", word("call-draft", "centre")),
    ):
        made = actions.take_down(
            market.organisations["alpha"], by=by, now=MONDAY, content=said | {"description": described}
        )
        stock.keep(name, made)
    actions.record(stock.documents["call"], by=by, now=MONDAY)


__all__ = ["PARTIES", "Stock", "stocked", "widened"]
