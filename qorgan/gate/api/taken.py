"""What a caller sends: shapes that OpenAPI publishes and the entrance enforces. An unknown field is refused.

Forged requests and injections end here: past this border there are only these shapes (R48.161.3).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from qorgan.gate.journal.events import Event

Identifier = Annotated[str, Meta(min_length=1, max_length=100)]
Code = Annotated[str, Meta(min_length=1, max_length=40)]
Secret = Annotated[str, Meta(min_length=1, max_length=200)]
MethodName = Literal["password", "one-time-code", "passkey", "device-key", "signature", "biometrics"]
KindName = Literal[
    "registration",
    "sign-in",
    "new-device",
    "password-change",
    "recovery",
    "phone-change",
    "factor-added",
    "factor-removed",
    "closing",
    "invited",
]
SourceName = Literal["state", "own-device"]
Day = Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", extra_json_schema={"format": "date"})]


class Taken(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a caller sends."""


class Nothing(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An act that needs no words."""


class NewCeremony(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody has come to do."""

    kind: KindName
    changed: MethodName | None = None
    """The factor that is to be added or removed."""


class Named(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who somebody says to be."""

    identifier: Identifier
    """An IIN, a phone number, or an employee's login."""


class NewClient(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is to be registered."""

    iin: Annotated[str, Meta(min_length=12, max_length=20)]
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    phone: Annotated[str, Meta(min_length=10, max_length=30)]
    language: Literal["kk", "ru", "en"] = "kk"
    legal_entity: Annotated[str, Meta(max_length=20)] = ""


class Invitation(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an employee was given to begin with."""

    secret: Secret


class Asked(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which factor is to ask."""

    method: MethodName
    source: SourceName | None = None
    """Which of the two kinds of biometric identification, where there is a choice."""


class Answered(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to a factor, in that factor's own words."""

    method: MethodName
    answer: Annotated[dict[str, Any], Meta(max_length=20)]


class Number(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The number that is to be confirmed; at a registration that of the application, and this one is not looked at."""

    phone: Annotated[str, Meta(max_length=30)] = ""


class NumberCode(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that was sent to it."""

    code: Code


class Ending(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the effect needs: a new password, a new device's token, the credential that is to go."""

    answer: Annotated[dict[str, Any], Meta(max_length=20)] = {}


class SignIn(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Both factors at once."""

    identifier: Identifier
    password: Annotated[str, Meta(min_length=1, max_length=1024)]
    code: Code


class Evidence(Taken, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which days evidence is taken, both included."""

    since: Day
    until: Day
    form: Literal["json", "csv"] = "json"
    events: Annotated[list[Event], Meta(max_length=len(Event))] = []
    """None: all of them."""
