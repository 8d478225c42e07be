"""The posted form back into a card. What cannot be read is told by its field, and nothing is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec

from qorgan.cards.content import Card
from qorgan.cards.fields import Field, Widget
from qorgan.law.calendar import zone
from qorgan.module.fallback.desk.controls import asked
from qorgan.module.fallback.refusal import Refused

MOST_ROWS: Final = 1_000
DAY: Final = "%d.%m.%Y"
Posted = Mapping[str, Sequence[str]]


def card_in(posted: Posted, before: Card) -> Card:
    """The card that a form says; what the form does not show stays as it was. Raises Refused `malformed`."""
    said = msgspec.to_builtins(before)
    for field in asked():
        said[field.name] = _value(field, f"f.{field.name}", posted)
    said = {name: value for name, value in said.items() if value is not None}
    try:
        return msgspec.convert(said, Card)
    except msgspec.ValidationError as wrong:
        told, _at, place = str(wrong).partition(" - at ")
        raise Refused("malformed", detail=f"{place.strip('`$.')}: {told}") from None


def _value(field: Field, name: str, posted: Posted) -> Any:
    if field.widget is Widget.GROUP:
        return _struct(field, name, posted)
    if field.widget is Widget.ROWS:
        return _rows(field, name, posted)
    if field.widget is Widget.CHOICES:
        return list(posted.get(name, ()))
    text = posted.get(name, [""])[0].replace("\r\n", "\n")
    if field.widget in {Widget.LINES, Widget.ITEMS, Widget.DOCUMENTS, Widget.SIGNALS}:
        return [line.strip() for line in text.split("\n") if line.strip()]
    text = text.strip()
    if field.widget in {Widget.LINE, Widget.TEXT}:
        return text
    return _scalar(field, text, name) if text else None


def _scalar(field: Field, text: str, name: str) -> Any:
    if field.widget is Widget.YES_NO:
        return text == "yes"
    if field.name == "stage":
        return int(text) if text.isdecimal() else text
    if field.widget is Widget.NUMBER:
        digits = text.replace(" ", "").replace(" ", "")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 16:  # noqa: PLR2004 (up to 2**53)
            raise Refused("malformed", detail=f"{name}: {field.label}")
        return int(digits)
    try:
        if field.widget is Widget.MOMENT:
            return moment_in(text).isoformat()
        if field.widget is Widget.DATE:
            return day_in(text).isoformat()
    except ValueError:
        raise Refused("malformed", detail=f"{name}: {field.label}") from None
    return text


def moment_in(text: str) -> datetime:
    """A moment of Almaty's clock, as `22.11.2026 14:30` or as ISO 8601 writes it. Raises ValueError."""
    try:
        return datetime.strptime(text, f"{DAY} %H:%M").replace(tzinfo=zone())
    except ValueError:
        return datetime.fromisoformat(text).replace(tzinfo=zone())


def day_in(text: str) -> date:
    """A day, as `22.11.2026` or as ISO 8601 writes it. Raises ValueError."""
    try:
        return datetime.strptime(text, DAY).replace(tzinfo=zone()).date()
    except ValueError:
        return date.fromisoformat(text)


def _struct(field: Field, name: str, posted: Posted) -> dict[str, Any] | None:
    found = {column.name: _value(column, f"{name}.{column.name}", posted) for column in field.columns}
    told = {key: value for key, value in found.items() if value not in (None, "", [])}
    return told or None


def _rows(field: Field, name: str, posted: Posted) -> list[dict[str, Any]]:
    places = sorted(
        {
            int(place)
            for key in posted
            if key.startswith(f"{name}.") and (place := key.removeprefix(f"{name}.").partition(".")[0]).isdecimal()
        }
    )
    found = (_struct(field, f"{name}.{place}", posted) for place in places[:MOST_ROWS])
    return [row for row in found if row is not None]
