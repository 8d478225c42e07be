"""Every address of the console."""

from __future__ import annotations

from django.urls import path

from qorgan.gate.console import duty_pages, employees, journal_page, overview, people

urlpatterns = [
    path("", overview.overview, name="console"),
    path("people", people.people, name="console-people"),
    path("people/<uuid:client_id>", people.person, name="console-person"),
    path("people/<uuid:client_id>/block", people.block, name="console-block"),
    path("people/<uuid:client_id>/unblock", people.unblock, name="console-unblock"),
    path("people/<uuid:client_id>/end-sessions", people.end_sessions, name="console-end-sessions"),
    path("people/<uuid:client_id>/close-device", people.close_device, name="console-close-device"),
    path("employees", employees.employees, name="console-employees"),
    path("employees/<uuid:client_id>/invite", employees.invite, name="console-invite"),
    path("duties", duty_pages.page, name="console-duties"),
    path("duties/propose", duty_pages.propose, name="console-propose"),
    path("duties/<uuid:row>/agree", duty_pages.agree, name="console-agree"),
    path("duties/<uuid:row>/review", duty_pages.review, name="console-review"),
    path("duties/<uuid:row>/take", duty_pages.take, name="console-take"),
    path("journal", journal_page.journal, name="console-journal"),
]
