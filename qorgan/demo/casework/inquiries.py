"""Inquiries of the demonstration and their answers: between institutions, and of the centre (R67.11, R67.14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from qorgan.demo.casework.days import Days, Story
from qorgan.demo.casework.hands import Hands, Making
from qorgan.demo.market import CENTRE
from qorgan.hub.casework import access, drafts, engine
from qorgan.hub.inquiries.actions import start_answer

INQUIRY: Final = "inquiry"


def stories(hands: Hands, days: Days) -> Iterator[Story]:
    """Every inquiry's."""
    for story in (_between_banks, _of_the_centre, _closed, _begun):
        yield story(hands, days)


def _asks(subject: str, question: str, **more: Any) -> dict[str, Any]:
    return {"subject": subject, "question": question, "tlp": "TLP:AMBER"} | more


def _drafted(hands: Hands, inquiry: UUID, slug: str, at: datetime, text: str) -> Making:
    """The answer of an addressee, written down."""
    yield at
    by = hands.maker(slug, at)
    made = start_answer(hands.part(inquiry, slug), by=by, now=at).pk
    words = access.draft_for(access.document_for(made)).content | {"text": text}
    drafts.edit(made, words, by=by, now=at)
    return made


def _between_banks(hands: Hands, days: Days) -> Story:
    """The centre does not read it (R67.3.7). One bank answers, the security operations centre declines."""
    said = _asks("Письма с темой «Счёт-фактура»", "Приходили ли вам такие письма с 1 по 15 число, и с каких доменов?")
    made = yield from hands.sent(INQUIRY, "example-bank", said, days.at(7, 10), to=("sample-bank", "specimen-soc"))
    yield from hands.does("take-up", made, "sample-bank", days.at(6, 11))
    reason = "Таких писем наши датчики не видели."
    yield from hands.does("decline-inquiry", made, "specimen-soc", days.at(6, 12), reason=reason)
    yield from hands.does("finish", made, "sample-bank", days.at(4, 12))
    text = "Иә, үш хат келді; жіберуші домендер: invoice-kz.example, schet.example."
    answer = yield from _drafted(hands, made, "sample-bank", days.at(4, 14), text)
    yield from hands.sending(answer, "sample-bank", days.at(4, 15))
    yield from hands.say("receive", answer, "example-bank", days.at(3, 9, 30))
    yield from hands.say("accept", answer, "example-bank", days.at(3, 10))


def _of_the_centre(hands: Hands, days: Days) -> Story:
    """Six addressees, each somewhere else on the way."""
    said = _asks("Внешние входы без второго фактора", "Сколько их у вас, и когда закроете?")
    to = ("sample-bank", "example-bank", "invented-bank-branch", "trial-post", "specimen-soc", "sample-insurer")
    made = yield from hands.sent(INQUIRY, CENTRE.slug, said, days.at(6, 15), to=to)
    for minute, slug in enumerate(to):
        yield from hands.does("take-up", made, slug, days.at(5, 11, minute))
    # (1) Returned, and within the three working days.
    yield from hands.does("finish", made, "sample-bank", days.at(4, 17))
    first = yield from _drafted(hands, made, "sample-bank", days.at(3, 9), "Екеу.")
    yield from hands.sending(first, "sample-bank", days.at(3, 9, 30))
    # (2) Received. (3) Sent. (4) Being written, with the ten days running.
    yield from hands.does("finish", made, "specimen-soc", days.at(3, 12))
    second = yield from _drafted(hands, made, "specimen-soc", days.at(3, 13), "Ни одного.")
    yield from hands.sending(second, "specimen-soc", days.at(3, 14))
    yield from hands.does("finish", made, "trial-post", days.at(2, 12))
    yield from hands.say("receive", first, CENTRE.slug, days.at(2, 15))
    yield from hands.say("receive", second, CENTRE.slug, days.at(2, 16))
    yield from hands.does("finish", made, "example-bank", days.at(1, 10))
    yield from hands.returned(first, days.at(1, 12), text="Сказано, сколько; не сказано, когда закроете.")
    third = yield from _drafted(hands, made, "trial-post", days.at(1, 13), "Один, закрыт вчера.")
    yield from hands.sending(third, "trial-post", days.at(1, 14))
    given_up = yield from _drafted(hands, made, "example-bank", days.at(1, 15), "Пять")
    yield from hands.say("discard", given_up, "example-bank", days.at(1, 16), reason="Начато не с теми числами.")
    yield from _drafted(hands, made, "example-bank", days.at(1, 17), "Четыре, закроем до конца квартала.")


def _closed(hands: Hands, days: Days) -> Story:
    """An institution asks the centre, which answers."""
    said = _asks("Formats of logs", "Does the module read the logs of our new proxy?", tlp="TLP:GREEN")
    made = yield from hands.sent(INQUIRY, "invented-bank-branch", said, days.at(11, 10), to=(CENTRE.slug,))
    yield from hands.does("take-up", made, CENTRE.slug, days.at(10, 10))
    yield from hands.does("finish", made, CENTRE.slug, days.at(9, 10))
    answer = yield from _drafted(hands, made, CENTRE.slug, days.at(9, 11), "Да, если прокси пишет CEF.")
    yield from hands.sending(answer, CENTRE.slug, days.at(9, 12))
    yield from hands.say("receive", answer, "invented-bank-branch", days.at(9, 16))
    yield from hands.say("accept", answer, "invented-bank-branch", days.at(8, 10))
    yield from hands.say("close", made, "invented-bank-branch", days.at(8, 10, 30))


def _begun(hands: Hands, days: Days) -> Story:
    """Sent to all within the hours, one being written, one given up."""
    yield days.at(5, 12)
    given_up = hands.draft(INQUIRY, "sample-insurer", {"subject": "Проверка"}, days.at(5, 12))
    at = days.at(5, 12, 30)
    yield at
    engine.perform(given_up, "discard", by=hands.maker("sample-insurer", at), now=at, reason="Ответ нашёлся.")
    said = _asks("Домен bank-hr.example", "Бұл доменнен хаттар келді ме?")
    yield from hands.sent(
        INQUIRY, "sample-bank", said, days.ago(120), to=("example-bank", "trial-post", "sample-insurer", CENTRE.slug)
    )
    yield days.ago(50)
    hands.draft(INQUIRY, "example-bank", {"subject": "Новый вид писем"}, days.ago(50))
