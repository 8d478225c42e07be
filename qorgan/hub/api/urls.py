"""Addresses of the API: made of the table, one for each path."""

from itertools import groupby

from django.urls import path

from qorgan.hub.api import entrance, packages
from qorgan.hub.api.route import Route
from qorgan.hub.api.routes import ROUTES

app_name = "api"


def _by_path() -> list[list[Route]]:
    return [list(group) for _path, group in groupby(ROUTES, key=lambda route: route.path)]


urlpatterns = [
    path("openapi.json", entrance.described, name="openapi"),
    *(path(routes[0].path, entrance.resource(*routes), name=routes[0].name) for routes in _by_path()),
    path("packages", packages.bring, name="packages"),
    path("<path:path>", entrance.unknown, name="unknown"),
]
