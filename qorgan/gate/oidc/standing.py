"""Whether a session that stands answers what an application asks for, or the person must be met anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from qorgan.gate.oidc.asking import Asked, Prompt
from qorgan.law.factors import Population


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


def suffices(
    session: Session | None, asked: Asked, population: Population, *, asked_at: datetime, now: datetime
) -> bool:
    """Whether a session answers a request. What the institution's rules demand of it was judged when it was made."""
    if session is None or session.population is not population:
        return False
    if asked.prompt is Prompt.LOGIN and session.authenticated_at < asked_at:
        return False
    if asked.max_age is not None and not _is_young(session, asked.max_age, asked_at, now):
        return False
    return meets_level(session, asked)


def meets_level(session: Session, asked: Asked) -> bool:
    """Whether the rule that the session satisfies is one of those asked for (RFC 9470 5)."""
    return not asked.acr_values or session.acr in asked.acr_values


def _is_young(session: Session, max_age: int, asked_at: datetime, now: datetime) -> bool:
    # Whoever signed in for this very request is young enough, though a max_age of nothing has passed since.
    return session.authenticated_at >= asked_at or now - session.authenticated_at <= timedelta(seconds=max_age)
