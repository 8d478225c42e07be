"""Who has come, where they have no account to name: at a registration, and with an employee's invitation."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from qorgan.gate.ceremonies import wording
from qorgan.gate.ceremonies.engine import Begun, View, act_of, opened, view
from qorgan.gate.ceremonies.finishing import PHONE
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.ceremonies.lifecycle import Verb
from qorgan.gate.clients import access, actions, numbers
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.clients.models import Client
from qorgan.gate.journal.entry import Whence
from qorgan.gate.journal.events import Event
from qorgan.gate.sealing import seal
from qorgan.law.factors import Population


class Applicant(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of themselves. Nobody is registered by it (D26.remote-registration)."""

    iin: str
    name: str
    phone: str
    language: str = "kk"
    legal_entity: str = ""
    """BIN of the legal entity that a participant acts for."""

    def __repr__(self) -> str:
        return "Applicant(…)"


@transaction.atomic
def apply(begun: Begun, applicant: Applicant, *, whence: Whence, now: datetime) -> View:
    """Say who is to be registered. It is the same whether that person is a client or not. Raises Refusal."""
    ceremony = opened(begun, Verb.IDENTIFY, now)
    if ceremony.kind != Kind.REGISTRATION or ceremony.identified:
        raise wording.out_of_turn()
    population = Population(ceremony.population)
    client = actions.register(
        population,
        iin=applicant.iin,
        name=applicant.name,
        phone=applicant.phone,
        language=applicant.language,
        legal_entity=applicant.legal_entity,
        act=act_of(ceremony, whence, now),
    )
    ceremony.client, ceremony.identified = client, True
    ceremony.phone_sealed = seal(numbers.read_phone(applicant.phone), field=PHONE, row=ceremony.pk)
    # Guesses about one person are counted together, however many registrations they are spread over.
    ceremony.subject = access.subject(population, f"registering {numbers.read_iin(applicant.iin)[0]}")
    ceremony.save(update_fields=["client", "identified", "phone_sealed", "subject"])
    return view(ceremony, now)


@transaction.atomic
def show_invitation(begun: Begun, secret: str, *, whence: Whence, now: datetime) -> View:
    """Show the invitation of an employee who has no factors yet. Raises Refusal."""
    ceremony = opened(begun, Verb.IDENTIFY, now)
    if ceremony.kind != Kind.INVITED or ceremony.identified:
        raise wording.out_of_turn()
    found = Client.objects.filter(
        population=ceremony.population,
        state=State.ACTIVE,
        invitation_digest=actions.digest(secret),
        invitation_until__gt=now,
    ).first()
    if found is None:
        raise wording.unknown()
    ceremony.client, ceremony.identified, ceremony.subject = found, True, found.pk.hex
    ceremony.save(update_fields=["client", "identified", "subject"])
    act_of(ceremony, whence, now).write(Event.CEREMONY_BEGUN, found, detail={"kind": ceremony.kind})
    return view(ceremony, now)
