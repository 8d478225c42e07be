"""Addresses of the pages of notices, and of what can be taken away of a document."""

from __future__ import annotations

from django.urls import path

from qorgan.hub.notices import exports, pages

app_name = "notices"

urlpatterns = [
    path("notices/", pages.notices, name="list"),
    path("notices/seen/", pages.seen, name="seen"),
    path("notices/stream", pages.stream, name="stream"),
    path("notices/addresses/", pages.addresses, name="addresses"),
    path("notices/addresses/<uuid:webhook>/remove/", pages.remove_address, name="remove_address"),
    path("notices/undelivered/", pages.undelivered, name="undelivered"),
    path("notices/undelivered/<uuid:delivery>/again/", pages.send_again, name="send_again"),
    path("documents/<uuid:document>/receipt", exports.receipt, name="receipt"),
    path("documents/<uuid:document>/document.json", exports.exact, name="exact"),
    path("documents/<uuid:document>/signature.p7s", exports.signature, name="signature"),
    path("documents/<uuid:document>/signature.evidence.json", exports.evidence, name="evidence"),
    path("documents/<uuid:document>/pdf/<str:language>", exports.paper, name="paper"),
]
