"""`{% load qorgan %}`: what the hub's pages alone draw; the kit's components are at hand everywhere."""

from __future__ import annotations

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qorgan.kit.pages.components import mark
from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity

register = template.Library()


@register.simple_tag
def severity(value: str | int) -> SafeString:
    """The severity mark for a code ('high') or a rank (0 to 4)."""
    grade = list(Severity)[value] if isinstance(value, int) else Severity(value)
    return mark(f"severity-{grade.value}", grade.value, grade.label(_language()))


@register.simple_tag
def signal_type(code: str) -> SafeString:
    """The chip of one of the eight types, with the act's own name on hover."""
    kind = SignalType(code)
    language = _language()
    return format_html('<span class="q-chip" title="{}">{}</span>', kind.label(language), kind.short(language))


def _language() -> str:
    return translation.get_language() or "kk"
