"""The factors by their methods. A ceremony knows that there are factors, and no factor from the inside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings

from qorgan.gate.factors.base import Asking, Errand, Factor
from qorgan.gate.providers.configured import identification
from qorgan.law.factors import Method

UNASKED: Final = frozenset({Method.PASSWORD, Method.ONE_TIME_CODE})
"""Methods that answer no challenge: what is kept of it is empty, and asking may be left out."""
ASKS_OTHERS: Final = frozenset({Method.SIGNATURE, Method.BIOMETRICS})
"""Methods whose answers are worth what somebody else says of them."""
_FOLDERS: Final[Mapping[Method, str]] = MappingProxyType(
    {
        Method.PASSWORD: "password",
        Method.ONE_TIME_CODE: "one_time_code",
        Method.PASSKEY: "passkey",
        Method.DEVICE_KEY: "device_key",
        Method.SIGNATURE: "signature",
        Method.BIOMETRICS: "biometrics",
    }
)


def factor(method: Method) -> Factor:
    """The factor of a method. Raises KeyError for one that no folder implements."""
    return cast("Factor", import_module(f"qorgan.gate.factors.{_FOLDERS[method]}.verifying"))


def hearing(
    method: Method,
    client_id: UUID | None,
    kept: Mapping[str, Any],
    answer: Mapping[str, Any],
    *,
    ceremony: UUID,
    now: datetime,
) -> Errand[Any]:
    """What somebody else has to be asked about an answer to one of `ASKS_OTHERS`. Raises FactorRefused."""
    return cast("Asking", factor(method)).hear(client_id, kept, answer, ceremony=ceremony, now=now)


def owner(answer: Mapping[str, Any]) -> tuple[str, UUID | None]:
    """Which passkey an answer is of, and whose: the one method that says so by itself. Proves nothing."""
    found: tuple[str, UUID | None] = import_module("qorgan.gate.factors.passkey.verifying").owner(answer)
    return found


def available() -> frozenset[Method]:
    """Methods that the institution is set up for: faces need somebody to compare them, signatures roots to believe."""
    missing = set()
    if not identification(settings.CONFIG):
        missing.add(Method.BIOMETRICS)
    if settings.CONFIG.providers.signatures.anchors is None:
        missing.add(Method.SIGNATURE)
    return frozenset(_FOLDERS) - missing


def enrolled(client_id: UUID) -> frozenset[Method]:
    """What a client has."""
    return frozenset(method for method in available() if factor(method).enrolled(client_id))
