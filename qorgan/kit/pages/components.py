"""Components of every program's pages, always at hand: each draws one thing, in words, shape and colour together."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from qorgan.kit.pages.moments import ago, exact
from qorgan.kit.pages.tags import symbol

register = template.Library()

SHORT_FROM: Final = 20
"""Identifiers up to this length are shown whole."""
HEAD: Final = 8
TAIL: Final = 6
STATES: Final = frozenset({"good", "warn", "bad", "idle"})
BAR_UNITS: Final = 1000


@register.simple_tag
def state(kind: str, words: str) -> SafeString:
    """A state: 'good', 'warn', 'bad' or 'idle', and what it is called."""
    if kind not in STATES:
        raise template.TemplateSyntaxError(f"a state is one of {sorted(STATES)}, not {kind!r}")
    return mark(f"state-{kind}", kind, words)


def mark(shape: str, colour: str, words: str) -> SafeString:
    """Shape, colour and word together."""
    return format_html('<span class="q-mark q-mark-{}">{}{}</span>', colour, symbol(shape), words)


@register.simple_tag
def moment(at: datetime | None, *, relative: bool = True) -> SafeString:
    """A time: how long ago, with the exact moment and its zone on hover; or the exact one in place."""
    if at is None:
        return format_html('<span class="q-time">{}</span>', gettext("never"))
    if not relative:
        return format_html('<time class="q-time" datetime="{}">{}</time>', at.isoformat(), exact(at))
    written = date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    return format_html(
        '<time class="q-time" datetime="{}" title="{}" data-relative="{}">{}</time>',
        at.isoformat(),
        exact(at),
        written,
        ago(timezone.now() - at) or written,
    )


@register.simple_tag
def identifier(value: object, *, copy: bool = True) -> SafeString:
    """An identifier, shortened in the middle for the eye alone, with a button that copies the whole."""
    text = str(value)
    if len(text) <= SHORT_FROM:
        shown = format_html("<code>{}</code>", text)
    else:
        shown = format_html(
            '<code title="{}">{}<span class="q-id-middle">{}</span>{}</code>',
            text,
            text[:HEAD],
            text[HEAD:-TAIL],
            text[-TAIL:],
        )
    return format_html('<span class="q-id">{}{}</span>', shown, copy_button(text) if copy else "")


@register.simple_tag
def copy_button(text: str) -> SafeString:
    """A button that puts `text` on the clipboard."""
    return format_html(
        '<button type="button" class="q-copy" data-copy="{}" title="{}"><span class="visually-hidden">{}</span>'
        '<svg class="q-copy-ready" aria-hidden="true"><use href="#q-copy"></use></svg>'
        '<svg class="q-copy-done" aria-hidden="true"><use href="#q-done"></use></svg></button>',
        text,
        gettext("Copy"),
        gettext("Copy"),
    )


@register.filter
def in_fours(text: str) -> list[str]:
    """A key in groups of four, as people copy one by hand."""
    return [text[start : start + 4] for start in range(0, len(text), 4)]


@register.simple_tag
def bar(value: float, of: float) -> SafeString:
    """A bar as long as `value` is of `of`. The number itself stands beside it, in the page."""
    width = round(BAR_UNITS * min(1.0, value / of)) if of > 0 else 0
    return format_html(
        '<svg class="q-bar" viewBox="0 0 {} 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="8"></rect><rect width="{}" height="8"></rect></svg>',
        BAR_UNITS,
        BAR_UNITS,
        width,
    )


@register.inclusion_tag("parts/empty.html")
def empty(title: str, advice: str = "", icon: str = "empty") -> dict[str, Any]:
    """What stands where there is nothing: what it means, and what to do next."""
    return {"title": title, "advice": advice, "icon": icon}


@register.inclusion_tag("parts/note.html")
def note(kind: str, words: str) -> dict[str, Any]:
    """A sentence set apart: 'info', 'good', 'warn' or 'bad'."""
    return {"kind": kind, "words": words}


@register.inclusion_tag("parts/field.html")
def field(bound: Any, css: str = "", *, help: bool = True) -> dict[str, Any]:  # noqa: A002  # what templates read
    """A form's field with its label, help and errors, tied together for screen readers."""
    widget = "form-select" if bound.widget_type in {"select", "nullbooleanselect"} else "form-control"
    said = {"help": help and bool(bound.help_text), "error": bool(bound.errors)}
    described = [f"{bound.auto_id}_{part}" for part, is_said in said.items() if is_said]
    attributes: dict[str, Any] = {"class": f"{widget} {css}".strip(), "placeholder": False}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {"field": bound, "control": bound.as_widget(attrs=attributes), "help": said["help"]}
