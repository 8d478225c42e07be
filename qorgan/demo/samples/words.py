"""What the sample sites say, in the three languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("kk", "ru", "en")
_WORDS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "invented": (
            "Ойдан шығарылған мекеме: бұл — үлгі.",
            "Вымышленное учреждение: это образец.",
            "An invented institution: this is a sample.",
        ),
        "bank": ("Үлгі банк", "Банк-образец", "Sample Bank"),
        "platform": ("Үлгі сауда алаңы", "Торговая площадка — образец", "Sample Trading Platform"),
        "intro": (
            "Мұнда құпиясөз сұралмайды: кім екеніңізді қақпа анықтайды да, осында қайтарады.",
            "Здесь не спрашивают пароль: кто вы, устанавливают врата и возвращают вас сюда.",
            "No password is asked for here: the gate finds out who you are, and leads you back.",
        ),
        "sign-in": ("Кіру", "Войти", "Sign in"),
        "sign-out": ("Шығу", "Выйти", "Sign out"),
        "signed-out": ("Сіз шықтыңыз.", "Вы вышли.", "You are signed out."),
        "refused": ("Кіру орындалмады", "Войти не удалось", "The sign-in did not succeed"),
        "again": ("Қайта бастау", "Начать заново", "Begin anew"),
        "hello": ("Сәлеметсіз бе, {name}!", "Здравствуйте, {name}!", "Hello, {name}!"),
        "factors": ("Немен дәлелденді", "Чем подтверждено", "Proven by"),
        "rule": ("Қай ереже бойынша", "По какому правилу", "By which rule"),
        "when": ("Қашан", "Когда", "When"),
        "balance": ("Шоттағы қалдық", "Остаток на счёте", "Balance of the account"),
        "orders": ("Өтінімдер", "Заявки", "Orders"),
        "buy": ("сатып алу", "покупка", "buy"),
        "sell": ("сату", "продажа", "sell"),
        "pwd": ("құпиясөз", "пароль", "password"),
        "otp": ("бір реттік код", "одноразовый код", "one-time code"),
        "pop": ("кіру кілті", "ключ доступа", "passkey"),
        "hwk": ("құрылғының кілті", "ключ устройства", "device key"),
        "sc": ("электрондық цифрлық қолтаңба", "электронная цифровая подпись", "digital signature"),
        "face": ("биометриялық сәйкестендіру", "биометрическая идентификация", "biometric identification"),
        "kba": ("бақылау сұрағы", "контрольный вопрос", "security question"),
    }
)


def say(language: str, word: str) -> str:
    """A word in a language; what is not in the list is said as it is."""
    found = _WORDS.get(word)
    return found[LANGUAGES.index(language)] if found else word


def spoken(accepted: str) -> str:
    """The first of the languages that a browser wishes for, in its order; Kazakh when none is spoken."""
    wished = (part.split(";")[0].split("-")[0].strip().lower() for part in accepted.split(","))
    return next((tag for tag in wished if tag in LANGUAGES), LANGUAGES[0])
