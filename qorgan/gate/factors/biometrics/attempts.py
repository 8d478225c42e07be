"""How often a person may try to be identified (NIST SP 800-63B-4, 3.2.3), whatever the ceremony and its counters say.

Five in a row that did not pass, or ten where a liveness check is made; then a pause before each; at fifty, or a
hundred, no more. Every way without biometrics stays open. An identification counts from the moment it is ordered, so
that whoever walks away from the provider's page before it ends has tried all the same.
"""

from __future__ import annotations

import math
from datetime import datetime
from http import HTTPStatus

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qorgan.gate.lockout.counters import BIOMETRICS, BIOMETRICS_WITH_LIVENESS
from qorgan.gate.lockout.counting import ATTEMPTS, Pace, Standing, clear, paced, refund
from qorgan.kit.refusal import Refusal


def begun(who: str, *, liveness: bool, now: datetime) -> None:
    """Count an attempt. Raises Refusal when it is not to be made, or not yet, with the way that is left.

    Inside the caller's transaction, unlike other charges: what that transaction undoes was never ordered. `undone` when
    nobody took the order.
    """
    subject, pace = _counted(who, liveness=liveness)
    with connection.cursor() as cursor:
        standing, left = ATTEMPTS.step(cursor, subject, pace, now)
    if standing is Standing.STOPPED:
        words = _("Biometric identification is stopped for you. Go another way, or come to the institution.")
        raise Refusal("biometrics-stopped", words, status=HTTPStatus.TOO_MANY_REQUESTS)
    if standing is Standing.WAIT:
        words = _("Too many attempts. Go another way, or try again in %(seconds)d seconds.")
        said = words % {"seconds": math.ceil(left.total_seconds())}
        raise Refusal("biometrics-too-soon", said, status=HTTPStatus.TOO_MANY_REQUESTS)


def undone(who: str, *, liveness: bool) -> None:
    """Take back what `begun` counted."""
    refund([paced(*_counted(who, liveness=liveness))])


def passed(who: str, *, liveness: bool) -> None:
    """Begin the count anew."""
    clear([paced(*_counted(who, liveness=liveness))])


def _counted(who: str, *, liveness: bool) -> tuple[str, Pace]:
    return f"biometrics:{liveness}:{who}", BIOMETRICS_WITH_LIVENESS if liveness else BIOMETRICS
