"""Suricata EVE JSON: one object a line, told apart by `event_type`. Only alerts are security events (R67.8.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.law.severity import Severity
from qorgan.module.event import Activity, Event, Ignored, Unreadable
from qorgan.module.formats.address import address, host_alone, port
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.hashes import hashes_in
from qorgan.module.formats.json_text import object_in
from qorgan.module.formats.moment import Times
from qorgan.module.formats.scale import is_found
from qorgan.module.formats.sift import EVE_REASONS
from qorgan.module.formats.tidy import (
    LONGEST_VALUE,
    as_text,
    joined,
    object_of,
    techniques_in,
    tidied,
    tidy,
    words_of,
)
from qorgan.wire.signal import Action, FileHash

VENDOR: Final = "OISF"
PRODUCT: Final = "Suricata"

_OTHER: Final = "eve of another type"
NOT_EVE: Final = "an event_type that is not of EVE"
_FIRST_KEYS: Final = re.compile(rb'\{[^{}]{0,4096}?"event_type"\s*:')
_MARKS: Final = (b'"flow_id"', b'"src_ip"', b'"stats"', b'"timestamp"', b'"engine"')

_PRIORITIES: Final = {1: Severity.HIGH, 2: Severity.MEDIUM, 3: Severity.LOW}
_ACTIONS: Final = {"blocked": Action.BLOCKED, "allowed": Action.DETECTED}
_SIGNATURE_SEVERITIES: Final = {
    "critical": Severity.CRITICAL,
    "major": Severity.HIGH,
    "minor": Severity.LOW,
    "informational": Severity.INFORMATIONAL,
}
_ESCAPE: Final = ord("\\")
_DELETE: Final = 0x7F
_NO_PROTOCOL: Final = frozenset({"failed", "unknown"})


class _End(Struct, gc=False):
    """One end of the attack."""

    ip: str = ""
    port: int | str | None = None


_NO_END: Final = _End()


class _Alert(Struct):
    action: str = ""
    signature_id: int | str = ""
    signature: str = ""
    category: str = ""
    severity: int | str = 0
    metadata: dict[str, object] = {}
    source: _End | None = None
    target: _End | None = None
    """Both ends are there only where the signature says which one is attacked; then they are surer than the packet."""
    xff: str = ""


class _Http(Struct):
    hostname: str = ""
    url: str = ""
    http_method: str = ""
    http_user_agent: str = ""
    xff: str = ""


class _File(Struct):
    filename: str = ""
    md5: str = ""
    sha1: str = ""
    sha256: str = ""


class _Tls(Struct):
    sni: str = ""
    subject: str = ""
    issuerdn: str = ""


class _Email(Struct):
    sender: object = msgspec.field(name="from", default="")
    subject: str = ""


class _Smtp(Struct):
    mail_from: str = ""


class _Verdict(Struct):
    action: str = ""


class _Record(Struct, gc=False):
    """The fields of an alert that an Event has a place for."""

    event_type: str
    alert: msgspec.Raw
    timestamp: str = ""
    src_ip: str = ""
    src_port: int | str | None = None
    dest_ip: str = ""
    dest_port: int | str | None = None
    proto: str = ""
    app_proto: str = ""
    direction: str = ""
    host: object = ""
    verdict: _Verdict | None = None
    http: _Http | None = None
    tls: _Tls | None = None
    dns: object = None
    fileinfo: _File | None = None
    files: list[_File] = []
    email: _Email | None = None
    smtp: _Smtp | None = None


class _Rule(Struct, frozen=True, gc=False):
    """What the alert part says: a sensor's rule says the same each time, so it is read once and remembered."""

    rule_id: str
    name: str
    category: str
    severity: Severity
    action: Action
    source: _End
    target: _End
    techniques: tuple[str, ...]
    xff: str
    more: dict[str, str]


_decode: Final = msgspec.json.Decoder(_Record).decode
_decode_alert: Final = msgspec.json.Decoder(_Alert).decode
_MOST_REMEMBERED: Final = 4_096
_LONGEST_REMEMBERED: Final = 4_096


class Eve:
    """Reads EVE records of one source."""

    name = "eve"

    def __init__(self, times: Times) -> None:
        self._times = times
        self._rules: dict[bytes, _Rule] = {}

    def recognises(self, record: bytes) -> bool:
        """Whether the first object's own keys, not those of an object inside it, name an event type."""
        at = record.find(b'"event_type"')
        if at < 0:
            return False
        start = record.find(b"{")
        if _FIRST_KEYS.match(record, start):
            return True
        # Shippers that sort keys put `alert` first; a Wazuh alert around an EVE record has these keys of its own.
        return any(mark in record for mark in _MARKS) and b'"decoder"' not in record and b'"manager"' not in record

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        try:
            found = _decode(record)
            if found.event_type != "alert":
                return self._read_leniently(record)
            rule = self._rule(bytes(found.alert))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._read_leniently(record)
        event = self._event(found, rule, as_text(record))
        # Without an escape, a letter beyond ASCII or a delete there is nothing that would have to be tidied.
        if len(record) <= LONGEST_VALUE and record.isascii() and _ESCAPE not in record and _DELETE not in record:
            return event
        return tidied(event)

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def event_of(self, record: dict[str, object], text: str) -> Event | None:
        """The event of an alert that another product carries as a JSON object; None when it is no alert."""
        if record.get("event_type") != "alert" or not isinstance(record.get("alert"), dict):
            return None
        try:
            alert = msgspec.convert(record["alert"], _Alert, strict=False)
            found = msgspec.convert(_forgiving(record), _Record, strict=False)
        except msgspec.ValidationError:
            return None
        return tidied(self._event(found, _rule(alert), text))

    def _read_leniently(self, record: bytes) -> Event | Ignored:
        found, _ = object_in(record)
        kind = found.get("event_type")
        if not isinstance(kind, str):
            raise Unreadable("no event_type")
        if kind != "alert":
            return Ignored(_reason(kind, found))
        event = self.event_of(found, as_text(record))
        if event is None:
            raise Unreadable("an alert whose alert part is missing or broken")
        return event

    def _rule(self, alert: bytes) -> _Rule:
        known = self._rules.get(alert)
        if known is None:
            known = _rule(_decode_alert(alert))
            if len(self._rules) >= _MOST_REMEMBERED:
                self._rules.clear()
            if len(alert) <= _LONGEST_REMEMBERED:
                self._rules[alert] = known
        return known

    def _event(self, record: _Record, rule: _Rule, text: str) -> Event:
        http, files, source, target = record.http, record.files, rule.source, rule.target
        host, path = _request(http) if http else ("", "")
        if record.fileinfo:
            files = [record.fileinfo, *files]
        application = record.app_proto.lower()
        verdict = record.verdict
        return Event(
            format="eve",
            vendor=VENDOR,
            product=PRODUCT,
            record=text,
            time=self._times.read_iso(record.timestamp),
            activity=Activity.FINDING,
            kind="alert",
            rule_id=rule.rule_id,
            rule_name=rule.name,
            category=rule.category,
            severity=rule.severity,
            action=Action.BLOCKED if verdict and verdict.action == "drop" else rule.action,
            source_address=address(source.ip or record.src_ip),
            source_port=port(source.port or record.src_port),
            destination_address=address(target.ip or record.dest_ip),
            destination_port=port(target.port or record.dest_port),
            protocol=record.proto.lower(),
            application="" if application in _NO_PROTOCOL else application,
            host=host,
            path=path,
            domain=_domain(record) if record.tls or record.dns else "",
            hashes=_hashes(files) if files else (),
            file_name=files[0].filename if files else "",
            mail_sender=_mail_sender(record) if record.email or record.smtp else "",
            mail_subject=record.email.subject if record.email else "",
            machine=record.host if isinstance(record.host, str) else "",
            techniques=rule.techniques,
            more=_more(record, rule),
        )


def _rule(alert: _Alert) -> _Rule:
    return _Rule(
        rule_id=str(alert.signature_id),
        name=alert.signature,
        category=alert.category.lower(),
        severity=_severity(alert),
        action=_ACTIONS.get(alert.action, Action.UNKNOWN),
        source=alert.source or _NO_END,
        target=alert.target or _NO_END,
        techniques=_techniques(alert.metadata) if alert.metadata else (),
        xff=alert.xff,
        more={"alert.metadata." + key: joined(words_of(value)) for key, value in alert.metadata.items()},
    )


def _reason(kind: str, record: dict[str, object]) -> str:
    if kind in EVE_REASONS:
        return EVE_REASONS[kind]
    # Other products have a key of this name too; only what carries Suricata's flow is one of its newer types.
    # A sensor built on Suricata writes findings of its own beside these: they have a grade, or are named for a threat.
    if "flow_id" in record and "severity" not in record and not is_found(kind):
        return _OTHER
    raise Unreadable(NOT_EVE)


def _severity(alert: _Alert) -> Severity:
    # The rule's author says it best; the priority is only its class's.
    if alert.metadata:
        for word in words_of(alert.metadata.get("signature_severity")):
            if found := _SIGNATURE_SEVERITIES.get(word.lower()):
                return found
    try:
        priority = int(alert.severity)
    except ValueError:
        return Severity.MEDIUM
    return _PRIORITIES.get(priority, Severity.INFORMATIONAL) if priority > 0 else Severity.MEDIUM


def _request(http: _Http) -> tuple[str, str]:
    """Host and path; a request through a proxy carries both in its URL."""
    host, path = host_alone(http.hostname) if http.hostname else "", http.url
    scheme, found, rest = path.partition("://")
    if found and scheme.isalpha():
        authority, slash, rest = rest.partition("/")
        return host or host_alone(authority.rpartition("@")[2]), slash + rest
    return host, path


def _domain(record: _Record) -> str:
    """The name in the TLS greeting, or the one that DNS was asked for: its place differs between EVE's versions."""
    if record.tls and record.tls.sni:
        return record.tls.sni.lower()
    if not isinstance(record.dns, dict):
        return ""
    for value in (record.dns.get("queries"), record.dns.get("query"), [record.dns]):
        for item in value if isinstance(value, list) else ():
            if name := tidy(object_of(item).get("rrname")):
                return name.lower().rstrip(".")
    return ""


def _hashes(files: list[_File]) -> tuple[FileHash, ...]:
    return hashes_in(digest for file in files for digest in (file.sha256, file.sha1, file.md5) if digest)


def _mail_sender(record: _Record) -> str:
    written = words_of(record.email.sender) if record.email else []
    envelope = record.smtp.mail_from if record.smtp else ""
    return written[0] if written else envelope.strip("<>")


def _techniques(metadata: dict[str, object]) -> tuple[str, ...]:
    return techniques_in(*(word for key, value in metadata.items() if "mitre" in key for word in words_of(value)))


def _more(record: _Record, rule: _Rule) -> dict[str, str]:
    http, tls = record.http, record.tls
    more = rule.more.copy()
    if record.direction:
        more["direction"] = record.direction
    if xff := rule.xff or (http.xff if http else ""):
        more["alert.xff"] = xff
    if http:
        more["http.http_method"] = http.http_method
        more["http.http_user_agent"] = http.http_user_agent
    if tls:
        more["tls.subject"] = tls.subject
        more["tls.issuerdn"] = tls.issuerdn
    return more


def _forgiving(record: dict[str, object]) -> dict[str, object]:
    """Drops the parts of a record that have not the shape they should: one odd part must not cost the alert."""
    parts = {"http": dict, "tls": dict, "fileinfo": dict, "email": dict, "smtp": dict, "verdict": dict, "files": list}
    kept = {key: value for key, value in record.items() if key not in parts or isinstance(value, parts[key])}
    for key in ("timestamp", "src_ip", "dest_ip", "proto", "app_proto", "direction"):
        kept[key] = tidy(kept.get(key))
    return {**kept, "alert": msgspec.Raw()}
