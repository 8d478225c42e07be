"""What an institution may decide about factors: part of the configuration. Django-free.

Defaults work at once; what is weaker than the standards' floor stops the start.
"""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from cryptography import x509
from msgspec import Meta, Struct

from qorgan.kit.address import Address
from qorgan.kit.config import Positive

_OWASP_FLOOR: Final = ((47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5))
"""KiB and passes, each with one lane."""


class PasswordCost(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How dear a password is to try: Argon2id's parameters. Refused below OWASP's floor."""

    memory: Positive = 28 * 1024
    """KiB. Above 32 MiB an allocator gives the memory back after each password, and asking for it anew costs more."""
    passes: Positive = 4
    """With these a core takes some fifteen sign-ins a second; whoever serves more people adds cores."""
    lanes: Annotated[int, Meta(ge=1, le=16)] = 1

    def __post_init__(self) -> None:
        """Refuse what is cheaper than each of the pairs that OWASP gives for equal defence."""
        if not any(self.memory >= memory and self.passes >= passes for memory, passes in _OWASP_FLOOR):
            raise ValueError("password.cost is below OWASP's floor; take memory = 19456 and passes = 2, or more")


class PasswordRules(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which passwords are taken, and how they are kept."""

    cost: PasswordCost = PasswordCost()
    shortest: Annotated[int, Meta(ge=12, le=64)] = 12
    """Characters."""
    longest: Annotated[int, Meta(ge=64, le=1024)] = 256
    words: tuple[str, ...] = ("qorgan",)
    """The institution's own words, which guessers try first: its names, products, towns."""


class PasskeyRules(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which passkeys are taken. They are bound to the host of `portal.address`."""

    name: str = ""
    """What authenticators show; the host when empty."""
    origins: tuple[str, ...] = ()
    """Further pages and apps that may ask: `https://app.example`, `android:apk-key-hash:…`."""
    allowed: tuple[UUID, ...] = ()
    """Models (AAGUID); when there are any, a model must be one of them and proven by attestation to a root."""
    denied: tuple[UUID, ...] = ()
    """Models that are refused, though one that lies about itself cannot be told."""
    roots: tuple[str, ...] = ()
    """Certificates of makers, as PEM."""

    def __post_init__(self) -> None:
        """Refuse a list of models that nothing could prove, and origins that no browser or app has."""
        if self.allowed and not self.roots:
            raise ValueError("passkey.allowed needs passkey.roots: without them no model is proven")
        if not all(map(_is_origin, self.origins)):
            raise ValueError("passkey.origins are https://host or android:apk-key-hash:…, without a path")
        for one in self.roots:
            x509.load_pem_x509_certificate(one.encode())


def _is_origin(said: str) -> bool:
    address = Address(said)
    bare = address.hostname and said == address.origin
    return said.startswith("android:apk-key-hash:") or bool(bare and (address.https or address.loopback))
