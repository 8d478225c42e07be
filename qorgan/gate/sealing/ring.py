"""The ring of keys that fields are sealed with: a file beside the database, never in it. No Django here.

The newest key seals; the older ones stay and open what they sealed: archives and backups are not sealed anew. One more
key, which never changes, makes the digests that fields are found by.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from qorgan.kit.refusal import SetUpWrongly
from qorgan.kit.secret_files import SECRETS, make_secret, write_secret

FILE: Final = SECRETS / "sealing.json"
_KEY_BYTES: Final = 32
_ID_BYTES: Final = 4


class RingBroken(SetUpWrongly):
    """The ring cannot be read. Says what to do."""


class Ring(Struct, frozen=True, forbid_unknown_fields=True):
    """Keys by their ids, the newest last."""

    keys: dict[str, bytes]
    index_key: bytes
    bound: tuple[str, ...] = ()
    """Ids of the keys whose values are bound to their rows. A ring that says nothing of it is of before."""
    all_bound: bool = False
    """Whether a rotation has sealed anew whatever was not."""

    @property
    def newest(self) -> str:
        """Id of the key that seals."""
        return next(reversed(self.keys))

    def with_new_key(self) -> Ring:
        """The same ring with one key more, which seals."""
        key = _fresh_key()
        return replace(self, keys=self.keys | key, bound=(*self.bound, *key))


def read_ring(state: Path) -> Ring:
    """The ring. Raises RingBroken, also where there is none: a new one would open nothing that this gate has sealed."""
    path = state / FILE
    try:
        stored = msgspec.json.decode(path.read_bytes(), type=Ring)
    except FileNotFoundError:
        raise RingBroken(
            f"{path}: the ring of keys is not there; put back this gate's own, or start a new gate, which makes one"
        ) from None
    except (OSError, ValueError) as error:
        raise RingBroken(f"{path}: the ring of keys cannot be read ({error}); put back this gate's own") from None
    if not stored.keys or any(len(key) != _KEY_BYTES for key in (*stored.keys.values(), stored.index_key)):
        raise RingBroken(f"{path}: a key is not {_KEY_BYTES} bytes long; put back this gate's own ring")
    return stored


def write_ring(state: Path, ring: Ring) -> None:
    """Put a ring in place of the one there is."""
    write_secret(state / FILE, msgspec.json.encode(ring))


def bind(state: Path) -> None:
    """Let new values be sealed, and bound to their rows: a new gate gets a ring, one of before a key for it.

    Two processes at once agree on one. Raises RingBroken.
    """
    make_secret(state / FILE, _first)
    ring = read_ring(state)
    if ring.newest in ring.bound:
        return
    with changing(state):
        ring = read_ring(state)
        if ring.newest not in ring.bound:
            write_ring(state, ring.with_new_key())


@contextmanager
def changing(state: Path) -> Iterator[None]:
    """Alone with the ring: two rotations at once would each lose the other's key. Raises RingBroken."""
    lock = os.open(state / SECRETS / "sealing.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RingBroken("the keys are being rotated already; wait until that has ended") from None
        yield
    finally:
        os.close(lock)


def _first() -> bytes:
    key = _fresh_key()
    return msgspec.json.encode(Ring(key, secrets.token_bytes(_KEY_BYTES), bound=tuple(key), all_bound=True))


def _fresh_key() -> dict[str, bytes]:
    return {secrets.token_hex(_ID_BYTES): secrets.token_bytes(_KEY_BYTES)}
