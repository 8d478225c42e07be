"""A content as people read it: only what is said, in words, under the headings of its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from qorgan.cards.fields import Field, Widget
from qorgan.hub.casework.kinds import DocumentKind

_LISTS: Final = frozenset({Widget.LINES, Widget.DOCUMENTS, Widget.SIGNALS, Widget.ITEMS})


@dataclass(frozen=True, slots=True)
class Said:
    """A field that says something."""

    name: str
    label: str
    widget: str
    text: str = ""
    items: list[str] = field(default_factory=list)
    parts: list[Said] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    @property
    def named_rows(self) -> list[list[tuple[str, str]]]:
        """The rows, each cell with the name of its column: what a narrow page draws below each other."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Heading:
    """What is said under one heading."""

    heading: str
    said: list[Said]


def headings(kind: DocumentKind, content: Mapping[str, Any]) -> list[Heading]:
    """Everything that a content says."""
    found: dict[str, list[Said]] = {}
    for one in kind.fields:
        value = content.get(one.name)
        if not _is_empty(value):
            found.setdefault(str(one.section), []).append(said(one, value))
    return [Heading(heading, parts) for heading, parts in found.items()]


def said(one: Field, value: Any) -> Said:
    """One value in words."""
    label, widget = str(one.label), one.widget.value
    if one.widget in _LISTS:
        return Said(one.name, label, widget, items=[str(each) for each in value])
    if one.widget is Widget.CHOICES:
        return Said(one.name, label, widget, items=[_choice(one, each) for each in value])
    if one.widget is Widget.GROUP:
        parts = [said(column, value[column.name]) for column in one.columns if not _is_empty(value.get(column.name))]
        return Said(one.name, label, widget, parts=parts)
    if one.widget is Widget.ROWS:
        used = [column for column in one.columns if any(not _is_empty(row.get(column.name)) for row in value)]
        rows = [[line(column, row.get(column.name)) for column in used] for row in value]
        return Said(one.name, label, widget, columns=[str(column.label) for column in used], rows=rows)
    return Said(one.name, label, widget, text=line(one, value))


def line(one: Field, value: Any) -> str:  # noqa: PLR0911  # one a widget
    """A value as one text: what is compared, and what stands in a cell."""
    if _is_empty(value):
        return ""
    match one.widget:
        case Widget.CHOICE:
            return _choice(one, value)
        case Widget.CHOICES:
            return "\n".join(_choice(one, each) for each in value)
        case Widget.MOMENT:
            at = timezone.localtime(datetime.fromisoformat(value))
            return f"{date_format(at, 'SHORT_DATETIME_FORMAT')} UTC+05:00"
        case Widget.DATE:
            return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
        case Widget.YES_NO:
            return gettext("Yes") if value else gettext("No")
        case Widget.ROWS:
            return "\n".join(_joined(one, row) for row in value)
        case Widget.GROUP:
            return _joined(one, value)
        case widget if widget in _LISTS:
            return "\n".join(str(each) for each in value)
    return str(value)


def label_of(kind: DocumentKind, path: str) -> str:
    """What the field is called that a path leads into."""
    name = path.partition(".")[0]
    return next((str(one.label) for one in kind.fields if one.name == name), name)


def _joined(one: Field, row: Mapping[str, Any]) -> str:
    cells = ((str(column.label), line(column, row.get(column.name))) for column in one.columns)
    return "; ".join(f"{label}: {text}" for label, text in cells if text)


def _choice(one: Field, value: Any) -> str:
    labels = {code: label for code, label in one.choices}  # noqa: C416  # the labels are functions of the language
    label = labels.get(str(value))
    return label(translation.get_language() or "kk") if label else str(value)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, dict) and all(map(_is_empty, value.values())))
