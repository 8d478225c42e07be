"""One-time codes as a factor: each step's code is taken once, whoever asks first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings

from qorgan.gate.devices import register
from qorgan.gate.factors.answers import as_id, optional, same_ceremony, text
from qorgan.gate.factors.base import NOBODY, Challenge, Credential, FactorRefused, Reason
from qorgan.gate.factors.one_time_code import steps
from qorgan.gate.factors.one_time_code.models import OneTimeCode
from qorgan.gate.rules.proof import Proof
from qorgan.gate.sealing import seal, unseal
from qorgan.kit.statements import change, rows
from qorgan.law.factors import Method

METHOD: Final = Method.ONE_TIME_CODE
FIELD: Final = "one_time_code.secret"
_ENROLMENT: Final = "one-time-code enrolment"
_MOST: Final = 5
_LONGEST: Final = 40
_LONGEST_NAME: Final = 100


def enrolled(client_id: UUID) -> list[Credential]:
    """The client's apps, oldest first."""
    return [_credential(one) for one in OneTimeCode.objects.filter(client_id=client_id).order_by("created_at")]


def begin(client_id: UUID | None, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """Nothing but how long a code is."""
    del client_id, ceremony, nonce, purpose, now
    return Challenge(public={"digits": steps.DIGITS})


def verify(
    client_id: UUID | None, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Proof:
    """Take the code once. Raises FactorRefused.

    The step is spent by one conditional update: of two that bring the same code at the same moment, the second waits
    for the first, and finds it spent.
    """
    del kept, ceremony
    code = text(answer, "code", longest=_LONGEST)
    apps = [one for one in rows(OneTimeCode, "client_id = %s", [client_id or NOBODY]) if _is_at_hand(one)]
    if not apps:
        # The same work for whoever has none: a secret opened, codes computed, an update that finds nothing.
        steps.step_of(code, unseal(_nobodys(), field=FIELD, row=NOBODY), now)
        _spend(uuid4(), 0, now)
        raise FactorRefused(Reason.NOT_ENROLLED)
    matching = [(one, step) for one in apps if (step := steps.step_of(code, _secret(one), now)) is not None]
    if not matching:
        _spend(uuid4(), 0, now)
        raise FactorRefused(Reason.WRONG)
    for one, step in matching:
        if _spend(one.pk, step, now):
            return Proof(method=METHOD, credential=str(one.pk), at=now, carrier=_carrier(one))
    raise FactorRefused(Reason.ALREADY_USED)


def enrol_begin(client_id: UUID, *, ceremony: UUID, nonce: bytes, purpose: str, now: datetime) -> Challenge:
    """A new secret, to be shown this once as text and as a picture; sealed in the ceremony meanwhile."""
    del nonce, purpose, now
    secret = steps.new_secret()
    issuer = settings.CONFIG.portal.hostname
    return Challenge(
        public={"secret": secret, "address": steps.address(secret, str(client_id)[:8], issuer)},
        kept={"ceremony": str(ceremony), "for": _ENROLMENT, "secret": seal(secret, field=FIELD, row=ceremony)},
    )


def enrol_finish(
    client_id: UUID, kept: Mapping[str, Any], answer: Mapping[str, Any], *, ceremony: UUID, now: datetime
) -> Credential:
    """Enrol the app that showed a right code, which is spent by it. Raises FactorRefused.

    `device` in the answer is the registered device whose app holds the secret, so that the two are lost together. A
    ceremony that runs in the institution's app says it itself.
    """
    same_ceremony(kept, ceremony, _ENROLMENT)
    if OneTimeCode.objects.filter(client_id=client_id).count() >= _MOST:
        raise FactorRefused(Reason.TOO_MANY, f"{_MOST} at most")
    secret = unseal(kept["secret"], field=FIELD, row=ceremony)
    step = steps.step_of(text(answer, "code", longest=_LONGEST), secret, now)
    if step is None:
        raise FactorRefused(Reason.WRONG)
    app = OneTimeCode(
        client_id=client_id,
        name=optional(answer, "name", longest=_LONGEST_NAME),
        last_step=step,
        device_id=_device(client_id, answer),
        created_at=now,
    )
    app.secret_sealed = seal(secret, field=FIELD, row=app.pk)
    app.save(force_insert=True)
    return _credential(app)


def remove(client_id: UUID, credential: str, *, now: datetime) -> None:
    """Forget the secret of an app. Raises FactorRefused when the client has none of this id."""
    del now
    if not OneTimeCode.objects.filter(client_id=client_id, pk=as_id(credential)).delete()[0]:
        raise FactorRefused(Reason.NOT_ENROLLED)


def _is_at_hand(app: OneTimeCode) -> bool:
    """Whether what holds the secret still counts: with a closed device its codes are closed."""
    return app.device_id is None or register.is_open(app.client_id, app.device_id)


def _spend(app: UUID, step: int, now: datetime) -> bool:
    """Whether the step was still to be had, which it is for one."""
    unspent = "id = %s AND last_step < %s"
    return change(OneTimeCode, "last_step = %s, used_at = %s", unspent, [step, now, app, step]) == 1


def _device(client_id: UUID, answer: Mapping[str, Any]) -> UUID | None:
    if "device" not in answer:
        return None
    device = as_id(text(answer, "device", longest=_LONGEST))
    if not register.is_open(client_id, device):
        raise FactorRefused(Reason.NOT_THEIRS, "the device")
    return device


def _carrier(app: OneTimeCode) -> str:
    return register.carrier_of(app.device_id) if app.device_id else f"authenticator:{app.pk}"


def _secret(app: OneTimeCode) -> str:
    return unseal(app.secret_sealed, field=FIELD, row=app.pk)


@cache
def _nobodys() -> str:
    return seal(steps.new_secret(), field=FIELD, row=NOBODY)


def _credential(app: OneTimeCode) -> Credential:
    return Credential(id=str(app.pk), method=METHOD, created_at=app.created_at, used_at=app.used_at, name=app.name)
