"""The key that sealed packages are encrypted to: made when it is first needed, kept beside the database, never in it.

It is not the ledger's: a key that signs is not used to decrypt. The ledger's key vouches for its public half.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from qorgan.hub.config import Config
from qorgan.hub.database.log_key import LogKey
from qorgan.kit.database.connection import DatabaseRefused
from qorgan.kit.secret_files import SECRETS, make_secret
from qorgan.wire.package import key_note

FILE: Final = SECRETS / "sealing.pem"


def sealing_key(config: Config) -> X25519PrivateKey:
    """The key, made now if this hub has none. Two processes at once agree on one. Raises DatabaseRefused."""
    path = config.state / FILE
    make_secret(path, _fresh)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise DatabaseRefused(f"{path}: the sealing key cannot be read ({error}); put back this hub's own") from None
    if not isinstance(private, X25519PrivateKey):
        raise DatabaseRefused(f"{path}: the sealing key is not X25519; put back the file this hub made")
    return private


def sealing_note(config: Config, key: LogKey) -> str:
    """The public half as it is published, signed by the ledger's key."""
    return key_note(sealing_key(config).public_key().public_bytes_raw(), key.signing(0))


def _fresh() -> bytes:
    return X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
