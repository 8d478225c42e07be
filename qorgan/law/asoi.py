"""The ASOI rules (Resolution No. 67 of 2022): who takes part, the eight signals, the terms of use."""

from __future__ import annotations

from datetime import date

from qorgan.law.clause import Retention, Term
from qorgan.law.incidents import INCIDENT_INFORMATION
from qorgan.law.labels import Labelled, Language
from qorgan.law.register import in_force


class SignalType(Labelled):
    """The eight security events that become signals, in the order of item 8.

    Kazakh and Russian names are the rules' own, without their explanations in brackets.
    """

    IDS = (
        "ids",
        "IPS/IDS зиянды белсенділігін анықтау",
        "выявление вредоносной активности IPS/IDS",
        "malicious activity found by an intrusion detection or prevention system",
    )
    """R67.8.1"""
    WAF = (
        "waf",
        "WAF зиянды белсенділігін анықтау",
        "выявление вредоносной активности WAF",
        "malicious activity found by a web application firewall",
    )
    """R67.8.2"""
    ENDPOINT = (
        "endpoint",
        "соңғы нүктелерді қорғау жүйесінің зиянды белсенділігін анықтау",
        "выявление вредоносной активности системой защиты конечных точек",
        "malicious activity found by endpoint protection",
    )
    """R67.8.3"""
    MALCODE = (
        "malcode",
        "зиянды кодты алу",
        "получение вредоносного кода",
        "malicious code received",
    )
    """R67.8.4"""
    PHISHING = (
        "phishing",
        "фишингтік хабарлама алу",
        "получение фишингового сообщения",
        "phishing message received",
    )
    """R67.8.5"""
    SCAN = (
        "scan",
        "белсенді желілік қызметтерді анықтау үшін IP-мекенжайларды желілік сканерлеу",
        "сетевое сканирование IP-адресов на предмет выявления активных сетевых служб",
        "network scanning of addresses for active services",
    )
    """R67.8.6"""
    GUESS = (
        "guess",
        "есептік жазбаның құпиясөзін мөлшерден артық теру (сыртқы аяда)",
        "перебор пароля к учетной записи (на внешнем периметре)",
        "guessing the password of an account (external perimeter)",
    )
    """R67.8.7"""
    SPRAY = (
        "spray",
        "құпиясөзге есептік жазбаларды мөлшерден артық теру (сыртқы аяда)",
        "перебор учетных записей к паролю (на внешнем периметре)",
        "trying accounts for one password (external perimeter)",
    )
    """R67.8.8"""

    @property
    def clause(self) -> str:
        """The id of the clause that names this event."""
        return f"R67.8.{list(SignalType).index(self) + 1}"

    @property
    def perimeter_only(self) -> bool:
        """Whether only an event on the external perimeter counts: R67.8.7 and R67.8.8."""
        return self in {SignalType.GUESS, SignalType.SPRAY}

    def short(self, language: str) -> str:
        """Our own short name for a column or a chart, in `language`; the act's own is `label`."""
        return _SHORT[self][Language(language)]


_SHORT = {
    signal: dict(zip(Language, names, strict=True))
    for signal, names in {
        SignalType.IDS: ("IDS/IPS", "IDS/IPS", "IDS/IPS"),
        SignalType.WAF: ("WAF", "WAF", "WAF"),
        SignalType.ENDPOINT: ("Соңғы нүкте", "Конечная точка", "Endpoint"),
        SignalType.MALCODE: ("Зиянды код", "Вредоносный код", "Malicious code"),
        SignalType.PHISHING: ("Фишинг", "Фишинг", "Phishing"),
        SignalType.SCAN: ("Желілік сканерлеу", "Сканирование сети", "Network scan"),
        SignalType.GUESS: ("Құпиясөз теру", "Перебор пароля", "Password guessing"),
        SignalType.SPRAY: ("Есептік жазба теру", "Перебор учетных записей", "Password spraying"),
    }.items()
}


class OrganisationKind(Labelled):
    """The parties: the rules' own (items 5 and 7), those of the 2026 decree, and the sectoral centre."""

    BANK = "bank", "банк", "банк", "bank"
    NONRESIDENT_BRANCH = (
        "nonresident-branch",
        "Қазақстан Республикасы бейрезидент-банкінің филиалы",
        "филиал банка-нерезидента Республики Казахстан",
        "branch of a non-resident bank",
    )
    BANKING_OPERATIONS = (
        "banking-operations",
        "банк операцияларының жекелеген түрлерін жүзеге асыратын ұйым",
        "организация, осуществляющая отдельные виды банковских операций",
        "organisation doing certain banking operations",
    )
    INSURER = "insurer", "сақтандыру ұйымы", "страховая организация", "insurer"
    MFO = "mfo", "микроқаржы ұйымы", "микрофинансовая организация", "microfinance organisation"
    SOC = (
        "soc",
        "ақпараттық қауіпсіздіктің жедел орталығы",
        "оперативный центр информационной безопасности",
        "security operations centre",
    )
    TRADING_PLATFORM = (
        "trading-platform",
        "электрондық сауда алаңының операторы",
        "оператор электронной торговой площадки",
        "operator of an electronic trading platform",
    )
    AUTHORITY = (
        "authority",
        "ақпараттық қауіпсіздіктің салалық орталығы",
        "отраслевой центр информационной безопасности",
        "sectoral information-security centre",
    )

    @property
    def must_install_module(self) -> bool:
        """Whether R67.7 binds it to install the integration module and so to send signals (R67.8)."""
        return self in _SIGNAL_SENDERS

    def incident_clause(self, on: date) -> str | None:
        """The id of the clause that binds it to report incidents on that day; None when none does.

        R67.12 binds the senders of signals, D26.reporting insurers and microfinance organisations, each
        from the first day of the edition that the register holds.
        """
        if self in _SIGNAL_SENDERS:
            duty = "R67.12"
        elif self in _INCIDENT_REPORTERS_SINCE_2026:
            duty = "D26.reporting"
        else:
            return None
        return duty if any(row.id == duty for row in in_force(on)) else None


_SIGNAL_SENDERS = frozenset(
    {
        OrganisationKind.BANK,
        OrganisationKind.NONRESIDENT_BRANCH,
        OrganisationKind.BANKING_OPERATIONS,
        OrganisationKind.SOC,
    }
)
_INCIDENT_REPORTERS_SINCE_2026 = frozenset({OrganisationKind.INSURER, OrganisationKind.MFO})

ANSWER_WARNING = Term(clause="R67.13", working_days=1, starts="the warning is received")
"""To accept or decline a warning's recommendations."""
TAKE_UP_INQUIRY = Term(clause="R67.14", working_days=1, starts="the inquiry is received")
"""To take an inquiry into work or decline it."""
ANSWER_INQUIRY = Term(clause="R67.14", working_days=10, starts="the work on the inquiry is finished")
"""To form the answer; the clock does not run while the work lasts."""
MEND_RETURNED = Term(clause="R67.15", working_days=3, starts="the centre returns the document")
"""To mend a returned threat warning, incident card or answer; nothing else can be returned."""

SIGNALS = Retention(
    clause=None,
    read="",
    reading="neither R67 nor any other act that we hold says how long signals are kept; an incident card rests on "
    "them, so they are kept as long as information on incidents is",
    at_hand_months=INCIDENT_INFORMATION.months,
    archive_months=0,
)
"""Signals at the centre. An act that names a time takes the place of this reading."""
