"""Warnings of the demonstration, and what each institution decided on them (R67.10, R67.13, R67.15, R67.3.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib.resources import files
from typing import Any, Final

from qorgan.demo.casework.days import Days, Story
from qorgan.demo.casework.hands import Hands
from qorgan.demo.market import CENTRE, CONNECTED
from qorgan.hub.casework import attachments, drafts
from qorgan.hub.warnings import actions

THREAT: Final = "threat-warning"
VULNERABILITY: Final = "vulnerability-warning"
_MEMBERS: Final = tuple(one.slug for one in CONNECTED if one is not CENTRE)
_ADVISORY: Final = "EN-2026-007.json"


def stories(hands: Hands, days: Days) -> Iterator[Story]:
    """Every warning's."""
    for story in (_superseded, _mended, _overdue, _running, _returned, _waiting, _dropped):
        yield story(hands, days)
    for story in (_advisory, _by_hand, _withdrawn, _vulnerabilities_at_home):
        yield story(hands, days)


def _threat(title: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "source": "Почтовые серверы за рубежом",
        "threat_type": "phishing",
        "degree": "high",
        "tlp": "TLP:AMBER",
        "description": "Письма с архивом, в котором загрузчик.",
        "recommendations": ["Заблокировать домен отправителя", "Предупредить бухгалтерию"],
    } | more


def _decided(
    hands: Hands, made: Any, author: str, days: Days, day: int, says: Mapping[str, tuple[str, ...]], items: int = 2
) -> Story:
    """Let everybody decide in one forenoon: they accept all, unless `says` has other words for them."""
    for number, slug in enumerate(one for one in _MEMBERS if one != author):
        at = days.at(day, 10) + timedelta(minutes=9 * number)
        yield from hands.decides(made, slug, at, *says.get(slug, ("",) * items))


def _superseded(hands: Hands, days: Days) -> Story:
    """Decided on by all, worked through by two, and superseded by another."""
    old = yield from hands.sent(
        THREAT,
        "example-bank",
        _threat(
            "Письма от имени налоговой службы",
            indicators=[{"type": "domain-name", "value": "tax-office.example"}],
            techniques=["T1566.001"],
            confidence="confirmed",
        ),
        days.at(14, 10),
    )
    declined = ("Почту принимает головной офис", "Сделано до предупреждения")
    yield from _decided(hands, old, "example-bank", days, 13, {"invented-bank-branch": declined})
    yield from hands.does("process", old, "sample-bank", days.at(12, 11))
    yield from hands.does("process", old, "sample-insurer", days.at(12, 15))
    at = days.at(8, 10)
    yield at
    new = actions.supersede(old, by=hands.maker("example-bank", at), now=at).pk
    wider = ["Заблокировать оба домена отправителя", "Предупредить бухгалтерию", "Искать загрузчик по хэшу"]
    yield from hands.again(
        new,
        "example-bank",
        days.at(8, 10, 10),
        title="Письма от имени налоговой службы: второй домен",
        recommendations=wider,
        indicators=[
            {"type": "domain-name", "value": "tax-office.example"},
            {"type": "domain-name", "value": "taxes-online.example"},
            {"type": "file-sha256", "value": "5f" * 32},
        ],
    )
    says = {"sample-insurer": ("", "", "Нет средства поиска по хэшу")}
    yield from _decided(hands, new, "example-bank", days, 7, says, items=3)
    for hour, slug in enumerate(("sample-bank", "trial-post", "specimen-soc"), start=9):
        yield from hands.does("process", new, slug, days.at(5, hour))


def _mended(hands: Hands, days: Days) -> Story:
    """Anonymous to the market, returned by the centre, mended in time; everybody decides on the mended text."""
    said = _threat(
        "«Банк қызметкерінен» қоңыраулар",
        source="Белгісіз нөмірлер",
        threat_type="impersonation",
        degree="medium",
        description="Қоңырау шалушылар өзін банктің қауіпсіздік қызметі деп таныстырады.",
        recommendations=["Клиенттерге ескерту"],
        anonymous=True,
    )
    made = yield from hands.sent(THREAT, "sample-bank", said, days.at(7, 15))
    yield from hands.returned(made, days.at(7, 16), recommendations="Не сказано, что делать службе поддержки.")
    mended = ["Клиенттерге ескерту", "Қолдау қызметіне нұсқау беру"]
    yield from hands.again(made, "sample-bank", days.at(6, 9), recommendations=mended)
    yield from _decided(hands, made, "sample-bank", days, 5, {})
    yield from hands.does("process", made, "example-bank", days.at(4, 12))


def _overdue(hands: Hands, days: Days) -> Story:
    """The branch has said nothing within its working day (R67.13)."""
    said = _threat(
        "Перебор учётных записей на внешнем периметре",
        source="Сеть заражённых маршрутизаторов",
        threat_type="credentials",
        description="Один пароль проверяется на многих учётных записях, медленно и с разных адресов.",
        recommendations=["Включить второй фактор на внешних входах", "Ограничить частоту попыток"],
        indicators=[{"type": "ipv4-addr", "value": "203.0.113.0/27"}],
        techniques=["T1110.003"],
    )
    made = yield from hands.sent(THREAT, CENTRE.slug, said, days.at(3, 11))
    for number, slug in enumerate(one for one in _MEMBERS if one != "invented-bank-branch"):
        yield from hands.decides(made, slug, days.at(2, 10) + timedelta(minutes=9 * number), "", "")


def _running(hands: Hands, days: Days) -> Story:
    """Published the working day before; everybody stands somewhere else."""
    said = _threat(
        "Подмена реквизитов в переписке с поставщиками",
        source="Взломанные почтовые ящики поставщиков",
        threat_type="payment-fraud",
        tlp="TLP:GREEN",
        description="В переписку вставляется письмо с новыми реквизитами.",
        recommendations=["Сверять новые реквизиты по известному телефону", "Проверить правила пересылки в почте"],
    )
    made = yield from hands.sent(THREAT, "specimen-soc", said, days.at(1, 14))
    yield from hands.decides(made, "trial-post", days.at(1, 15), "", "")
    yield from hands.proposes(made, "sample-bank", days.at(1, 16), "", "Пошта ережелері тыйым салған")
    yield from hands.proposes(made, "example-bank", days.at(1, 16, 30), "Уже сделано", "Уже сделано")


def _returned(hands: Hands, days: Days) -> Story:
    said = _threat("Вредоносные расширения браузера", source="Каталог расширений", threat_type="malware")
    made = yield from hands.sent(THREAT, "sample-insurer", said, days.at(2, 12))
    for number, slug in enumerate(one for one in _MEMBERS if one != "sample-insurer"):
        yield from hands.decides(made, slug, days.at(2, 14) + timedelta(minutes=9 * number), "", "")
    reason = "Перечислите расширения: без их названий искать нечего."
    yield from hands.returned(made, days.at(1, 10), indicators=reason)


def _waiting(hands: Hands, days: Days) -> Story:
    yield days.ago(100)
    said = _threat("Жалған төлем парақшалары", description="Парақшалар банктің парақшасына ұқсас.")
    made = hands.draft(THREAT, "sample-bank", said, days.ago(100))
    yield days.ago(95)
    drafts.propose(made, by=hands.maker("sample-bank", days.ago(95)), now=days.ago(95))
    yield days.ago(90)
    said = _threat("Поддельные страницы опросов", description="Опрос собирает данные клиентов.")
    made = hands.draft(THREAT, "example-bank", said, days.ago(90))
    yield days.ago(85)
    drafts.propose(made, by=hands.maker("example-bank", days.ago(85)), now=days.ago(85))
    yield days.ago(80)
    drafts.agree(made, by=hands.head("example-bank", days.ago(80)), now=days.ago(80))
    yield days.ago(75)
    hands.draft(THREAT, "invented-bank-branch", {"title": "Letters with QR codes"}, days.ago(75))


def _dropped(hands: Hands, days: Days) -> Story:
    yield days.at(4, 10)
    made = hands.draft(THREAT, "example-bank", {"title": "Рассылка с вложением"}, days.at(4, 10))
    yield from hands.say("discard", made, "example-bank", days.at(4, 11), reason="Об этом уже предупреждено.")


def _advisory(hands: Hands, days: Days) -> Story:
    """A maker's file becomes a warning, and goes to those whose inventories name the product (R67.3.5)."""
    at = days.at(2, 9, 30)
    yield at
    raw = _advisory_file(days)
    by = hands.centre(at)
    made = actions.import_advisory(raw, author=hands.organisations[CENTRE.slug], by=by, now=at).pk
    attachments.add(made, _ADVISORY, raw, by=by, now=at)
    actions.address(made, by=by, now=at)
    yield from hands.sending(made, CENTRE.slug, days.at(2, 10))
    yield from hands.decides(made, "sample-bank", days.at(2, 12), "", "")
    yield from hands.decides(made, "trial-post", days.at(1, 10), "", "Шлюз не доступен из Интернета")
    yield from hands.decides(made, "example-bank", days.at(1, 11), "", "")
    yield from hands.does("process", made, "sample-bank", days.at(1, 12))


def _by_hand(hands: Hands, days: Days) -> Story:
    """Sent the working day before: one accepts, one declines, both heads have yet to agree; one has said nothing."""
    said = _vulnerability("Example Firewall 9: обход правил", "Firewall 9", "EXAMPLE-2026-0005")
    yield days.at(1, 10)
    to = ("sample-insurer", "specimen-soc", "invented-bank-branch")
    made = hands.draft(VULNERABILITY, CENTRE.slug, said, days.at(1, 10), to=to)
    yield from hands.sending(made, CENTRE.slug, days.at(1, 10, 20))
    yield from hands.proposes(made, "sample-insurer", days.at(1, 13), "")
    yield from hands.proposes(made, "specimen-soc", days.at(1, 14), "Экран выведен из работы")


def _withdrawn(hands: Hands, days: Days) -> Story:
    said = _vulnerability("Example Mail Gateway: обход проверки вложений", "Mail gateway", "EXAMPLE-2026-0002")
    yield days.at(9, 10)
    made = hands.draft(VULNERABILITY, CENTRE.slug, said, days.at(9, 10), to=("sample-bank", "sample-insurer"))
    yield from hands.sending(made, CENTRE.slug, days.at(9, 10, 20))
    yield from hands.decides(made, "sample-insurer", days.at(9, 15), "Не используем")
    reason = "Производитель отозвал сообщение: уязвимости нет."
    yield from hands.say("withdraw", made, CENTRE.slug, days.at(8, 9), reason=reason)


def _vulnerabilities_at_home(hands: Hands, days: Days) -> Story:
    """One being written, one given up."""
    yield days.at(5, 10)
    given_up = hands.draft(VULNERABILITY, CENTRE.slug, {"title": "Слух об уязвимости"}, days.at(5, 10))
    reason = "Не подтвердилось."
    yield from hands.say("discard", given_up, CENTRE.slug, days.at(5, 16), reason=reason)
    yield days.ago(60)
    said = _vulnerability("Example Firewall 9: отказ при длинном запросе", "Firewall 9", "EXAMPLE-2026-0003")
    hands.draft(VULNERABILITY, CENTRE.slug, said, days.ago(60))


def _advisory_file(days: Days) -> bytes:
    """The invented maker's file, as it would be published some days before."""
    text = files("qorgan.demo.casework").joinpath(_ADVISORY).read_text(encoding="utf-8")
    for place, at in (("@RELEASED@", days.at(5, 11)), ("@REVISED@", days.at(3, 9))):
        text = text.replace(place, at.isoformat())
    return text.encode()


def _vulnerability(title: str, product: str, name: str) -> dict[str, Any]:
    return {
        "title": title,
        "publisher": "Example",
        "tlp": "TLP:GREEN",
        "description": "Продукт и уязвимость вымышлены.",
        "vulnerabilities": [{"id": name, "vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:L"}],
        "products": [{"vendor": "Example", "product": product}],
        "recommendations": ["Установить обновление производителя"],
    }
