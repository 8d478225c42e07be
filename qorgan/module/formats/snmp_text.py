"""SNMP traps as daemons write them into a log: names or numbers of objects, each with its value."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

MOST: Final = 128
"""Objects of one trap."""
_TRAP: Final = re.compile(r"snmpTrapOID|SNMPv2-MIB::|SNMPv2-SMI::")
_TABS: Final = re.compile(r"#01[0-7]|\\[tn]")
"""Tabs and ends of lines as relays write them out."""
_OBJECT: Final = re.compile(
    r"(?:^|(?<=[\s,;:\"]))(?:[A-Za-z][\w-]{1,63}+::(?P<name>[A-Za-z][\w-]{1,63}+)|(?P<own>snmpTrapOID|sysUpTime(?:Instance)?)"
    r"|(?:iso|\.?1)\.(?:3\.6\.1|org\.dod\.internet)\.(?P<number>\d[\d.]{0,127}+)|enterprises\.(?P<owned>\d[\d.]{0,127}+))"
    r"(?P<index>(?:\.\d{1,10}+){0,16}+)(?:\s{0,4}+=\s{0,4}+(?:[A-Z][A-Za-z0-9-]{1,15}(?: [A-Z]{2,8})?: ?)?|\s{1,4}+)"
)
_ENTERPRISES: Final = "4.1."
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TRAP_NAME: Final = re.compile(r"(?:.*::)?([A-Za-z][\w-]{1,63})")
_LONGEST: Final = 4_096
_EDGES: Final = " \t\r\n,;"


def is_trap(text: str) -> bool:
    """Whether a text says which trap it is."""
    return _TRAP.search(text) is not None


def objects_in(text: str) -> tuple[dict[str, str], int]:
    """The objects of a trap with their values, and where the first begins. Of equal names the first counts.

    An object is known by its name without what it is an index of, or by its number below `internet`. The trap's own
    name stands, in its words, as the event's category.
    """
    text = _TABS.sub(lambda found: " " * len(found[0]), text)
    marks = list(islice(_OBJECT.finditer(text), MOST))
    objects: dict[str, str] = {}
    is_value = False
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        if is_value:
            # Which trap it is is told by another object's name.
            objects["snmpTrapOID"], is_value = mark[0].strip(), False
            continue
        value = text[mark.end() : following.start() if following else len(text)].strip(_EDGES)
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        number = mark["number"] or (_ENTERPRISES + mark["owned"] if mark["owned"] else "")
        name = mark["name"] or mark["own"] or number.removesuffix(".0")
        objects.setdefault(name, value.strip()[:_LONGEST])
        is_value = name == "snmpTrapOID" and not value
    trap = _TRAP_NAME.fullmatch(objects.get("snmpTrapOID", "").rstrip(".0"))
    if trap:
        objects["eventcategory"] = _CAMEL.sub(" ", trap[1])
    return objects, marks[0].start() if marks else len(text)
