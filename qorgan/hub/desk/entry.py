"""What a person typed into a form, as a content: by the table of fields of the kind, and never losing a word.

Names of inputs are paths: `title`, `contacts.0.phone`, `third_party.bin`, `recommendations.2`. What cannot be kept (a
number that is none) is told beside its field; everything else is kept all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qorgan.cards.fields import Field, Widget
from qorgan.hub.casework.exact import plain
from qorgan.hub.casework.kinds import DocumentKind

if TYPE_CHECKING:
    from django.http import QueryDict

    from qorgan.kit.refusal import Sentence

PRESENT: Final = "_has"
"""Names the fields that the form showed: others keep what is stored."""
YES: Final = "yes"
NO: Final = "no"
_LISTS: Final = frozenset({Widget.LINES, Widget.DOCUMENTS, Widget.SIGNALS})
_SPACES: Final = str.maketrans("", "", " \u00a0\u202f")


class _Wrong(Exception):  # it is told, not raised out of here
    """Something typed that is not what its field asks for."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(slots=True)
class Entry:
    """A content with what was typed over it."""

    content: dict[str, Any]
    errors: dict[str, Sentence] = field(default_factory=dict)
    """By path: what could not be kept, in words."""
    typed: dict[str, str] = field(default_factory=dict)
    """By path: the text that could not be kept."""


def read_entry(kind: DocumentKind, stored: Mapping[str, Any], posted: QueryDict) -> Entry:
    """Lay what was posted over what is stored. A field that was not shown stays as it is."""
    present = frozenset(posted.getlist(PRESENT))
    entry = Entry(dict(stored))
    for one in kind.fields:
        if one.name in present:
            _take(entry, one, stored.get(one.name), posted)
    entry.content = _kept(kind, entry, stored, posted)
    return entry


def moment_text(value: str | None) -> str:
    """A stored moment as `<input type=datetime-local>` has it, in Almaty's time."""
    if not value:
        return ""
    local = timezone.localtime(datetime.fromisoformat(value))
    return f"{local:%Y-%m-%dT%H:%M:%S}" if local.second else f"{local:%Y-%m-%dT%H:%M}"


def indices(path: str, posted: QueryDict) -> list[int]:
    """The rows of a list that the form holds, in order."""
    head = f"{path}."
    found = {name[len(head) :].partition(".")[0] for name in posted if name.startswith(head)}
    return sorted(int(one) for one in found if one.isascii() and one.isdigit())


def _take(entry: Entry, one: Field, old: Any, posted: QueryDict) -> None:
    value = _value(entry, one, one.name, old, posted)
    if one.name in entry.errors:
        return
    if value is None:
        entry.content.pop(one.name, None)
    else:
        entry.content[one.name] = value


def _kept(kind: DocumentKind, entry: Entry, stored: Mapping[str, Any], posted: QueryDict) -> dict[str, Any]:
    """The whole as the kind's struct reads it; a field that it refuses stays as it was, and says so."""
    content = entry.content
    for _field in kind.fields:
        try:
            return plain(msgspec.convert(content, kind.content, strict=False))
        except msgspec.ValidationError as wrong:
            path = str(wrong).partition(" - at ")[2].strip("`").removeprefix("$.")
            name = path.partition(".")[0].partition("[")[0]
            entry.errors[name] = _("This cannot be kept as it is: too long, or none of the choices.")
            entry.typed[name] = posted.get(name, "")
            if content.get(name) == stored.get(name):
                raise
            content = {key: value for key, value in content.items() if key != name}
            if name in stored:
                content[name] = stored[name]
    return plain(msgspec.convert(content, kind.content, strict=False))


def _value(entry: Entry, one: Field, path: str, old: Any, posted: QueryDict) -> Any:  # noqa: PLR0911  # one a widget
    """The plain value at a path; None where nothing was typed."""
    match one.widget:
        case Widget.ROWS:
            olds = old if isinstance(old, list) else []
            rows = [
                _parts(entry, one, f"{path}.{at}", olds[at] if at < len(olds) else None, posted)
                for at in indices(path, posted)
            ]
            return [row for row in rows if row] or None
        case Widget.GROUP:
            return _parts(entry, one, path, old, posted)
        case Widget.ITEMS:
            return [said for at in indices(path, posted) if (said := _text(posted, f"{path}.{at}"))] or None
        case Widget.CHOICES:
            return [value for value in posted.getlist(path) if value] or None
        case widget if widget in _LISTS:
            return [said for line in _text(posted, path).splitlines() if (said := line.strip())] or None
        case Widget.YES_NO:
            return {YES: True, NO: False}.get(posted.get(path, ""))
    text = _text(posted, path)
    try:
        return _single(one, text, old) if text else None
    except _Wrong as wrong:
        entry.errors[path], entry.typed[path] = wrong.sentence, text
        return old


def _parts(entry: Entry, one: Field, path: str, old: Any, posted: QueryDict) -> dict[str, Any] | None:
    olds = old if isinstance(old, dict) else {}
    found = {
        column.name: _value(entry, column, f"{path}.{column.name}", olds.get(column.name), posted)
        for column in one.columns
    }
    return {name: value for name, value in found.items() if value is not None} or None


def _single(one: Field, text: str, old: Any) -> Any:
    match one.widget:
        case Widget.NUMBER:
            return _number(text)
        case Widget.MOMENT:
            return old if old and text == moment_text(old) else _moment(text)
        case Widget.DATE:
            return _date(text)
    return text


def _number(text: str) -> int:
    bare = text.translate(_SPACES)
    if not (bare.isascii() and bare.isdigit()):
        raise _Wrong(_("Write a whole number, in figures."))
    return int(bare)


def _moment(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
        aware = at if at.tzinfo else timezone.make_aware(at)
        return aware.astimezone(timezone.get_default_timezone()).isoformat()
    except (ValueError, OverflowError) as wrong:
        raise _Wrong(_("This is not a moment. Write it like 2026-11-22T14:00.")) from wrong


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as wrong:
        raise _Wrong(_("This is not a date. Write it like 2026-11-22.")) from wrong


def _text(posted: QueryDict, path: str) -> str:
    return posted.get(path, "").replace("\r\n", "\n").strip()
