"""Every address of the inspection."""

from __future__ import annotations

from django.urls import path

from qorgan.gate.inspection import pages

urlpatterns = [
    path("", pages.inspection, name="inspection"),
    path("figures.json", pages.figures, name="inspection-figures"),
    path("evidence", pages.take, name="inspection-evidence"),
]
