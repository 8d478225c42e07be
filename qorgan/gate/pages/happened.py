"""What the journal's events are called on pages, and the filters by which templates call codes by words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.template import Library
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from qorgan.gate.journal.events import Event
from qorgan.gate.notices.kinds import Kind as Told
from qorgan.gate.pages.called import NOTICES, OUTCOMES, RULES
from qorgan.gate.pages.reasons import reason_words

register = Library()
_KNOWN: Final = frozenset(one.value for one in Event)
_TOLD: Final = frozenset(one.value for one in Told)

EVENTS: Final[Mapping[Event, str | Promise]] = MappingProxyType(
    {
        Event.ACCOUNT_BLOCKED: pgettext_lazy("journal", "account blocked"),
        Event.ACCOUNT_CHANGED: pgettext_lazy("journal", "account changed"),
        Event.ACCOUNT_CLOSED: pgettext_lazy("journal", "account closed"),
        Event.ACCOUNT_INVITED: pgettext_lazy("journal", "employee invited"),
        Event.ACCOUNT_OPENED: pgettext_lazy("journal", "account opened"),
        Event.ACCOUNT_SEEN: pgettext_lazy("journal", "account looked at by staff"),
        Event.ACCOUNT_UNBLOCKED: pgettext_lazy("journal", "account unblocked"),
        Event.APPLICATION_CHANGED: pgettext_lazy("journal", "application changed"),
        Event.APPLICATION_REGISTERED: pgettext_lazy("journal", "application registered"),
        Event.APPLICATION_REMOVED: pgettext_lazy("journal", "application removed"),
        Event.CEREMONY_BEGUN: pgettext_lazy("journal", "procedure begun"),
        Event.CEREMONY_ENDED: pgettext_lazy("journal", "procedure ended"),
        Event.CONSENT_GIVEN: pgettext_lazy("journal", "consent given"),
        Event.CONSENT_WITHDRAWN: pgettext_lazy("journal", "consent withdrawn"),
        Event.DEVICE_BOUND: pgettext_lazy("journal", "device bound"),
        Event.DEVICE_CLOSED: pgettext_lazy("journal", "device closed"),
        Event.DEVICE_INTEGRITY_BROKEN: pgettext_lazy("journal", "device's integrity broken"),
        Event.DEVICE_PROTECTION_BYPASSED: pgettext_lazy("journal", "device's protection bypassed"),
        Event.DEVICE_REMOTELY_CONTROLLED: pgettext_lazy("journal", "device remotely controlled"),
        Event.DEVICE_SERVICE_BLOCKED: pgettext_lazy("journal", "service on the device blocked"),
        Event.DEVICE_SERVICE_UNBLOCKED: pgettext_lazy("journal", "service on the device unblocked"),
        Event.DUTY_CHANGED: pgettext_lazy("journal", "duty changed"),
        Event.DUTY_GIVEN: pgettext_lazy("journal", "duty given"),
        Event.DUTY_PROPOSED: pgettext_lazy("journal", "duty proposed"),
        Event.DUTY_REVIEWED: pgettext_lazy("journal", "duty reviewed"),
        Event.DUTY_TAKEN: pgettext_lazy("journal", "duty taken away"),
        Event.EVIDENCE_EXPORTED: pgettext_lazy("journal", "evidence exported"),
        Event.FACTOR_ADDED: pgettext_lazy("journal", "way to sign in added"),
        Event.FACTOR_CHANGED: pgettext_lazy("journal", "way to sign in changed"),
        Event.FACTOR_PROVEN: pgettext_lazy("journal", "factor shown"),
        Event.FACTOR_REMOVED: pgettext_lazy("journal", "way to sign in removed"),
        Event.IDENTIFICATION_CHECKED: pgettext_lazy("journal", "identification checked"),
        Event.IMAGE_DESTROYED: pgettext_lazy("journal", "face image destroyed"),
        Event.IMAGE_SEEN: pgettext_lazy("journal", "face image looked at"),
        Event.INSPECTION_SEEN: pgettext_lazy("journal", "figures of the inspection seen"),
        Event.JOURNAL_ARCHIVED: pgettext_lazy("journal", "day of the journal archived"),
        Event.JOURNAL_ARCHIVE_DESTROYED: pgettext_lazy("journal", "archive of a day destroyed"),
        Event.JOURNAL_SEARCHED: pgettext_lazy("journal", "journal searched"),
        Event.KEY_ROTATED: pgettext_lazy("journal", "key replaced"),
        Event.LOCKED_OUT: pgettext_lazy("journal", "locked out after too many attempts"),
        Event.NOTICE_DELIVERED: pgettext_lazy("journal", "notice delivered"),
        Event.NOTICE_FAILED: pgettext_lazy("journal", "notice not delivered"),
        Event.NOTICE_QUEUED: pgettext_lazy("journal", "notice under way"),
        Event.PASSWORD_CHANGED: pgettext_lazy("journal", "password changed"),
        Event.PASSWORD_RECOVERED: pgettext_lazy("journal", "password recovered"),
        Event.PASSWORD_SET: pgettext_lazy("journal", "password set"),
        Event.PHONE_CHANGED: pgettext_lazy("journal", "phone number changed"),
        Event.PHONE_CHECKED: pgettext_lazy("journal", "phone number checked"),
        Event.PROVIDER_BACK: pgettext_lazy("journal", "service answers again"),
        Event.PROVIDER_UNAVAILABLE: pgettext_lazy("journal", "service does not answer"),
        Event.REGISTRATION: pgettext_lazy("journal", "registration"),
        Event.SESSION_BEGUN: pgettext_lazy("journal", "session begun"),
        Event.SESSION_ENDED: pgettext_lazy("journal", "session ended"),
        Event.SETTINGS_CHANGED: pgettext_lazy("journal", "settings changed"),
        Event.SIGN_IN: pgettext_lazy("journal", "sign-in"),
        Event.SIGN_IN_DISRUPTED: pgettext_lazy("journal", "sign-in disrupted"),
        Event.SIGN_IN_RESTORED: pgettext_lazy("journal", "sign-in works again"),
        Event.TOKEN_ISSUED: pgettext_lazy("journal", "token issued to an application"),
        Event.TOKEN_REFUSED: pgettext_lazy("journal", "token refused to an application"),
        Event.TOKEN_REVOKED: pgettext_lazy("journal", "token revoked"),
    }
)


@register.filter
def happened(event: str) -> str | Promise:
    """The words of an event; of one that an older gate wrote and this one does not know, its code."""
    return EVENTS[Event(event)] if event in _KNOWN else event


@register.filter
def ruled(rule: str) -> str | Promise:
    """The words of a clause; of one that the gate does not decide by, its id."""
    return RULES.get(rule, rule)


@register.filter
def why(reason: str) -> str:
    """The words of a reason; what a person wrote, as they wrote it."""
    return reason_words(reason)


@register.filter
def turned_out(outcome: str) -> str | Promise:
    """The words of an outcome."""
    return OUTCOMES.get(outcome, outcome)


@register.filter
def told_of(kind: str) -> str | Promise:
    """The words of what somebody was told of."""
    return NOTICES[Told(kind)] if kind in _TOLD else kind
