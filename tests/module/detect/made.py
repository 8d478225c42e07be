"""Made-up sign-ins and refused connections, and windows that see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from qorgan.module.classify.decide import UNDECIDED, Decision, Verdict
from qorgan.module.detect.settings import DetectTable
from qorgan.module.detect.windows import Windows
from qorgan.module.event import Activity, Event, Outcome
from qorgan.module.redact.hosts import Inside
from qorgan.wire.signal import Action

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = bytes(range(32))
OUTSIDE = "203.0.113.7"
INSIDE = "10.1.2.3"


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def sign_in(seconds: float, user: str = "aigerim", source: str = OUTSIDE, *, ok: bool = False, **more) -> Event:
    more.setdefault("product", "OpenSSH")
    return Event(
        format="text",
        vendor="OpenBSD",
        record=f"{user} from {source}",
        time=at(seconds),
        activity=Activity.SIGN_IN,
        outcome=Outcome.SUCCESS if ok else Outcome.FAILURE,
        user=user,
        source_address=source,
        destination_port=22,
        application="ssh",
        **more,
    )


def refused(seconds: float, host: str = "10.0.0.1", port: int | None = 22, source: str = OUTSIDE, **more) -> Event:
    return Event(
        format="text",
        vendor="Linux",
        product="netfilter",
        record=f"{source} to {host}:{port}",
        time=at(seconds),
        activity=Activity.CONNECTION,
        outcome=Outcome.FAILURE,
        action=Action.BLOCKED,
        source_address=source,
        destination_address=host,
        destination_port=port,
        protocol="tcp",
        **more,
    )


class Clock:
    """The time of arrival, which stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


def windows(clock: Clock | None = None, **settings) -> Windows:
    return Windows(DetectTable(**settings), KEY, Inside(), clock or Clock())


def told(events: Iterable[Event], seen: Windows | None = None, **settings) -> list[tuple[str, str]]:
    """Type and rule of all that the windows tell of events that no rule decided, looked for after each of them."""
    seen = seen or windows(**settings)
    return [(decision.type.value, decision.rule) for event in events for _, decision in one(seen, event)]


def one(seen: Windows, event: Event, verdict: Verdict = UNDECIDED) -> list[tuple[Event, Decision]]:
    seen.see(event, verdict)
    return seen.take()


def said(decision: Decision) -> dict[str, str]:
    """What decided, by name."""
    return dict(each.split("=", 1) for each in decision.decided_by)
