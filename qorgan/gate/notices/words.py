"""What a notice says, in the client's language: what happened, when, and what to do if it was somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from qorgan.gate.notices.kinds import Kind
from qorgan.gate.notices.models import Notice
from qorgan.law.calendar import ZONE_NAME

_ZONE: Final = ZoneInfo(ZONE_NAME)
_SENTENCES: Final[Mapping[Kind, object]] = MappingProxyType(
    {
        Kind.BLOCKED: _("your account was blocked"),
        Kind.CLOSED: _("your account was closed"),
        Kind.DEVICE_BOUND: _("a new device was registered for your account"),
        Kind.DEVICE_REMOVED: _("a device was removed from your account"),
        Kind.FACTOR_ADDED: _("a way to sign in was added to your account"),
        Kind.FACTOR_REMOVED: _("a way to sign in was removed from your account"),
        Kind.PASSWORD_CHANGED: _("your password was changed"),
        Kind.PASSWORD_RECOVERED: _("your password was recovered"),
        Kind.PHONE_CHANGED: _("the phone number of your account was changed"),
        Kind.REGISTERED: _("you were registered"),
        Kind.SIGNED_IN: _("your account was signed in to"),
        Kind.UNBLOCKED: _("your account was unblocked"),
    }
)


def text(notice: Notice, institution: str) -> str:
    """The whole message. Holds no name, no number and no address: a message may be read over a shoulder."""
    with override(notice.language):
        kind = Kind(notice.kind)
        if kind is Kind.ATTEMPTS_FAILED:
            what = ngettext(
                "%(count)d failed attempt to sign in to your account",
                "%(count)d failed attempts to sign in to your account",
                notice.count,
            ) % {"count": notice.count}
        else:
            what = str(_SENTENCES[kind])
        at = formats.date_format(notice.created_at.astimezone(_ZONE), "d.m.Y H:i")
        return gettext("%(institution)s: %(at)s %(what)s. If this was not you, call us at once.") % {
            "institution": institution,
            "at": at,
            "what": what,
        }
