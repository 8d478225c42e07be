"""Every address of the inspection."""

from __future__ import annotations

from django.urls import path

from qorgan.gate.console import inspection_page

urlpatterns = [
    path("", inspection_page.inspection, name="inspection"),
    path("evidence", inspection_page.take, name="inspection-evidence"),
]
