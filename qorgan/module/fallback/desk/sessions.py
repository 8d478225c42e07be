"""Who is signed in at the desk: in memory alone, so that its end signs everybody out."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from typing import Final

from msgspec import Struct

IDLE: Final = 30 * 60.0
LONGEST: Final = 12 * 3_600.0
_MOST: Final = 200


class Session(Struct):
    """One browser in which somebody is signed in."""

    email: str
    csrf: str
    began: float
    seen: float
    said: str = ""
    """What is told once, on the next page."""


class Sessions:
    """The sessions of one desk."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def begin(self, email: str) -> str:
        """A new session. Gives its secret."""
        secret, at = secrets.token_urlsafe(32), time.monotonic()
        with self._lock:
            while len(self._sessions) >= _MOST:
                self._sessions.pop(next(iter(self._sessions)))
            self._sessions[secret] = Session(email, secrets.token_urlsafe(32), at, at)
        return secret

    def find(self, secret: str) -> Session | None:
        """The living session of a secret."""
        at = time.monotonic()
        with self._lock:
            found = self._sessions.get(secret)
            if found is None:
                return None
            if at - found.seen > IDLE or at - found.began > LONGEST:
                del self._sessions[secret]
                return None
            found.seen = at
            return found

    def end(self, secret: str) -> None:
        """Sign out."""
        with self._lock:
            self._sessions.pop(secret, None)


def is_meant(session: Session, token: str) -> bool:
    """Whether a form was given out by this session's own pages."""
    return hmac.compare_digest(session.csrf.encode(), token.encode())
