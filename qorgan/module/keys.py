"""The module's secrets: made on this machine, readable by its owner alone, and they never leave (R67.7).

The signing key has two files. A new key is first made as `signing.key.next`; which of the two counts is said by the
key's id in the identity, and nothing else. So a crash at any point between making a key and the hub's confirmation
leaves both keys here and no doubt about which one is used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qorgan.module.durable import private_folder, sync_folder, write_durably
from qorgan.wire.signature import key_id

SIGNING: Final = "signing.key"
NEXT: Final = "signing.key.next"
REDACTION: Final = "redaction.key"
"""Key of the tokens that stand where personal data stood. Who loses it can link no more to what was before."""
_OTHERS: Final = 0o077


class KeyRefused(Exception):
    """A key cannot be used. One line with its remedy."""


def make_next(folder: Path) -> Ed25519PrivateKey:
    """Make a signing key beside the one in use."""
    private_folder(folder)
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_durably(folder / NEXT, text)
    return key


def promote(folder: Path) -> None:
    """Make the next key the only one, after the identity began to name it."""
    (folder / NEXT).replace(folder / SIGNING)
    sync_folder(folder)


def find(folder: Path, wanted: str) -> Ed25519PrivateKey:
    """The signing key with this id, in whichever of the two files it is. Raises KeyRefused."""
    for key in (load(folder / SIGNING), load(folder / NEXT)):
        if key is not None and name_of(key) == wanted:
            return key
    raise KeyRefused(
        f"{folder / SIGNING}: the key that the hub knows is not here; ask the centre for a new code and enrol again"
    )


def load(path: Path) -> Ed25519PrivateKey | None:
    """The signing key in a file; None when there is no file. Raises KeyRefused."""
    try:
        if path.stat().st_mode & _OTHERS:
            raise KeyRefused(f"{path}: others may read it; chmod 600 it, and rotate the key if they did")
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyRefused(f"{path}: {error.strerror or error}; let the module's user read it") from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{path}: is no Ed25519 key; ask the centre for a new code and enrol again")
    return key


def name_of(key: Ed25519PrivateKey) -> str:
    """The id under which the hub knows a key."""
    return key_id(key.public_key().public_bytes_raw())
