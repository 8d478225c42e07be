"""The formats by the names that settings, rule packs and events use."""

from __future__ import annotations

from typing import Final, Literal, get_args

FormatName = Literal[
    "wazuh",
    "eve",
    "modsecurity",
    "coraza",
    "ecs",
    "ocsf",
    "zeek",
    "windows",
    "json",
    "xml",
    "snort",
    "leef",
    "cef",
    "csv",
    "key-value",
    "text",
    "message",
]
FORMAT_NAMES: Final[tuple[str, ...]] = get_args(FormatName)
