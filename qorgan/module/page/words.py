"""What the local page says, in Kazakh, Russian and English. A test holds every row complete."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

from qorgan.module.health import Matter

LANGUAGES: Final = ("kk", "ru", "en")
English: Final = "en"
NAMES: Final = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
_ALMATY: Final = timezone(timedelta(hours=5))
"""Kazakhstan has one zone (since 1 March 2024)."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400

MATTERS: Final[dict[str, tuple[str, str, str]]] = {
    "not-read": ("ештеңе оқылмайды: {detail}", "ничего не читается: {detail}", "nothing is read: {detail}"),
    "not-judged": ("ештеңе талданбайды: {detail}", "ничего не разбирается: {detail}", "nothing is judged: {detail}"),
    "revoked": (
        "ештеңе жіберілмейді, модуль кері қайтарылып алынған: {detail}",
        "ничего не отправляется, модуль отозван: {detail}",
        "nothing is sent, the module was revoked: {detail}",
    ),
    "not-sent": ("ештеңе жіберілмейді: {detail}", "ничего не отправляется: {detail}", "nothing is sent: {detail}"),
    "asoi-away": (
        "ААӨЖ {since} бастап қолжетімсіз: {detail}; оқыс оқиға картасы `qorgan module desk` арқылы дайындалады",
        "АСОИ недоступна с {since}: {detail}; карта инцидента готовится через `qorgan module desk`",
        "ASOI is away since {since}: {detail}; a card is drafted with `qorgan module desk`",
    ),
    "drafted": (
        "шлюз кірудің бұзылғанын айтты: {since} бастап карта жобасы күтіп тұр, ашыңыз: `qorgan module desk`",
        "шлюз сообщил о нарушении входа: с {since} ждёт проект карты, откройте: `qorgan module desk`",
        "the gate told of a disruption of sign-in: a draft of a card waits since {since}: `qorgan module desk`",
    ),
    "local-fault": (
        "осы жердегі желі {since} бастап істемейді: {detail}",
        "здешняя сеть не работает с {since}: {detail}",
        "the network here does not work since {since}: {detail}",
    ),
    "clock": (
        "осы машинаның сағаты орталық сағатынан бір минуттан артық ауытқыған",
        "часы этой машины расходятся с часами центра больше чем на минуту",
        "the clock of this machine is over a minute apart from the hub's",
    ),
    "account": ("есеп түйіспейді: {detail}", "счёт не сходится: {detail}", "the account does not add up: {detail}"),
    "source-unread": (
        "{source} көзі оқылмайды: {detail}",
        "источник {source} не читается: {detail}",
        "source {source} cannot be read: {detail}",
    ),
    "source-silent": (
        "{source} көзі {since} бастап ештеңе бермейді (әдетте сағатына кемінде {usual} жол)",
        "источник {source} ничего не даёт с {since} (обычно не меньше {usual} строк в час)",
        "source {source} gave nothing since {since} (at least {usual} lines an hour are usual)",
    ),
    "source-little": (
        "{source} көзі {since} бастап әдеттегіден аз береді (әдетте сағатына кемінде {usual} жол)",
        "источник {source} даёт меньше обычного с {since} (обычно не меньше {usual} строк в час)",
        "source {source} gives less than usual since {since} (at least {usual} lines an hour are usual)",
    ),
    "source-much": (
        "{source} көзі {since} бастап әдеттегіден көп береді (әдетте сағатына көп дегенде {usual} жол)",
        "источник {source} даёт больше обычного с {since} (обычно не больше {usual} строк в час)",
        "source {source} gives more than usual since {since} (at most {usual} lines an hour are usual)",
    ),
}

WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "title": ("Ықпалдастыру модулі", "Модуль интеграции", "Integration module"),
    "ok": ("Бәрі дұрыс", "Всё в порядке", "All is well"),
    "trouble": ("Назар аударыңыз", "Требует внимания", "Needs a person"),
    "organisation": ("БСН", "БИН", "BIN"),
    "version": ("нұсқа", "версия", "version"),
    "as-of": ("сәті", "на момент", "as of"),
    "read": ("Оқылған жазба", "Прочитано записей", "Records read"),
    "signals": ("Сигнал жасалған", "Создано сигналов", "Signals made"),
    "sent": ("Жіберілген", "Отправлено", "Sent"),
    "waiting": ("Күтіп тұр", "Ожидает отправки", "Waiting"),
    "ignored": ("Ескерілмеген", "Пропущено", "Ignored"),
    "quarantined": ("Карантинде", "В карантине", "Quarantined"),
    "a-minute": ("Минутына жол", "Строк в минуту", "Lines a minute"),
    "removed-today": ("Бүгін жойылған мән", "Значений удалено сегодня", "Values removed today"),
    "centre": ("Орталықпен байланыс", "Связь с центром", "The centre"),
    "asoi": ("ААӨЖ", "АСОИ", "ASOI"),
    "asoi-unknown": ("әлі тексерілмеген", "ещё не проверялась", "not looked for yet"),
    "asoi-here": ("қолжетімді", "доступна", "answers"),
    "asoi-doubtful": ("жауап бермеді, тексерілуде", "не ответила, проверяется", "did not answer, being looked at"),
    "asoi-is-away": ("қолжетімсіз", "недоступна", "away"),
    "asoi-local-fault": ("осы жердегі желі ақаулы", "неисправна здешняя сеть", "the network here is at fault"),
    "phase": ("Жіберу", "Отправка", "Sending"),
    "starting": ("басталуда", "запускается", "starting"),
    "sending": ("жіберілуде", "идёт", "sending"),
    "waiting for the hub": ("орталық күтілуде", "ожидание центра", "waiting for the centre"),
    "one way": ("файлдар арқылы", "файлами", "by files"),
    "last-answer": ("Соңғы жауап", "Последний ответ", "Last answer"),
    "failures": ("Қатарынан сәтсіз әрекет", "Неудачных попыток подряд", "Failures in a row"),
    "backlog": ("Кезек", "Очередь", "Backlog"),
    "oldest": ("Ең ескісі күтуде", "Самый старый ждёт", "The oldest waits"),
    "on-disk": ("Дискіде", "На диске", "On the disk"),
    "ledger": ("Орталық тізілімі", "Журнал центра", "The centre's ledger"),
    "sources": ("Дереккөздер", "Источники", "Sources"),
    "source": ("Дереккөз", "Источник", "Source"),
    "product": ("Өнім", "Продукт", "Product"),
    "last-line": ("Соңғы жол", "Последняя строка", "Last line"),
    "state": ("Күйі", "Состояние", "State"),
    "usual": ("әдеттегідей", "как обычно", "as usual"),
    "learning": ("үйренуде", "изучается", "learning"),
    "silent": ("үнсіз", "молчит", "silent"),
    "little": ("аз", "мало", "little"),
    "much": ("көп", "много", "much"),
    "unread": ("оқылмайды", "не читается", "cannot be read"),
    "state-since": ("{at} бастап {state}", "{state} с {at}", "{state} since {at}"),
    "iin": (
        "Жеке сәйкестендіру нөмірлері",
        "Индивидуальные идентификационные номера",
        "Individual identification numbers",
    ),
    "pan": ("Карта нөмірлері", "Номера карт", "Card numbers"),
    "iban": ("Шот нөмірлері (IBAN)", "Номера счетов (IBAN)", "Account numbers (IBAN)"),
    "phone": ("Телефон нөмірлері", "Номера телефонов", "Phone numbers"),
    "email": ("Электрондық пошта мекенжайлары", "Адреса электронной почты", "E-mail addresses"),
    "account": (
        "Басқа шот және шарт нөмірлері",
        "Иные номера счетов и договоров",
        "Other account and contract numbers",
    ),
    "credential": (
        "Құпиясөздер, токендер, cookie",
        "Пароли, токены, cookie",
        "Passwords, tokens and cookies",
    ),
    "user": ("Пайдаланушы аттары", "Имена пользователей", "User names"),
    "host": ("Ішкі хост аттары", "Внутренние имена хостов", "Internal host names"),
    "name": ("Адамдардың аты-жөні", "Имена людей", "Names of persons"),
    "dropped": ("Оқылмай жоғалған", "Потеряно до чтения", "Lost before reading"),
    "removed": ("Бүгін жойылған деректер", "Что удалено сегодня", "What was removed today"),
    "days-report": ("Күндер бойынша есеп", "Отчёт по дням", "Report by days"),
    "none-days": ("Күндік санауыш әлі жоқ.", "Счётчиков по дням ещё нет.", "There are no counters of days yet."),
    "day": ("Күн", "День", "Day"),
    "receipts-number": ("Түбіртек", "Квитанций", "Receipts"),
    "class": ("Түрі", "Вид", "Class"),
    "values": ("Мән", "Значений", "Values"),
    "receipts": ("Соңғы түбіртектер", "Последние квитанции", "Last receipts"),
    "numbers": ("Нөмірлер", "Номера", "Numbers"),
    "records": ("Сигнал", "Сигналов", "Signals"),
    "refused": ("Қабылданбаған", "Отклонено", "Refused"),
    "received": ("Қабылданған уақыты", "Получено центром", "Received at"),
    "place": ("Тізілімдегі орны", "Место в журнале", "Place in the ledger"),
    "verify": (
        "Кез келген түбіртекті орталықсыз тексеру үшін:",
        "Проверить любую квитанцию без центра:",
        "To verify any of them without the centre:",
    ),
    "quarantine": ("Карантин", "Карантин", "Quarantine"),
    "quarantine-note": (
        "Мәтіндер жеке деректерден тазартылған.",
        "Тексты очищены от персональных данных.",
        "Texts are shown with personal data removed.",
    ),
    "reason": ("Себебі", "Причина", "Reason"),
    "where": ("Қайда", "Где", "Where"),
    "when": ("Қашан", "Когда", "When"),
    "text": ("Мәтін", "Текст", "Text"),
    "none-receipts": ("Түбіртек әлі жоқ.", "Квитанций ещё нет.", "There is no receipt yet."),
    "none-quarantine": ("Карантин бос.", "Карантин пуст.", "The quarantine is empty."),
    "none-removed": ("Бүгін ештеңе жойылмаған.", "Сегодня ничего не удалялось.", "Nothing was removed today."),
    "none-sources": (
        "Дереккөз жоқ: оларды конфигурация файлына жазыңыз.",
        "Источников нет: впишите их в файл конфигурации.",
        "There are no sources: write them into the configuration file.",
    ),
    "never": ("әлі жоқ", "ещё не было", "not yet"),
    "now": ("қазір", "только что", "just now"),
    "minutes": ("{n} мин бұрын", "{n} мин назад", "{n} min ago"),
    "hours": ("{n} сағ бұрын", "{n} ч назад", "{n} h ago"),
    "days": ("{n} күн бұрын", "{n} дн назад", "{n} d ago"),
    "languages": ("Тіл", "Язык", "Language"),
    "read-only": (
        "Бұл бет тек оқуға арналған және осы машинадан ғана ашылады.",
        "Эта страница только для чтения и открывается только с этой машины.",
        "This page is read-only and answers this machine alone.",
    ),
}


def word(key: str, language: str) -> str:
    """A word of the page; of a key that is none, itself."""
    row = WORDS.get(key)
    return row[LANGUAGES.index(language)] if row else key


def sentence(matter: Matter, language: str) -> str:
    """A thing to look at, as a sentence."""
    row = MATTERS[matter.code]
    since = moment(matter.since) if matter.since else ""
    usual = number(round(matter.usual))
    said = row[LANGUAGES.index(language)].format(source=matter.source, detail=matter.detail, since=since, usual=usual)
    # Of a source that nothing is known of yet, or that speaks seldom, there is no usual number to tell.
    return said if matter.usual >= 1 or " (" not in said or not matter.since else said[: said.rindex(" (")]


def number(value: int) -> str:
    """Grouped by threes, with spaces that do not break."""
    return f"{value:,}".replace(",", "\u00a0")


def moment(at: datetime) -> str:
    """The date and time in Kazakhstan, with the zone."""
    return f"{at.astimezone(_ALMATY):%Y-%m-%d %H:%M} +05"


def ago(at: datetime | None, now: datetime, language: str) -> str:
    """How long ago something was, roughly."""
    if at is None:
        return word("never", language)
    seconds = (now - at).total_seconds()
    for unit, size in (("days", _DAY), ("hours", _HOUR), ("minutes", _MINUTE)):
        if seconds >= size:
            return word(unit, language).format(n=int(seconds // size))
    return word("now", language)


def chosen(asked: str, accepted: str) -> str:
    """The language of a request: the one asked for, else the first of the browser's that we speak, else Kazakh."""
    wanted = [asked, *(part.partition(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])
