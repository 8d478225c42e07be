"""What ASOI's rules bind an organisation to, by its kind: shown on its page, each with its clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from qorgan.law.asoi import OrganisationKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to be done."""

    clause: str
    words: _StrPromise


_MODULE: Final = Duty("R67.7", _("installs the integration module, which sends signals of eight types at once"))
_REPORT: Final = _("reports an incident of the seven categories at once, as a card its head of security agreed")
_ISMS: Final = Duty("R48.29", _("gives information on its information-security management system"))
_EVERYBODY: Final = (
    Duty("R67.10", _("warns of a threat it found, once its head of security agreed")),
    Duty("R67.13", _("accepts or declines a warning's recommendations within one working day")),
    Duty("R67.14", _("takes up or declines an inquiry within one working day, and answers within ten of finishing it")),
    Duty("R67.15", _("mends what the centre returned within three working days")),
)
_TELLS_OF_ISMS: Final = frozenset(
    {OrganisationKind.BANK, OrganisationKind.NONRESIDENT_BRANCH, OrganisationKind.BANKING_OPERATIONS}
)


def duties_of(kind: OrganisationKind, on: date) -> tuple[Duty, ...]:
    """The duties of a kind of organisation on that day; the authority, which oversees them, has none."""
    if kind is OrganisationKind.AUTHORITY:
        return ()
    reporting = kind.incident_clause(on)
    return (
        *((_MODULE,) if kind.must_install_module else ()),
        *((Duty(reporting, _REPORT),) if reporting else ()),
        *_EVERYBODY,
        *((_ISMS,) if kind in _TELLS_OF_ISMS else ()),
    )
