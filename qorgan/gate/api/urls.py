"""Addresses of the API: made of the table, one for each path."""

from __future__ import annotations

from itertools import groupby

from django.urls import path

from qorgan.gate.api import entrance
from qorgan.gate.api.routes import ROUTES, Route

app_name = "api"


def _by_path() -> list[list[Route]]:
    return [list(group) for _path, group in groupby(ROUTES, key=lambda route: route.path)]


urlpatterns = [
    path("openapi.json", entrance.described, name="openapi"),
    *(path(f"v1/{routes[0].path}", entrance.resource(*routes), name=routes[0].name) for routes in _by_path()),
    path("<path:path>", entrance.unknown, name="unknown"),
]
