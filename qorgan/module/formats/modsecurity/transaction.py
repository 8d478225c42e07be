"""One HTTP transaction and what rules said about it, from whatever log, and the event it makes (R67.8.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, Ignored
from qorgan.module.formats.address import address, host_alone, port
from qorgan.module.formats.modsecurity.message import Message
from qorgan.module.formats.tidy import joined, tidied
from qorgan.wire.signal import Action

NO_RULE: Final = "modsecurity without a rule's message"
_VENDOR: Final = "OWASP"
_MOST_RULES: Final = 64
_REFUSED: Final = frozenset({"403", "406", "501"})
"""Statuses with which rule sets refuse, for logs that do not say who set the status."""


class Transaction(Struct, kw_only=True):
    """What a log says about one HTTP transaction. Empty text means that it does not say."""

    record: str
    messages: list[Message]
    engine: str = "ModSecurity"
    time: datetime | None = None
    client: str = ""
    client_port: str | int = ""
    server: str = ""
    server_port: str | int = ""
    method: str = ""
    uri: str = ""
    """Path with query, as requested."""
    host: str = ""
    status: str = ""
    intercepted: bool | None = None
    """Whether the engine ended it; None when the log has no word for that."""
    only_detects: bool = False
    unique_id: str = ""
    user_agent: str = ""
    forwarded_for: str = ""


def event_of(transaction: Transaction) -> Event | Ignored:
    """The event of a transaction: the rule that decided comes first, those that only add up scores come last."""
    if not transaction.messages:
        return Ignored(NO_RULE)
    messages = _by_weight(transaction.messages)
    first = messages[0]
    host = transaction.host or first.host
    return tidied(
        Event(
            format="modsecurity",
            vendor=_VENDOR,
            product=transaction.engine,
            record=transaction.record,
            time=transaction.time,
            activity=Activity.FINDING,
            kind="anomaly-evaluation" if first.evaluates else "rule",
            rule_id=first.rule_id,
            rule_name=first.name or first.text,
            category=joined(tag.lower() for message in messages for tag in message.tags),
            severity=_severity(messages),
            action=_action(transaction),
            source_address=address(transaction.client),
            source_port=port(transaction.client_port),
            destination_address=address(transaction.server),
            destination_port=port(transaction.server_port),
            protocol="tcp",
            application="http",
            host="" if address(host_alone(host)) else host_alone(host),
            path=transaction.uri or first.uri,
            message=first.text,
            more=_more(transaction, messages),
        )
    )


def _by_weight(messages: list[Message]) -> list[Message]:
    # Sorting is stable: among equals the rule that spoke first stays first.
    return sorted(messages, key=lambda each: (each.evaluates, not each.denied, -each.severity.rank))


def _severity(messages: list[Message]) -> Severity:
    judged = [message.severity for message in messages if not message.evaluates]
    return max(judged) if judged else messages[0].severity


def _action(transaction: Transaction) -> Action:
    if transaction.only_detects:
        return Action.DETECTED
    if transaction.intercepted is not None:
        return Action.BLOCKED if transaction.intercepted else Action.DETECTED
    if any(message.denied for message in transaction.messages) or transaction.status in _REFUSED:
        return Action.BLOCKED
    return Action.DETECTED


def _more(transaction: Transaction, messages: list[Message]) -> dict[str, str]:
    scores = [message.score for message in messages if message.score is not None]
    more = {
        "rules": joined(message.rule_id for message in messages[:_MOST_RULES]),
        "messages": joined(message.name for message in messages[:_MOST_RULES]),
        "data": messages[0].data,
        "anomaly_score": str(max(scores)) if scores else "",
        "unique_id": transaction.unique_id or messages[0].unique_id,
        "method": transaction.method,
        "status": transaction.status,
        "user_agent": transaction.user_agent,
        "x_forwarded_for": transaction.forwarded_for,
    }
    return {key: value for key, value in more.items() if value}
