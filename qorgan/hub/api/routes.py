"""The table of routes: method, path, what comes, what goes. The entrance, the addresses and OpenAPI are made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from qorgan.hub.api import documents, parties, shapes
from qorgan.hub.api.call import Answer, Call

ROOT: Final = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing that can be asked."""

    name: str
    method: str
    path: str
    """Below ROOT, with Django's converters."""
    does: Callable[[Call], Answer]
    takes: type[shapes.Taken] | None = None
    gives: Any = None
    """A struct or a list of them; None for bytes as they are."""
    status: int = HTTPStatus.OK
    query: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether it changes anything: then the token must be one that may."""
        return self.method != "GET"


ROUTES: Final[tuple[Route, ...]] = (
    Route(name="me", method="GET", path="me", does=parties.me, gives=shapes.Me),
    Route(name="addressees", method="GET", path="addressees", does=parties.addressees, gives=list[shapes.Party]),
    Route(name="kinds", method="GET", path="kinds", does=parties.document_kinds, gives=list[shapes.Kind]),
    Route(
        name="documents",
        method="GET",
        path="documents",
        does=documents.index,
        gives=shapes.DocumentList,
        query=("kind", "state", "after", "limit"),
    ),
    Route(
        name="begin",
        method="POST",
        path="documents",
        does=documents.create,
        takes=shapes.NewDocument,
        gives=shapes.DocumentShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="document",
        method="GET",
        path="documents/<uuid:id>",
        does=documents.show,
        gives=shapes.DocumentShown,
    ),
    Route(name="draft", method="GET", path="documents/<uuid:id>/draft", does=documents.draft, gives=shapes.DraftShown),
    Route(
        name="write",
        method="PUT",
        path="documents/<uuid:id>/draft",
        does=documents.write,
        takes=shapes.DraftText,
        gives=shapes.DraftShown,
    ),
    Route(
        name="perform",
        method="POST",
        path="documents/<uuid:id>/verbs/<slug:verb>",
        does=documents.perform,
        takes=shapes.Verb,
        gives=shapes.DocumentShown,
    ),
    Route(name="version", method="GET", path="documents/<uuid:id>/versions/<int:number>", does=documents.version),
    Route(
        name="acts",
        method="GET",
        path="documents/<uuid:id>/acts",
        does=documents.acts,
        gives=list[shapes.ActShown],
    ),
    Route(
        name="clocks",
        method="GET",
        path="documents/<uuid:id>/clocks",
        does=documents.clocks,
        gives=list[shapes.ClockShown],
    ),
    Route(
        name="comments",
        method="GET",
        path="documents/<uuid:id>/comments",
        does=documents.comments,
        gives=list[shapes.CommentShown],
    ),
    Route(
        name="comment",
        method="POST",
        path="documents/<uuid:id>/comments",
        does=documents.comment,
        takes=shapes.NewComment,
        gives=shapes.CommentShown,
        status=HTTPStatus.CREATED,
    ),
    Route(
        name="receptions",
        method="GET",
        path="documents/<uuid:id>/receptions",
        does=documents.parts,
        gives=list[shapes.ReceptionShown],
    ),
    Route(
        name="perform-reception",
        method="POST",
        path="receptions/<uuid:id>/verbs/<slug:verb>",
        does=documents.perform_part,
        takes=shapes.Decision,
        gives=shapes.ReceptionShown,
    ),
)
