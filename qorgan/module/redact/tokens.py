"""Keyed tokens that stand where a secret stood.

The same value gives the same token inside one institution, so that its own people can link events again; with
another institution's key it gives another, so that nobody can link clients across banks (R67.4).
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final

from qorgan.module.remembering import LONGEST
from qorgan.wire.signal import RedactionClass

KEY_BYTES: Final = 32
_REMEMBERED: Final = 20_000
"""Tokens kept in memory. When there are more, the memory starts anew: a token can always be made again."""

# Letters only, and no vowels: a token can never pass for a number, a word or a keyword when it is scanned again.
_LETTERS: Final = "bcdfghjklmnpqrst"
_pairs: Final = [_LETTERS[byte >> 4] + _LETTERS[byte & 15] for byte in range(256)]

TOKEN: Final = re.compile("‹(?:" + "|".join(RedactionClass) + f"):[{_LETTERS}]{{10}}›")


class Tokens:
    """Makes tokens with one institution's key."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for a key that is not KEY_BYTES long."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a token key has {KEY_BYTES} bytes")
        self._key = key
        self._known: dict[tuple[RedactionClass, str], str] = {}

    def token(self, kind: RedactionClass, value: str) -> str:
        """The token of a value, in its canonical spelling: ‹class:ten letters›, 40 bits of HMAC-SHA256."""
        known = self._known.get((kind, value))
        if known is not None:
            return known
        said = f"{kind.value}\0{value}".encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, said, "sha256")
        made = f"‹{kind.value}:{''.join(_pairs[byte] for byte in digest[:5])}›"
        if len(value) <= LONGEST:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[kind, value] = made
        return made

    def digest(self, kind: str, value: str) -> str:
        """The keyed digest of a text that is not to be seen, in 32 hexadecimal digits: 128 bits of HMAC-SHA256."""
        return hmac.digest(self._key, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), "sha256")[:16].hex()


def token_key(path: Path) -> bytes:
    """The institution's token key, made at the first call and readable by its owner alone.

    Raises ValueError when the file holds something else: a new key would silently cut all links to the past.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        text = path.read_text("ascii", "replace").strip()
        if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
            raise ValueError(f"{path} does not hold a token key of {2 * KEY_BYTES} hexadecimal digits") from None
        return bytes.fromhex(text)
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key
