"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from qorgan.hub.desk import acts, addressing, advisory, agreeing, deciding, edit_page, files, pages

app_name = "desk"

urlpatterns = [
    path("desk/", pages.inbox, name="inbox"),
    path("desk/news/", pages.news, name="news"),
    path("desk/documents/", pages.documents, name="documents"),
    path("desk/from-signals/", acts.from_signals, name="from_signals"),
    path("desk/advisory/", advisory.advisory, name="advisory"),
    path("desk/new/", acts.new, name="new"),
    path("desk/new/<slug:kind>/", acts.new, name="new_kind"),
    path("desk/receptions/<uuid:reception>/agree/", deciding.agree, name="agree_part"),
    path("desk/receptions/<uuid:reception>/agree/decision.json", deciding.exact, name="agree_part_bytes"),
    path("desk/receptions/<uuid:reception>/decision.p7s", deciding.signature, name="part_signature"),
    path("desk/receptions/<uuid:reception>/decision.evidence.json", deciding.evidence, name="part_evidence"),
    path("desk/receptions/<uuid:reception>/<slug:verb>/", acts.reception_act, name="reception_act"),
    path("desk/<uuid:document>/", pages.document, name="document"),
    path("desk/<uuid:document>/difference/", pages.difference, name="difference"),
    path("desk/<uuid:document>/addressing/", addressing.addressing, name="addressing"),
    path("desk/<uuid:document>/supersede/", advisory.supersede, name="supersede"),
    path("desk/<uuid:document>/edit/", edit_page.edit, name="edit"),
    path("desk/<uuid:document>/agree/", agreeing.agree, name="agree"),
    path("desk/<uuid:document>/agree/document.json", agreeing.exact, name="agree_bytes"),
    path("desk/<uuid:document>/return/", acts.send_back, name="return"),
    path("desk/<uuid:document>/comment/", acts.comment, name="comment"),
    path("desk/<uuid:document>/act/<slug:verb>/", acts.act, name="act"),
    path("desk/<uuid:document>/files/", files.add, name="add_file"),
    path("desk/<uuid:document>/files/<uuid:attachment>/", files.download, name="file"),
    path("desk/<uuid:document>/files/<uuid:attachment>/remove/", files.remove, name="remove_file"),
]
