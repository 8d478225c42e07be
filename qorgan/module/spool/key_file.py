"""The file of the spool's keys: outside the state folder, for one pair of eyes, never in the environment.

A line a key, in base64 after a word that says what it is; the first seals. A new key is put before the others, which go
on opening what was sealed under them, until nothing is and `qorgan module spool-key --retire` lets them go.
"""

from __future__ import annotations

import base64
import os
import secrets
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from qorgan.module.durable import private_folder, write_durably
from qorgan.module.spool.errors import SpoolLocked
from qorgan.module.spool.sealing import KEY_BYTES, KeyRing

NAME: Final = "spool.key"
"""In its own folder beside the state; and as a credential of systemd."""
WORD: Final = "qorgan-spool-key-1"
CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
"""systemd says here where it has put credentials; the variable holds a path, never a key."""
REFUSED_VARIABLES: Final = ("QORGAN_SPOOL_KEY", "QORGAN_MODULE_SPOOL_KEY")
_MOST_BYTES: Final = 64 * 1024


def beside(state: Path) -> Path:
    """Where the keys of a state folder are when nobody says otherwise: outside it, so that no copy takes both."""
    return state.with_name(f"{state.name}.keys") / NAME


def chosen(state: Path, configured: str, environment: Mapping[str, str]) -> Path:
    """Which file counts: the configured one, else systemd's credential, else the one beside the state folder.

    Raises SpoolLocked when a key itself stands in the environment, where every child and crash report has it.
    """
    for name in REFUSED_VARIABLES:
        if name in environment:
            raise SpoolLocked(f"{name}: a key in the environment is not taken; put it in a file, and spool.key_file")
    if configured:
        return Path(configured)
    credential = Path(environment.get(CREDENTIALS) or "/nonexistent") / NAME
    return credential if credential.is_file() else beside(state)


def ring(path: Path, *, credentials: str = "") -> KeyRing:
    """The keys of a file; in the folder `credentials` it is systemd that keeps others out. Raises SpoolLocked."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            _check(path, os.fstat(descriptor), is_credential=bool(credentials) and path.parent == Path(credentials))
            content = os.read(descriptor, _MOST_BYTES)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SpoolLocked(f"{path}: {error.strerror or error}") from None
    return KeyRing(_read(path, content), str(path))


def ring_for_reading(path: Path) -> KeyRing:
    """The keys of a file; when they cannot be read, none, which says why as soon as one is needed."""
    try:
        return ring(path, credentials=str(path.parent))
    except SpoolLocked as locked:
        return KeyRing([], str(locked))


def ring_or_new(path: Path, used: set[str]) -> KeyRing:
    """The keys of a spool that is about to be opened, among them all it needs; made when it needs none yet.

    Raises SpoolLocked.
    """
    if not used and not path.exists():
        return make(path)
    found = ring(path, credentials=os.environ.get(CREDENTIALS, ""))
    missing = sorted(used - set(found.ids))
    if missing:
        raise SpoolLocked(f"{path}: does not hold the key {missing[0]}, under which the backlog is sealed")
    return found


def make(path: Path) -> KeyRing:
    """A file with one new key. Raises SpoolLocked, also when there is a file already."""
    if path.exists():
        raise SpoolLocked(f"{path}: is there already; a key is added to it with --rotate")
    _write(path, [secrets.token_bytes(KEY_BYTES)])
    return ring(path)


def rotate(path: Path) -> KeyRing:
    """Put a new key before those of a file. Raises SpoolLocked."""
    ring(path)
    _write(path, [secrets.token_bytes(KEY_BYTES), *_read(path, path.read_bytes())])
    return ring(path)


def retire(path: Path, used: Iterable[str]) -> KeyRing:
    """Leave only the first key and those under which something is sealed. Raises SpoolLocked."""
    found, wanted = ring(path), set(used)
    keys = _read(path, path.read_bytes())
    _write(path, [key for place, key in enumerate(keys) if not place or found.ids[place] in wanted])
    return ring(path)


def _check(path: Path, found: os.stat_result, *, is_credential: bool) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise SpoolLocked(f"{path}: is no ordinary file")
    if found.st_mode & (0o007 if is_credential else 0o077):
        raise SpoolLocked(f"{path}: others may read it; chmod 600 it, and make a new key if they did")
    if os.geteuid() and found.st_uid not in {0, os.geteuid()}:
        raise SpoolLocked(f"{path}: belongs to somebody else; chown it to the module's user")


def _read(path: Path, content: bytes) -> list[bytes]:
    keys: list[bytes] = []
    for number, line in enumerate(content.decode("ascii", "replace").splitlines(), 1):
        word, _, text = line.strip().partition(" ")
        if not word or word.startswith("#"):
            continue
        try:
            key = base64.b64decode(text, validate=True)
        except ValueError:
            key = b""
        if word != WORD or len(key) != KEY_BYTES:
            raise SpoolLocked(f"{path}: line {number} is no key of a spool")
        keys.append(key)
    if not keys:
        raise SpoolLocked(f"{path}: holds no key")
    if len(set(keys)) != len(keys):
        raise SpoolLocked(f"{path}: holds a key twice")
    return keys


def _write(path: Path, keys: Sequence[bytes]) -> None:
    lines = "".join(f"{WORD} {base64.b64encode(key).decode()}\n" for key in keys)
    try:
        if not path.parent.exists():
            private_folder(path.parent)
        write_durably(path, lines.encode())
    except OSError as error:
        remedy = "Let the module's user write there, or name another file with spool.key_file; nothing was touched."
        raise SpoolLocked(f"{path}: cannot be written: {error.strerror or error}", remedy) from None
