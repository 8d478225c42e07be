"""`python -m qorgan.bench [NAME ...]`: measure, print, and write docs/benchmarks.md when everything was measured."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from qorgan.bench.figures import Figure, page

NAMES = (
    "intake",
    "eve",
    "formats",
    "peers",
    "detect",
    "rules",
    "backlog",
    "latency",
    "portal",
    "redaction",
    "factors",
    "journal",
    "signins",
)
PAGE = Path("docs/benchmarks.md")


def main() -> int:
    """Exit code 1 when a figure does not keep its limit."""
    parser = argparse.ArgumentParser(prog="python -m qorgan.bench", description="Measure ratios against their limits.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; default all")
    names = parser.parse_args().names or list(NAMES)
    if unknown := set(names) - set(NAMES):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for name in names:
        print(f"{name} ...", file=sys.stderr)
        found: list[Figure] = import_module(f"qorgan.bench.{name}").measure()
        for figure in found:
            print(f"  {figure.what}: {figure.measured} ({figure.limit}){'' if figure.holds else '  DOES NOT HOLD'}")
            print(f"    {figure.how}")
        figures += found
    if len(names) == len(NAMES):
        machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
        PAGE.write_text(page(figures, machine, f"{datetime.now(UTC):%Y-%m-%d}"), encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
