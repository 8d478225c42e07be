"""An Event out of the named groups of a pattern that fitted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from qorgan.law.severity import Severity
from qorgan.module.event import Event
from qorgan.module.formats.address import address, host_alone, port
from qorgan.module.formats.hashes import hashes_in
from qorgan.module.formats.tidy import techniques_in, tidied, tidy
from qorgan.module.formats.verdict import action_of, severity_of_word
from qorgan.wire.signal import Action

_TRAILING: Final = ".,;:)]}>\"'"
_LEADING: Final = "[({<\"'"
_NOBODY: Final = frozenset(
    ("", "-", "--", "(unknown)", "<unknown>", "unknown", "unknown user", "n/a", "(null)", "null", "none")
)
_MOST: Final = 2_147_483_647
_WITH_PORT: Final = re.compile(r"(?P<address>[0-9A-Fa-f.:]{2,45}|(?:\d{1,3}\.){3}\d{1,3}(?=\.))[/#(.](?P<port>\d{1,5})")
"""As firewalls and packet filters write a port behind an address; elsewhere it is behind a colon."""
_PLAIN: Final = ("rule_id", "rule_name", "file_name", "mail_sender", "mail_subject", "machine", "message", "domain")
_LOWERED: Final = ("protocol", "application", "category")


class Head:
    """What is known of a line before its words are understood."""

    __slots__ = ("host", "message", "record", "time")

    def __init__(self, record: str, message: str, time: Any, host: str) -> None:
        self.record = record
        self.message = message
        self.time = time
        self.host = host


def event_of(
    head: Head, groups: Mapping[str, str | None], constants: Mapping[str, object], more: Mapping[str, str]
) -> Event:
    """The event of a line. Groups go over constants; a group that took no part says nothing."""
    said = _said(groups)
    fields: dict[str, Any] = {"vendor": "unknown", "product": "unknown", "message": head.message, "machine": head.host}
    fields.update(constants)
    beyond = dict(more)
    for name, value in said.items():
        if name.startswith("more_"):
            beyond[name.removeprefix("more_")] = tidy(value)
        elif name in _PLAIN:
            fields[name] = value
        elif name in _LOWERED:
            fields[name] = value.lower()
    _put_end(fields, beyond, said, "source")
    _put_end(fields, beyond, said, "destination")
    _put_rest(fields, said)
    return tidied(
        Event(
            format="text",
            record=head.record,
            time=head.time,
            techniques=techniques_in(said.get("rule_name", ""), fields.get("message", "")),
            more={key: value for key, value in beyond.items() if value},
            **fields,
        )
    )


def end_of(text: str) -> tuple[str, int | None, str]:
    """Address, port and, where there is no address, the name, out of what a product writes for one end."""
    text = text.strip(_LEADING).rstrip(_TRAILING) if text[:1] != "[" else text.rstrip(".,;:)>\"'")
    if (found := _WITH_PORT.match(text)) and (ip := address(found["address"])):
        return ip, port(found["port"]), ""
    if ip := address(text):
        after = text.rpartition(":")[2] if text.count(":") == 1 or text[:1] == "[" else ""
        return ip, port(after) if after.isdigit() else None, ""
    return "", None, "" if text.lower() in _NOBODY else text


def person(text: str) -> str:
    """A user's name without what products put around it; empty where they say that there is none."""
    text = text.strip().strip("\"'`,;").removeprefix("<").removesuffix(">").removesuffix("):").rstrip(":")
    return "" if text.lower() in _NOBODY else text


def _said(groups: Mapping[str, str | None]) -> dict[str, str]:
    said: dict[str, str] = {}
    for group, value in groups.items():
        name = group.rstrip("0123456789")
        if value and name not in said:
            said[name] = value.strip()
    return said


def _put_end(fields: dict[str, Any], beyond: dict[str, str], said: dict[str, str], side: str) -> None:
    ip, at_port, name = end_of(said.get(f"{side}_address", ""))
    if ip:
        fields[f"{side}_address"] = ip
    elif name:
        beyond[f"{side}_host"] = tidy(name)
    if found := port(said.get(f"{side}_port") if (said.get(f"{side}_port") or "").isdigit() else None) or at_port:
        fields[f"{side}_port"] = found


def _put_rest(fields: dict[str, Any], said: dict[str, str]) -> None:
    if user := person(said.get("user", "")):
        fields["user"] = user
    if "hash" in said:
        fields["hashes"] = hashes_in([said["hash"]])
    if "url" in said:
        fields["host"], fields["path"] = _url(said["url"])
    if "path" in said:
        fields["path"] = said["path"]
    if "host" in said:
        fields["host"] = host_alone(said["host"])
    if "action" in said and (action := action_of(said["action"])) is not Action.UNKNOWN:
        fields["action"] = action
    if "severity" in said:
        fields["severity"] = severity_of_word(said["severity"]) or fields.get("severity", Severity.MEDIUM)
    if said.get("count", "").isdigit():
        fields["count"] = max(1, min(int(said["count"]), _MOST))


def _url(url: str) -> tuple[str, str]:
    scheme, found, rest = url.partition("://")
    if not found or not scheme.isalpha():
        # A proxy names only host and port of what it tunnels.
        return (host_alone(url), "") if url[:1] not in {"/", "?", "*"} and ":" in url else ("", url)
    authority, slash, rest = rest.partition("/")
    return host_alone(authority.rpartition("@")[2]), slash + rest
