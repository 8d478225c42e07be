"""The form of a document, made from the table of its kind's fields: what a template draws, one node an input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.utils import translation

from qorgan.cards.fields import Field, Widget
from qorgan.cards.lack import Lack
from qorgan.hub.casework.exact import read_content
from qorgan.hub.casework.kinds import DocumentKind
from qorgan.hub.desk.entry import NO, YES, moment_text

if TYPE_CHECKING:
    from qorgan.kit.refusal import Sentence

_JOINED: Final = frozenset({Widget.LINES, Widget.DOCUMENTS, Widget.SIGNALS})
_FEW: Final = 4
"""Up to so many choices are shown side by side."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list, with the number by which its inputs are named."""

    number: int
    label: int
    """As people count, from one."""
    nodes: list[Node]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One field as it is asked."""

    path: str
    label: str
    widget: str
    help: str = ""
    clause: str = ""
    value: str = ""
    choices: list[Choice] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    parts: list[Node] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    error: str = ""
    lacks: list[Lack] = field(default_factory=list)
    returned: str = ""
    """Why the centre sent the document back for this field."""
    shown: bool = True

    @property
    def id(self) -> str:
        """Of its input."""
        return "f-" + self.path.replace(".", "-")

    @property
    def says(self) -> bool:
        """Whether anything is said in it."""
        return bool(
            self.value
            or any(choice.chosen for choice in self.choices)
            or any(node.says for row in self.rows for node in row.nodes)
            or any(node.says for node in self.parts)
        )

    @property
    def is_few(self) -> bool:
        """Whether its choices stand side by side."""
        return self.widget == Widget.CHOICE and len(self.choices) <= _FEW

    @property
    def is_several(self) -> bool:
        """Whether it has no single input that a label could name."""
        return self.is_few or self.widget in {"rows", "items", "group", "choices", "yes-no"}


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading."""

    heading: str
    nodes: list[Node]

    @property
    def is_open(self) -> bool:
        """Whether it is opened at once: where something lacks, came back or is said. The rest waits folded."""
        return any(node.shown and (node.lacks or node.returned or node.error or node.says) for node in self.nodes)

    @property
    def names(self) -> str:
        """What it asks, in one line."""
        return ", ".join(node.label for node in self.nodes if node.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is said beside the fields."""

    errors: Mapping[str, Sentence] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    lacks: Iterable[Lack] = ()
    returned: Mapping[str, str] = field(default_factory=dict)
    extra: str = ""
    """The path of the list that gets one more, empty row."""


def visible(kind: DocumentKind, content: Mapping[str, Any]) -> frozenset[str]:
    """The fields that are asked: those of the stage and earlier, and where what else is said asks for them."""
    words = read_content(kind, dict(content))
    stage = kind.facets(words).stage
    return frozenset(
        one.name for one in kind.fields if one.stage <= stage and (one.when is None or bool(one.when(words)))
    )


def sections(kind: DocumentKind, content: Mapping[str, Any], beside: Beside) -> list[Section]:
    """The whole form, in the order of the table."""
    asked = visible(kind, content)
    lacks: dict[str, list[Lack]] = {}
    for lack in beside.lacks:
        lacks.setdefault(top(lack.field), []).append(lack)
    found: dict[str, list[Node]] = {}
    for one in kind.fields:
        value = content.get(one.name)
        node = _node(one, one.name, value, beside, shown=one.name in asked, lacks=lacks.get(one.name, []))
        found.setdefault(str(one.section), []).append(node)
    return [Section(heading, nodes) for heading, nodes in found.items()]


def top(path: str) -> str:
    """The field that a path leads into."""
    return path.partition(".")[0]


def _node(
    one: Field, path: str, value: Any, beside: Beside, *, shown: bool = True, lacks: list[Lack] | None = None
) -> Node:
    typed = beside.typed.get(path)
    return Node(
        path=path,
        label=str(one.label),
        widget=one.widget.value,
        help=str(one.help),
        clause=one.clause,
        value=typed if typed is not None else _value_text(one, value),
        choices=_choices(one, value),
        rows=_rows(one, path, value, beside),
        parts=_parts(one, path, value, beside) if one.widget is Widget.GROUP else [],
        columns=[str(column.label) for column in one.columns],
        error=str(beside.errors.get(path, "")),
        lacks=lacks or [],
        returned=beside.returned.get(path, ""),
        shown=shown,
    )


def _value_text(one: Field, value: Any) -> str:
    if value is None or value == []:
        return ""
    if one.widget in _JOINED:
        return "\n".join(value)
    if one.widget is Widget.MOMENT:
        return moment_text(value)
    if one.widget is Widget.YES_NO:
        return YES if value else NO
    return str(value)


def _choices(one: Field, value: Any) -> list[Choice]:
    if one.widget not in {Widget.CHOICE, Widget.CHOICES}:
        return []
    language = translation.get_language() or "kk"
    chosen = {str(each) for each in value} if isinstance(value, list) else {str(value)}
    return [Choice(code, label(language), code in chosen) for code, label in one.choices]


def _rows(one: Field, path: str, value: Any, beside: Beside) -> list[Row]:
    if one.widget not in {Widget.ROWS, Widget.ITEMS}:
        return []
    stored = list(value or [])
    # A list that is empty offers its first row at once.
    blank = beside.extra == path or not stored
    values = [*stored, *([None] if blank else [])]
    return [
        Row(
            at, at + 1, _row_nodes(one, f"{path}.{at}", each, beside), is_new=beside.extra == path and at == len(stored)
        )
        for at, each in enumerate(values)
    ]


def _row_nodes(one: Field, path: str, value: Any, beside: Beside) -> list[Node]:
    if one.widget is Widget.ITEMS:
        return [Node(path=path, label=str(one.label), widget=Widget.TEXT.value, value=str(value or ""))]
    return _parts(one, path, value, beside)


def _parts(one: Field, path: str, value: Any, beside: Beside) -> list[Node]:
    values = value if isinstance(value, dict) else {}
    return [_node(column, f"{path}.{column.name}", values.get(column.name), beside) for column in one.columns]
