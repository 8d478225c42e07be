"""The audit log as JSON, in the three shapes it has: ModSecurity 2, ModSecurity 3, and Coraza."""

from __future__ import annotations

from typing import Final

import msgspec

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.modsecurity.message import Message, read_message, severity_of
from qorgan.module.formats.modsecurity.transaction import Transaction, event_of
from qorgan.module.formats.moment import Times
from qorgan.module.formats.tidy import object_of, tidy, words_of

_LEFT_OUT: Final = "(left out)"


def read_audit(record: dict[str, object], times: Times) -> Event | Ignored:
    """One audit record. Raises `Unreadable`."""
    if not isinstance(record.get("transaction"), dict):
        raise Unreadable("no transaction")
    text = _without_bodies(record)
    if "audit_data" in record or "request" in record:
        return event_of(_second(record, text, times))
    return event_of(_third(record, text, times))


def _second(record: dict[str, object], text: str, times: Times) -> Transaction:
    """The shape of ModSecurity 2: whole request lines, and messages as lines of text."""
    transaction, request = object_of(record["transaction"]), object_of(record.get("request"))
    response, audit = object_of(record.get("response")), object_of(record.get("audit_data"))
    method, _, rest = tidy(request.get("request_line")).partition(" ")
    headers = _headers(request.get("headers"))
    action = object_of(audit.get("action"))
    return Transaction(
        record=text,
        messages=[found for line in words_of(audit.get("messages")) if (found := read_message(line))],
        time=times.read(tidy(transaction.get("time"))),
        client=tidy(transaction.get("remote_address")),
        client_port=tidy(transaction.get("remote_port")),
        server=tidy(transaction.get("local_address")),
        server_port=tidy(transaction.get("local_port")),
        method=method,
        uri=rest.rpartition(" HTTP/")[0] or rest,
        host=headers.get("host", ""),
        status=tidy(response.get("status")),
        intercepted=bool(action.get("intercepted")) if action else None,
        only_detects=tidy(audit.get("engine_mode")).upper() == "DETECTION_ONLY",
        unique_id=tidy(transaction.get("transaction_id")),
        user_agent=headers.get("user-agent", ""),
        forwarded_for=headers.get("x-forwarded-for", ""),
    )


def _third(record: dict[str, object], text: str, times: Times) -> Transaction:
    """The shape of ModSecurity 3 and of Coraza, who differ in where messages stand and how they are filled."""
    transaction = object_of(record["transaction"])
    request, response = object_of(transaction.get("request")), object_of(transaction.get("response"))
    producer = object_of(transaction.get("producer"))
    headers = _headers(request.get("headers"))
    messages = transaction.get("messages") or record.get("messages")
    stamp = transaction.get("time_stamp") or transaction.get("timestamp") or transaction.get("unix_timestamp")
    interrupted = transaction.get("is_interrupted")
    mode = tidy(producer.get("secrules_engine") or producer.get("rule_engine")).lower()
    return Transaction(
        record=text,
        engine="ModSecurity" if "modsecurity" in producer else "Coraza",
        messages=[_message(object_of(each)) for each in messages] if isinstance(messages, list) else [],
        time=times.read(tidy(stamp)),
        client=tidy(transaction.get("client_ip")),
        client_port=tidy(transaction.get("client_port")),
        server=tidy(transaction.get("host_ip")),
        server_port=tidy(transaction.get("host_port")),
        method=tidy(request.get("method")),
        uri=tidy(request.get("uri")),
        host=headers.get("host", ""),
        status=tidy(response.get("http_code") or response.get("status")),
        intercepted=interrupted if isinstance(interrupted, bool) else None,
        only_detects=mode == "detectiononly",
        unique_id=tidy(transaction.get("unique_id") or transaction.get("id")),
        user_agent=headers.get("user-agent", ""),
        forwarded_for=headers.get("x-forwarded-for", ""),
    )


def _message(message: dict[str, object]) -> Message:
    # ModSecurity 3 calls the rule's part details, Coraza data; the words stand in message or in msg.
    details = object_of(message.get("details")) or object_of(message.get("data"))
    return Message(
        rule_id=tidy(details.get("ruleId") or details.get("id")),
        name=tidy(details.get("msg") or message.get("message")),
        text=tidy(details.get("match") or message.get("error_message") or message.get("message")),
        data=tidy(details.get("data")),
        severity=severity_of(details.get("severity")),
        tags=tuple(words_of(details.get("tags"))),
        denied=tidy(message.get("actionset")).lower().startswith("access denied"),
    )


def _headers(value: object) -> dict[str, str]:
    """Headers by their lower-case names; Coraza and newer ModSecurity give each a list of values."""
    return {name.lower(): "; ".join(words_of(values)) for name, values in object_of(value).items()}


def _without_bodies(record: dict[str, object]) -> str:
    """The record's text without the bodies: they hold what customers typed."""
    kept = dict(record)
    for holder in (kept, transaction := dict(object_of(record["transaction"]))):
        for part in ("request", "response"):
            found = object_of(holder.get(part))
            if found.get("body"):
                holder[part] = found | {"body": _LEFT_OUT}
    kept["transaction"] = transaction
    return msgspec.json.encode(kept).decode()
