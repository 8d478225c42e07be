"""`{% load members %}`: names in the page's language, numbers with their thousands apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.models import Organisation
from qorgan.law.labels import Labelled

register = template.Library()


@register.filter
def called(thing: Organisation | Labelled) -> str:
    """The name of an organisation, or of a member of one of the law's lists, in the page's language."""
    language = translation.get_language() or "kk"
    return thing.label(language) if isinstance(thing, Labelled) else thing.name(language)


@register.filter
def named(names: Mapping[Any, str], key: Any) -> str:
    """The name of an organisation."""
    return names.get(key, "")


@register.filter
def reason_for(reasons: Mapping[str, str], field: str) -> str:
    """The reason that stands beside a field; '' where none does."""
    return reasons.get(field, "")


@register.filter
def grouped(number: int) -> str:
    """A number with its thousands apart."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def as_moment(text: str | None) -> datetime | None:
    """The moment that a heartbeat says; None when it says none."""
    return parse_datetime(text) if text else None


@register.filter
def exact(at: datetime) -> str:
    """`2026-11-22 14:03:07`, in the portal's zone."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


_ALARMS = {
    "silent": _("silent since %(moment)s"),
    "little": _("less than usual since %(moment)s"),
    "much": _("more than usual since %(moment)s"),
}


@register.inclusion_tag("members/parts/source_alarm.html")
def source_alarm(source: Mapping[str, Any]) -> dict[str, Any]:
    """What is not as usual with a source of a module, as the module's own baseline says (R67.3.8)."""
    since = as_moment(source.get("alarm_since"))
    shown = date_format(timezone.localtime(since), "SHORT_DATETIME_FORMAT") if since else ""
    words = _ALARMS.get(source.get("alarm", ""), "")
    return {"kind": "bad" if source.get("alarm") == "silent" else "warn", "words": str(words) % {"moment": shown}}
