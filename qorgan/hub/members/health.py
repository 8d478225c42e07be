"""How a module does, judged by its last word: sending, behind, not reading, silent (R67.3.8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.models import ModuleState

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SILENT_AFTER: Final = timedelta(seconds=150)
"""Two heartbeats that did not come, and a little: a module says that it lives once a minute."""
BEHIND_FROM: Final = 1_000
"""Signals waiting at the institution, from which on a module is said to be catching up."""


class Health(StrEnum):
    """What a module is doing."""

    SENDING = "sending"
    BEHIND = "behind"
    NOT_READING = "not-reading"
    SILENT = "silent"
    AWAITING = "awaiting"
    REVOKED = "revoked"

    @property
    def kind(self) -> str:
        """Its shape and colour: 'good', 'warn', 'bad' or 'idle'."""
        return _KINDS[self]

    @property
    def words(self) -> _StrPromise:
        """What it is called."""
        return _WORDS[self]


_KINDS: Final = {
    Health.SENDING: "good",
    Health.BEHIND: "warn",
    Health.NOT_READING: "warn",
    Health.SILENT: "bad",
    Health.AWAITING: "idle",
    Health.REVOKED: "idle",
}
_WORDS: Final[dict[Health, _StrPromise]] = {
    Health.SENDING: _("In touch"),
    Health.BEHIND: _("Catching up"),
    Health.NOT_READING: _("Stopped reading"),
    Health.SILENT: _("Silent"),
    Health.AWAITING: _("Awaiting enrolment"),
    Health.REVOKED: _("Revoked"),
}


def health_of(state: str, last_seen_at: datetime | None, status: dict[str, Any] | None, now: datetime) -> Health:
    """How a module does. `status` is its last heartbeat, as `wire.enrolment.Heartbeat` says it."""
    if state == ModuleState.REVOKED:
        return Health.REVOKED
    if state == ModuleState.AWAITING_ENROLMENT:
        return Health.AWAITING
    if last_seen_at is None or now - last_seen_at > SILENT_AFTER:
        return Health.SILENT
    if status and status.get("stopped_reading"):
        return Health.NOT_READING
    if status and backlog(status) >= BEHIND_FROM:
        return Health.BEHIND
    return Health.SENDING


def backlog(status: dict[str, Any]) -> int:
    """Signals that wait at the institution to be sent."""
    waiting = status.get("spooled", 0)
    return waiting if isinstance(waiting, int) else 0
