"""Records out of a posted body: lines, one JSON object, or a JSON array of them, compressed or not."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

import msgspec
import zstandard

from qorgan.module.formats.framing import MAX_BLOCK, TOO_LONG, Cut, Cutter
from qorgan.module.sources.base import MAX_CHUNK_BYTES, MAX_CHUNK_RECORDS
from qorgan.module.sources.http_refusal import Refusal

_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])
_GZIP: Final = 16 + zlib.MAX_WBITS


def inflated(body: bytes, encoding: bytes, most: int) -> bytes:
    """The body as it was before compression. Raises `Refusal`, also when it would be larger than `most`."""
    coding = encoding.strip().lower()
    if coding in {b"", b"identity"}:
        return body
    if coding not in _CODINGS:
        raise Refusal(415, "Content-Encoding is gzip, zstd or nothing")
    try:
        plain = _CODINGS[coding](body, most + 1)
    except (zlib.error, zstandard.ZstdError, EOFError) as broken:
        raise Refusal(400, "the body is not compressed as Content-Encoding says") from broken
    if len(plain) > most:
        raise Refusal(413, f"a decompressed body has at most {most} bytes")
    return plain


def _gunzip(body: bytes, most: int) -> bytes:
    inflater = zlib.decompressobj(_GZIP)
    plain = inflater.decompress(body, most)
    if not inflater.eof and len(plain) < most:
        raise EOFError
    return plain


def _unzstd(body: bytes, most: int) -> bytes:
    size = zstandard.frame_content_size(body)
    with zstandard.ZstdDecompressor().stream_reader(body) as reader:
        plain = reader.read(most)
    if 0 <= size < most and len(plain) != size:
        raise EOFError
    return plain


_CODINGS: Final = {b"gzip": _gunzip, b"zstd": _unzstd}


def is_message(content_type: bytes) -> bool:
    """Whether a body is a reported message."""
    return content_type.partition(b";")[0].strip().lower() == b"message/rfc822"


def records_in(body: bytes, content_type: bytes, cutter: Cutter) -> Cut:
    """The records of a body. A body of one JSON value is one record, or as many as its array has. Raises `Refusal`.

    Everything else, JSON lines above all, is cut as a file would be.
    """
    if content_type.partition(b";")[0].strip().lower() != b"application/json":
        return cutter.cut(body, final=True)
    text = body.strip()
    if not text.startswith(b"["):
        return _bounded([text]) if text else Cut()
    try:
        return _bounded([bytes(record) for record in _ARRAY.decode(text)])
    except (msgspec.MsgspecError, RecursionError) as broken:
        raise Refusal(400, "the body is no JSON array") from broken


def pieces_of(records: list[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Records in pieces that fit one chunk, each with the index of its first; one empty piece for none."""
    first = size = 0
    for index, record in enumerate(records):
        size += len(record)
        if index > first and (size > MAX_CHUNK_BYTES or index - first >= MAX_CHUNK_RECORDS):
            yield first, records[first:index]
            first, size = index, len(record)
    yield first, records[first:]


def _bounded(records: list[bytes]) -> Cut:
    cut = Cut()
    for number, record in enumerate(records):
        if len(record) > MAX_BLOCK:
            cut.refused.append((number, TOO_LONG, record))
        else:
            cut.records.append(record)
    return cut
