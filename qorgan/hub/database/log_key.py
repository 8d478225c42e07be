"""The key that signs the ledger's heads: made at the first start, kept beside the database and never in it.

One key signs for every epoch of the ledger; its name is that epoch's origin. Whoever pinned the key of the first
tree knows those of the later ones: the same public half under `origin/<epoch>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from qorgan.hub.config import Config
from qorgan.kit.database.connection import DatabaseRefused
from qorgan.kit.secret_files import SECRETS, make_secret
from qorgan.ledger.note import SigningKey, VerifierKey

FILE: Final = SECRETS / "ledger.pem"
_EPOCH: Final = re.compile(r"[1-9][0-9]{0,8}")


def epoch_origin(origin: str, epoch: int) -> str:
    """The name of one tree of the ledger: the ledger's own for the first, `origin/<epoch>` for later ones."""
    return origin if epoch == 0 else f"{origin}/{epoch}"


def epoch_of(origin: str, name: str) -> int | None:
    """Which tree of the ledger `origin` has this name; None when it is another ledger's."""
    if name == origin:
        return 0
    number = name.removeprefix(f"{origin}/")
    return int(number) if number != name and _EPOCH.fullmatch(number) else None


@dataclass(frozen=True, slots=True)
class LogKey:
    """The private key with the ledger's name."""

    origin: str
    _private: Ed25519PrivateKey

    def signing(self, epoch: int) -> SigningKey:
        """What signs the heads of one epoch's tree."""
        return SigningKey(epoch_origin(self.origin, epoch), self._private)

    def verifier(self, epoch: int = 0) -> VerifierKey:
        """What verifies them. That of epoch 0 is the one that modules pin."""
        return self.signing(epoch).verifier


def make_log_key(config: Config) -> LogKey:
    """The ledger's key, made now if this hub has none. Two starts at once agree on one."""
    make_secret(config.state / FILE, _fresh)
    return read_log_key(config)


def read_log_key(config: Config) -> LogKey:
    """The ledger's key. Raises DatabaseRefused when it is not there or not readable."""
    path = config.state / FILE
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise DatabaseRefused(f"{path}: the ledger's key cannot be read ({error}); run `qorgan hub migrate`") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise DatabaseRefused(f"{path}: the ledger's key is not Ed25519; put back the file this hub made")
    return LogKey(config.origin, private)


def _fresh() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
