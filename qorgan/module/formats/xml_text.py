"""XML as names and values: no entities, no document types, bounded in depth, number and length."""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

from qorgan.module.event import Unreadable

DEEPEST: Final = 24
MOST_LEAVES: Final = 512
LONGEST: Final = 262_144
_LONGEST_VALUE: Final = 4_096
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARATION: Final = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_SPACE: Final = " "
_CALLED: Final = frozenset(
    ("Data", "data", "field", "Field", "param", "Param", "property", "Property", "item", "value")
)
"""Elements that are known by what an attribute of theirs calls them."""
_NAMED: Final = ("Name", "name", "key", "Key", "id")


def xml_leaves(text: str) -> dict[str, str]:
    """The texts and attributes of an XML document by their paths below its root. Of equal paths the first stands.

    An element that is named by an attribute (`<Data Name="IpAddress">`) is known by that name. Raises `Unreadable`.
    """
    start = text.find("<")
    if start < 0 or len(text) > LONGEST:
        raise Unreadable("no XML in it" if start < 0 else "too long for XML")
    # What stands before the root and how it was encoded is past: it is text here.
    body = _UNFIT.sub(_SPACE, _DECLARATION.sub("", text[start:]))
    reader = _Reader()
    try:
        reader.parser.Parse(body.encode("utf-8", "replace"), True)
    except expat.ExpatError as broken:
        # Behind the root's end there may be anything; before it, the document is broken.
        if not (reader.ended and reader.leaves):
            raise Unreadable("broken XML") from broken
    return reader.leaves


class _Reader:
    """Gathers what expat says."""

    def __init__(self) -> None:
        self.leaves: dict[str, str] = {}
        self.ended = False
        self._path: list[str] = []
        self._texts: list[list[str]] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def _refuse(self, *_: object) -> None:
        raise Unreadable("XML with a document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= DEEPEST:
            raise Unreadable("XML too deep")
        # Names of an element's namespace say nothing of the thing.
        name = tag.rpartition(":")[2]
        own = next((attributes[key] for key in _NAMED if attributes.get(key)), "") if name in _CALLED else ""
        self._path.append(own[:64] or name)
        self._texts.append([])
        for key, value in attributes.items():
            if not key.startswith("xmlns") and not (own and key in _NAMED):
                self._keep(f"{self._where()}.{key}".lstrip("."), value)

    def _end(self, _: str) -> None:
        value = "".join(self._texts.pop()).strip()
        if value:
            self._keep(self._where() or self._path[-1], value)
        self._path.pop()
        self.ended = not self._path

    def _data(self, data: str) -> None:
        if self._texts and len(self._texts[-1]) < MOST_LEAVES:
            self._texts[-1].append(data[:_LONGEST_VALUE])

    def _where(self) -> str:
        return ".".join(self._path[1:])

    def _keep(self, path: str, value: str) -> None:
        if len(self.leaves) < MOST_LEAVES and value:
            self.leaves.setdefault(path[:256], value[:_LONGEST_VALUE])
