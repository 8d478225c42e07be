"""What codes of the gate are called on pages: rules, procedures, notices, states, outcomes. Each beside its code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.notices.kinds import Kind as Told

Words = str | Promise

RULES: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "D26.two-factor": pgettext_lazy("rule", "two independent factors"),
        "D26.identity": pgettext_lazy("rule", "identity and phone are checked"),
        "D26.remote-registration": pgettext_lazy("rule", "remote registration by a proven identity"),
        "D26.journal": pgettext_lazy("rule", "every attempt and change is recorded"),
        "R48.156-1": pgettext_lazy("rule", "a new device only with biometrics"),
        "R48.160.9": pgettext_lazy("rule", "the client is told of sign-ins and changes"),
        "R48.161.1": pgettext_lazy("rule", "answers give nothing away"),
        "R48.161.2": pgettext_lazy("rule", "the app and its device prove themselves"),
        "R48.161.5": pgettext_lazy("rule", "failed attempts are recorded and told of"),
        "R57.4": pgettext_lazy("rule", "nobody comes in unidentified"),
        "R57.5": pgettext_lazy("rule", "access by duty"),
        "R57.6": pgettext_lazy("rule", "accounts are personal"),
        "R57.7": pgettext_lazy("rule", "accounts are managed"),
        "R57.8": pgettext_lazy("rule", "employees: two factors of three"),
        "R57.9": pgettext_lazy("rule", "a participant's first registration"),
        "R57.10": pgettext_lazy("rule", "participants: a signature or biometrics among two factors"),
        "R57.11": pgettext_lazy("rule", "a participant's password only with biometrics"),
    }
)
"""The clauses by which the gate decides, in a few words."""
KINDS: Final[Mapping[Kind, Words]] = MappingProxyType(
    {
        Kind.REGISTRATION: pgettext_lazy("procedure", "registration"),
        Kind.SIGN_IN: pgettext_lazy("procedure", "sign-in"),
        Kind.NEW_DEVICE: pgettext_lazy("procedure", "new device"),
        Kind.PASSWORD_CHANGE: pgettext_lazy("procedure", "change of password"),
        Kind.RECOVERY: pgettext_lazy("procedure", "recovery of the password"),
        Kind.PHONE_CHANGE: pgettext_lazy("procedure", "change of phone number"),
        Kind.FACTOR_ADDED: pgettext_lazy("procedure", "adding a way to sign in"),
        Kind.FACTOR_REMOVED: pgettext_lazy("procedure", "removing a way to sign in"),
        Kind.CLOSING: pgettext_lazy("procedure", "closing the account"),
        Kind.INVITED: pgettext_lazy("procedure", "an employee's first factors"),
    }
)
NOTICES: Final[Mapping[Told, Words]] = MappingProxyType(
    {
        Told.ATTEMPTS_FAILED: pgettext_lazy("notice", "failed attempts to sign in"),
        Told.BLOCKED: pgettext_lazy("notice", "account blocked"),
        Told.CLOSED: pgettext_lazy("notice", "account closed"),
        Told.DEVICE_BOUND: pgettext_lazy("notice", "device bound"),
        Told.DEVICE_REMOVED: pgettext_lazy("notice", "device removed"),
        Told.FACTOR_ADDED: pgettext_lazy("notice", "way to sign in added"),
        Told.FACTOR_REMOVED: pgettext_lazy("notice", "way to sign in removed"),
        Told.PASSWORD_CHANGED: pgettext_lazy("notice", "password changed"),
        Told.PASSWORD_RECOVERED: pgettext_lazy("notice", "password recovered"),
        Told.PHONE_CHANGED: pgettext_lazy("notice", "phone number changed"),
        Told.REGISTERED: pgettext_lazy("notice", "registered"),
        Told.SIGNED_IN: pgettext_lazy("notice", "signed in"),
        Told.UNBLOCKED: pgettext_lazy("notice", "account unblocked"),
    }
)
STATES: Final[Mapping[State, Words]] = MappingProxyType(
    {
        State.REGISTERING: pgettext_lazy("account", "being registered"),
        State.ACTIVE: pgettext_lazy("account", "active"),
        State.BLOCKED: pgettext_lazy("account", "blocked"),
        State.CLOSED: pgettext_lazy("account", "closed"),
    }
)
OUTCOMES: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "done": pgettext_lazy("outcome", "done"),
        "failed": pgettext_lazy("outcome", "failed"),
        "refused": pgettext_lazy("outcome", "refused"),
    }
)
