"""Secrets of webhooks, sealed before they go into the database and its backups."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str) -> str:
    """Encrypt and authenticate."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Open what `seal` made. Raises cryptography.fernet.InvalidToken when it was changed or the key is another."""
    return _box().decrypt(sealed.encode("ascii")).decode()


def _box() -> Fernet:
    # A key for this use alone, of the secret that the portal's own sealing derives another from.
    derived = HKDF(SHA256(), length=32, salt=None, info=b"qorgan.hub.notices.sealing")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
