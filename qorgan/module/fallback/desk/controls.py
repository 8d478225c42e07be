"""A card as a form without scripts: one control for each field of the card's table, named by its path."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from qorgan.cards.content import Card
from qorgan.cards.fields import Field, Widget
from qorgan.cards.form import FIELDS
from qorgan.cards.lack import Lack
from qorgan.cards.wording import worded as _
from qorgan.law.calendar import zone
from qorgan.module.fallback.desk.markup import Markup, join, tag
from qorgan.module.fallback.language import spoken

_DAY: Final = "[0-3][0-9][.][01][0-9][.][0-9]{4}"
SPARE_ROWS: Final = 2
"""Empty rows after those that are filled: there are no scripts to add more; saving brings new ones."""
_LEFT_OUT: Final = frozenset({"channel", "told"})
"""What the hub writes out of the evidence."""


def form(card: Card, lacks: Mapping[str, list[Lack]]) -> Markup:
    """All fields under their headings; those of later stages in folds."""
    sections: dict[str, list[Field]] = {}
    for field in FIELDS:
        if field.name not in _LEFT_OUT:
            sections.setdefault(str(field.section), []).append(field)
    return join(*(_section(heading, fields, card, lacks) for heading, fields in sections.items()))


def asked() -> tuple[Field, ...]:
    """The fields that the form shows."""
    return tuple(field for field in FIELDS if field.name not in _LEFT_OUT)


def _section(heading: str, fields: list[Field], card: Card, lacks: Mapping[str, list[Lack]]) -> Markup:
    rows = [_row(field, getattr(card, field.name), lacks.get(field.name, [])) for field in fields]
    is_open = any(field.stage <= card.stage and field.clause for field in fields) or any(
        field.name in lacks for field in fields
    )
    return tag("details", tag("summary", heading), *rows, class_="panel", open=is_open)


def _row(field: Field, value: Any, lacks: list[Lack]) -> Markup:
    name = f"f.{field.name}"
    grouped = field.widget in {Widget.GROUP, Widget.ROWS, Widget.CHOICES, Widget.YES_NO}
    label = join(str(field.label), tag("span", field.clause, class_="clause") if field.clause else None)
    told = [tag("p", str(lack.message), tag("span", lack.clause, class_="clause"), class_="lack") for lack in lacks]
    help_ = tag("p", str(field.help), class_="help") if field.help else None
    inside = (control(field, value, name), help_, *told)
    if grouped:
        return tag("fieldset", tag("legend", label), *inside, id=f"row-{field.name}")
    return tag("div", tag("label", label, for_=name), *inside, class_="row", id=f"row-{field.name}")


def control(field: Field, value: Any, name: str) -> Markup:
    """The control of a value under a name."""
    if field.widget is Widget.GROUP:
        return tag("div", *_columns(field, value, name), class_="group")
    if field.widget is Widget.ROWS:
        rows = [*(value or ()), *([None] * SPARE_ROWS)]
        return join(
            *(tag("div", *_columns(field, row, f"{name}.{place}"), class_="group") for place, row in enumerate(rows))
        )
    if field.widget in {Widget.CHOICE, Widget.YES_NO}:
        return _select(field, value, name)
    if field.widget is Widget.CHOICES:
        return join(*(_tick(code, label(spoken()), code in _codes(value), name) for code, label in field.choices))
    return _text(field, value, name)


def _columns(field: Field, value: Any, name: str) -> list[Markup]:
    return [
        tag(
            "div",
            tag("label", str(column.label), for_=f"{name}.{column.name}"),
            control(column, getattr(value, column.name, None), f"{name}.{column.name}"),
        )
        for column in field.columns
    ]


def _text(field: Field, value: Any, name: str) -> Markup:
    if field.widget is Widget.TEXT:
        return tag(
            "textarea", "\n" if str(value or "").startswith("\n") else None, value or "", name=name, id=name, rows=4
        )
    if field.widget in {Widget.LINES, Widget.ITEMS, Widget.DOCUMENTS, Widget.SIGNALS}:
        return tag("textarea", "\n".join(value or ()), name=name, id=name, rows=3, spellcheck="false")
    if field.widget is Widget.MOMENT:
        return moment_input(name, f"{value.astimezone(zone()):%d.%m.%Y %H:%M}" if isinstance(value, datetime) else "")
    if field.widget is Widget.DATE:
        return _typed(name, f"{value:%d.%m.%Y}" if value else "", str(_("dd.mm.yyyy")), _DAY)
    if field.widget is Widget.NUMBER:
        shown = "" if value is None else str(value)
        return tag("input", type="text", inputmode="numeric", name=name, id=name, value=shown)
    return tag("input", type="text", name=name, id=name, value=value or "", maxlength=2000)


def moment_input(name: str, shown: str) -> Markup:
    """A moment as people here write it: a browser's own control would follow the browser's language."""
    return _typed(name, shown, str(_("dd.mm.yyyy hh:mm")), f"{_DAY} [0-2][0-9]:[0-5][0-9]")


def _typed(name: str, shown: str, form: str, pattern: str) -> Markup:
    return tag(
        "input",
        type="text",
        name=name,
        id=name,
        value=shown,
        placeholder=form,
        title=form,
        pattern=pattern,
        class_="when",
        autocomplete="off",
    )


def _select(field: Field, value: Any, name: str) -> Markup:
    if field.widget is Widget.YES_NO:
        choices = [("yes", str(_("Yes"))), ("no", str(_("No")))]
        chosen = "" if value is None else "yes" if value else "no"
    else:
        choices = [(code, label(spoken())) for code, label in field.choices]
        chosen = next(iter(_codes((value,) if value is not None else ())), "")
    options = [
        tag("option", "—", value=""),
        *(tag("option", label, value=code, selected=code == chosen) for code, label in choices),
    ]
    return tag("select", *options, name=name, id=name)


def _tick(code: str, label: str, ticked: bool, name: str) -> Markup:
    return tag("label", tag("input", type="checkbox", name=name, value=code, checked=ticked), " ", label, class_="tick")


def _codes(values: Any) -> list[str]:
    return [str(getattr(one, "value", one)) for one in values or ()]
