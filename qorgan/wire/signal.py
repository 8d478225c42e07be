"""Signal v1: the one shape in which a security event may travel to the centre (R67.3.6, R67.8).

Unknown fields are refused, so a stray personal number is an error at the border and not a leak.
Evolution rule: a new field comes last in its struct, has a default, and raises `SCHEMA_VERSION`'s minor
part in `releases/`; no field is ever removed, renamed or retyped (`tests/wire/test_evolution.py`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity

SCHEMA_VERSION = 1
MAX_SEQUENCE = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8259, 6); receipts repeat these numbers."""

Word = Annotated[str, Meta(min_length=1, max_length=128)]
Phrase = Annotated[str, Meta(min_length=1, max_length=512)]
Port = Annotated[int, Meta(ge=0, le=65_535)]
Moment = Annotated[datetime, Meta(tz=True)]
HostName = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[^\s/?#@]+\Z")]
Uuid = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")]
Uuid7 = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")]


class Code(StrEnum):
    """A member of a closed list. It is its code, and hashed as one: Python's own way is three times as slow."""

    __hash__ = str.__hash__


class Action(Code):
    """What the sensor did about it."""

    BLOCKED = "blocked"
    DETECTED = "detected"
    UNKNOWN = "unknown"


class Perimeter(Code):
    """Where the event's source stands, as the institution's configured networks tell."""

    EXTERNAL = "external"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class DestinationRole(Code):
    """What was aimed at. A role, because an internal host's name does not leave the institution (R67.4)."""

    WEB = "web"
    MAIL = "mail"
    VPN = "vpn"
    DNS = "dns"
    DATABASE = "database"
    DIRECTORY = "directory"
    REMOTE_ACCESS = "remote-access"
    FILE_SHARING = "file-sharing"
    SERVER = "server"
    WORKSTATION = "workstation"
    NETWORK = "network"
    UNKNOWN = "unknown"


class RedactionClass(Code):
    """Kinds of personal data and banking secrets that a module removes (R67.4)."""

    IIN = "iin"
    PAN = "pan"
    IBAN = "iban"
    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"
    CREDENTIAL = "credential"
    USER = "user"
    HOST = "host"
    NAME = "name"


class HashAlgorithm(Code):
    """Digests of files, with the number of hexadecimal digits each has in `HASH_DIGITS`."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"


HASH_DIGITS = {
    HashAlgorithm.MD5: 32,
    HashAlgorithm.SHA1: 40,
    HashAlgorithm.SHA256: 64,
    HashAlgorithm.SHA512: 128,
}


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What every struct of the contract is: frozen, named fields only, nothing unknown let in."""


class Sensor(Part, frozen=True, kw_only=True):
    """The security product that wrote the record."""

    vendor: Word
    product: Word
    rule_id: Annotated[str, Meta(min_length=1, max_length=128)] | None = None
    rule_name: Phrase | None = None


class Source(Part, frozen=True, kw_only=True):
    """Where the activity came from, as far as known."""

    address: Annotated[str, Meta(min_length=2, max_length=45)] | None = None
    port: Port | None = None
    asn: Annotated[int, Meta(ge=0, le=4_294_967_295)] | None = None
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")] | None = None


class Destination(Part, frozen=True, kw_only=True):
    """What it aimed at: a role and a port, never an internal name or address."""

    role: DestinationRole = DestinationRole.UNKNOWN
    port: Port | None = None


class Url(Part, frozen=True, kw_only=True):
    """Host and path of a request. The query is never carried: it is where secrets stand."""

    host: HostName | None = None
    path: Annotated[str, Meta(min_length=1, max_length=1024, pattern=r"^[^?#]*\Z")] | None = None


class FileHash(Part, frozen=True, kw_only=True):
    """One digest of one file, in lower-case hexadecimal."""

    algorithm: HashAlgorithm
    value: Annotated[str, Meta(pattern=r"^[0-9a-f]{32,128}\Z")]


class Classification(Part, frozen=True, kw_only=True):
    """Which rule of which pack decided the signal's type, and from which fields."""

    pack: Word
    pack_version: Annotated[str, Meta(min_length=1, max_length=32)]
    rule: Word
    decided_by: Annotated[tuple[Phrase, ...], Meta(max_length=16)] = ()
    confidence: Literal["high", "medium", "low"] = "high"


class MailCheck(Code):
    """What checking a message's sender gave, in the words of RFC 8601, as the institution's own relay said it."""

    PASS = "pass"  # noqa: S105 - a word of the standard
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    POLICY = "policy"
    NONE = "none"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class Mail(Part, frozen=True, kw_only=True):
    """What is known of a received message besides the domain of its sender (R67.8.4, R67.8.5). Never its recipient."""

    sending_host: HostName | None = None
    """Name of the host that gave it to the institution; its address is the signal's source."""
    links: Annotated[tuple[HostName, ...], Meta(max_length=32)] = ()
    """Hosts that its links lead to. Never a path or a query: there stands whom it was sent to."""
    subject_digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")] | None = None
    """Keyed digest of its subject: the same for the same subject within one institution, and for nobody else."""
    spf: MailCheck | None = None
    dkim: MailCheck | None = None
    dmarc: MailCheck | None = None


class Signal(Part, frozen=True, kw_only=True):
    """Structured information on one security event, or on the same event repeated `count` times (R67.3.6)."""

    schema_version: Literal[1]
    id: Uuid7
    """Made by the module, ordered by time; the same event keeps it through every resend."""
    sequence: Annotated[int, Meta(ge=1, le=MAX_SEQUENCE)]
    """Place in its module's own numbering, which has no second meaning than order and identity."""
    type: SignalType
    first_seen: Moment
    last_seen: Moment
    count: Annotated[int, Meta(ge=1, le=2_147_483_647)] = 1
    sensor: Sensor
    severity: Severity
    action: Action = Action.UNKNOWN
    perimeter: Perimeter = Perimeter.UNKNOWN
    source: Source | None = None
    destination: Destination | None = None
    protocol: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9.+_-]{0,15}\Z")] | None = None
    url: Url | None = None
    domain: HostName | None = None
    hashes: Annotated[tuple[FileHash, ...], Meta(max_length=16)] = ()
    mail_sender_domain: HostName | None = None
    techniques: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^T[0-9]{4}(\.[0-9]{3})?\Z")], ...], Meta(max_length=16)
    ] = ()
    """MITRE ATT&CK technique ids."""
    classified_by: Classification
    redacted: dict[RedactionClass, Annotated[int, Meta(ge=1, le=1_000_000)]] = {}
    """How many values of each class were removed from this signal before it was first stored."""
    record: Annotated[str, Meta(max_length=8_192)] = ""
    """The sensor's own record, removed values replaced by keyed tokens; cut, and marked as cut, at the limit."""
    mail: Mail | None = None
    """For a signal that a message gave rise to."""
