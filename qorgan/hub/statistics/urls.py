"""Addresses of the situation, the statistics, the exports and the calendar."""

from __future__ import annotations

from django.urls import path, register_converter

from qorgan.hub.statistics import calendar_page, export_pages, pages


class Format:
    """The formats in which tables are handed out."""

    regex = "xlsx|csv|pdf"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Format, "format")

app_name = "statistics"

urlpatterns = [
    path("situation/", pages.situation, name="situation"),
    path("statistics/", pages.statistics, name="statistics"),
    path("statistics/incidents/", pages.incidents, name="incidents"),
    path("statistics/export.<format:format>", export_pages.statistics, name="export"),
    path("documents/export.<format:format>", export_pages.documents, name="documents"),
    path("calendar/", calendar_page.calendar, name="calendar"),
    path("calendar/change/", calendar_page.change, name="calendar_change"),
]
