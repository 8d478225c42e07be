"""From the line in a sensor's log to the row on the analyst's screen, at 300 signals a second."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from qorgan.bench.figures import Figure, at_most, percentile
from qorgan.bench.market import browser, running

RATE = 300
SECONDS = 20
LIMIT_P50, LIMIT_P99 = 1.0, 2.5
"""Seconds. People take less than that for «at once»."""

WATCH = """
() => {
  window.appeared = {};
  const note = (row) => {
    const rule = row.querySelector && row.querySelector('td b');
    const found = rule && /LINE ([0-9]+)/.exec(rule.textContent);
    if (found) requestAnimationFrame(() => { window.appeared[found[1]] = Date.now() / 1000; });
  };
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(note)))
    .observe(document.getElementById('l-rows'), { childList: true });
}
"""


def measure() -> list[Figure]:
    """Median and 99th percentile in seconds."""
    with running() as market, browser(market) as page:
        page.wait_for_timeout(3000)
        page.evaluate(WATCH)
        written = _write(market.log("sample-bank", "eve.jsonl"))
        page.wait_for_timeout(4000)
        appeared: dict[str, float] = page.evaluate("window.appeared")
    waits = [appeared[number] - at for number, at in written.items() if number in appeared]
    how = (
        f"{RATE} alerts a second for {SECONDS} s appended to one module's EVE log, until Chromium had drawn the "
        f"row of each; {len(waits):,} of {len(written):,} rows drawn (the list shows the newest 200)"
    )
    return [
        at_most("log line to screen, p50", percentile(waits, 0.5), LIMIT_P50, "s", how),
        at_most("log line to screen, p99", percentile(waits, 0.99), LIMIT_P99, "s", how),
    ]


def _write(log: Path) -> dict[str, float]:
    """Append alerts at an even pace; gives when each was written."""
    written: dict[str, float] = {}
    start = time.time()
    with log.open("a") as out:
        for number in range(RATE * SECONDS):
            time.sleep(max(0.0, start + number / RATE - time.time()))
            out.write(_alert(number) + "\n")
            out.flush()
            written[str(number)] = time.time()
    return written


def _alert(number: int) -> str:
    alert = {"action": "allowed", "signature_id": 900_000 + number, "signature": f"LINE {number}", "severity": 1}
    return json.dumps(
        {
            "timestamp": datetime.now(UTC).isoformat(),
            "event_type": "alert",
            "src_ip": f"203.0.113.{number % 250}",
            "src_port": 40_000,
            "dest_ip": "10.0.0.5",
            "dest_port": 443,
            "proto": "TCP",
            "alert": alert,
        }
    )
