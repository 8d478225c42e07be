"""The health as Prometheus reads it (text format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qorgan.module.accounting import SourceAccount
from qorgan.module.health import OK, Health, SourceHealth

_PREFIX = "qorgan_module_"


class Sample(NamedTuple):
    """One number under one name. A name that ends in _total counts since the spool was made or the process began."""

    name: str
    words: str
    value: float
    labels: dict[str, str]


def text(health: Health) -> str:
    """The whole page; samples of one name stand together, as the format wants them."""
    families: dict[str, list[Sample]] = {}
    for sample in _samples(health):
        families.setdefault(sample.name, []).append(sample)
    return "".join(f"{line}\n" for name, samples in families.items() for line in _family(name, samples))


def _samples(health: Health) -> Iterator[Sample]:
    account = health.account
    for source in account.sources:
        yield from _of_account(source)
    for seen in health.sources:
        yield from _of_source(seen)
    for kind, value in account.redacted.items():
        yield Sample("values_redacted_total", "Values removed before anything was stored", value, {"class": kind})
    numbers: list[tuple[str, str, float]] = [
        ("signals_made_total", "Signals made", account.signals),
        ("signals_sent_total", "Signals the hub has taken", account.sent),
        ("signals_refused_total", "Signals the hub refused one by one", account.refused),
        ("signals_lost_total", "Signals damaged on the disk", account.lost),
        ("signals_spooled", "Signals that wait to be sent", account.spooled),
        ("spool_bytes", "Bytes in use in the file of the spool", health.spool_bytes),
        (
            "judging_restarts_total",
            "Ends of the process that judges, since the module's began",
            health.judging_restarts,
        ),
        ("batches_total", "Batches with a receipt since the process began", health.batches),
        ("false_answers_total", "Answers of the hub that proved nothing", health.false_answers),
        ("failures_in_a_row", "Attempts to reach the hub that failed in a row", health.failures),
        ("asoi_away", "1 while ASOI is away and the network here is well", int(health.asoi == "away")),
        ("asoi_local_fault", "1 while the network here is broken", int(health.asoi == "local-fault")),
        ("clock_offset_seconds", "The clock of the hub less that of this machine", health.clock_offset),
        ("account_adds_up", "1 while the loss accounting adds up", int(not account.faults())),
        ("healthy", "1 while nothing needs a person", int(health.status == OK)),
    ]
    for name, words, number in numbers:
        yield Sample(name, words, number, {})


def _of_account(source: SourceAccount) -> Iterator[Sample]:
    label = {"source": source.name}
    yield Sample("records_read_total", "Records read", source.read, label)
    yield Sample("records_became_signals_total", "Records that became signals", source.became, label)
    yield Sample("records_quarantined_total", "Records that could not be read", source.quarantined, label)
    for reason, value in source.ignored.items():
        yield Sample("records_ignored_total", "Records that are no security event", value, label | {"reason": reason})


def _of_source(source: SourceHealth) -> Iterator[Sample]:
    label = {"source": source.name}
    yield Sample("records_dropped_total", "Records lost before they could be read", source.dropped, label)
    yield Sample("source_in_trouble", "1 while a source cannot be read", int(bool(source.trouble)), label)
    yield Sample(
        "source_unusual",
        "1 while a source is not as usual, by what it is",
        int(bool(source.alarm)),
        {**label, "alarm": source.alarm or "none"},
    )
    if source.last_read_at is not None:
        at = source.last_read_at.timestamp()
        yield Sample("source_last_read_timestamp_seconds", "When a source last gave something", at, label)


def _family(name: str, samples: list[Sample]) -> Iterator[str]:
    yield f"# HELP {_PREFIX}{name} {samples[0].words}"
    yield f"# TYPE {_PREFIX}{name} {'counter' if name.endswith('_total') else 'gauge'}"
    for sample in samples:
        labels = ",".join(f'{key}="{_escaped(value)}"' for key, value in sample.labels.items())
        yield f"{_PREFIX}{name}{{{labels}}} {sample.value}" if labels else f"{_PREFIX}{name} {sample.value}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
