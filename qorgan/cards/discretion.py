"""No document of ASOI has room for personal data or banking secrets: they are refused where they stand (R67.4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import msgspec
from msgspec import Struct

from qorgan.cards.fields import Field
from qorgan.cards.lack import Lack
from qorgan.cards.wording import worded as _
from qorgan.personal import accounts, digits
from qorgan.personal.found import Found, without_overlaps
from qorgan.personal.numbers import IIN_DIGITS, is_bin
from qorgan.wire.signal import RedactionClass

CLAUSE: Final = "R67.4"
_SHOWN: Final = 3
"""Characters of a number that the refusal repeats, so that it can be found in the text."""


def indiscretions(content: Struct, fields: Collection[Field], exempt: Collection[str] = ()) -> Iterator[Lack]:
    """Where a content names somebody's IIN, card, account or phone. `exempt` are fields that ask for such."""
    labels = {field.name: field.label for field in fields}
    for name in content.__struct_fields__:
        if name in exempt:
            continue
        for row, text in _texts(getattr(content, name)):
            for found in secrets_in(text):
                yield Lack(name, _told(str(labels.get(name, name)), row, text, found), CLAUSE)


def secrets_in(text: str) -> list[Found]:
    """Personal numbers in a text, in their order. The BIN of a legal entity is none."""
    found = [*accounts.ibans(text), *digits.numbers(text, ()), *accounts.beside_keywords(text, ())]
    return [one for one in without_overlaps(found) if not _is_of_a_company(one)]


def _is_of_a_company(found: Found) -> bool:
    return found.kind is RedactionClass.ACCOUNT and len(found.value) == IIN_DIGITS and is_bin(found.value)


def _texts(value: object, row: int = 0) -> Iterator[tuple[int, str]]:
    """Every text inside a value, with the row it stands in, from one; 0 outside rows."""
    if isinstance(value, str):
        yield row, value
    elif isinstance(value, tuple):
        for number, one in enumerate(value, start=1):
            yield from _texts(one, row or number)
    elif isinstance(value, Struct):
        for one in msgspec.structs.astuple(value):
            yield from _texts(one, row)


def _told(label: str, row: int, text: str, found: Found) -> str:
    shown = text[found.start : found.end].strip()[:_SHOWN] + "…"
    said = {
        RedactionClass.IIN: _("“%(field)s” has a person's IIN (%(shown)s). Take it out: ASOI takes no personal data."),
        RedactionClass.PAN: _("“%(field)s” has a card number (%(shown)s). Take it out: ASOI takes no banking secrets."),
        RedactionClass.PHONE: _("“%(field)s” has a phone (%(shown)s). Take it out: ASOI takes no personal data."),
    }.get(
        found.kind,
        _("“%(field)s” has an account or contract number (%(shown)s). Take it out: ASOI takes no banking secrets."),
    )
    place = _("%(field)s, line %(row)s") % {"field": label, "row": row} if row else label
    return str(said % {"field": place, "shown": shown})
