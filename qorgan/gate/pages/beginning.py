"""Begins a ceremony at a page, for whoever comes: each is kept until it ends, so one network begins only so many."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from qorgan.gate.ceremonies import actions, wording
from qorgan.gate.ceremonies.engine import Begun
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.journal.whence import whence_of
from qorgan.gate.lockout.counters import of_network
from qorgan.gate.lockout.counting import charge
from qorgan.law.factors import Population


def begin(request: HttpRequest, kind: Kind, population: Population, *, now: datetime, return_to: str = "") -> Begun:
    """Begin one. Raises Refusal for a network that has begun too many within the window."""
    whence, limits = whence_of(request), settings.CONFIG.limits
    counter = of_network("begin", address=whence.address, limits=limits, most=limits.asked_per_network)
    if not charge([counter], now):
        raise wording.too_many()
    return actions.begin(kind, population, whence, return_to=return_to, now=now)
