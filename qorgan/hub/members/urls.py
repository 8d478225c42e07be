"""Addresses of the pages of members."""

from __future__ import annotations

from django.urls import path

from qorgan.hub.members import application_pages, journal_page, pages, people_pages

app_name = "members"

urlpatterns = [
    path("members/", pages.members, name="list"),
    path("members/connect/", pages.connect, name="connect"),
    path("members/applications/", application_pages.queue, name="applications"),
    path("members/applications/new/", application_pages.connect, name="apply_from_letter"),
    path("members/applications/<uuid:application>/", application_pages.application, name="application"),
    path("members/applications/<uuid:application>/mend/", application_pages.mend, name="mend"),
    path("members/applications/<uuid:application>/decide/", application_pages.decide, name="decide"),
    path("members/applications/<uuid:application>/send-back/", application_pages.send_back, name="send_back"),
    path("members/people/<int:person>/", people_pages.person, name="person"),
    path("members/people/<int:person>/block/", people_pages.block, name="block"),
    path("members/people/<int:person>/invite/", people_pages.invite, name="invite"),
    path("members/people/<int:person>/ask-reset/", people_pages.ask_reset, name="ask_reset"),
    path("members/resets/<uuid:reset>/do/", people_pages.reset, name="reset"),
    path("members/resets/<uuid:reset>/decline/", people_pages.decline_reset, name="decline_reset"),
    path("members/people/<int:person>/leave/<uuid:organisation>/", people_pages.hand_over, name="hand_over"),
    path("members/absences/<uuid:absence>/revoke/", people_pages.revoke_absence, name="revoke_absence"),
    path("members/<uuid:organisation>/", pages.organisation, name="organisation"),
    path("members/<uuid:organisation>/edit/", pages.edit, name="edit"),
    path("members/<uuid:organisation>/connection/", application_pages.connect, name="apply_for_connection"),
    path("members/<uuid:organisation>/account/", application_pages.account, name="apply_for_account"),
    path("members/<uuid:organisation>/propose/", application_pages.propose, name="propose"),
    path("members/<uuid:organisation>/absence/", people_pages.absence, name="absence"),
    path("members/<uuid:organisation>/state/", pages.suspend, name="state"),
    path("members/<uuid:organisation>/modules/add/", pages.add_module, name="add_module"),
    path("members/modules/<uuid:module>/code/", pages.issue_code, name="issue_code"),
    path("members/modules/<uuid:module>/revoke/", pages.revoke, name="revoke"),
    path("members/modules/<uuid:module>/key/", pages.retire_key, name="retire_key"),
    path("audit/", journal_page.audit_trail, name="journal"),
]
