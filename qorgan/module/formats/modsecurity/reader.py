"""Which of its logs a record of ModSecurity or Coraza is from, and how it is read."""

from __future__ import annotations

from collections.abc import Sequence

from qorgan.module.event import Event, Ignored, Unreadable
from qorgan.module.formats.base import Readings, read_each
from qorgan.module.formats.json_text import object_in
from qorgan.module.formats.modsecurity.audit_json import read_audit
from qorgan.module.formats.modsecurity.error_log import (
    MARKS,
    OTHER_LINE,
    looks_like_error_log,
    read_error_line,
    read_wrapped,
)
from qorgan.module.formats.modsecurity.native import START, read_block
from qorgan.module.formats.moment import Times
from qorgan.module.formats.syslog import strip_header
from qorgan.module.formats.tidy import as_text

_BYTE_MARKS = tuple(mark.encode() for mark in MARKS)


class ModSecurity:
    """Reads records of ModSecurity and Coraza of one source."""

    name = "modsecurity"

    def __init__(self, times: Times) -> None:
        self._times = times

    def recognises(self, record: bytes) -> bool:
        """Whether a record is an audit record or a line with the engine's mark."""
        if any(mark in record for mark in _BYTE_MARKS):
            return True
        if b'"transaction"' in record:
            return b'"messages"' in record or b'"audit_data"' in record or b'"client_ip"' in record
        return record.startswith(b"--") and START.match(record) is not None

    def read(self, record: bytes) -> Event | Ignored:
        """One record, read. Raises `Unreadable`."""
        if record.startswith(b"--") and START.match(record):
            return read_block(record, self._times)
        if record.lstrip()[:1] == b"{":
            return self._read_json(record)
        text = as_text(record)
        if looks_like_error_log(text):
            return read_error_line(text, self._times) if any(mark in text for mark in MARKS) else Ignored(OTHER_LINE)
        body = strip_header(record).body
        if b'"transaction"' in body:
            return self._read_json(record)
        if any(mark in body for mark in _BYTE_MARKS):
            return read_error_line(as_text(body), self._times, text)
        raise Unreadable("neither an audit record nor a line with the engine's mark")

    def read_all(self, records: Sequence[bytes]) -> Readings:
        """Many records."""
        return read_each(self, records)

    def _read_json(self, record: bytes) -> Event | Ignored:
        found, _ = object_in(record)
        if "transaction" not in found:
            wrapped = read_wrapped(found, as_text(record), self._times)
            if wrapped is not None:
                return wrapped
        return read_audit(found, self._times)
