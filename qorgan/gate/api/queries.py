"""What may stand in an address's query, each as OpenAPI says it. It is enforced where it is read: `search.asked`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, get_args

from qorgan.gate.journal.events import Event, Outcome
from qorgan.gate.journal.search.search import LARGEST, SIZE
from qorgan.kit.api.description import REFERENCE

Schema = Mapping[str, Any]

_IDENTIFIER: Final = {"type": "string", "format": "uuid"}
_DAY: Final = {"type": "string", "format": "date"}
_DAY_OR_INSTANT: Final = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}

JOURNAL: Final[Mapping[str, Schema]] = MappingProxyType(
    {
        "since": _DAY_OR_INSTANT,
        "until": {**_DAY_OR_INSTANT, "description": "The last day, or the first instant that is too late."},
        "client": _IDENTIFIER,
        "device": _IDENTIFIER,
        "ceremony": _IDENTIFIER,
        "actor": _IDENTIFIER,
        "address": {"type": "string", "minLength": 2, "description": "An address or a network: 203.0.113.0/24."},
        "event": {
            "type": "array",
            "minItems": 1,
            "items": {"$ref": REFERENCE.format(name=Event.__name__)},
            "description": "Any of them.",
        },
        "outcome": {"enum": list(get_args(Outcome))},
        "after": {"type": "string", "minLength": 1, "description": "What the page before said."},
        "size": {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": SIZE},
    }
)
"""Everything that is given, an entry is."""
PERIOD: Final[Mapping[str, Schema]] = MappingProxyType({"since": _DAY, "until": _DAY})
"""Days, both included; the last thirty where none is given."""
