"""How many, where a record says so as a number: of ports, machines, accounts, passwords, failures, and in what time.

A sensor that counts often has no other word for what it saw: `ports_scanned=40`, `15 failed logins in 60 seconds`. What
is counted so stands in `Event.more` under names of our own, which rules ask for as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from qorgan.module.remembering import remembered

PREFIX: Final = "counted."
"""Before the names in `Event.more`: `counted.ports`, `counted.hosts`, `counted.accounts`, and so on."""

FAILURES: Final = f"{PREFIX}failures"
WINDOW: Final = f"{PREFIX}window"
WHAT: Final = f"{PREFIX}what"
"""Under this stands which of them a record counts, in words."""

_J: Final = r"[\W_]{0,2}"
_EACH: Final = (
    rf"(?:distinct|uniq(?:ue)?|different|scanned|probed|swept|touched|hit|knocked|num(?:ber)?{_J}of|count{_J}of){_J}"
)
_FAR: Final = rf"(?:(?:dst|dest|destination|target|remote|internal|tcp|udp){_J})?"
_LOOKED_INTO: Final = r"(?:scanned|probed|swept|touched|contacted|tried|hit|knocked|reached)"
_COUNT: Final = r"(?:count|cnt|num|total)"
_LOG_IN: Final = rf"(?:log{_J}[io]ns?|sign{_J}[io]ns?|auth\w{{0,12}}|passwords?)"

NAMED: Final = tuple(
    (f"{PREFIX}{what}", re.compile(pattern, re.IGNORECASE))
    for what, pattern in (
        (
            "ports",
            rf"{_EACH}{_FAR}ports?$|ports?{_J}{_LOOKED_INTO}$|(?:dst|dest|destination|target){_J}ports?{_J}{_COUNT}$|портов$",
        ),
        (
            "hosts",
            (
                rf"{_EACH}{_FAR}(?:hosts|ips|addresses|targets|machines|destinations|systems)$"
                rf"|(?:hosts|ips|addresses|targets|machines|destinations|systems){_J}{_LOOKED_INTO}$"
                rf"|(?:dst|dest|destination|target){_J}(?:ips?|hosts?|address)?{_J}{_COUNT}$"
                rf"|(?:^|[\W_])targets$|(?:узлов|хостов|адресов)$|(?:^|[\W_])decoys(?:{_J}{_LOOKED_INTO})?$"
            ),
        ),
        (
            "accounts",
            (
                rf"(?:accounts|accts|users|(?:user|login){_J}names|identities|principals|mailboxes){_J}"
                rf"(?:{_COUNT}|tried|targeted|attempted|affected|touched|hit)?$"
                rf"|(?:account|user|user{_J}name){_J}{_COUNT}$|(?:distinct|uniq(?:ue)?|different){_J}(?:targeted{_J})?log{_J}[io]ns$|logins{_J}{_COUNT}$"
                r"|(?:пользователей|аккаунтов|логинов|им[её]н|уч[её]тных[\W_]?записей)$"
                rf"|(?:^|\.)(?:subjects|logins)$|(?:accounts|users|identities){_J}targeted$|есептік[\W_]?жазбалар$"
                rf"|(?:^|[\W_])names{_J}(?:tried|attempted)$|(?:^|[\W_])(?:customers|subscribers|cardholders)$"
                rf"|(?:customers|subscribers|clients|cards|members){_J}(?:tried|targeted|attempted|affected)$"
                r"|(?:есептік[\W_]?жазба|тіркелгі|пайдаланушы|клиент)\w{0,6}[\W_]?саны$|(?:^|[\W_])клиентов$"
            ),
        ),
        (
            "passwords",
            (
                rf"passwords(?:{_J}(?:{_COUNT}|tried))?$|password{_J}{_COUNT}$|паролей$"
                rf"|(?:pass)?codes{_J}tried$|pins{_J}tried$"
            ),
        ),
        (
            "failures",
            (
                rf"(?:fail(?:ed|ures?|s)?|bad|invalid|wrong|unsuccessful){_J}(?:{_LOG_IN}{_J})?(?:attempts?{_J})?(?:{_COUNT})?$"
                rf"|(?:{_LOG_IN}{_J})?(?:attempts|tries|failures|fails){_J}(?:{_COUNT})?$|attempt{_J}{_COUNT}$"
                r"|(?:попыток|неудач\w{0,12}|неуспеш\w{0,16}|неверн\w{0,16}|отказов|ошибок|әрекет(?:тер)?[\W_]?саны)$"
                r"|(?:^|[\W_])(?:rejects|rejections|refusals|denials|mismatches)$"
                r"|(?:сәтсіз|қате)[\W_]?(?:әрекет|кіру|енгізу|талпыныс)\w{0,6}(?:[\W_]?саны)?$"
            ),
        ),
        (
            "window",
            (
                rf"(?:window|interval|period|time{_J}frame|time{_J}span|lookback|within){_J}"
                r"(?:s|secs?|seconds|m|mins?|minutes|ms|h|hours|size|length)?$"
                r"|(?:период|окно|интервал|терезе|аралық|кезең)(?:[\W_](?:с|сек|мин|ч))?$|(?:^|[\W_])span$"
                r"|(?:^|[\W_])(?:over|lasted|за)(?:[\W_]?(?:s|secs?|seconds|m|mins?|minutes|сек\w{0,4}|мин\w{0,3}))?$"
                r"|(?:^|\.)(?:secs|seconds|mins|minutes|секунд|минут|кезең[\W_]?\w?)$"
            ),
        ),
    )
)
"""By its name, what a field counts. Looked for once for each name, whose answer is remembered."""

_NUMBER: Final = re.compile(
    r"(\d{1,9})(?:\.0{1,3})?(?:\s(?:\(.{1,256}|(?:(?:in|within|over|per|за|times|раза?|рет|attempts|попыт\w{1,3})\b.{0,64})))?",
    re.DOTALL,
)
_WITHIN: Final = re.compile(r"\d{1,9} (?:\w{1,12} )?\(?(?:in|within|over|за) (\d{1,6}) ?\w")
"""Behind a number of failures the time in which they were: `10 in 2 min`."""
_FROM_TO: Final = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?\s?[-\u2013\u2014]\s?(\d\d):(\d\d)(?::(\d\d))?")
_DAY: Final = 86_400
_SPAN: Final = re.compile(r"(\d{1,9})(?:\.\d{1,3})?\s?(?:\w{1,12})?")
_LISTED: Final = "; "
"""Between what stands under one name, as a list of it."""
_OF_LISTS: Final = frozenset((f"{PREFIX}ports", f"{PREFIX}hosts", f"{PREFIX}accounts"))
_LONGEST_NUMBER: Final = 256
_WRITTEN: Final = re.compile(r"(?<![\w.-])([A-Za-z][\w.-]{3,39}+)[=:] ?\"?(\d{1,6})(?![\w.:/-])")
_MOST_WRITTEN: Final = 32
_LOOKED_AT: Final = 1_000
_N: Final = r"(?<![\w.:/=-])(\d{1,6})(?![\w.:/%])"
_BETWEEN: Final = r"(?:[^\W\d_][\w-]{0,20}[:,]? ){0,3}?"
_SORT: Final = (
    r"(?:(?:distinct|different|unique|separate|various|user|other|active|privileged|targeted|valid|invalid|domain|victim"
    r"|разн\w{2,3}|различн\w{2,3}|уникальн\w{2,3}|других|түрлі|әртүрлі) ){0,2}"
)
_ACCOUNTS: Final = (
    r"(?:accounts|customer (?:numbers|ids|codes)|customers|subscribers|card numbers"
    r"|users|user ?names|mailboxes|identities|logins with"
    r"|пользовател(?:ей|ям|ями|ем)|логин(?:ов|ам|ами)|аккаунт(?:ов|ам|ами)"
    r"|уч[её]тн\w{2,3} запис\w{1,2}|пайдаланушы\w{0,6}|тіркелгі\w{0,6}|есептік жазба\w{0,6})\b"
)
_NAMES: Final = (
    r"(?:distinct|different|various|разн\w{2,3}|различн\w{2,3}|түрлі)"
    r" (?:names|logins|имен\w{0,3}|логин\w{1,3}|атау\w{0,6})\b"
)
"""Of accounts, where a number and a word for their being many stand before."""
_FAILED: Final = (
    r"(?:failed|failures?|fails|denials|unsuccessful|invalid|wrong"
    r"|incorrect|bad|rejected|login attempts|logon attempts"
    r"|sign-?in attempts|authentication attempts|password attempts"
    r"|неудачн\w{2,3}|неуспешн\w{2,3}|неверн\w{2,3}|сәтсіз|қате)\b"
)
_PASSWORDS: Final = r"(?:passwords|pins|pin codes|passcodes|secrets|паролей|құпиясөз\w{0,4})\b"
_UNIT: Final = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|с|сек\w{0,4}|мин\w{0,3}|час\w{0,2})\b"
_SAID: Final = tuple(
    (f"{PREFIX}{what}", re.compile(pattern))
    for what, pattern in (
        (
            "failures",
            (
                rf"{_N} {_BETWEEN}{_FAILED}"
                rf"|(?:failed|failing|wrong|invalid|incorrect|denied|rejected|refused|неудач\w{{1,4}}|неверн\w{{2,3}}|ошиб\w{{1,4}}|қате)"
                rf" (?:[^\s.]{{1,24}} ){{0,6}}?{_N} (?:consecutive |successive |straight )?(?:times|раза?|рет)\b"
                rf"|(?:failures|failed (?:logins|logons|attempts|sign-?ins)|attempts"
                r"|(?:попыток|попытки)(?: (?:входа|авторизации|аутентификации|подключения|ввода пароля))?"
                r"|әрекеттер саны|(?:сәтсіз|қате) (?:әрекет|кіру|енгізу|талпыныс)\w{0,6}(?: саны)?)"
                rf"[:=]? ?\(?{_N}"
                rf"|{_N} (?:attempts|tries|guesses) (?:from|by|against)\b"
                r"|(?:too many|слишком много|тым көп) (?:[^\s.:]{1,24} ){0,3}?"
                r"(?:password|login|log ?on|sign-?in|attempt|failure|парол|вход|попыт|неверн|неудачн|қате|құпия)\S{0,8}"
                rf"(?: [^\s.:]{{1,16}}){{0,3}}[:(] ?{_N}"
                rf"|fail(?:ures|ed)\b[^;:(]{{0,100}}(?:: |\(){_N} (?:times )?(?:in|within) \d"
            ),
        ),
        (
            "accounts",
            (
                rf"{_N} {_SORT}{_ACCOUNTS}|{_N} {_NAMES}"
                r"|(?:(?:есептік жазба|тіркелгі|пайдаланушы|клиент)\w{0,6} саны"
                r"|пользователей|клиентов|логинов|учетных записей|учётных записей"
                rf"|(?:accounts|user ?names|customers|users)(?: tried| targeted| involved| affected)?): {_N}"
                r"|(?:failed|failing|failures|tried|tries|attempts|guess\w{0,4}) (?:for|on|against|over|across) "
                rf"{_N} {_SORT}(?:logins|names|principals|ids)\b"
            ),
        ),
        (
            "passwords",
            (
                r"(?:tried|tries|trying|tested|guessed|went through|cycled through|offered"
                r"|перебра\w{1,3}|опробова\w{1,4})"
                rf" (?:[^\s.]{{1,24}} ){{0,4}}?{_N} {_BETWEEN}{_PASSWORDS}"
                rf"|{_N} (?:different|distinct|разн\w{{2,3}}|түрлі) {_PASSWORDS}"
                rf"|\b(?:\d{{1,2}}[-–])?(\d{{1,3}}) passwords? (?:each|apiece|for each)\b"
            ),
        ),
        (
            "ports",
            (
                r"(?:scann|prob|sweep|swept|touch|tried|connect|contact|сканир|опро|обращ|обрати|сканер)\w{0,10} "
                rf"{_BETWEEN}{_N} {_BETWEEN}(?:ports|порт\w{{0,3}})\b"
                rf"|{_N} (?:distinct|different|unique|closed|разных|различных|түрлі) {_BETWEEN}"
                r"(?:ports|порт\w{0,3})\b"
            ),
        ),
        (
            "hosts",
            (
                r"(?:scann|prob|sweep|swept|ping|contact|connect|touch|tried|asked|knock"
                r"|сканир|опро|сканер|обращ|обрати)\w{0,10} "
                rf"{_BETWEEN}{_N} (?:of (?:our|your|the|all) (?:\d{{1,6}} )?)?{_BETWEEN}"
                r"(?:hosts|addresses|machines|systems|destinations|ips|instances|nodes|peers|servers|devices|vms|decoys"
                r"|хост\w{0,3}|адрес\w{0,3}|узл\w{1,3})\b"
                r"|(?<![\w.:/=-])(\d{1,6}) (?:түрлі |әртүрлі )?(?:торап|мекенжай|хост|құрылғы)\w{0,6} "
                r"(?:[^\s.]{1,24} ){0,6}?(?:порт|қосыл|сканер|тексер)"
            ),
        ),
        (
            "window",
            (
                rf"\b(?:in|within|over|during|per|last|past|за|в течение)(?: the)?(?: last| past)?(?: последни\w)?"
                rf" (\d{{1,6}}) ?{_UNIT}"
                r"|(\d{1,6}) (?:секунд|минут|сағат)\w{0,3} ішінде"
                r"|\b(?:interval|window|period|интервал|окно|период|аралық|кезең|терезе)\w{0,4}"
                rf": (\d{{1,6}}) ?{_UNIT}"
                r"|\b(?:in|within|per|за) (?:a |an |one |the last |the past )?()(?:minute|hour|минуту|час)\b"
            ),
        ),
    )
)
"""How a sentence says it."""
_OF_COUNTED: Final = (
    *(
        "fail",
        "too many",
        "denials",
        "rejections",
        "attempts",
        "wrong",
        "incorrect",
        "rejected",
        "refused",
        "accounts",
        "users",
        "ports",
        "hosts",
        "swe",
    ),
    "scan",
)
_OF_SECRETS: Final = (
    "passwords",
    "pins",
    "passcodes",
    "principals",
    "mailboxes",
    "usernames",
    "addresses",
    "codes",
    "names",
    "customer",
    "subscriber",
)
_OF_COUNTED_PLAINLY: Final = (*_OF_COUNTED, *_OF_SECRETS)
_OF_COUNTED_ANYWHERE: Final = (
    *(*_OF_COUNTED, "неуд", "неуспеш", "неверн", "ошиб", "учетн", "учётн", "пользователей", "логинов", "порт", "хост"),
    *(
        "разн",
        "много",
        "көп",
        "различн",
        "узл",
        "торап",
        "мекенжай",
        "попыт",
        "әрекет",
        "сәтсіз",
        "қате",
        "пайдаланушы",
        "тіркелгі",
        "паролей",
        "құпиясөз",
        "жазба",
    ),
    *_OF_SECRETS,
)
"""Parts of words, one of which stands wherever something is counted that is looked for."""
_DIGIT: Final = re.compile(r"(?<![\w.:/-])\d{1,6}(?![\w.:/%-])")
"""A number by itself, which no address, clock or version is."""


def number_of(field: str, value: str) -> str:
    """The number that a field's value is, in digits; nothing when it is none."""
    if field == WINDOW:
        found = _SPAN.fullmatch(value.strip()[:32])
        return found[1] if found else _seconds_between(value.strip())
    found = _NUMBER.fullmatch(value.strip()[:_LONGEST_NUMBER])
    if not found and _LISTED in value and field in _OF_LISTS:
        return str(value.count(_LISTED) + 1)
    return found[1] if found else ""


def window_of(value: str) -> str:
    """The time that stands behind a number of failures; nothing when none does."""
    found = _WITHIN.match(value.strip()[:_LONGEST_NUMBER])
    return found[1] if found else ""


def _seconds_between(value: str) -> str:
    """How long a stretch of time is that is told by its two ends: `02:09:50-02:14:06`."""
    found = _FROM_TO.fullmatch(value)
    if not found:
        return ""
    begin, end = ([int(part or 0) for part in found.groups()[at : at + 3]] for at in (0, 3))
    seconds = (end[0] - begin[0]) * 3_600 + (end[1] - begin[1]) * 60 + end[2] - begin[2]
    return str(seconds % _DAY)


def counts_named_in(text: str) -> dict[str, str]:
    """What pairs within a sentence count: `distinctPrincipals=412`."""
    found: dict[str, str] = {}
    for written in islice(_WRITTEN.finditer(text[:_LOOKED_AT]), _MOST_WRITTEN):
        if field := _named(written[1]):
            found.setdefault(field, written[2])
    return found


@remembered(1024)
def _named(name: str) -> str:
    return next((field for field, pattern in NAMED if pattern.search(name)), "")


def listed(counted: dict[str, str]) -> dict[str, str]:
    """What is counted, and beside it the list of what that is."""
    return counted | {WHAT: " ".join(field.removeprefix(PREFIX) for field in counted)} if counted else counted


def counts_in(text: str) -> Iterator[tuple[str, str]]:
    """What a sentence counts, each with its number, or with 1 for a single minute or hour."""
    text = text[:_LOOKED_AT].lower()
    if not any(word in text for word in (_OF_COUNTED_PLAINLY if text.isascii() else _OF_COUNTED_ANYWHERE)):
        return
    if _DIGIT.search(text):
        for field, pattern in _SAID:
            if found := pattern.search(text):
                yield field, next((group for group in found.groups() if group), "1")
