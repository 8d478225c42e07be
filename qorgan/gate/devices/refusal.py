"""How the room says no."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a device proves nothing, or is not bound."""

    CLOSED = "closed"
    MALFORMED = "malformed"
    NONCE_WRONG = "nonce-wrong"
    OTHER_REQUEST = "other-request"
    """The proof is of another method or address, or of another token."""
    REPLAYED = "replayed"
    SIGNATURE_WRONG = "signature-wrong"
    STALE = "stale"
    TAKEN = "taken"
    """The key is a device's already."""
    TOO_MANY = "too-many"
    UNKNOWN = "unknown"
    WITHOUT_BIOMETRICS = "without-biometrics"


class DeviceRefused(Exception):
    """Nothing was proven, or nothing bound. The message is for a log."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail
