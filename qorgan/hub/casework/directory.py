"""The directory: whom a document can be addressed to. Names and BINs of those connected, and nothing else of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qorgan.hub.casework.wider import Purpose, wider
from qorgan.hub.members.models import Organisation, OrganisationState
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation as the others know it."""

    id: UUID
    bin: str
    kind: OrganisationKind
    names: dict[str, str]

    def name(self, language: str) -> str:
        """The name in 'kk', 'ru' or 'en'."""
        return self.names.get(language, self.names["en"])


def authority() -> Entry:
    """The sectoral centre, in whose name go documents whose author is not told. Raises Refusal `centre-missing`."""
    first = next(iter(entries()), None)
    if first is None or first.kind is not OrganisationKind.AUTHORITY:
        raise Refusal("centre-missing", _("The sectoral centre is not connected."))
    return first


def entries(only: Iterable[UUID] | None = None) -> list[Entry]:
    """Everyone connected, or those of them that are asked for; the sectoral centre first, then by name."""
    with wider(Purpose.DIRECTORY):
        rows = Organisation.objects.filter(state=OrganisationState.CONNECTED)
        if only is not None:
            rows = rows.filter(pk__in=list(only))
        found = [
            Entry(pk, bin_, OrganisationKind(kind), {"kk": kk, "ru": ru, "en": en})
            for pk, bin_, kind, kk, ru, en in rows.values_list("pk", "bin", "kind", "name_kk", "name_ru", "name_en")
        ]
    return sorted(found, key=lambda entry: (entry.kind is not OrganisationKind.AUTHORITY, entry.names["en"]))
