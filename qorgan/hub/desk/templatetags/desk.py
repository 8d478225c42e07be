"""`{% load desk %}`: texts with what was added and removed, exact moments for titles, fields of paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django import template
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from qorgan.hub.casework.lifecycle import Need
from qorgan.hub.config import SignatureRule
from qorgan.hub.desk.form import top
from qorgan.law.tlp import TLP

if TYPE_CHECKING:
    from qorgan.hub.desk.asking import Button
    from qorgan.hub.desk.difference import Run
    from qorgan.hub.desk.document import Party
    from qorgan.hub.members.profile import Product
    from qorgan.hub.warnings.vulnerability import Affected

register = template.Library()

_TAGS: Final = {"added": "ins", "removed": "del"}


@register.simple_tag
def runs(parts: Iterable[Run], only: str = "") -> SafeString:
    """A text with what was added and removed, marked by line and word too; `only` leaves out the other of the two."""
    words = {"added": gettext("added:"), "removed": gettext("removed:"), "same": ""}
    shown = [part for part in parts if only in {"", part.kind} or part.kind == "same"]
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html(
                    '<{0} class="d-{1}"><span class="visually-hidden">{2} </span>{3}</{0}>',
                    _TAGS[part.kind],
                    part.kind,
                    words[part.kind],
                    part.text,
                )
                if part.kind in _TAGS
                else part.text,
            )
            for part in shown
        ),
    )


@register.simple_tag
def signatures_taken() -> bool:
    """Whether heads may sign what they agree to."""
    return settings.CONFIG.agreement.signature is not SignatureRule.OFF


@register.simple_tag
def moment_title(at: datetime) -> str:
    """`2026-11-25 23:59 UTC+05:00`, for what a pointer rests on."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M} UTC+05:00"


@register.simple_tag
def minute(at: datetime) -> SafeString:
    """A time to the minute in place, the exact one with its zone for what a pointer rests on."""
    local = timezone.localtime(at)
    exact = f"{local:%Y-%m-%d %H:%M:%S} UTC+05:00"
    return format_html(
        '<time class="q-time" datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        exact,
        date_format(local, "SHORT_DATETIME_FORMAT"),
    )


@register.filter
def cut_path(path: str) -> str:
    """The field that a path leads into."""
    return top(path)


@register.filter
def value_of(values: Mapping[str, str], key: str) -> str:
    """What was typed for a key."""
    return values.get(key, "")


@register.filter
def item_is(values: Mapping[str, str], item: int) -> str:
    """What was chosen for a recommendation."""
    return values.get(f"item.{item}", "")


@register.filter
def reason_is(values: Mapping[str, str], item: int) -> str:
    """What was typed as the reason of a recommendation."""
    return values.get(f"reason.{item}", "")


@register.filter
def decides(party: Party, buttons: Iterable[Button]) -> bool:
    """Whether the recommendations are to be decided on now."""
    return bool(party.verdicts) and any(Need.DECISION in button.step.needs for button in buttons)


@register.filter
def product(named: Product | Affected) -> str:
    """A product with its maker, whose name is not said twice."""
    said = named.product or named.cpe or named.purl
    return said if said.casefold().startswith(named.vendor.casefold()) else f"{named.vendor} {said}"


@register.filter
def tlp(code: str) -> str:
    """The label of a degree of confidentiality."""
    return TLP(code).label(translation.get_language() or "kk")
