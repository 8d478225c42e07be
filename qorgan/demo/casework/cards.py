"""Incident cards of the demonstration: one in every state, of every category, none of them of anybody real (R67.12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from qorgan.demo.casework.days import Days, Story
from qorgan.demo.casework.hands import Hands
from qorgan.hub.casework import drafts

CARD: Final = "incident-card"
_ATTACKERS: Final = (
    "at,source,requests\n"
    "10:02,203.0.113.7,41200\n10:03,203.0.113.7,58100\n10:03,198.51.100.22,39900\n10:04,203.0.113.19,61050\n"
)


def stories(hands: Hands, days: Days) -> Iterator[Story]:
    """Every card's."""
    for story in (_closed, _mended, _returned, _fresh, _received, _drill, _outage, _identification, _waiting, _dropped):
        yield story(hands, days)


def first_notice(found_at: datetime, description: str, category: str, **more: Any) -> dict[str, Any]:
    """What a first notice asks."""
    return {
        "category": category,
        "found_at": found_at.isoformat(),
        "description": description,
        "status": "ongoing",
        "outcome": "accomplished",
        "severity": "high",
        "tlp": "TLP:AMBER",
        "discovery": "monitoring",
    } | more


def _closed(hands: Hands, days: Days) -> Story:
    found = days.at(18, 10, 2)
    said = first_notice(
        found,
        "Интернет-банкке «қызмет көрсетуден бас тарту» шабуылы\nСұраулар легі 09:55-те басталды, провайдер сүзіп тұр.",
        "denial-of-service",
        started_at=(found - timedelta(minutes=7)).isoformat(),
        attack="ddos",
        indicators=[{"type": "address", "value": "203.0.113.7", "note": "сұраулардың үштен бірі"}],
    )
    card = yield from hands.sent(
        CARD, "sample-bank", said, days.at(18, 10, 20), files={"attackers.csv": _ATTACKERS.encode()}
    )
    yield from hands.say("receive", card, "centre", days.at(18, 11, 5))
    yield from hands.again(
        card,
        "sample-bank",
        days.at(17, 15),
        stage=2,
        status="contained",
        vector="external",
        systems=[{"name": "Интернет-банк", "critical": True}],
        clients_affected=1200,
        personal_data=False,
        measures_taken="Трафик провайдердің сүзгісі арқылы өтеді.",
        ddos={
            "megabits_per_second": 1800,
            "requests_per_second": 950,
            "vectors": ["HTTP flood"],
            "target": "интернет-банк",
        },
    )
    yield from hands.say("receive", card, "centre", days.at(17, 16))
    yield from hands.say("accept", card, "centre", days.at(16, 10))
    yield from hands.again(
        card,
        "sample-bank",
        days.at(12, 11),
        stage=3,
        status="resolved",
        root_cause="Сервердің шын мекенжайы белгілі болған.",
        lessons="Мекенжай сүзгінің артына жасырылуы керек.",
        remedies=[
            {
                "what": "Серверді сүзгінің артына көшіру",
                "owner": "Желі бөлімінің басшысы",
                "due": days.at(2, 9).date().isoformat(),
            }
        ],
    )
    yield from hands.say("receive", card, "centre", days.at(12, 12))
    yield from hands.say("accept", card, "centre", days.at(11, 10))
    yield from hands.say("close", card, "centre", days.at(11, 10, 30))


def _mended(hands: Hands, days: Days) -> Story:
    """Returned for two fields, and mended within the three working days (R67.15)."""
    found = days.at(6, 9, 40)
    said = first_notice(
        found,
        "Вход в почтовый шлюз под чужой учётной записью\nВход из-за рубежа, пароль верен.",
        "unauthorised-access",
        attack="access",
    )
    card = yield from hands.sent(CARD, "example-bank", said, days.at(6, 10))
    yield from hands.say("receive", card, "centre", days.at(6, 11))
    yield from hands.returned(
        card,
        days.at(5, 10),
        started_at="Когда был первый вход, по журналу шлюза?",
        access="Сохранился ли у нарушителя доступ?",
    )
    yield from hands.again(
        card,
        "example-bank",
        days.at(3, 15),
        started_at=(found - timedelta(hours=3)).isoformat(),
        status="contained",
        access={"method": "похищенный пароль", "privileged": False, "persisted": False},
    )
    yield from hands.say("receive", card, "centre", days.at(3, 16))
    yield from hands.say("accept", card, "centre", days.at(2, 10))


def _returned(hands: Hands, days: Days) -> Story:
    """Returned the working day before: its term runs."""
    said = first_notice(
        days.at(3, 14),
        "Exploitation of a flaw in the document service\nA web shell was found and removed.",
        "exploit",
        status="contained",
        attack="exploit",
        exploit={"component": "document service", "version": "2.3"},
    )
    card = yield from hands.sent(CARD, "invented-bank-branch", said, days.at(3, 14, 20))
    yield from hands.say("receive", card, "centre", days.at(2, 9, 30))
    yield from hands.returned(
        card,
        days.at(1, 11),
        systems="Which systems did the service reach?",
        indicators="Give the digest of the web shell, so that others can look for it.",
    )


def _fresh(hands: Hands, days: Days) -> Story:
    """Sent within the hour, and not received yet."""
    found = days.ago(70)
    said = first_notice(
        found,
        "Есеп беру сервері зиянды бағдарламамен зақымданды\nСервер желіден ажыратылды.",
        "server-infected",
        severity="critical",
        attack="malware",
        malware={"family": "белгісіз", "delivered_by": "осал сервис", "machines": 1},
    )
    yield from hands.sent(CARD, "sample-bank", said, days.ago(65))


def _received(hands: Hands, days: Days) -> Story:
    """Made by the security operations centre for the institution it serves."""
    said = first_notice(
        days.ago(240),
        "Несанкционированные переводы через удалённый канал\nПереводы остановлены, сверка идёт.",
        "unauthorised-transfer",
        attack="transfer",
        transfers={"attempted": 4_800_000, "executed": 1_150_000, "stopped": 3_650_000, "count": 6},
    )
    card = yield from hands.sent(CARD, "trial-post", said, days.ago(230))
    yield from hands.say("receive", card, "centre", days.ago(180))


def _drill(hands: Hands, days: Days) -> Story:
    said = first_notice(
        days.at(9, 11),
        "Жаттығу: төлем шлюзіне шабуыл\nБұл — жаттығу, шын оқиға жоқ.",
        "denial-of-service",
        severity="medium",
    )
    card = yield from hands.sent(CARD, "sample-bank", said, days.at(9, 11, 10), drill=True)
    yield from hands.say("receive", card, "centre", days.at(9, 12))
    yield from hands.say("accept", card, "centre", days.at(9, 15))


def _outage(hands: Hands, days: Days) -> Story:
    """The seventh category, with more than its hour, of an insurer (D26.reporting)."""
    said = first_notice(
        days.at(8, 13),
        "Остановка учётной системы после сбоя хранилища\nПолисы оформлялись на бумаге.",
        "outage",
        status="resolved",
        outage_start=days.at(8, 10, 40).isoformat(),
        outage_end=days.at(8, 12, 50).isoformat(),
        systems=[{"name": "Учётная система", "critical": True}],
    )
    card = yield from hands.sent(CARD, "sample-insurer", said, days.at(8, 13, 10))
    yield from hands.say("receive", card, "centre", days.at(8, 14))
    yield from hands.say("accept", card, "centre", days.at(7, 10))


def _identification(hands: Hands, days: Days) -> Story:
    said = first_notice(
        days.at(4, 16),
        "Failures of the clients' identification\nOne-time codes were not delivered for forty minutes.",
        "identification-disrupted",
        status="resolved",
    )
    card = yield from hands.sent(CARD, "invented-bank-branch", said, days.at(4, 16, 15))
    yield from hands.say("receive", card, "centre", days.at(4, 17, 30))
    yield from hands.say("accept", card, "centre", days.at(3, 10))


def _waiting(hands: Hands, days: Days) -> Story:
    """Three drafts: half written, waiting for the head, agreed and waiting to be sent."""
    yield days.ago(200)
    hands.draft(CARD, "sample-bank", {"description": "Күдікті кіру әрекеттері\nӘзірге анықталуда."}, days.ago(200))
    found = days.ago(150)
    yield days.ago(140)
    said = first_notice(
        found,
        "Қызметкерлерге фишингтік хаттар\nБір қызметкер құпиясөзін енгізген, құпиясөз ауыстырылды.",
        "unauthorised-access",
        attack="phishing",
        phishing={"sender_domain": "bank-hr.example", "impersonates": "кадр бөлімі", "messages": 42},
    )
    proposed = hands.draft(CARD, "sample-bank", said, days.ago(140))
    yield days.ago(130)
    drafts.propose(proposed, by=hands.maker("sample-bank", days.ago(130)), now=days.ago(130))
    yield days.ago(125)
    said = first_notice(
        days.ago(160), "Перебор паролей к порталу клиентов\nВходов не было.", "unauthorised-access", outcome="attempt"
    )
    agreed = hands.draft(CARD, "example-bank", said, days.ago(125))
    yield days.ago(120)
    drafts.propose(agreed, by=hands.maker("example-bank", days.ago(120)), now=days.ago(120))
    yield days.ago(110)
    drafts.agree(agreed, by=hands.head("example-bank", days.ago(110)), now=days.ago(110))


def _dropped(hands: Hands, days: Days) -> Story:
    yield days.at(10, 10)
    made = hands.draft(CARD, "example-bank", {"description": "Подозрительный трафик"}, days.at(10, 10))
    reason = "Это была проверка своих сотрудников."
    yield from hands.say("discard", made, "example-bank", days.at(10, 12), reason=reason)
