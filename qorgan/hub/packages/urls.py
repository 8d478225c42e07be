"""Addresses of packages."""

from __future__ import annotations

from django.urls import path

from qorgan.hub.packages import pages

app_name = "packages"

urlpatterns = [
    path("packages/", pages.index, name="list"),
    path("packages/<uuid:package>/receipt/", pages.receipt, name="receipt"),
    path("packages/<uuid:package>/join/<uuid:report>/", pages.join, name="join"),
]
