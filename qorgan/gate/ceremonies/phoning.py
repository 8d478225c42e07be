"""Whose the phone is, inside a ceremony: asked of the registry, and confirmed by a code that its holder reads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from qorgan.gate.ceremonies import outside, wording
from qorgan.gate.ceremonies.engine import Begun, View, found, opened, raised, reaching, situation, view
from qorgan.gate.ceremonies.finishing import PHONE
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.ceremonies.lifecycle import Verb
from qorgan.gate.ceremonies.models import Ceremony
from qorgan.gate.ceremonies.outside import Answered
from qorgan.gate.ceremonies.plan import next_steps
from qorgan.gate.clients import numbers
from qorgan.gate.config import Limits
from qorgan.gate.factors.base import Errand
from qorgan.gate.journal.entry import Whence
from qorgan.gate.lockout.counters import of_network
from qorgan.gate.lockout.counting import charge
from qorgan.gate.phones import checking
from qorgan.gate.phones.refusal import PhoneRefused
from qorgan.gate.providers import configured
from qorgan.gate.sealing import seal, unseal
from qorgan.kit.refusal import Refusal


def ask(begun: Begun, phone: str, *, whence: Whence, now: datetime) -> checking.Asked:
    """Send a code to the number, if it is the person's. At a registration it is the number of the application.

    Each is counted by network, since it costs a message. Raises Refusal, Unavailable.
    """
    if not charge([of_network("phone", address=whence.address, limits=_limits())], now):
        raise wording.too_many()
    try:
        with reaching(begun, whence=whence, now=now):
            with transaction.atomic():
                asked = _question(opened(begun, Verb.CHALLENGE, now), phone, now)
            said = outside.ask(Errand(configured.NUMBERS, lambda: checking.answer(asked, now=now)), now)
            with transaction.atomic():
                code = _kept(opened(begun, Verb.CHALLENGE, said.at), asked, said)
            errand = Errand(
                configured.GATEWAY,
                lambda: checking.send(code, now=said.at),
                undo=lambda: checking.unsent(code, now=said.at),
            )
            return outside.ask(errand, said.at).said
    except PhoneRefused:
        raise wording.out_of_turn("phone-not-asked") from None


def confirm(begun: Begun, code: str, *, whence: Whence, now: datetime) -> View:
    """Bring the code. Raises Refusal, one for everything that may be wrong with it."""
    del whence
    with transaction.atomic():
        ceremony = opened(begun, Verb.PROVE, now)
        client_id = _demand_offered(ceremony, now)
        outcome: View | Refusal
        try:
            number = checking.confirm(client_id, code, ceremony=ceremony.pk, now=now)
        except PhoneRefused:
            outcome = wording.not_proven()
        else:
            ceremony.phone_confirmed, ceremony.phone_sealed = True, seal(number, field=PHONE, row=ceremony.pk)
            ceremony.save(update_fields=["phone_confirmed", "phone_sealed"])
            outcome = view(ceremony, now)
    return raised(outcome)


def _question(ceremony: Ceremony, phone: str, now: datetime) -> checking.Question:
    """What the registry is to be asked. Raises Refusal, PhoneRefused."""
    client_id = _demand_offered(ceremony, now)
    number = unseal(ceremony.phone_sealed, field=PHONE, row=ceremony.pk) if _is_registration(ceremony) else phone
    return checking.question(client_id, number, now=now)


def _kept(ceremony: Ceremony, asked: checking.Question, said: Answered[checking.Answer]) -> checking.Code:
    """The answer, if the ceremony still has a use for it. Raises Refusal, PhoneRefused."""
    _demand_offered(ceremony, said.at)
    code = checking.keep(asked, said.said, ceremony=ceremony.pk, now=said.at)
    ceremony.phone_sealed = seal(asked.number, field=PHONE, row=ceremony.pk)
    ceremony.save(update_fields=["phone_sealed"])
    return code


def confirmed(begun: Begun, *, now: datetime) -> str:
    """The number that was confirmed, so far as its owner knows it by; empty for none. Raises Refusal."""
    ceremony = found(begun, now)
    if not ceremony.phone_confirmed:
        return ""
    return numbers.masked(unseal(ceremony.phone_sealed, field=PHONE, row=ceremony.pk))


def _demand_offered(ceremony: Ceremony, now: datetime) -> UUID:
    """Whose number it is to be. Who has proven nothing asks about none, but at a registration. Raises Refusal."""
    here = situation(ceremony, now, with_enrolled=True)
    if ceremony.client_id is None or not next_steps(here).phone or not (here.proofs or _is_registration(ceremony)):
        raise wording.out_of_turn("phone-not-asked")
    return ceremony.client_id


def _is_registration(ceremony: Ceremony) -> bool:
    return ceremony.kind == Kind.REGISTRATION


def _limits() -> Limits:
    limits: Limits = settings.CONFIG.limits
    return limits
