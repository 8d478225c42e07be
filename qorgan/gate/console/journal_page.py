"""Search over the journal, the archive included. Each search is itself written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.clients.lifecycle import State
from qorgan.gate.console import duties
from qorgan.gate.console.doors import Staff, shown, staff
from qorgan.gate.console.rights import Duty, Right
from qorgan.gate.inspection.searching import searched
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.search.asked import FIELDS
from qorgan.gate.journal.search.query import Found
from qorgan.gate.pages.asking import because, language
from qorgan.gate.pages.called import KINDS, OUTCOMES, STATES
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Method
from qorgan.law.labels import Labelled

_BY_COMMAND: Final = frozenset({str(duties.COMMAND), str(duties.SECOND)})


@require_safe
@staff(Right.JOURNAL_SEARCH)
def journal(request: HttpRequest, who: Staff) -> HttpResponseBase:
    """The page. What is looked for stands in the address: identifiers of ours, and no one's numbers."""
    asked = {name: request.GET.get(name, "").strip()[:100] for name in FIELDS}
    refused, entries, after = None, [], ""
    try:
        words = {name: [value] for name, value in asked.items()}
        found = searched(words, act=who.act(request), after=request.GET.get("after", ""))
        entries, after = [entry_of(one) for one in found.entries], found.after
    except Refusal as refusal:
        refused = because(refusal)
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "asked": asked,
        "events": sorted(one.value for one in Event),
        "outcomes": list(OUTCOMES.items()),
        "entries": entries,
        "next": f"?{urlencode({**kept, 'after': after})}" if after else "",
        "refused": refused,
    }
    return shown(request, who, "console/journal.html", context)


def entry_of(found: Found) -> dict[str, Any]:
    """An entry as a table shows it."""
    row = found.row
    more = {"before": row.before, "after": row.after, "detail": row.detail}
    told = {name: json.loads(value) for name, value in more.items() if value and value != "{}"}
    by = _("command line") if str(row.actor) in _BY_COMMAND else ""
    text = json.dumps(told, ensure_ascii=False, indent=2) if told else ""
    return {"row": row, "archived": found.archived, "more": text, "said": list(_said(told)), "by": by}


def _said(told: Mapping[str, Any]) -> Iterator[tuple[str | Promise, str]]:
    """What the codes of an entry mean, as a label and its words: what was before stands before an arrow."""
    parts = [told[name] for name in ("before", "after", "detail") if isinstance(told.get(name), dict)]
    for name, (label, words) in _CODES.items():
        values = [str(words(part[name])) for part in parts if _is_code(part.get(name))]
        if values:
            yield label, " → ".join(dict.fromkeys(values))


def _is_code(value: Any) -> bool:
    return isinstance(value, str | list) and bool(value)


def _labelled(kind: type[Labelled]) -> Callable[[Any], str]:
    """The words of a code, or of several, of the law's own lists."""

    def words(value: Any) -> str:
        known = {one.value: one.label(language()) for one in kind}
        return ", ".join(known.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))

    return words


def _kind(value: Any) -> str | Promise:
    return KINDS[Kind(value)] if str(value) in {one.value for one in Kind} else str(value)


def _state(value: Any) -> str | Promise:
    return STATES[State(value)] if str(value) in {one.value for one in State} else str(value)


_CODES: Final[Mapping[str, tuple[str | Promise, Callable[[Any], str | Promise]]]] = MappingProxyType(
    {
        "duty": (_("Duty"), _labelled(Duty)),
        "kind": (_("Procedure"), _kind),
        "state": (_("State"), _state),
        "method": (_("With what"), _labelled(Method)),
        "enrolled": (_("With what"), _labelled(Method)),
    }
)
"""Codes that an entry carries beside its reason, and what they are called."""
