"""`{% load signals %}`: moments as columns show them, and words for the contract's codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django import template
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qorgan.hub.members.models import Organisation
from qorgan.hub.signals.account import Account
from qorgan.hub.signals.words import ACTIONS, DESTINATIONS
from qorgan.law.asoi import SignalType
from qorgan.law.clause import Act
from qorgan.law.labels import Labelled

register = template.Library()


@register.simple_tag
def at_second(at: datetime) -> SafeString:
    """A moment in a column: the second above the day; exact and with its zone on hover."""
    local = timezone.localtime(at)
    return format_html(
        '<time class="q-time s-at" datetime="{}" title="{}">{} <span>{}</span></time>',
        at.isoformat(),
        exact(at),
        f"{local:%H:%M:%S}",
        f"{local:%d.%m}",
    )


@register.filter
def exact(at: datetime) -> str:
    """`2026-11-22 14:03:07.120 UTC+05:00`, in the portal's zone."""
    local = timezone.localtime(at)
    return f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03} UTC{local.isoformat()[-6:]}"


@register.filter
def to_minute(at: datetime) -> str:
    """`2026-11-22 14:03`, in the portal's zone."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


@register.simple_tag
def short(code: str) -> str:
    """Our short name of a type."""
    return SignalType(code).short(translation.get_language() or "kk")


@register.simple_tag
def legal(code: str) -> str:
    """The act's own name of a type."""
    return SignalType(code).label(translation.get_language() or "kk")


@register.filter
def action_word(code: str) -> str:
    """What the sensor did."""
    return str(ACTIONS.get(code, code))


@register.filter
def role_word(code: str) -> str:
    """What was aimed at."""
    return str(DESTINATIONS.get(code, code))


@register.filter
def grouped(number: int) -> str:
    """A number with its thousands apart."""
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def named(names: Mapping[UUID, str], key: UUID) -> str:
    """The name of an organisation."""
    return names.get(key, "")


@register.filter
def called(thing: Organisation | Labelled) -> str:
    """The name of an organisation, or of a member of one of the law's lists, in the page's language."""
    language = translation.get_language() or "kk"
    return thing.label(language) if isinstance(thing, Labelled) else thing.name(language)


@register.filter
def title_of(act: Act) -> str:
    """The title of an act in the page's language."""
    return act.title(translation.get_language() or "kk")


@register.simple_tag
def verify_command(account: Account) -> str:
    """The command that verifies a signal's receipt."""
    stem = f"{str(account.row.module_id)[:8]}-{account.row.sequence}"
    key = account.proof.key if account.proof else ""
    return f"qorgan verify {stem}.receipt.json {stem}.record.ndjson --key '{key}'"
