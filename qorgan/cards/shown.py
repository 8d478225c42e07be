"""A value of a field as its paragraphs, for papers and for reading out: whatever the field's widget is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from qorgan.cards.fields import Field, Widget
from qorgan.cards.manner import Manner
from qorgan.cards.wording import worded as _

NO_VALUE: Final[tuple[Any, ...]] = (None, "", (), [])


def shown(asked: Field, value: Any, manner: Manner) -> tuple[str, ...]:
    """A value as its paragraphs; none where nothing was said."""
    if value in NO_VALUE:
        return ()
    return tuple(_SHOWN.get(asked.widget, _plain)(asked, value, manner))


def _plain(_asked: Field, value: Any, _manner: Manner) -> Iterator[str]:
    yield from str(value).splitlines()


def _each(_asked: Field, value: Any, _manner: Manner) -> Iterator[str]:
    yield from map(str, value)


def _numbered(_asked: Field, value: Any, _manner: Manner) -> Iterator[str]:
    for number, one in enumerate(value, start=1):
        yield f"{number}. {one}"


def _chosen(asked: Field, value: Any, manner: Manner) -> Iterator[str]:
    labels = dict(asked.choices)
    for one in value if isinstance(value, (tuple, list)) else (value,):
        code = str(getattr(one, "value", one))
        yield labels[code](manner.language) if code in labels else code


def _at(_asked: Field, value: Any, manner: Manner) -> Iterator[str]:
    yield str(_("%(at)s (Almaty time)") % {"at": manner.moment(value)})


def _yes_no(_asked: Field, value: Any, _manner: Manner) -> Iterator[str]:
    yield str(_("Yes") if value else _("No"))


def _group(asked: Field, value: Any, manner: Manner) -> Iterator[str]:
    for column in asked.columns:
        paragraphs = shown(column, getattr(value, column.name), manner)
        if paragraphs:
            yield f"{column.label}: {'; '.join(paragraphs)}"


def _rows(asked: Field, value: Any, manner: Manner) -> Iterator[str]:
    for number, row in enumerate(value, start=1):
        said = "; ".join(_group(asked, row, manner))
        if said:
            yield f"{number}. {said}"


_SHOWN: Final[dict[Widget, Callable[[Field, Any, Manner], Iterator[str]]]] = {
    Widget.LINES: _each,
    Widget.ITEMS: _numbered,
    Widget.CHOICE: _chosen,
    Widget.CHOICES: _chosen,
    Widget.MOMENT: _at,
    Widget.YES_NO: _yes_no,
    Widget.ROWS: _rows,
    Widget.GROUP: _group,
    Widget.DOCUMENTS: _each,
    Widget.SIGNALS: _each,
}
