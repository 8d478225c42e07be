"""Who signs in, with which factors, and what each act demands of them, by the edition in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from qorgan.law.clause import Clause
from qorgan.law.labels import Labelled
from qorgan.law.register import UnknownClause, clause


class Population(Labelled):
    """Whose identity is at stake. Each has its own rules: a platform has employees and participants (R57.3.1)."""

    BANK_CLIENT = ("bank-client", "банк клиенті", "клиент банка", "bank client")
    INSURANCE_OR_MFO_CLIENT = (
        "insurance-or-mfo-client",
        "сақтандыру немесе микроқаржы ұйымының клиенті",
        "клиент страховой или микрофинансовой организации",
        "client of an insurer or a microfinance organisation",
    )
    PARTICIPANT = ("participant", "электрондық сауда алаңының қатысушысы", "участник площадки", "platform participant")
    EMPLOYEE = ("employee", "ұйым қызметкері", "работник организации", "employee")


class FactorKind(Labelled):
    """What a factor rests on. Two factors count as two only when they are of two kinds."""

    KNOWLEDGE = ("knowledge", "білу", "знание", "knowledge")
    POSSESSION = ("possession", "иелену", "владение", "possession")
    INHERENCE = ("inherence", "биометрия", "биометрия", "inherence")


class Method(Labelled):
    """What a person proves themselves with."""

    PASSWORD = ("password", "құпиясөз", "пароль", "password")
    QUESTION = ("question", "бақылау сұрағы", "контрольный вопрос", "security question")
    ONE_TIME_CODE = ("one-time-code", "бір реттік код", "одноразовый код", "one-time code")
    PASSKEY = ("passkey", "кіру кілті", "ключ доступа", "passkey")
    DEVICE_KEY = ("device-key", "құрылғының кілті", "ключ устройства", "device key")
    SIGNATURE = ("signature", "электрондық цифрлық қолтаңба", "электронная цифровая подпись", "digital signature")
    BIOMETRICS = (
        "biometrics",
        "биометриялық сәйкестендіру",
        "биометрическая идентификация",
        "biometric identification",
    )

    @property
    def kind(self) -> FactorKind:
        """Which of the three kinds it is."""
        return _KINDS[self]


_KINDS: Final = {
    Method.PASSWORD: FactorKind.KNOWLEDGE,
    Method.QUESTION: FactorKind.KNOWLEDGE,
    Method.ONE_TIME_CODE: FactorKind.POSSESSION,
    Method.PASSKEY: FactorKind.POSSESSION,
    Method.DEVICE_KEY: FactorKind.POSSESSION,
    Method.SIGNATURE: FactorKind.POSSESSION,
    Method.BIOMETRICS: FactorKind.INHERENCE,
}


class Identification(Labelled):
    """A way to find out who somebody is before they have any factor."""

    SIGNATURE = ("signature", "электрондық цифрлық қолтаңба", "электронная цифровая подпись", "digital signature")
    STATE_BIOMETRICS = (
        "state-biometrics",
        "СДАО арқылы биометриялық сәйкестендіру",
        "биометрическая идентификация через ЦОИД",
        "biometric identification through the identification data exchange centre",
    )
    OWN_DEVICE_BIOMETRICS = (
        "own-device-biometrics",
        "ұйымның өз құрылғыларындағы биометриялық сәйкестендіру",
        "биометрическая идентификация на собственных устройствах организации",
        "biometric identification on the institution's own devices",
    )
    PHONE = (
        "phone",
        "мобильді азаматтар базасы бойынша нөмірдің иесін тексеру",
        "проверка принадлежности номера по базе мобильных граждан",
        "phone ownership by the base of mobile citizens",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRule:
    """What an act demands of a sign-in."""

    clause: str
    populations: frozenset[Population]
    kinds: int = 2
    """Different kinds of factors, at the least."""
    one_of: frozenset[Method] = frozenset()
    """Of which at least one must be among the proven; empty when any will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRule:
    """By what an act lets somebody be registered from afar."""

    clause: str
    populations: frozenset[Population]
    ways: frozenset[Identification]
    named_together: frozenset[Identification] = frozenset()
    """Ways that another sentence of the same act names beside each other: an institution may demand them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BiometricsRule:
    """An act that is done only with biometric identification."""

    clause: str
    populations: frozenset[Population]


_Rule = TypeVar("_Rule", SignInRule, RegistrationRule, BiometricsRule)

_CLIENTS: Final = frozenset({Population.BANK_CLIENT, Population.INSURANCE_OR_MFO_CLIENT})
_PARTICIPANT: Final = frozenset({Population.PARTICIPANT})

SIGN_IN: Final = (
    SignInRule(clause="D26.two-factor", populations=_CLIENTS),
    SignInRule(clause="R57.8", populations=frozenset({Population.EMPLOYEE})),
    SignInRule(
        clause="R57.10",
        populations=_PARTICIPANT,
        one_of=frozenset({Method.SIGNATURE, Method.BIOMETRICS}),
    ),
)
REGISTRATION: Final = (
    RegistrationRule(
        clause="D26.remote-registration",
        populations=_CLIENTS,
        ways=frozenset({Identification.SIGNATURE, Identification.STATE_BIOMETRICS, Identification.PHONE}),
        # D26.identity asks for the state database and for the phone; D26.remote-registration for one of the ways.
        named_together=frozenset({Identification.STATE_BIOMETRICS, Identification.PHONE}),
    ),
    RegistrationRule(
        clause="R57.9",
        populations=_PARTICIPANT,
        ways=frozenset(
            {Identification.SIGNATURE, Identification.STATE_BIOMETRICS, Identification.OWN_DEVICE_BIOMETRICS}
        ),
    ),
)
NEW_DEVICE: Final = (BiometricsRule(clause="R48.156-1", populations=frozenset({Population.BANK_CLIENT})),)
"""To sign in in the app on a device that was not registered before."""
PASSWORD_CHANGE: Final = (BiometricsRule(clause="R57.11", populations=_PARTICIPANT),)


def sign_in_rule(population: Population, on: date) -> tuple[SignInRule, Clause] | None:
    """The rule that binds a sign-in on a day, and its clause in that day's edition; None when none does."""
    return _binding(SIGN_IN, population, on)


def registration_rule(population: Population, on: date) -> tuple[RegistrationRule, Clause] | None:
    """The rule that binds a registration from afar on a day; None when none does: then nobody is registered so."""
    return _binding(REGISTRATION, population, on)


def new_device_rule(population: Population, on: date) -> tuple[BiometricsRule, Clause] | None:
    """The rule that demands biometric identification before a new device is bound; None when none does."""
    return _binding(NEW_DEVICE, population, on)


def password_change_rule(population: Population, on: date) -> tuple[BiometricsRule, Clause] | None:
    """The rule that demands biometric identification before a password is changed; None when none does."""
    return _binding(PASSWORD_CHANGE, population, on)


def _binding(rules: tuple[_Rule, ...], population: Population, on: date) -> tuple[_Rule, Clause] | None:
    for rule in rules:
        if population not in rule.populations:
            continue
        try:
            return rule, clause(rule.clause, on)
        except UnknownClause:
            continue
    return None
