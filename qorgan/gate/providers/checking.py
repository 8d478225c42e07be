"""Whether a biometric report is about this person, this ceremony, now, and holds together. Pure; it asks nobody.

The order of the steps: the signature, then whose it is, then when, then what it says of the face (R56.12).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from qorgan.gate.providers.biometrics import REPORT_TYPE, Order, Report, State
from qorgan.gate.providers.fields import Undecodable, decoded
from qorgan.gate.providers.signed import PublicKey, Unsigned, opened
from qorgan.gate.rules.proof import BiometricSource

COMMANDS: Final = 3
"""Different commands that a liveness check has at the least."""
FAILURES: Final = 3
"""Failed commands that make it negative."""
SKEW: Final = timedelta(seconds=60)
"""How far a provider's clock may be from ours."""
FRESH: Final = timedelta(minutes=10)
"""How old a report may be, counted from its end: as long as a ceremony lasts."""


class Why(StrEnum):
    """Why a report counts for nothing."""

    UNSIGNED = "report-unsigned"
    MALFORMED = "report-malformed"
    FOREIGN_ISSUER = "report-of-another-issuer"
    FOREIGN_SOURCE = "report-of-another-source"
    FOREIGN_CUSTOMER = "report-for-another-institution"
    FOREIGN_REFERENCE = "report-of-another-identification"
    FOREIGN_SESSION = "report-for-another-ceremony"
    FOREIGN_NONCE = "report-for-another-challenge"
    FOREIGN_PERSON = "report-about-another-person"
    FOREIGN_PURPOSE = "report-for-another-purpose"
    STALE = "report-stale"
    UNTIMELY = "report-untimely"
    REPLAYED = "report-replayed"
    NO_LIVENESS = "report-without-liveness"
    FEW_COMMANDS = "report-with-too-few-commands"
    NO_COMPARISON = "report-without-comparison"
    ANOTHER_IMAGE = "report-compares-another-image"
    BELOW_THRESHOLD = "report-below-its-threshold"
    CONTRADICTORY = "report-contradicts-itself"


class ReportRefused(Exception):
    """The report counts for nothing, and why. Repeats nothing of what it said."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Expected(Struct, frozen=True, kw_only=True):
    """What a report must be about."""

    order: Order
    reference: str
    ordered_at: datetime
    issuers: Mapping[str, str]
    """Which issuer each pinned key belongs to, by the key's name."""
    source: BiometricSource
    liveness: bool = True
    """Whether a passed report must hold a liveness check. Always so for the state's."""


def checked(text: str, keys: Mapping[str, PublicKey], expected: Expected, now: datetime) -> Report:
    """The report, which says how the identification ended. Raises ReportRefused."""
    try:
        raw, kid = opened(text, keys, typ=REPORT_TYPE)
    except Unsigned:
        raise ReportRefused(Why.UNSIGNED) from None
    try:
        report = decoded(raw, Report)
    except Undecodable:
        raise ReportRefused(Why.MALFORMED) from None
    _demand_ours(report, expected, kid)
    _demand_timely(report, expected, now)
    if report.state is State.PENDING:
        raise ReportRefused(Why.CONTRADICTORY)
    if report.state is State.PASSED:
        _demand_passed(report, liveness=expected.liveness)
    return report


def _demand_ours(report: Report, expected: Expected, kid: str) -> None:
    order = expected.order
    for said, wanted, why in (
        (report.issuer, expected.issuers.get(kid, ""), Why.FOREIGN_ISSUER),
        (report.source, expected.source, Why.FOREIGN_SOURCE),
        (report.customer, order.customer, Why.FOREIGN_CUSTOMER),
        (report.reference, expected.reference, Why.FOREIGN_REFERENCE),
        (str(report.session), str(order.session), Why.FOREIGN_SESSION),
        (report.nonce, order.nonce, Why.FOREIGN_NONCE),
        (report.iin, order.iin, Why.FOREIGN_PERSON),
        (report.purpose, order.purpose, Why.FOREIGN_PURPOSE),
    ):
        if not wanted or not hmac.compare_digest(said.encode(), wanted.encode()):
            raise ReportRefused(why)


def _demand_timely(report: Report, expected: Expected, now: datetime) -> None:
    """Begun after it was ordered, ended before now and not long ago; its parts one after the other."""
    if now - report.finished_at > FRESH:
        raise ReportRefused(Why.STALE)
    if report.started_at < expected.ordered_at - SKEW or report.finished_at > now + SKEW:
        raise ReportRefused(Why.UNTIMELY)
    parts = [report.started_at]
    if report.liveness is not None:
        parts += [command.at for command in report.liveness.commands]
        parts.append(report.liveness.finished_at)
    if report.comparison is not None:
        parts.append(report.comparison.finished_at)
    parts.append(report.finished_at)
    if parts != sorted(parts):
        raise ReportRefused(Why.UNTIMELY)


def _demand_passed(report: Report, *, liveness: bool) -> None:
    """R56.12: liveness first, then that same image is compared, and it is alike enough."""
    alive, compared = report.liveness, report.comparison
    if compared is None:
        raise ReportRefused(Why.NO_COMPARISON)
    if compared.score < compared.threshold:
        raise ReportRefused(Why.BELOW_THRESHOLD)
    if alive is None:
        if liveness:
            raise ReportRefused(Why.NO_LIVENESS)
        return
    if not alive.passed or sum(not command.matched for command in alive.commands) >= FAILURES:
        raise ReportRefused(Why.CONTRADICTORY)
    if not all(_repeated(report, at) for at, command in enumerate(alive.commands) if not command.matched):
        raise ReportRefused(Why.CONTRADICTORY)
    if len({command.command for command in alive.commands if command.matched}) < COMMANDS:
        raise ReportRefused(Why.FEW_COMMANDS)
    if alive.image is None or alive.image != compared.image:
        raise ReportRefused(Why.ANOTHER_IMAGE)


def _repeated(report: Report, at: int) -> bool:
    """Whether the command that was not followed was given again at once."""
    commands = report.liveness.commands if report.liveness else ()
    return at + 1 < len(commands) and commands[at + 1].command == commands[at].command
