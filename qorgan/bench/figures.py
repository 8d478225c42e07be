"""A figure with its limit, and how figures become a page."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One thing measured, in words that stand alone."""

    what: str
    measured: str
    limit: str
    holds: bool
    how: str
    """What was run, how often, and what it is held against."""


def at_least(what: str, ratio: float, limit: float, how: str) -> Figure:
    """A ratio of ours to a peer's that must not be below its limit."""
    return Figure(what=what, measured=f"{ratio:.1%}", limit=f"at least {limit:.0%}", holds=ratio >= limit, how=how)


def at_most(what: str, value: float, limit: float, unit: str, how: str) -> Figure:
    """A value that must not be over its limit."""
    return Figure(
        what=what, measured=f"{value:.4g} {unit}", limit=f"at most {limit:g} {unit}", holds=value <= limit, how=how
    )


def in_turn(rounds: int, ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float, float]:
    """Measure both in turn, round by round, so that a machine that slows slows both.

    Gives the median of the ratios ours/peer, and the medians of each.
    """
    pairs = [(ours(), peer()) for _ in range(rounds)]
    return (
        statistics.median(one / other for one, other in pairs),
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def thousands(rate: float) -> str:
    """A rate a second for people: 81 k/s."""
    return f"{rate / 1000:,.0f} k/s"


def page(figures: Sequence[Figure], machine: str, day: str) -> str:
    """The Markdown of docs/benchmarks.md."""
    rows = "".join(
        f"| {one.what} | **{one.measured}** | {one.limit} | {'yes' if one.holds else 'NO'} | {one.how} |\n"
        for one in figures
    )
    return f"""# Benchmarks

Written by `make bench` on {day}; {machine}. Each ratio is taken within one run, ours and the peer in turn, and is a
median: absolute figures of another machine will differ, the ratios hardly.

| what | measured | limit | holds | how |
|---|---|---|---|---|
{rows}"""
