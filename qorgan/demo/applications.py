"""What members of the demonstration ask of the centre: applications in several states, and an absence (R67.5, R67.6).

Imported only once Django is set up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from qorgan.demo.market import Institution
from qorgan.hub.members import absences, applications
from qorgan.hub.members.access import HUB, Scope, enter, scope_of
from qorgan.hub.members.actions import profile_of
from qorgan.hub.members.applications import Finding
from qorgan.hub.members.content import Account, Connection
from qorgan.hub.members.models import Organisation, Person
from qorgan.hub.members.profile import Contact, Product, Profile
from qorgan.hub.members.roles import Role
from qorgan.law.asoi import OrganisationKind

_INVENTORY = (
    Product(
        kind="software",
        vendor="F5",
        product="nginx",
        version="1.22.1",
        cpe="cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*",
    ),
    Product(
        kind="software",
        vendor="OpenBSD",
        product="OpenSSH",
        version="9.2",
        cpe="cpe:2.3:a:openbsd:openssh:9.2:*:*:*:*:*:*:*",
    ),
    Product(kind="hardware", vendor="Example", product="Firewall 9"),
)
_GATEWAYS = {
    "sample-bank": "4.1.0",
    "example-bank": "4.0.3",
    "trial-post": "4.2.0",
    "specimen-soc": "4.2.1",
}
"""Who has the gateway of which an advisory tells, in which version: it concerns three of them, and not the fourth."""


def profile(one: Institution) -> Profile:
    """An institution's profile, with everything a profile may hold."""
    number = int(one.bin[-3:])
    domain = one.email.partition("@")[2]
    duty = Contact(name="Кезекші Үлгі", position="duty officer", phone=f"+7701001{number:04d}", email=f"duty@{domain}")
    return Profile(
        bin=one.bin,
        kind=one.kind,
        name_kk=one.name_kk,
        name_ru=one.name_ru,
        name_en=one.name_en,
        email=one.email,
        reporting_phone=f"+7701000{number:04d}",
        contacts=(duty,),
        networks=(f"198.51.100.{number % 16 * 16}/28",),
        domains=(domain,),
        inventory=_inventory(one.slug),
    )


def _inventory(slug: str) -> tuple[Product, ...]:
    version = _GATEWAYS.get(slug)
    if version is None:
        return _INVENTORY
    cpe = f"cpe:2.3:a:example_networks:gateway:{version}:*:*:*:*:*:*:*"
    gateway = Product(kind="software", vendor="Example Networks", product="Gateway", version=version, cpe=cpe)
    return (*_INVENTORY, gateway)


def ask(keys: Mapping[str, UUID], people: Mapping[str, Person], now: datetime) -> None:
    """Let the market's people ask for things, each in their own name."""
    analyst, bank = _as(people["analyst@asoi.example"], now), keys["sample-bank"]
    # (1) A centre asks for an institution that it will serve; a field lacks.
    sent = applications.apply_for_connection(
        _microfinance(),
        organisation_id=keys["specimen-soc"],
        by=_as(people["employee@specimen-soc.example"], now),
        now=now,
    )
    applications.take_up(sent.pk, by=analyst, now=now)
    reason = "The number on the letter is another one: which of the two is to be registered?"
    applications.send_back(sent.pk, (Finding("reporting_phone", reason),), by=analyst, now=now)
    # (2) A head of security asks for an account, which waits.
    chief = _as(people["chief@sample-bank.example"], now)
    applications.apply_for_account(_account(), organisation_id=bank, by=chief, now=now)
    # (3) An employee proposes a change of the profile, which is under review.
    employee = people["employee@sample-bank.example"]
    asks = _as(employee, now)
    current = profile_of(Organisation.objects.get(pk=bank))
    changed = msgspec.structs.replace(
        current,
        networks=(*current.networks, "203.0.113.64/26"),
        inventory=(
            *current.inventory,
            Product(kind="software", vendor="Example", product="Mail gateway", version="3.1"),
        ),
    )
    made = applications.propose_profile(changed, organisation_id=bank, by=asks, now=now)
    applications.take_up(made.pk, by=analyst, now=now)
    # (4) The head will be away, and the employee stands in.
    away = {"starts_at": now + timedelta(days=3), "ends_at": now + timedelta(days=10)}
    absences.record_absence(bank, employee.pk, reason="leave", by=chief, now=now, **away)
    enter(HUB)


def _as(person: Person, now: datetime) -> Scope:
    return scope_of(person, now)


def _microfinance() -> Connection:
    return Connection(
        profile=Profile(
            bin="000140000052",
            kind=OrganisationKind.MFO,
            name_kk="«Қиял» микроқаржы ұйымы",
            name_ru="Микрофинансовая организация «Воображаемая»",
            name_en="Imaginary Microfinance",
            email="office@imaginary-mfo.example",
            reporting_phone="+77010000052",
            contacts=(Contact(name="Кезекші Қиял", phone="+77010010052"),),
            domains=("imaginary-mfo.example",),
        )
    )


def _account() -> Account:
    return Account(
        surname="Сынақов",
        given_name="Мысал",
        patronymic="Үлгіұлы",
        position="information-security specialist",
        phones=("+77010020001", "+77010020002"),
        email="m.synaqov@sample-bank.example",
        role=Role.RESPONSIBLE_EMPLOYEE,
    )
