"""Secrets that belong to nobody, made by a seeded chance. Their check digits are made apart from the redactor's."""

from __future__ import annotations

import random
from typing import Final, NamedTuple

_PREFIXES: Final = (
    *(("4", 16), ("4", 16), ("4", 13), ("4", 18), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16)),
    *(("34", 15), ("37", 15), ("62", 16), ("62", 17), ("62", 19), ("3528", 16), ("36", 14), ("2200", 16), ("67", 18)),
    *(("9860", 16), ("8600", 16), ("5018", 14)),
)
_LETTERS: Final = "ABCDEFGHKLMNPRSTUVWXYZ"
_ROOTS: Final = {
    "kk": ("Айб", "Ерж", "Қай", "Нұр", "Әли", "Жан", "Мұқ", "Сәу", "Гүл", "Өмі", "Шың", "Дәу"),
    "ru": ("Бел", "Вор", "Гор", "Кор", "Лаз", "Мор", "Пет", "Сав", "Тур", "Зим", "Щер", "Фок"),
    "en": ("Ald", "Bor", "Cam", "Dor", "Ferr", "Gal", "Hal", "Kor", "Mar", "Nor", "Tal", "Yerl"),
}
_MIDDLES: Final = {
    "kk": ("ола", "ермек", "ана", "ібек", "тай", "ығали"),
    "ru": ("ино", "але", "ози", "уше", "анда"),
    "en": ("e", "ani", "o", "uma", "ila"),
}
_GIVEN_ENDS: Final = {"kk": ("н", "р", "с", "м"), "ru": ("н", "р", "л", "й"), "en": ("n", "s", "r", "m")}
_FAMILY_ENDS: Final = {
    "kk": ("ов", "ова", "ев", "ева", ""),
    "ru": ("ов", "ова", "ин", "ина", "ский", "енко"),
    "en": ("ov", "ova", "son", "ley", "ev"),
}
_PATRONYMIC_ENDS: Final = {
    "kk": ("ұлы", "қызы", "ұлы", "қызы"),
    "ru": ("ович", "овна", "евич", "евна"),
    "en": ("ovich", "ovna", "uly", "kyzy"),
}


class Name(NamedTuple):
    """A person's name in its parts. No such person is known: it is made of syllables."""

    language: str
    family: str
    given: str
    patronymic: str


def iin(chance: random.Random) -> str:
    """A person's number: date of birth, century, serial, check digit."""
    while True:
        year, month, day = chance.randint(1930, 2012), chance.randint(1, 12), chance.randint(1, 28)
        sex = chance.choice("34" if year < 2000 else "56")
        made = _checked(f"{year % 100:02d}{month:02d}{day:02d}{sex}{chance.randint(0, 9999):04d}")
        if made:
            return made


def bin_(chance: random.Random) -> str:
    """A company's number: month of registration, kind, part, serial, check digit."""
    while True:
        head = f"{chance.randint(0, 26):02d}{chance.randint(1, 12):02d}{chance.choice('456')}{chance.choice('0123')}"
        made = _checked(f"{head}{chance.randint(0, 99_999):05d}")
        if made:
            return made


def _checked(eleven: str) -> str:
    """Eleven digits with their check digit; nothing when none can be."""
    for first in (1, 3):
        weights = [(first + place - 1) % 11 + 1 for place in range(11)]
        rest = sum(int(digit) * weight for digit, weight in zip(eleven, weights, strict=True)) % 11
        if rest != 10:
            return f"{eleven}{rest}"
    return ""


def pan(chance: random.Random) -> str:
    """A card number of 13 to 19 digits."""
    prefix, length = chance.choice(_PREFIXES)
    body = prefix + "".join(chance.choice("0123456789") for _ in range(length - 1 - len(prefix)))
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


def iban(chance: random.Random) -> str:
    """A Kazakhstan account number."""
    bank = f"{chance.randint(100, 999)}"
    body = bank + "".join(chance.choice("0123456789" if chance.random() < 0.8 else _LETTERS) for _ in range(13))
    number = int("".join(str(int(letter, 36)) for letter in f"{body}KZ00"))
    return f"KZ{98 - number % 97:02d}{body}"


def phone(chance: random.Random) -> str:
    """The ten national digits of a phone."""
    area = chance.choice(("01", "02", "05", "07", "47", "71", "75", "77", "78", "27", "17"))
    return f"7{area}{chance.randint(0, 9_999_999):07d}"


def account(chance: random.Random) -> str:
    """A number of an account, a contract or a document: eight to eleven digits that pass for no phone."""
    return f"{chance.randint(1, 6)}{chance.randint(10**7, 10 ** chance.randint(8, 10) - 1)}"


def name(chance: random.Random) -> Name:
    """A person's name in one of three languages."""
    language = chance.choice(("kk", "ru", "en"))
    family = _word(language, chance) + chance.choice(_FAMILY_ENDS[language])
    given = _word(language, chance)
    return Name(language, family, given, _word(language, chance) + chance.choice(_PATRONYMIC_ENDS[language]))


def _word(language: str, chance: random.Random) -> str:
    middle, end = chance.choice(_MIDDLES[language]), chance.choice(_GIVEN_ENDS[language])
    return f"{chance.choice(_ROOTS[language])}{middle}{end}"


def login(chance: random.Random) -> str:
    """A user's name on a computer."""
    made = "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(3))
    return f"{chance.choice('abdgkmns')}.{made}{chance.choice(('ov', 'ova', 'ev', ''))}"


def word(chance: random.Random, length: int) -> str:
    """What passwords, tokens and cookies are made of. It always holds a letter and a digit."""
    letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return f"q{''.join(chance.choice(letters) for _ in range(length - 2))}7"
