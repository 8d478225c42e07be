"""What an attempt is counted under, and how many a window allows: by account, factor, device and network.

Nothing of it depends on whether the account exists: `account` is what somebody calls themselves. Whoever stands before
a device that the account knows is counted by that device alone, so that strangers who use up the account's attempts
keep themselves out, and not its owner.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from qorgan.gate.config import Limits
from qorgan.kit.attempts import Counter, Pace, network_of
from qorgan.law.factors import Method

HARD_STOP: Final = 100
"""Wrong attempts at one factor of an account from unknown devices (NIST SP 800-63B-4, 3.2.2), before strangers are
refused until `HARD_STOP_LASTS` has passed since the first of them."""
HARD_STOP_LASTS: Final = timedelta(days=30)

BIOMETRICS: Final = Pace(free=5, delay=timedelta(seconds=30), stop=50)
"""Consecutive failures of biometric identification (NIST SP 800-63B-4, 3.2.3)."""
BIOMETRICS_WITH_LIVENESS: Final = Pace(free=10, delay=timedelta(seconds=30), stop=100)
"""The same where attacks on the presentation are detected, which checking liveness does."""


def of_attempt(method: Method, *, account: str, device: str | None, address: str, limits: Limits) -> list[Counter]:
    """The counters of one attempt at a factor.

    `account` is whatever tells one account from another, in every population; `device` is given when the account knows
    the device and the device has proven itself. `address` may be empty when nobody knows it.
    """
    window = timedelta(minutes=limits.window_minutes)
    if device is not None:
        return [Counter(f"{method.value}:device:{account}:{device}", limits.per_device, window)]
    return [
        Counter(f"{method.value}:account:{account}", limits.per_account, window),
        Counter(f"{method.value}:account-in-all:{account}", HARD_STOP, HARD_STOP_LASTS),
        of_network(method.value, address=address, limits=limits),
    ]


def of_network(what: str, *, address: str, limits: Limits, most: int = 0) -> Counter:
    """The counter of a network for something that anybody may try: a factor, a registration, the search for a name.

    `most` is another number than that of wrong attempts.
    """
    network = network_of(address) if address else "unknown"
    window = timedelta(minutes=limits.window_minutes)
    return Counter(f"{what}:network:{network}", most or limits.per_network, window)
