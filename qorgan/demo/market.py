"""Who takes part in the demonstration. Every name, number and person here is invented."""

from __future__ import annotations

from dataclasses import dataclass

from qorgan.law.asoi import OrganisationKind


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One source of an institution's module: which example log is replayed into what."""

    log: str
    """File name below `logs/`."""
    through: str
    """'file' or 'syslog' (TCP)."""
    per_minute: int
    """Records a minute."""


@dataclass(frozen=True, kw_only=True)
class Institution:
    """An invented member of the market with the systems it runs."""

    slug: str
    bin: str
    kind: OrganisationKind
    name_kk: str
    name_ru: str
    name_en: str
    email: str
    feeds: tuple[Feed, ...]
    serves: tuple[str, ...] = ()
    """Slugs of the institutions a SOC acts for."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """An invented person who signs in to the portal."""

    email: str
    name: str
    organisation: str
    role: str
    language: str
    who: str
    """Said beside the address where the demonstration prints it."""


CENTRE = Institution(
    slug="centre",
    bin="000140000002",
    kind=OrganisationKind.AUTHORITY,
    name_kk="Үлгі АҚ салалық орталығы",
    name_ru="Образцовый отраслевой центр ИБ",
    name_en="Sample sectoral IS centre",
    email="centre@asoi.example",
    feeds=(),
)

INSTITUTIONS = (
    Institution(
        slug="sample-bank",
        bin="000140000012",
        kind=OrganisationKind.BANK,
        name_kk="«Үлгі Банк» АҚ",
        name_ru="АО «Образец Банк»",
        name_en="Sample Bank JSC",
        email="security@sample-bank.example",
        feeds=(
            Feed(log="eve.jsonl", through="file", per_minute=240),
            Feed(log="modsecurity-native.log", through="file", per_minute=20),
            Feed(log="auth.log", through="file", per_minute=60),
        ),
    ),
    Institution(
        slug="example-bank",
        bin="000140000022",
        kind=OrganisationKind.BANK,
        name_kk="«Мысал Банк» АҚ",
        name_ru="АО «Пример Банк»",
        name_en="Example Bank JSC",
        email="security@example-bank.example",
        feeds=(Feed(log="cef.log", through="syslog", per_minute=60),),
    ),
    Institution(
        slug="invented-bank-branch",
        bin="000241000051",
        kind=OrganisationKind.NONRESIDENT_BRANCH,
        name_kk="«Ойдан шығарылған Банк» бейрезидент-банкінің филиалы",
        name_ru="Филиал банка-нерезидента «Выдуманный Банк»",
        name_en="Invented Bank, branch of a non-resident bank",
        email="security@invented-bank.example",
        feeds=(Feed(log="wazuh.jsonl", through="file", per_minute=40),),
    ),
    Institution(
        slug="trial-post",
        bin="000140000032",
        kind=OrganisationKind.BANKING_OPERATIONS,
        name_kk="«Сынақ Пошта» АҚ",
        name_ru="АО «Пробная Почта»",
        name_en="Trial Post JSC",
        email="security@trial-post.example",
        feeds=(
            Feed(log="modsecurity.jsonl", through="file", per_minute=20),
            Feed(log="eve.jsonl", through="file", per_minute=120),
            Feed(log="vpn.log", through="file", per_minute=60),
        ),
    ),
    Institution(
        slug="specimen-soc",
        bin="000140000042",
        kind=OrganisationKind.SOC,
        name_kk="«Тәжірибе» АҚ жедел орталығы",
        name_ru="ОЦИБ «Опытный»",
        name_en="Specimen SOC",
        email="duty@specimen-soc.example",
        feeds=(
            Feed(log="cef.log", through="syslog", per_minute=30),
            Feed(log="wazuh.jsonl", through="file", per_minute=20),
            Feed(log="firewall.log", through="file", per_minute=60),
        ),
        serves=("trial-post",),
    ),
)

INSURER = Institution(
    slug="sample-insurer",
    bin="000140000062",
    kind=OrganisationKind.INSURER,
    name_kk="«Үлгі Сақтандыру» АҚ",
    name_ru="АО «Образец Страхование»",
    name_en="Sample Insurance JSC",
    email="security@sample-insurer.example",
    feeds=(),
)
"""Takes part in documents; the rules ask no signals of it, so it has no module."""

CONNECTED = (CENTRE, *INSTITUTIONS, INSURER)

STOPPED_NOW_AND_THEN = "invented-bank-branch"
"""Its module is killed and started again, so that one sees an institution fall silent and catch up."""

PEOPLE = (
    Person(
        email="analyst@asoi.example",
        name="Аналитик Образцовый",
        organisation="centre",
        role="centre-analyst",
        language="ru",
        who="analyst of the centre, in Russian",
    ),
    Person(
        email="head@asoi.example",
        name="Head Sample",
        organisation="centre",
        role="centre-head",
        language="en",
        who="head of the centre, in English",
    ),
    Person(
        email="auditor@asoi.example",
        name="Auditor Sample",
        organisation="centre",
        role="auditor",
        language="en",
        who="auditor, in English",
    ),
    Person(
        email="employee@sample-bank.example",
        name="Қызметкер Үлгі",
        organisation="sample-bank",
        role="responsible-employee",
        language="kk",
        who="responsible employee of one bank, in Kazakh",
    ),
    Person(
        email="chief@sample-bank.example",
        name="Басшы Үлгі",
        organisation="sample-bank",
        role="head-of-security",
        language="kk",
        who="head of security of the same bank, in Kazakh",
    ),
    Person(
        email="employee@example-bank.example",
        name="Работник Примерный",
        organisation="example-bank",
        role="responsible-employee",
        language="ru",
        who="responsible employee of another bank, in Russian",
    ),
    Person(
        email="chief@example-bank.example",
        name="Начальник Примерный",
        organisation="example-bank",
        role="head-of-security",
        language="ru",
        who="head of security of that bank, in Russian",
    ),
    Person(
        email="employee@invented-bank.example",
        name="Employee Invented",
        organisation="invented-bank-branch",
        role="responsible-employee",
        language="en",
        who="responsible employee of a branch, in English",
    ),
    Person(
        email="chief@invented-bank.example",
        name="Chief Invented",
        organisation="invented-bank-branch",
        role="head-of-security",
        language="en",
        who="head of security of that branch, in English",
    ),
    Person(
        email="employee@specimen-soc.example",
        name="Дежурный Опытный",
        organisation="specimen-soc",
        role="responsible-employee",
        language="ru",
        who="responsible employee of the SOC, in Russian",
    ),
    Person(
        email="chief@specimen-soc.example",
        name="Руководитель Опытный",
        organisation="specimen-soc",
        role="head-of-security",
        language="ru",
        who="head of the SOC, in Russian",
    ),
    Person(
        email="employee@sample-insurer.example",
        name="Страховой Образцовый",
        organisation="sample-insurer",
        role="responsible-employee",
        language="ru",
        who="responsible employee of an insurer, in Russian",
    ),
    Person(
        email="chief@sample-insurer.example",
        name="Главный Образцовый",
        organisation="sample-insurer",
        role="head-of-security",
        language="ru",
        who="head of security of the insurer, in Russian",
    ),
)
