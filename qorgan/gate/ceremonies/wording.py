"""What people are told when a rule says no. The codes are for machines; `rules.verdict` has the same in English."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from qorgan.gate.rules.verdict import Lack, Refused
from qorgan.kit.refusal import Refusal, Sentence

WORDS: Final[Mapping[Lack, Sentence]] = MappingProxyType(
    {
        Lack.RULE: _("No rule in force lets anybody do this here."),
        Lack.PROOF: _("Nothing has been proven."),
        Lack.TWO_FACTORS: _("Two independent factors of different kinds are needed."),
        Lack.SIGNATURE_OR_BIOMETRICS: _("A digital signature or biometric identification is needed."),
        Lack.BIOMETRICS: _("Biometric identification is needed."),
        Lack.DEVICE: _("A device that is registered for you is needed."),
        Lack.IDENTIFICATION: _(
            "A digital signature, biometric identification or proof of the phone's owner is needed."
        ),
        Lack.EVERY_IDENTIFICATION: _("Each of the required identifications is needed."),
        Lack.SAME_PERSON: _("What was proven is of different people."),
        Lack.EQUAL_STRENGTH: _("Fresh proof as strong as the one to be changed is needed."),
    }
)


def forbidden(verdict: Refused) -> Refusal:
    """A rule forbids the act as things are: which one, and what lacks."""
    return Refusal(verdict.lacks.value, WORDS[verdict.lacks], verdict.rule or None)


def not_proven() -> Refusal:
    """The same for everything that was wrong with a factor, and for a person who is not known (R48.161.1)."""
    return Refusal("not-proven", _("This does not match. Check what you entered and try again."), "R48.161.1")


def not_yet() -> Refusal:
    """Whoever identifies has not decided. Nothing was wrong; the same is asked again in a moment."""
    return Refusal("not-yet", _("The identification goes on. Try again in a moment."), status=HTTPStatus.CONFLICT)


def too_many() -> Refusal:
    """Too many wrong attempts. Says not what was counted."""
    return Refusal(
        "too-many-attempts", _("Too many attempts. Wait a while and try again."), status=HTTPStatus.TOO_MANY_REQUESTS
    )


def unknown() -> Refusal:
    """No such ceremony, or a wrong secret: alike."""
    return Refusal("ceremony-unknown", _("This attempt is over. Begin again."), status=HTTPStatus.NOT_FOUND)


def not_there(code: str) -> Refusal:
    """What somebody asks about is not there, or not theirs: alike."""
    return Refusal(code, _("There is nothing of this kind of yours."), status=HTTPStatus.NOT_FOUND)


def session_missing() -> Refusal:
    """Nobody is in."""
    return Refusal("session-missing", _("Sign in first."), "R57.4", HTTPStatus.UNAUTHORIZED)


def unavailable() -> Sentence:
    """What is told where a service that we depend on failed."""
    return _("A service this depends on does not answer now. Try again shortly.")


def not_answering() -> Refusal:
    """The same on a page that has other ways to offer. Nothing was counted against the person."""
    words = _("The service that is asked for this does not answer. Go another way, or try again shortly.")
    return Refusal("not-answering", words, status=HTTPStatus.FAILED_DEPENDENCY)


def out_of_turn(code: str = "out-of-turn") -> Refusal:
    """A step that is not to be taken as things stand."""
    return Refusal(code, _("This step is not to be taken now."), status=HTTPStatus.CONFLICT)


def blocked() -> Refusal:
    """Said only to somebody who has proven to be the client."""
    return Refusal("account-blocked", _("Your account is blocked. Call us."), "R57.7")
