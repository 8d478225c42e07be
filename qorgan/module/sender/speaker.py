"""Who speaks to the hub: the module's identity and the key that proves it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qorgan.ledger.note import VerifierKey
from qorgan.wire import signature
from qorgan.wire.enrolment import Enrolled
from qorgan.wire.package import Package
from qorgan.wire.package import seal as package_seal


class Speaker:
    """Signs requests in the module's name, and knows whose receipts to believe."""

    def __init__(self, identity: Enrolled, key: Ed25519PrivateKey) -> None:
        """Raises NoteError when the pinned key of the hub cannot be read."""
        self.identity = identity
        self._key = key
        self._pinned = VerifierKey.parse(identity.hub_key)

    def sign(self, path: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> dict[str, str]:
        """The headers of a request in the module's name."""
        whole = {
            **headers,
            signature.MODULE: self.identity.module,
            signature.AUDIENCE: self.identity.audience,
        }
        return signature.sign("POST", path, whole, body, key=self._key, now=now)

    @property
    def pinned(self) -> VerifierKey:
        """The hub's key that was checked at the enrolment."""
        return self._pinned

    def seal(self, package: Package) -> bytes:
        """A package in the module's name. Raises NoteError when its recipient is no key."""
        return package_seal(package, self._key)

    def trusted(self, log: str) -> list[VerifierKey]:
        """The pinned key, under the name of a log that may use it: the hub's, or a later epoch of it.

        A hub that was restored from a backup goes on with a new tree, named after the old one and a number.
        """
        name = self.identity.audience
        if log == name:
            return [self._pinned]
        if re.fullmatch(re.escape(name) + r"/[1-9][0-9]{0,8}", log):
            return [VerifierKey(log, self._pinned.public)]
        return []
