"""The words of the report of what left and what was removed, in Kazakh, Russian and English."""

from __future__ import annotations

from typing import Final

from qorgan.law.asoi import SignalType
from qorgan.module.page.words import LANGUAGES, WORDS

_EVE: Final = "eve "
_TYPES: Final = {kind.value: kind for kind in SignalType}
_WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "title": (
        "Не жіберілді, не жойылды: {first} – {last}",
        "Что ушло и что удалено: {first} – {last}",
        "What left and what was removed: {first} to {last}",
    ),
    "law": (
        (
            "Дербес деректер мен банк құпиясы ұйымнан шықпай тұрып жойылады немесе кілтті белгімен ауыстырылады "
            "(57-қаулы, 4-тармақ)."
        ),
        (
            "Персональные данные и банковская тайна удаляются или заменяются ключевыми метками до выхода из "
            "организации (постановление 57, пункт 4)."
        ),
        (
            "Personal data and banking secrets are removed or replaced by keyed tokens before anything leaves the "
            "organisation (Resolution 57, item 4)."
        ),
    ),
    "eve": ("eve: {kind} түріндегі жазба", "eve: запись вида {kind}", "eve: a record of kind {kind}"),
    "day": ("Күн", "День", "Day"),
    "earlier": ("бұрын", "ранее", "earlier"),
    "whole": ("Барлығы", "Всего", "Total"),
    "read": ("Оқылған жазба", "Прочитано записей", "Records read"),
    "became": ("Сигналға айналған", "Стало сигналами", "Became signals"),
    "ignored": ("Ескерілмеген", "Пропущено", "Ignored"),
    "quarantined": ("Карантинде", "В карантине", "Quarantined"),
    "made": ("Сигнал жасалған", "Создано сигналов", "Signals made"),
    "sent": ("Орталыққа жіберілген", "Ушло в центр", "Sent to the centre"),
    "bytes": ("Байт", "Байт", "Bytes"),
    "receipts": ("Түбіртек", "Квитанций", "Receipts"),
    "refused": ("Орталық қабылдамаған", "Отклонено центром", "Refused by the centre"),
    "given-back": ("Қайта сұралған", "Запрошено повторно", "Asked for again"),
    "removed": ("Жойылған мән", "Удалено значений", "Values removed"),
    "what-left": ("Не жіберілді", "Что ушло", "What left"),
    "what-was-removed": ("Не жойылды", "Что удалено", "What was removed"),
    "what-was-ignored": ("Не ескерілмеді", "Что пропущено", "What was ignored"),
    "all-records": ("Барлық жазба", "Все записи", "All records"),
    "type": ("Түрі", "Тип", "Type"),
    "class": ("Түрі", "Вид", "Class"),
    "reason": ("Себебі", "Причина", "Reason"),
    "type-unknown": ("түрі белгісіз", "тип не известен", "of a type not known"),
    "nothing": ("Бұл күндері ештеңе болмаған.", "За эти дни ничего не было.", "There was nothing on these days."),
    "adds-up": (
        "Барлық күндердің сомасы есепке тең.",
        "Суммы по всем дням сходятся с учётом.",
        "The sums over all days equal the account.",
    ),
    "does-not-add-up": (
        "СОМАЛАР ЕСЕПКЕ ТЕҢ ЕМЕС: {faults}",
        "СУММЫ НЕ СХОДЯТСЯ С УЧЁТОМ: {faults}",
        "THE SUMS DO NOT EQUAL THE ACCOUNT: {faults}",
    ),
    "kept": (
        (
            "Күн Астана уақытымен түн ортасында басталады. Күндік санауыш {days} күн сақталады, одан кейін «бұрын» "
            "жолына қосылады."
        ),
        (
            "День начинается в полночь по времени Астаны. Счётчики дня хранятся {days} дней, затем прибавляются к "
            "«ранее»."
        ),
        "A day begins at midnight in Astana. A day's counters are kept for {days} days and then put to “earlier”.",
    ),
    "no rule decided": ("ешбір ереже шешпеді", "ни одно правило не решило", "no rule decided"),
    "seen in an access log only": (
        "тек қатынау журналында көрінген", "видно только в журнале доступа", "seen in an access log only",
    ),
    "the product's own running": ("өнімнің өз жұмысы", "собственная работа продукта", "the product's own running"),
    "the product found nothing": ("өнім ештеңе таппады", "продукт ничего не нашёл", "the product found nothing"),
    "one sign-in": ("жеке кіру", "одиночный вход", "one sign-in"),
    "one connection": ("жеке қосылым", "одиночное соединение", "one connection"),
    "one message": ("жеке хат", "одиночное письмо", "one message"),
    "a record of use": ("пайдалану жазбасы", "запись о действиях", "a record of use"),
    "configuration or integrity": ("баптау не тұтастық", "настройка или целостность", "configuration or integrity"),
    "rules of use": ("пайдалану ережелері", "правила пользования", "rules of use"),
    "flood": ("ағын", "поток запросов", "flood"),
    "spam": ("спам", "спам", "spam"),
    "csv header": ("CSV тақырыбы", "заголовок CSV", "csv header"),
    "zeek header": ("Zeek тақырыбы", "заголовок Zeek", "zeek header"),
    "line of a web server's error log without a rule's message": (
        "веб-сервер журналының ереже хабарынсыз жолы",
        "строка журнала веб-сервера без сообщения правила",
        "line of a web server's error log without a rule's message",
    ),
    "modsecurity without a rule's message": (
        "ереже хабарынсыз modsecurity", "modsecurity без сообщения правила", "modsecurity without a rule's message",
    ),
    "data-loss prevention": ("деректердің жылыстауын болдырмау", "предотвращение утечек", "data-loss prevention"),
}  # fmt: skip


def word(key: str, language: str) -> str:
    """A word of the report or of the page, or a type of signals; of a key that is none, itself."""
    if key in _TYPES:
        return _TYPES[key].short(language)
    if key.startswith(_EVE):
        return word("eve", language).format(kind=key.removeprefix(_EVE))
    row = _WORDS.get(key) or WORDS.get(key)
    return row[LANGUAGES.index(language)] if row else key
