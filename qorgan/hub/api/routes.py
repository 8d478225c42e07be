"""The table of routes: method, path, what comes, what goes. The entrance, the addresses and OpenAPI are made of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from qorgan.hub.api import beginning, desk, documents, files, given, parties, signals, taken
from qorgan.hub.api.figure_routes import FIGURES
from qorgan.hub.api.member_routes import MEMBERS
from qorgan.hub.api.route import Route
from qorgan.hub.api.webhook_routes import WEBHOOKS

_DOCUMENT: Final = "documents/<uuid:id>"
_SIGNAL: Final = "signals/<uuid:module>/<int:sequence>"

_BEGINNING: Final = (
    Route(
        name="card-of-signals",
        method="POST",
        path="cards",
        does=beginning.card,
        takes=taken.CardOfSignals,
        gives=given.DocumentShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="answer",
        method="POST",
        path="receptions/<uuid:id>/answer",
        does=beginning.answer,
        takes=taken.Nothing,
        gives=given.DocumentShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="take-down",
        method="POST",
        path="phone-reports",
        does=beginning.phone_report,
        takes=taken.CallTaken,
        gives=given.DocumentShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="join",
        method="POST",
        path=f"{_DOCUMENT}/card",
        does=beginning.join,
        takes=taken.Joined,
        gives=given.DocumentShown,
    ),
    Route(
        name="letter",
        method="POST",
        path=f"{_DOCUMENT}/letter",
        does=beginning.letter,
        takes=taken.Letter,
        gives=given.DocumentShown,
    ),
    Route(
        name="advisory",
        method="POST",
        path="advisories",
        does=beginning.advisory,
        raw="application/json",
        most_bytes=beginning.LARGEST_ADVISORY,
        gives=given.DocumentShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="address",
        method="POST",
        path=f"{_DOCUMENT}/addressees",
        does=beginning.address,
        takes=taken.Nothing,
        gives=list[given.Addressed],
    ),
    Route(
        name="supersede",
        method="POST",
        path=f"{_DOCUMENT}/superseding",
        does=beginning.superseding,
        takes=taken.Nothing,
        gives=given.DocumentShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="coverage",
        method="GET",
        path=f"{_DOCUMENT}/coverage",
        does=beginning.coverage,
        gives=given.CoverageShown,
    ),
)

_FILES: Final = (
    Route(
        name="files",
        method="GET",
        path=f"{_DOCUMENT}/attachments",
        does=files.index,
        gives=list[given.FileShown],
    ),
    Route(
        name="attach",
        method="POST",
        path=f"{_DOCUMENT}/attachments",
        does=files.add,
        raw="application/octet-stream",
        most_bytes=files.LARGEST,
        headers=(files.FILE_NAME,),
        gives=given.FileShown,
        status=HTTPStatus.CREATED,
    ),
    Route(name="file", method="GET", path="attachments/<uuid:id>", does=files.content, gives_media="*/*"),
    Route(
        name="detach",
        method="DELETE",
        path="attachments/<uuid:id>",
        does=files.remove,
        gives=list[given.FileShown],
    ),
    Route(name="exact", method="GET", path=f"{_DOCUMENT}/acts/<int:act>/exact", does=files.exact),
    Route(name="receipt", method="GET", path=f"{_DOCUMENT}/acts/<int:act>/receipt", does=files.receipt),
    Route(
        name="paper",
        method="GET",
        path=f"{_DOCUMENT}/versions/<int:number>/pdf/<slug:language>",
        does=files.paper,
        gives_media="application/pdf",
    ),
    Route(
        name="signature",
        method="GET",
        path=f"{_DOCUMENT}/versions/<int:number>/signature",
        does=files.signature,
        gives_media="application/pkcs7-signature",
    ),
    Route(
        name="signature-evidence",
        method="GET",
        path=f"{_DOCUMENT}/versions/<int:number>/signature/evidence",
        does=files.evidence,
    ),
    Route(
        name="decision-signature",
        method="GET",
        path="receptions/<uuid:id>/signature",
        does=files.decision_signature,
        gives_media="application/pkcs7-signature",
    ),
    Route(
        name="decision-signature-evidence",
        method="GET",
        path="receptions/<uuid:id>/signature/evidence",
        does=files.decision_evidence,
    ),
    Route(
        name="difference",
        method="GET",
        path=f"{_DOCUMENT}/difference",
        does=files.difference,
        gives=list[given.ChangedShown],
        query=("from", "to"),
    ),
)

_DESK: Final = (
    Route(name="todo", method="GET", path="todo", does=desk.todo, gives=list[given.WaitingShown]),
    Route(
        name="deadlines",
        method="GET",
        path="deadlines",
        does=desk.deadlines,
        gives=list[given.ClockShown],
        query=("limit",),
    ),
    Route(
        name="notices",
        method="GET",
        path="notices",
        does=desk.notices,
        gives=list[given.NoticeShown],
        query=("unseen", "limit"),
    ),
    Route(
        name="seen",
        method="POST",
        path="notices/seen",
        does=desk.seen,
        takes=taken.Seen,
        gives=list[given.NoticeShown],
    ),
    Route(name="calendar", method="GET", path="calendar", does=desk.days, gives=given.CalendarShown),
    Route(
        name="change-calendar",
        method="PUT",
        path="calendar",
        does=desk.change_days,
        takes=taken.NewCalendar,
        gives=given.CalendarShown,
    ),
)

_SIGNALS: Final = (
    Route(
        name="signals",
        method="GET",
        path="signals",
        does=signals.search,
        gives=given.SignalList,
        query=signals.FILTERS,
    ),
    Route(name="signal", method="GET", path=_SIGNAL, does=signals.show, gives=given.SignalShown),
    Route(
        name="record",
        method="GET",
        path=f"{_SIGNAL}/record",
        does=signals.record,
        gives_media="application/x-ndjson",
    ),
    Route(name="signal-receipt", method="GET", path=f"{_SIGNAL}/receipt", does=signals.receipt),
)

_DOCUMENTS: Final = (
    Route(name="me", method="GET", path="me", does=parties.me, gives=given.Me),
    Route(name="addressees", method="GET", path="addressees", does=parties.addressees, gives=list[given.Party]),
    Route(name="kinds", method="GET", path="kinds", does=parties.document_kinds, gives=list[given.Kind]),
    Route(
        name="documents",
        method="GET",
        path="documents",
        does=documents.index,
        gives=given.DocumentList,
        query=("kind", "state", "after", "limit"),
    ),
    Route(
        name="begin",
        method="POST",
        path="documents",
        does=documents.create,
        takes=taken.NewDocument,
        gives=given.DocumentShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="document",
        method="GET",
        path="documents/<uuid:id>",
        does=documents.show,
        gives=given.DocumentShown,
    ),
    Route(name="draft", method="GET", path="documents/<uuid:id>/draft", does=documents.draft, gives=given.DraftShown),
    Route(
        name="write",
        method="PUT",
        path="documents/<uuid:id>/draft",
        does=documents.write,
        takes=taken.DraftText,
        gives=given.DraftShown,
    ),
    Route(
        name="perform",
        method="POST",
        path="documents/<uuid:id>/verbs/<slug:verb>",
        does=documents.perform,
        takes=taken.Verb,
        gives=given.DocumentShown,
    ),
    Route(name="proposed", method="GET", path="documents/<uuid:id>/proposed", does=documents.proposed),
    Route(name="version", method="GET", path="documents/<uuid:id>/versions/<int:number>", does=documents.version),
    Route(
        name="acts",
        method="GET",
        path="documents/<uuid:id>/acts",
        does=documents.acts,
        gives=list[given.ActShown],
    ),
    Route(
        name="clocks",
        method="GET",
        path="documents/<uuid:id>/clocks",
        does=documents.clocks,
        gives=list[given.ClockShown],
    ),
    Route(
        name="comments",
        method="GET",
        path="documents/<uuid:id>/comments",
        does=documents.comments,
        gives=list[given.CommentShown],
    ),
    Route(
        name="comment",
        method="POST",
        path="documents/<uuid:id>/comments",
        does=documents.comment,
        takes=taken.NewComment,
        gives=given.CommentShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="receptions",
        method="GET",
        path="documents/<uuid:id>/receptions",
        does=documents.parts,
        gives=list[given.ReceptionShown],
    ),
    Route(name="proposed-decision", method="GET", path="receptions/<uuid:id>/proposed", does=documents.proposed_part),
    Route(
        name="perform-reception",
        method="POST",
        path="receptions/<uuid:id>/verbs/<slug:verb>",
        does=documents.perform_part,
        takes=taken.Decision,
        gives=given.ReceptionShown,
    ),
)

ROUTES: Final[tuple[Route, ...]] = (
    *(*_DOCUMENTS, *_BEGINNING, *_FILES, *_DESK, *_SIGNALS),
    *(*MEMBERS, *WEBHOOKS, *FIGURES),
)
