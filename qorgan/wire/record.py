"""One NDJSON line and the Signal it says: encoding, strict decoding, and the reason when it is refused."""

from __future__ import annotations

import re
import socket

import msgspec

from qorgan.wire.signal import HASH_DIGITS, Signal

MAX_LINE = 32 * 1024
"""Bytes in one line, the newline not counted."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Signal)
_place = re.compile(r" - at `(?:key` in `)?\$\.?([^`]*)`$")
_named = re.compile(r"(?:unknown|required) field `([^`]+)`")


class RecordRefused(Exception):
    """A line is not a Signal. `field` says where ('' for the line itself), `reason` says why without its values."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field or 'record'}: {reason}")
        self.field = field
        self.reason = reason


def encode(signal: Signal) -> bytes:
    """The line of a signal, without its newline. The same signal always gives the same bytes."""
    return _encoder.encode(signal)


def decode(line: bytes) -> Signal:
    """The signal that a line says.

    Raises RecordRefused when the line is too long, is not JSON, has a field that is unknown, missing, mistyped
    or out of bounds, or says something that cannot be (an address that is none, an end before its beginning).
    """
    if len(line) > MAX_LINE:
        raise RecordRefused("", f"longer than {MAX_LINE} bytes")
    if b"\\u0000" in line:
        raise RecordRefused("", "holds a NUL character")
    try:
        signal = _decoder.decode(line)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RecordRefused("", "is not one JSON object in UTF-8") from None
    _make_sense(signal)
    return signal


def is_address(text: str) -> bool:
    """Whether the text is an IPv4 or IPv6 address, without zone or prefix length."""
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    except (OSError, ValueError):
        return False
    return True


def _refusal(message: str) -> RecordRefused:
    place = _place.search(message)
    said = message[: place.start()] if place else message
    field = place.group(1) if place else ""
    named = _named.search(said)
    if named:
        field = f"{field}.{named.group(1)}" if field else named.group(1)
    if "enum value" in said:
        # The message would repeat what was sent, and what was sent may be a secret in the wrong place.
        said = "is not one of the values of its list"
    elif said.startswith("Object contains unknown field"):
        said = "is not a field of the contract"
    return RecordRefused(field, said)


def _make_sense(signal: Signal) -> None:
    if signal.last_seen < signal.first_seen:
        raise RecordRefused("last_seen", "is before first_seen")
    source = signal.source
    if source is not None and source.address is not None and not is_address(source.address):
        raise RecordRefused("source.address", "is not an IP address")
    for place, digest in enumerate(signal.hashes):
        if len(digest.value) != HASH_DIGITS[digest.algorithm]:
            raise RecordRefused(f"hashes[{place}].value", f"has not the length of {digest.algorithm}")
