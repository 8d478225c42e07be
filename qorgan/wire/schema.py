"""The published JSON Schema of the contract, for those who build a sender of their own.

`python -m qorgan.wire.schema` writes `schemas/`; a test fails when what is published is not what is enforced.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from qorgan.wire.enrolment import Enrolled, EnrolmentRequest, Heartbeat, HeartbeatReply, KeyRotated, KeyRotation
from qorgan.wire.packs import PacksOffered, PacksWanted
from qorgan.wire.reply import BatchReply, Problem
from qorgan.wire.signal import RedactionClass, Signal

FOLDER = Path(__file__).parent / "schemas"
PUBLISHED: dict[str, type[msgspec.Struct]] = {
    "signal-1": Signal,
    "batch-reply-1": BatchReply,
    "problem-1": Problem,
    "enrolment-request-1": EnrolmentRequest,
    "enrolled-1": Enrolled,
    "key-rotation-1": KeyRotation,
    "key-rotated-1": KeyRotated,
    "heartbeat-1": Heartbeat,
    "heartbeat-reply-1": HeartbeatReply,
    "packs-wanted-1": PacksWanted,
    "packs-offered-1": PacksOffered,
}


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one published shape, with its definitions inside."""
    (reference,), definitions = msgspec.json.schema_components([PUBLISHED[name]], ref_template="#/$defs/{name}")
    if "Signal" in definitions:
        # msgspec enforces the keys of this map and does not write them down.
        redacted = definitions["Signal"]["properties"]["redacted"]
        redacted["propertyNames"] = {"enum": [kind.value for kind in RedactionClass]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:qorgan:schema:{name}",
        **reference,
        "$defs": dict(sorted(definitions.items())),
    }


def text_of(name: str) -> str:
    """The schema as it is published: indented, one definition after the other."""
    # ECMA-262 has no \\Z; its `$` means the same there, while Python's would let a final newline pass.
    published = json.dumps(schema_of(name), ensure_ascii=False, indent=2).replace(r"\\Z\"", '$"')
    return published + "\n"


def write() -> None:
    """Write every published schema below FOLDER."""
    for name in PUBLISHED:
        (FOLDER / f"{name}.json").write_text(text_of(name), encoding="utf-8")


if __name__ == "__main__":
    write()
