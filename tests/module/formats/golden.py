"""The example records, written by us to the vendors' documented formats, with the format that each is of."""

from __future__ import annotations

from pathlib import Path

from qorgan.module.formats.framing import Cutter

EXAMPLES = Path(__file__).parent / "examples"
FILES = {
    "eve.ndjson": "eve",
    "modsecurity.ndjson": "modsecurity",
    "modsecurity_serial.log": "modsecurity",
    "error.log": "modsecurity",
    "cef.log": "cef",
    "wazuh.ndjson": "wazuh",
    "leef.log": "leef",
    "key_value.log": "key-value",
    "csv.log": "csv",
    "json.ndjson": "json",
    "ecs.ndjson": "ecs",
    "ocsf.ndjson": "ocsf",
    "zeek.ndjson": "zeek",
    "xml.log": "xml",
}


def examples(file: str) -> list[bytes]:
    """The records of one file."""
    return Cutter(blocks=True).cut((EXAMPLES / file).read_bytes(), final=True).records


RECORDS = [(name, record) for file, name in FILES.items() for record in examples(file) if b"favicon" not in record]
