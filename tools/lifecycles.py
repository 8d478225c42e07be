"""Write docs/lifecycles.md out of the tables that the engine obeys: state, verb, who, clause, what it needs, clock.

`python tools/lifecycles.py` writes the page, `--check` says whether it is as the tables are (exit 1 when not).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django

if TYPE_CHECKING:
    from qorgan.hub.casework.kinds import DocumentKind
    from qorgan.hub.casework.lifecycle import Lifecycle, Step
    from qorgan.law.clause import Term

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "lifecycles.md"
_HEAD: Final = """# Lives of the documents

Written by `tools/lifecycles.py` out of the tables that the engine obeys; `make test` refuses a page that differs from
them. What is not in a table is refused, with the clause of its first row.

Who: *maker* is the responsible employee of the organisation whose document it is, or of the security operations centre
that serves it; *head* the head of its security unit or a deputy, never one who wrote in it (R48.15); *addressee* and
*addressee head* the same of an organisation that received it; *asker* the maker of the inquiry that an answer belongs
to; *centre* an analyst or the head of the sectoral centre. Clocks are counted in working days (wd) of Kazakhstan; one
that a verb stops and no verb starts began with the delivery.

Every document has a preparation, which its author's unit alone sees:

```
 open ──propose──▶ proposed ──agree──▶ agreed        any edit leads back to open and voids the agreement
   ▲                  │
   └────decline───────┘
```
"""
_WORDS: Final = {
    "reason": "a reason",
    "fields": "the fields that lack, each with a reason",
    "agreed": "agreed by the head, unchanged since",
    "complete": "nothing lacks",
    "decision": "a decision on each recommendation",
    "final": "the final report was sent",
    "about": "the card",
}


def page() -> str:
    """The whole page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qorgan.hub.settings")
    django.setup()
    # Kinds register themselves when Django is set up.
    from qorgan.hub.casework.kinds import kinds  # noqa: PLC0415

    return "\n".join([_HEAD, *(line for kind in kinds() for line in _kind(kind))]).rstrip() + "\n"


def _kind(kind: DocumentKind) -> Iterator[str]:
    name = kind.document_type.en
    yield f"## {name[:1].upper()}{name[1:]}"
    yield ""
    prepared = kind.preparation.steps[0].clause
    yield (
        f"Numbers begin with {kind.letters}; it goes to {_TO[kind.addressing.value]}. "
        + (f"Agreement by the head: {prepared}." if kind.needs_agreement else f"No head's agreement ({prepared}).")
    )
    yield ""
    for life, heading in ((kind.life, "Its life"), (kind.reception, "At each addressee")):
        if life is not None and life.steps:
            yield from _life(life, heading)


_TO: Final = {
    "centre": "the sectoral centre",
    "all": "everybody connected",
    "chosen": "those whom its author chose",
    "asker": "whoever asked, and to nobody else",
}


def _life(life: Lifecycle, heading: str) -> Iterator[str]:
    final = ", ".join(state for state in life.states if state in life.final)
    yield f"**{heading}** begins as *{life.initial}* and ends as *{final}*."
    yield ""
    yield "| state | verb | becomes | who | needs | clause | clock |"
    yield "|---|---|---|---|---|---|---|"
    for step in life.steps:
        who = ", ".join(actor.value.replace("-", " ") for actor in step.who)
        needs = "; ".join(_WORDS[need.value] for need in sorted(step.needs))
        yield f"| {step.state} | {step.verb} | {step.to} | {who} | {needs} | {step.clause} | {_clock(step)} |"
    yield ""


def _clock(step: Step) -> str:
    said = [f"starts {_term(step.starts)}"] if step.starts else []
    return "; ".join([*said, *(f"stops {_term(term)}" for term in step.stops)])


def _term(term: Term) -> str:
    long = f"{term.working_days} wd" if term.working_days else f"{term.months} month"
    return f"{long} ({term.clause})"


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--page", type=Path, default=PAGE)
    arguments, written = parser.parse_args(), page()
    if not arguments.check:
        arguments.page.write_text(written, encoding="utf-8")
        return 0
    same = arguments.page.exists() and arguments.page.read_text(encoding="utf-8") == written
    if not same:
        print(f"{arguments.page.name} is not as the tables are: run `python tools/lifecycles.py`", file=sys.stderr)
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
