"""The seven categories of incident (R67.12, R48I.3), and what is told of them."""

from __future__ import annotations

from datetime import timedelta

from qorgan.law.clause import Retention
from qorgan.law.labels import Labelled

OUTAGE_OVER = timedelta(hours=1)
"""Category 7 needs information systems to have stood still for longer than this, not exactly as long."""

INCIDENT_INFORMATION = Retention(
    clause=None,
    read="",
    reading="the press of August 2018 told of Resolution No. 48 that banks keep information on incidents for five "
    "years at least; its item was not seen, the amendments of 2025 that we hold do not repeat it, "
    "and R48I names no time",
    at_hand_months=60,
    archive_months=0,
)
"""Information on incidents, at the organisation. No text that we hold says how long the centre keeps it: as long."""


class IncidentCategory(Labelled):
    """The seven categories of R67.12, the same as those of R48I.3, in their order.

    Kazakh and Russian names are those of the ASOI rules. The two acts' Kazakh texts differ in words, not in
    meaning: unauthorised access is "рұқсатсыз кіру" in R67.12 and "санкцияланбаған кіру" in R48I.3.
    """

    EXPLOIT = (
        "exploit",
        "қолданбалы және жүйелік бағдарламалық қамтылымдағы осалдықтарды пайдалану",
        "эксплуатация уязвимостей в прикладном и системном программном обеспечении",
        "exploited vulnerabilities in application or system software",
    )
    UNAUTHORISED_ACCESS = (
        "unauthorised-access",
        "ақпараттық жүйеге рұқсатсыз кіру",
        "несанкционированный доступ в информационную систему",
        "unauthorised access to an information system",
    )
    DENIAL_OF_SERVICE = (
        "denial-of-service",
        'ақпараттық жүйеге немесе деректерді беру желісіне "қызмет көрсетуден бас тарту" шабуылы',
        'атака "отказ в обслуживании" на информационную систему или сеть передачи данных',
        "denial-of-service attack on an information system or data network",
    )
    SERVER_INFECTED = (
        "server-infected",
        "серверді зиянды бағдарламамен немесе кодпен зақымдау",
        "заражение сервера вредоносной программой или кодом",
        "server infected with malicious software or code",
    )
    UNAUTHORISED_TRANSFER = (
        "unauthorised-transfer",
        "АҚ бақылауларын бұзу салдарынан ақша қаражатын санкциясыз аудару",
        "совершение несанкционированного перевода денежных средств вследствие нарушения контролей ИБ",
        "unauthorised transfer of money through breached security controls",
    )
    IDENTIFICATION_DISRUPTED = (
        "identification-disrupted",
        "клиенттің сәйкестендіру және бірдейлендіру банк жүйелерінің жұмысын бұзу",
        "нарушение работы банковских систем идентификации и аутентификации клиента",
        "disruption of the client identification and authentication systems",
    )
    OUTAGE = (
        "outage",
        "ақпараттық жүйелердің бір сағаттан астам тұрып қалуына әкеп соққан өзге де АҚ оқыс оқиғалары",
        "иные инциденты ИБ, повлекшие простои информационных систем более одного часа",
        "other incident that stopped information systems for over one hour",
    )

    @property
    def number(self) -> int:
        """The sub-item, 1 to 7, under which both acts list it."""
        return list(IncidentCategory).index(self) + 1

    def admits(self, outage: timedelta) -> bool:
        """Whether an incident with that outage may carry this category: only the seventh asks for one."""
        return self is not IncidentCategory.OUTAGE or outage > OUTAGE_OVER
