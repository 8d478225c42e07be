"""What the pages call things: what somebody has come to do, what they prove themselves with, what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qorgan.gate.ceremonies.kinds import Kind
from qorgan.law.factors import Method

Words = str | Promise

TITLES: Final[Mapping[Kind, Words]] = MappingProxyType(
    {
        Kind.REGISTRATION: _("Registration"),
        Kind.SIGN_IN: _("Sign in"),
        Kind.NEW_DEVICE: _("New device"),
        Kind.PASSWORD_CHANGE: _("Another password"),
        Kind.RECOVERY: _("Forgotten password"),
        Kind.PHONE_CHANGE: _("Another phone number"),
        Kind.FACTOR_ADDED: _("One more way to sign in"),
        Kind.FACTOR_REMOVED: _("Remove a way to sign in"),
        Kind.CLOSING: _("Close the account"),
        Kind.INVITED: _("Your first sign-in"),
    }
)
WHY: Final[Mapping[Kind, Words]] = MappingProxyType(
    {
        Kind.NEW_DEVICE: _("Prove that it is you: then this device is bound to you."),
        Kind.PASSWORD_CHANGE: _("Prove that it is you: then you choose another password."),
        Kind.RECOVERY: _("Prove that it is you by what you still have: then you choose a new password."),
        Kind.PHONE_CHANGE: _("Prove that it is you: then you name another number."),
        Kind.FACTOR_ADDED: _("Prove that it is you by what you have so far."),
        Kind.FACTOR_REMOVED: _("Prove that it is you: then the way is removed."),
        Kind.CLOSING: _("Prove that it is you: then the account is closed."),
    }
)
BOTH_WAYS: Final[Words] = _(
    "Prove who you are: by a digital signature alone, or by biometric identification and your phone number together."
)
ANY_WAY: Final[Words] = _("Prove who you are, in any one of these ways.")
"""What a registration takes."""
METHODS: Final[Mapping[Method, Words]] = MappingProxyType(
    {
        Method.PASSWORD: _("Password"),
        Method.ONE_TIME_CODE: _("One-time code"),
        Method.PASSKEY: _("Passkey"),
        Method.DEVICE_KEY: _("Device"),
        Method.SIGNATURE: _("Digital signature"),
        Method.BIOMETRICS: _("Biometric identification"),
    }
)
ABOUT: Final[Mapping[Method, Words]] = MappingProxyType(
    {
        Method.PASSWORD: _("What only you know"),
        Method.ONE_TIME_CODE: _("Six digits from the app on your phone"),
        Method.PASSKEY: _("The screen lock of your device: fingerprint, face or PIN"),
        Method.DEVICE_KEY: _("A device that is bound to you"),
        Method.SIGNATURE: _("Your key of the national certification authority, through NCALayer"),
        Method.BIOMETRICS: _("Your face before the camera, at the identification service"),
    }
)
SYMBOLS: Final[Mapping[Method, str]] = MappingProxyType(
    {
        Method.PASSWORD: "password",
        Method.ONE_TIME_CODE: "codes",
        Method.PASSKEY: "key",
        Method.DEVICE_KEY: "phone",
        Method.SIGNATURE: "documents",
        Method.BIOMETRICS: "person",
    }
)
CANNOT: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "factor-unacceptable": _(
            "This password is too short, or one of those that are guessed first. Take a longer one."
        ),
        "factor-wrong": _("This does not match. Look at the app again: a code lives half a minute."),
        "factor-too-many": _("You have as many of these as one may have. Remove one first."),
        "factor-taken": _("This one is in use already. Take another."),
        "factor-kind-forbidden": _("The institution does not take devices of this model. Take another."),
        "factor-signature-refused": _(
            "The signature was not believed. Check that the key is yours and has not expired."
        ),
        "factor-not-enrolled": _("There is no such way to sign in. Load the page again."),
    }
)
"""What to do where a new factor was not taken."""


def way(method: Method) -> dict[str, Any]:
    """A method as a page shows it."""
    return {
        "method": method.value,
        "words": METHODS[method],
        "about": ABOUT[method],
        "symbol": SYMBOLS[method],
    }
