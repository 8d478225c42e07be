"""The table of routes: how things stand, and statistics."""

from __future__ import annotations

from typing import Final

from qorgan.hub.api import figures
from qorgan.hub.api import given_members as given
from qorgan.hub.api.route import Route

_ASKED: Final = ("period", "whose", "of_kind")

FIGURES: Final = (
    Route(name="situation", method="GET", path="situation", does=figures.situation, gives=given.SituationShown),
    Route(
        name="statistics",
        method="GET",
        path="statistics",
        does=figures.statistics,
        gives=given.StatisticsShown,
        query=_ASKED,
    ),
    Route(
        name="incidents",
        method="GET",
        path="statistics/incidents",
        does=figures.incidents,
        gives=list[given.IncidentShown],
        query=(*_ASKED, "category"),
    ),
)
