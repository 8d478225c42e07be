"""What is said around secrets, in Kazakh, Russian and English, and what only looks like a secret."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable
from typing import Final

from qorgan.bench.redaction.values import Name

ALONE: Final = (
    "өтініш беруші {} мәліметті растады",
    "операция {} бойынша тоқтатылды",
    "заявитель {} подтвердил операцию",
    "обращение по {} закрыто",
    "the request of {} was checked",
    "{}",
    "q={}",
    "/pay?to={}&lang=kk",
    'said "{}" twice',
    "<b>{}</b>",
    "({});",
)
"""Around what is known by itself."""

BESIDE: Final[dict[str, tuple[str, ...]]] = {
    "iin": ("ИИН {}", "ИИН: {}", "ЖСН {}", "жсн={}", "IIN={}", "/client?iin={}&lang=ru", "iin: {}", "ИИН клиента: {}"),
    "pan": ("карта {}", "карта № {}", "card={}", "card number: {}", "Картаңыз {} бұғатталды", "pan={}", "/pay?card={}"),
    "iban": ("счёт {}", "IBAN {}", "ЖСК {}", "account {}", "iban={}"),
    "phone": ("тел. {}", "телефон: {}", "ұялы {}", "phone {}", "моб. {}"),
    "account": (
        "счёт {}", "счет № {}", "шот {}", "account number {}", "acct={}", "договор {}", "келісімшарт {}",
        "паспорт {}", "жеке куәлік {}", "contract no {}", "account_id: {}", "л/с {}",
    ),
    "bin": ("БИН {}", "БСН {}", "BIN {}", "bin={}", "поставщик {} зарегистрирован"),
    "email": ("от {}", "mailto:{}", "to=<{}>", "{} поштасынан", "email={}", "sent by {} today"),
    "user": (
        "user={}", "login={}", "suser={}", "username: {}", "пользователь: {}", "BANK\\{} signed in",
        "C:\\Users\\{}\\Downloads\\a.exe", "/home/{}/.ssh/id_rsa", "account_name={}", "duser={}",
    ),
    "credential": (
        "password={}", "pwd={}", "/a?token={}&x=1", "api_key={}", "пароль: {}", "құпиясөз={}", "X-Api-Key: {}",
        "access_token={}", "Authorization: Bearer {}", "sessionid={}", "https://u:{}@www.example.com/",
        "client_secret={}",
    ),
    "host": ("computer {}", "from {} to the server", "//{}/share", "host {} қолжетімсіз", "сервер {} недоступен"),
}  # fmt: skip
"""Around what its neighbour makes a secret."""

_FULL: Final[dict[str, tuple[str, ...]]] = {
    "kk": (
        "аты-жөні: {}", "Аты-жөні {}", "Т.А.Ә.: {}", "клиент: {}", "тұтынушы: {}", "карта иесі: {}", "қарыз алушы {}",
    ),
    "ru": (
        "ФИО: {}", "ФИО клиента {}", "Ф.И.О.: {}", "клиент {}", "Клиент: {}", "заёмщик {}", "держатель карты {}",
        "владелец счёта: {}", "плательщик: {}", "получатель {}",
    ),
    "en": (
        "customer name: {}", "cardholder: {}", "full_name={}", "card holder {}", "client name {}", "account holder: {}",
        "fullName: {}", "/pay?full_name={}&x=1", "customer_name={}", "beneficiary name: {}",
    ),
}  # fmt: skip
_FAMILY: Final = {
    "kk": ("тегі: {}", "тегі {}"),
    "ru": ("фамилия: {}", "Фамилия {}"),
    "en": ("last_name={}", "family_name: {}", "surname: {}", "lastName={}"),
}
_GIVEN: Final = {
    "kk": ("аты: {}", "есімі: {}"),
    "ru": ("имя: {}", "имя клиента {}"),
    "en": ("first_name={}", "given_name: {}", "firstName={}"),
}
_PATRONYMIC: Final = {"kk": ("әкесінің аты: {}",), "ru": ("отчество: {}",), "en": ("patronymic: {}", "middle_name={}")}


def named(name: Name, chance: random.Random) -> tuple[str, tuple[str, ...], str]:
    """A sentence with a name beside its keyword, the words that must be gone from it, and the form."""
    family, given, patronymic = name.family, name.given, name.patronymic
    short = f"{given[0]}.{patronymic[0]}."
    ways: dict[str, tuple[dict[str, tuple[str, ...]], str, tuple[str, ...]]] = {
        "whole": (_FULL, f"{family} {given} {patronymic}", (family, given, patronymic)),
        "whole, given name first": (_FULL, f"{given} {patronymic} {family}", (family, given, patronymic)),
        "family and given": (_FULL, f"{family} {given}", (family, given)),
        "with initials": (_FULL, f"{family} {short}", (family,)),
        "initials first": (_FULL, f"{short} {family}", (family,)),
        "capitals": (_FULL, f"{given} {family}".upper(), (family, given)),
        "double family name": (_FULL, f"{family}-{given}ова {given}", (family, given)),
        "family alone": (_FAMILY, family, (family,)),
        "given alone": (_GIVEN, given, (given,)),
        "patronymic alone": (_PATRONYMIC, patronymic, (patronymic,)),
    }
    form = chance.choice(list(ways))
    sentences, written, words = ways[form]
    sentence = chance.choice(sentences[name.language])
    if sentence.startswith("/"):
        written = written.replace(" ", "+")
    return sentence.format(written), words, f"{form}, {name.language}"


NEAR: Final[dict[str, Callable[[random.Random], str]]] = {
    "order number": lambda chance: f"order {_failing(chance, chance.randint(9, 12))} was paid",
    "transaction number": lambda chance: f"txn {_failing(chance, 18)}",
    "md5": lambda chance: f"md5 {hashlib.md5(chance.randbytes(8), usedforsecurity=False).hexdigest()}",
    "sha256": lambda chance: f"sha256={hashlib.sha256(chance.randbytes(8)).hexdigest()}",
    "uuid": lambda chance: f"id {uuid.UUID(int=chance.getrandbits(128), version=4)}",
    "time in milliseconds": lambda chance: f"ts={chance.randint(1_700_000_000_000, 1_799_999_999_999)}",
    "time in nanoseconds": lambda chance: f"at {chance.randint(17 * 10**17, 18 * 10**17)}",
    "time in words": lambda chance: (
        f"2026-11-{chance.randint(10, 28)} 10:{chance.randint(10, 59)}:07.{chance.randint(0, 999_999):06d}"
    ),
    "time without marks": lambda chance: f"202611{chance.randint(10, 28)}{chance.randint(100_000, 235_959):06d}",
    "flow id": lambda chance: f'"flow_id":{chance.randint(10**14, 2 * 10**15)}',
    "MAC": lambda chance: ":".join(f"{byte:02x}" for byte in chance.randbytes(6)),
    "version": lambda chance: f"v{chance.randint(1, 130)}.0.{chance.randint(1000, 9999)}.{chance.randint(10, 199)}",
    "IPv4": lambda chance: f"from 203.0.113.{chance.randint(1, 254)}:{chance.randint(1024, 65_535)}",
    "IPv6": lambda chance: f"2001:db8::{chance.randint(0, 65_535):x}:{chance.randint(0, 65_535):x}",
    "serial number": lambda chance: f"s/n FG{chance.randint(10, 99)}TK{chance.randint(10**9, 10**10 - 1)}",
    "own BIN": lambda _: "БИН 940140000385",
    "rule id": lambda chance: (
        f'[id "{chance.randint(900_000, 999_999)}"] sid:{chance.randint(2_000_000, 2_900_000)}; rev:3;'
    ),
    "CVE": lambda chance: f"CVE-2025-{chance.randint(1000, 99_999)}",
    "amount": lambda chance: f"{chance.randint(1, 999)} {chance.randint(100, 999):03d} 000,00 KZT",
    "names that are nobody's": lambda chance: chance.choice(
        ("user=root", "login=admin", "SYSTEM", "client: Mozilla/5.0", "Client Hello", "name: sshd", "host name lookup")
    ),
    "words of a product": lambda chance: chance.choice(
        (
            "client denied by server configuration", "Клиент Банк Онлайн обновлён", "имя файла: setup.exe",
            "имя хоста не найдено", "Rule Name: Block All", "customer portal login page", "owner: Domain Users",
            "тегі жоқ жазба", "получатель не найден", "File Name: report.docx", "threat name: Trojan.Generic",
        )
    ),
}  # fmt: skip
"""What must stay, by its kind."""


def _failing(chance: random.Random, length: int) -> str:
    """Digits that pass no check of a person's or a card's number: products draw others too, and those are removed."""
    return (
        f"9{chance.randint(10 ** (length - 2), 10 ** (length - 1) - 1)}"
        if length < 12
        else f"0{chance.randint(10 ** (length - 2), 10 ** (length - 1) - 1)}"
    )
