"""What acts and comments say, in the language of whoever reads: their own words, or a code that is worded here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

if TYPE_CHECKING:
    from qorgan.hub.casework.models import Comment

SUPERSEDED_BY = "superseded_by"
"""In the detail of a withdrawal: the number of the document that takes its place."""


def reason_of(detail: Mapping[str, Any]) -> str:
    """Why an act was done; empty where nothing had to be said."""
    if SUPERSEDED_BY in detail:
        return gettext("Superseded by %(number)s.") % {"number": detail[SUPERSEDED_BY]}
    return str(detail.get("reason", ""))


def text_of(comment: Comment) -> str:
    """What stands in a comment."""
    if not comment.text and comment.code == "take-up":
        return gettext("Taken into work.")
    return comment.text
