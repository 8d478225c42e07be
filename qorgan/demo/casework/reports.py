"""Reports of the demonstration: on management systems, and by phone (R48.29, R48I.3-fallback)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from qorgan.demo.casework.cards import CARD, first_notice
from qorgan.demo.casework.days import Days, Story
from qorgan.demo.casework.hands import Hands
from qorgan.demo.market import CENTRE
from qorgan.hub.calls import actions
from qorgan.hub.members.models import Organisation

ISMS: Final = "isms-report"
_PERIOD: Final = "the last quarter"


def stories(hands: Hands, days: Days) -> Iterator[Story]:
    """Every report's."""
    for story in (_isms, _isms_at_home, _call_with_card_and_letter, _call_awaiting_letter, _call_alone, _calls_at_home):
        yield story(hands, days)


def _isms(hands: Hands, days: Days) -> Story:
    """Accepted, returned, received, sent."""
    at = {"sample-bank": days.at(9, 14), "example-bank": days.at(8, 15)}
    at |= {"invented-bank-branch": days.at(6, 12), "sample-insurer": days.at(2, 17)}
    made = {}
    for slug, sent_at in at.items():
        text = "Саясат қайта қаралды, тәуекелдер бағаланды." if slug == "sample-bank" else "The policy was reviewed."
        said = {"title": "АҚБЖ / СУИБ / ISMS", "period": _PERIOD, "text": text, "tlp": "TLP:AMBER"}
        made[slug] = yield from hands.sent(ISMS, slug, said, sent_at)
        if slug != "sample-insurer":
            yield from hands.say("receive", made[slug], CENTRE.slug, sent_at + timedelta(hours=2))
        if slug == "sample-bank":
            yield from hands.say("accept", made[slug], CENTRE.slug, sent_at + timedelta(hours=3))
        if slug == "example-bank":
            yield from hands.returned(made[slug], sent_at + timedelta(hours=3), text="Нет итогов внутреннего аудита.")


def _isms_at_home(hands: Hands, days: Days) -> Story:
    yield days.at(4, 14)
    given_up = hands.draft(ISMS, "specimen-soc", {"title": "СУИБ, черновик"}, days.at(4, 14))
    yield from hands.say("discard", given_up, "specimen-soc", days.at(4, 15), reason="Отчёт готовит другой отдел.")
    yield days.ago(30)
    hands.draft(ISMS, "specimen-soc", {"title": "СУИБ центра", "period": _PERIOD}, days.ago(30))


def _take_down(hands: Hands, slug: str, at: datetime, **said: Any) -> UUID:
    by = hands.centre(at)
    number = Organisation.objects.values_list("reporting_phone", flat=True).get(pk=hands.organisations[slug])
    content = {
        "calling_number": number,
        "caller": "Кезекші Үлгі",
        "caller_position": "дежурный",
        "found_at": (at - timedelta(minutes=20)).isoformat(),
        "read_back": True,
        "letter_expected": True,
    } | said
    report: UUID = actions.take_down(hands.organisations[slug], by=by, now=at, content=content).pk
    return report


def _call_with_card_and_letter(hands: Hands, days: Days) -> Story:
    """A call, the card that followed it and the letter: one incident, counted once."""
    at = days.at(5, 9, 30)
    yield at
    words = "Отказ канала связи: АСОИ недоступна\nСообщено по телефону, карта будет позже."
    report = _take_down(hands, "example-bank", at, category="denial-of-service", description=words)
    at = days.at(5, 9, 40)
    yield at
    actions.record(report, by=hands.centre(at), now=at)
    said = first_notice(
        days.at(5, 9, 10),
        "Атака на канал связи: АСОИ была недоступна\nО том же сообщено по телефону.",
        "denial-of-service",
        status="resolved",
        channel="phone",
        told={"called_at": days.at(5, 9, 28).isoformat(), "called_from": "+77010000022"},
    )
    card = yield from hands.sent(CARD, "example-bank", said, days.at(5, 13))
    yield from hands.say("receive", card, CENTRE.slug, days.at(5, 14))
    at = days.at(5, 14, 10)
    yield at
    actions.join(report, card, by=hands.centre(at), now=at)
    yield from hands.say("accept", card, CENTRE.slug, days.at(5, 15))
    at = days.at(3, 11)
    yield at
    by, dated = hands.centre(at), days.at(4, 12).date()
    actions.note_letter(report, number="17-3/45", dated=dated, received_at=days.at(3, 10, 40), by=by, now=at)


def _call_awaiting_letter(hands: Hands, days: Days) -> Story:
    at = days.at(2, 11)
    yield at
    words = "Обрыв обоих каналов в филиале\nСервисы работают с перерывами."
    report = _take_down(hands, "invented-bank-branch", at, category="denial-of-service", description=words)
    at = days.at(2, 11, 10)
    yield at
    actions.record(report, by=hands.centre(at), now=at)
    told = {"called_at": days.at(2, 10, 55).isoformat(), "called_from": "+77010000051"}
    said = first_notice(
        days.at(2, 10, 40),
        "Both links of the branch were cut\nTold by phone first.",
        "denial-of-service",
        channel="phone",
        told=told,
    )
    card = yield from hands.sent(CARD, "invented-bank-branch", said, days.at(2, 14))
    yield from hands.say("receive", card, CENTRE.slug, days.at(2, 15, 10))
    at = days.at(2, 15, 20)
    yield at
    actions.join(report, card, by=hands.centre(at), now=at)


def _call_alone(hands: Hands, days: Days) -> Story:
    """Called from another number than the profile's, and called back; its card has not come."""
    at = days.ago(100)
    yield at
    report = _take_down(
        hands,
        "sample-insurer",
        at,
        category="unauthorised-access",
        calling_number="+77019990000",
        call_back="Перезвонили по номеру из профиля, дежурный подтвердил.",
        description="Подозрительный вход администратора\nУчётная запись заблокирована.",
    )
    at = days.ago(95)
    yield at
    actions.record(report, by=hands.centre(at), now=at)


def _calls_at_home(hands: Hands, days: Days) -> Story:
    """One dismissed, one given up, one being taken down."""
    at = days.at(6, 16)
    yield at
    words = "Сообщение о взломе сайта\nСайт другой организации."
    other = _take_down(hands, "sample-bank", at, category="exploit", description=words)
    at = days.at(6, 16, 10)
    yield at
    actions.record(other, by=hands.centre(at), now=at)
    reason = "Сайт не этого банка; звонивший согласился."
    yield from hands.say("dismiss", other, CENTRE.slug, days.at(6, 16, 30), reason=reason)
    yield days.at(4, 9)
    cut = _take_down(hands, "trial-post", days.at(4, 9))
    yield from hands.say("discard", cut, CENTRE.slug, days.at(4, 9, 20), reason="Ошиблись номером.")
    yield days.ago(20)
    _take_down(hands, "trial-post", days.ago(20), description="Не отвечает почтовый шлюз")
