"""What an application may learn of a person: a closed list of scopes, and the claims that each of them opens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final


class Scope(StrEnum):
    """What is asked for. Beyond `openid`, each must have been granted to the application."""

    BIN = "bin"
    IIN = "iin"
    OFFLINE_ACCESS = "offline_access"
    """A refresh token. It lives as long as the session that it came from, and not a moment longer."""
    OPENID = "openid"
    PHONE = "phone"
    PROFILE = "profile"


CLAIMS: Final[Mapping[Scope, tuple[str, ...]]] = MappingProxyType(
    {
        Scope.BIN: ("bin",),
        Scope.IIN: ("iin",),
        Scope.OFFLINE_ACCESS: (),
        Scope.OPENID: ("sub",),
        Scope.PHONE: ("phone_number",),
        Scope.PROFILE: ("name", "locale"),
    }
)
"""A name or a number leaves the gate only under the scope that names it."""


def read_scopes(text: str) -> frozenset[Scope]:
    """Those that a space-separated text names; strange ones are passed over (OpenID Connect Core 3.1.2.1)."""
    words = set(text.split(" "))
    return frozenset(scope for scope in Scope if scope.value in words)


def written(scopes: Collection[Scope]) -> str:
    """The text of scopes, in a stable order."""
    return " ".join(sorted(scopes))


def claims_of(scopes: Collection[Scope], known: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """The claims that scopes open. What no scope opens is not even unsealed; what is empty is left out."""
    opened = {name: known[name]() for scope in sorted(scopes) for name in CLAIMS[scope]}
    return {name: value for name, value in opened.items() if value not in ("", None)}
