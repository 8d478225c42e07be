"""Addresses of the pages of members."""

from __future__ import annotations

from django.urls import path

from qorgan.hub.members import journal_page, pages

app_name = "members"

urlpatterns = [
    path("members/", pages.members, name="list"),
    path("members/connect/", pages.connect, name="connect"),
    path("members/<uuid:organisation>/", pages.organisation, name="organisation"),
    path("members/<uuid:organisation>/edit/", pages.edit, name="edit"),
    path("members/<uuid:organisation>/state/", pages.suspend, name="state"),
    path("members/<uuid:organisation>/modules/add/", pages.add_module, name="add_module"),
    path("members/modules/<uuid:module>/code/", pages.issue_code, name="issue_code"),
    path("members/modules/<uuid:module>/revoke/", pages.revoke, name="revoke"),
    path("members/modules/<uuid:module>/key/", pages.retire_key, name="retire_key"),
    path("audit/", journal_page.audit_trail, name="journal"),
]
