"""Routes of signals: a search, one signal, its record and receipt. Reading others' is written down (R67.4)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from qorgan.hub.api import given
from qorgan.hub.api.call import Answer, Call, malformed
from qorgan.hub.members.access import require
from qorgan.hub.members.journal import Act
from qorgan.hub.members.roles import Right
from qorgan.hub.receipts.record import record_receipt
from qorgan.hub.signals import access, queries
from qorgan.hub.signals.access import SEARCH_MAY_TAKE, TooLong, bounded
from qorgan.hub.signals.filters import FilterRefused, read
from qorgan.kit.refusal import Refusal
from qorgan.law.severity import Severity
from qorgan.ledger.receipt import write

FILTERS: Final = (
    *("last", "since", "until", "type", "severity", "organisation", "module", "sensor", "rule"),
    *("address", "hash", "domain", "q", "before"),
)
"""As in the address of the search page."""
LINES: Final = "application/x-ndjson"
_SEVERITIES: Final = tuple(Severity)


def search(call: Call) -> Answer:
    """A page of a search, the newest first: of the last 24 hours where no time is given."""
    access.require_signals(call.scope)
    try:
        filters = read(call.values)
    except FilterRefused as refused:
        raise malformed(refused.name) from None
    try:
        with bounded(SEARCH_MAY_TAKE):
            page = queries.search(filters, call.now, within=access.within(call.scope))
    except TooLong:
        raise Refusal(
            "search-too-long", _("This search takes too long. Narrow it."), status=HTTPStatus.UNPROCESSABLE_ENTITY
        ) from None
    detail: dict[str, Any] = filters.told() | ({"page": str(filters.before)} if filters.before else {})
    access.note(Act.SIGNALS_SEARCH, by=call.scope, now=call.now, organisation=filters.only, detail=detail)
    rows = [_shown(row, page.rules.get(row.rule_id)) for row in page.rows]
    return Answer(given.SignalList(signals=rows, next=str(page.after) if page.after else None))


def show(call: Call) -> Answer:
    """One signal."""
    row = _read(call, {})
    return Answer(_shown(row, queries.rules_of([row.rule_id]).get(row.rule_id)))


def record(call: Call) -> Answer:
    """The line of a signal, byte for byte as the module sent it: what its receipt is for."""
    return Answer(_read(call, {"part": "record"}).record + b"\n", media_type=LINES)


def receipt(call: Call) -> Answer:
    """The receipt of a signal's record. It holds digests alone, nothing that was recorded."""
    require(call.scope, Right.RECEIPTS_READ)
    _batch, narrowed = record_receipt(call.path["module"], call.path["sequence"])
    return Answer(write(narrowed) + b"\n")


def _read(call: Call, detail: dict[str, str]) -> queries.Row:
    access.require_signals(call.scope)
    row = access.signal_for(call.path["module"], call.path["sequence"])
    on = f"{row.module_id}/{row.sequence}"
    access.note(Act.SIGNALS_READ, by=call.scope, now=call.now, organisation=row.organisation_id, on=on, detail=detail)
    return row


def _shown(row: queries.Row, rule: queries.Rule | None) -> given.SignalShown:
    return given.SignalShown(
        module=row.module_id,
        sequence=row.sequence,
        organisation=row.organisation_id,
        received_at=row.received_at,
        type=row.type,
        severity=_SEVERITIES[row.severity].value,
        action=row.action,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        count=row.count,
        source_address=str(row.source_address) if row.source_address else "",
        source_port=row.source_port,
        domain=row.domain or "",
        sensor=rule.sensor if rule else "",
        rule=rule.words if rule else "",
    )
