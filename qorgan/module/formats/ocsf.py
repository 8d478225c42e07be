"""Open Cybersecurity Schema Framework: JSON that says by `class_uid` what it is about."""

from __future__ import annotations

from qorgan.module.formats.json_any import Json, begins_object


class Ocsf(Json):
    """Reads OCSF records of one source."""

    name = "ocsf"

    def recognises(self, record: bytes) -> bool:
        """Whether it names its class."""
        return b'"class_uid"' in record and begins_object(record)
