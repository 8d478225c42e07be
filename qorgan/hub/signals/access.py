"""Who reads signals, and that reading another's is written down, in the transaction of the reading (R67.4)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled

from qorgan.hub.members import journal
from qorgan.hub.members.access import Reach, Scope, require
from qorgan.hub.members.journal import Act
from qorgan.hub.members.roles import Right
from qorgan.hub.signals.queries import Row, signal_row
from qorgan.kit.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

SEARCH_MAY_TAKE: Final = timedelta(seconds=5)
WRITTEN_AGAIN: Final = timedelta(minutes=10)
"""The numbers of a search are part of it: they are not written down again so soon after it."""


class TooLong(Exception):
    """A reading took longer than it may; nothing was read."""


def require_signals(scope: Scope) -> None:
    """Raise Refusal unless the person may read signals at all."""
    require(scope, Right.SIGNALS_READ)


def within(scope: Scope) -> tuple[UUID, ...]:
    """The organisations that a reading is limited to; none where it is not limited."""
    return () if scope.reach is Reach.CENTRE else scope.organisations


def signal_for(module: UUID, sequence: int) -> Row:
    """The signal, if whoever asks may see it. Raises Refusal `signal-unknown` in both other cases."""
    row = signal_row(module, sequence)
    if row is None:
        raise Refusal("signal-unknown", _("There is no such signal, or it is not yours to see."))
    return row


def is_anothers(scope: Scope, organisation: UUID | None = None) -> bool:
    """Whether what is read is not the reader's own: an organisation's, or that of all they may see."""
    if scope.reach is Reach.CENTRE:
        return True
    read = {organisation} if organisation else set(scope.organisations)
    return not read <= set(scope.memberships)


def note(
    act: Act,
    *,
    by: Scope,
    now: datetime,
    organisation: UUID | None = None,
    on: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write a reading into the journal, unless it is of one's own."""
    if is_anothers(by, organisation):
        journal.write(act, by=by, now=now, organisation=organisation, on=on, detail=detail)


def note_once(act: Act, *, by: Scope, now: datetime, organisation: UUID | None, detail: Mapping[str, Any]) -> None:
    """The same, but not again where this person's very same reading was written a moment ago."""
    recent = journal.entries().filter(
        at__gte=now - WRITTEN_AGAIN, person_id=by.person_id, act=act.value, detail=dict(detail)
    )
    if not recent.exists():
        note(act, by=by, now=now, organisation=organisation, detail=detail)


@contextmanager
def bounded(longest: timedelta) -> Iterator[None]:
    """Let PostgreSQL give up each statement after so long. Raises TooLong; the transaction around goes on."""
    milliseconds = int(longest / timedelta(milliseconds=1))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooLong from error
        raise
