"""What is in force, brought to an organisation that is connected, or taken back on, after it was sent (R67.3.3).

Its clocks run from there: nobody is late with what was not there to be read. What was withdrawn, ran out, is being
mended or is an exercise is not brought; what is sent again later reaches it like everybody.
"""

from __future__ import annotations

from datetime import datetime

from qorgan.hub.casework.access import document_for, version_for
from qorgan.hub.casework.exact import content_in
from qorgan.hub.casework.kinds import kinds
from qorgan.hub.casework.models import Document, Reception
from qorgan.hub.casework.receptions import bring
from qorgan.hub.members.access import Scope
from qorgan.hub.members.models import Organisation
from qorgan.law.asoi import OrganisationKind


def bring_in_force(organisation: Organisation, by: Scope, now: datetime) -> None:
    """Bring an organisation everything in force that concerns it and that it does not have, in the order it was sent.

    Follows the act that connects it, in its transaction and its scope, which is the centre's.
    """
    if organisation.kind == OrganisationKind.AUTHORITY:
        return
    known = Reception.objects.filter(organisation=organisation).values("document")
    for kind in kinds():
        if not kind.in_force:
            continue
        rows = Document.objects.filter(kind=kind.code, state=kind.in_force, drill=False, version__gt=0)
        wanted = rows.exclude(author=organisation).exclude(pk__in=known).order_by("submitted_at", "pk")
        for key in list(wanted.values_list("pk", flat=True)):
            # Whoever withdraws it or sends it again meanwhile goes first or waits.
            document = document_for(key, lock=True)
            if document.state != kind.in_force:
                continue
            content = content_in(kind, bytes(version_for(document, document.version).exact))
            if kind.concerns(content, organisation, now):
                brought = bring(document, organisation.pk, by=by, now=now)
                if kind.brought is not None:
                    kind.brought(brought, by, now)
