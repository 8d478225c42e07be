"""Whether a session that stands answers what an application asks for, or the person must be met anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from qorgan.gate.oidc.asking import Asked, Prompt
from qorgan.gate.oidc.registered import Registered
from qorgan.gate.rules.policy import new_device
from qorgan.gate.rules.proof import Proof
from qorgan.gate.rules.verdict import Allowed
from qorgan.law.factors import Method, Population


class Session(Protocol):
    """What the provider needs to know of a session: who, how proven, when."""

    @property
    def id(self) -> UUID: ...  # noqa: D102
    @property
    def client_id(self) -> UUID: ...  # noqa: D102
    @property
    def population(self) -> Population: ...  # noqa: D102
    @property
    def authenticated_at(self) -> datetime: ...  # noqa: D102
    @property
    def acr(self) -> str: ...  # noqa: D102
    @property
    def amr(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def proofs(self) -> Sequence[Proof]: ...  # noqa: D102


def suffices(
    session: Session | None, asked: Asked, application: Registered, *, asked_at: datetime, now: datetime
) -> bool:
    """Whether a session answers a request. What the institution's rules demand of it was judged when it was made."""
    if session is None or session.population is not application.population:
        return False
    if application.is_on_device and not knows_device(session):
        return False
    if asked.prompt is Prompt.LOGIN and session.authenticated_at < asked_at:
        return False
    if asked.max_age is not None and not _is_young(session, asked.max_age, asked_at, now):
        return False
    return meets_level(session, asked)


def knows_device(session: Session) -> bool:
    """Whether a session may be taken over by an app on a device (R48.156-1).

    It was begun with the key of a registered device, or with what a new device asks for: otherwise a browser beside the
    app would be a way around the rule.
    """
    if any(proof.method is Method.DEVICE_KEY for proof in session.proofs):
        return True
    return isinstance(new_device(session.population, session.proofs, session.authenticated_at), Allowed)


def meets_level(session: Session, asked: Asked) -> bool:
    """Whether the rule that the session satisfies is one of those asked for (RFC 9470 5)."""
    return not asked.acr_values or session.acr in asked.acr_values


def _is_young(session: Session, max_age: int, asked_at: datetime, now: datetime) -> bool:
    # Whoever signed in for this very request is young enough, though a max_age of nothing has passed since.
    return session.authenticated_at >= asked_at or now - session.authenticated_at <= timedelta(seconds=max_age)
