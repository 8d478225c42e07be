"""What the charts draw: numbers and words; the script gives them colours and axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from qorgan.hub.statistics.situation import days
from qorgan.hub.statistics.words import category_name, kind_name
from qorgan.law.documents import DocumentType
from qorgan.law.incidents import IncidentCategory

if TYPE_CHECKING:
    from qorgan.hub.statistics.figures import Figures
    from qorgan.hub.statistics.period import Period


def incidents_over_time(found: Figures, period: Period, language: str) -> dict[str, Any]:
    """Bars by day or month, each of its categories' incidents."""
    values = found.over_time(period)
    order = [code for code in [*map(str, IncidentCategory), ""] if code in values]
    return {
        "labels": [name for _on, name in period.parts()],
        "series": [{"name": category_name(code, language), "data": values[code]} for code in order],
        "all": gettext("All"),
    }


def submitted(values: Mapping[str, Sequence[int]], now: datetime, language: str) -> dict[str, Any]:
    """Bars by day, each of the documents of every kind that were sent first on it."""
    order = [kind.value for kind in DocumentType if kind.value in values]
    return {
        "labels": [f"{day:%d.%m}" for day in days(now)],
        "series": [{"name": kind_name(kind, language), "data": list(values[kind])} for kind in order],
        "all": gettext("All"),
    }
