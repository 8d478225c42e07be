"""Addresses of the pages of signals."""

from __future__ import annotations

from django.urls import path

from qorgan.hub.signals import pages

app_name = "signals"

urlpatterns = [
    path("live/", pages.live, name="live"),
    path("live/stream", pages.stream, name="stream"),
    path("search/", pages.search, name="search"),
    path("search/counts", pages.search_counts, name="counts"),
    path("signals/<uuid:module>/<int:sequence>/", pages.signal, name="signal"),
    path("signals/<uuid:module>/<int:sequence>/record.ndjson", pages.record, name="record"),
    path("signals/<uuid:module>/<int:sequence>/receipt.json", pages.receipt, name="receipt"),
]
