"""What an attempt of a ceremony is counted under. Nothing of it depends on whether the person is known."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from qorgan.gate.ceremonies.models import Ceremony
from qorgan.gate.journal.entry import Whence
from qorgan.gate.lockout.counting import Counter, network_of
from qorgan.law.factors import Method


def counters(ceremony: Ceremony, method: Method, whence: Whence) -> list[Counter]:
    """The counters of one attempt: of the account by this factor, and of the network."""
    limits = settings.CONFIG.limits
    window = timedelta(minutes=limits.window_minutes)
    found = [Counter(f"account:{ceremony.subject}:{method.value}", limits.per_account, window)]
    if whence.address:
        found.append(Counter(f"network:{network_of(whence.address)}", limits.per_network, window))
    return found
