"""What codes are called in figures. The law's own words come from its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext, gettext_lazy

from qorgan.law import asoi, trading_platform
from qorgan.law.documents import DocumentType
from qorgan.law.incidents import IncidentCategory

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_STARTS: Final[dict[str, _StrPromise]] = {
    asoi.ANSWER_WARNING.starts: gettext_lazy("the warning is received"),
    asoi.TAKE_UP_INQUIRY.starts: gettext_lazy("the inquiry is received"),
    asoi.ANSWER_INQUIRY.starts: gettext_lazy("the work on the inquiry is finished"),
    asoi.MEND_RETURNED.starts: gettext_lazy("the centre returns the document"),
    trading_platform.INSTALL_CRITICAL_UPDATE.starts: gettext_lazy("the maker publishes the update"),
}


def category_name(code: str, language: str) -> str:
    """A category of incident, as a heading begins; the code where the law's list does not know it."""
    if code not in list(IncidentCategory):
        return code or gettext("no category")
    return _capital(IncidentCategory(code).label(language))


def kind_name(code: str, language: str) -> str:
    """A kind of document, as a heading begins."""
    return _capital(DocumentType(code).label(language))


def starts_name(starts: str) -> str:
    """The event from which a term runs."""
    return str(_STARTS.get(starts, starts))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
