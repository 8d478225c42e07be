"""The provider's standing work, for the gate's clerk: each function does what is due and says how much it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from qorgan.gate.journal.entry import HERE
from qorgan.gate.oidc import authorisations, back_channel, keys
from qorgan.gate.oidc.endpoints import issuer
from qorgan.kit.clock import now

KEYS_SIGN_FOR: Final = timedelta(days=90)
"""How long one key signs before the next is made."""


def tell() -> int:
    """Tell applications of sessions that are over."""
    with back_channel.new_client() as http:
        return back_channel.tell_due(http, issuer=issuer(), now=now())


def forget() -> int:
    """Delete what ended long ago."""
    return authorisations.forget(now())


def rotate() -> int:
    """Make the next signing key when its time has come."""
    return int(keys.rotate_if_due(KEYS_SIGN_FOR, now=now(), whence=HERE) is not None)
