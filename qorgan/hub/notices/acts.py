"""Acts of which people are to be told: each once, in its own transaction, soon after it was committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.models import Act, Document, Reception
from qorgan.hub.notices.once import TellingOnce
from qorgan.hub.notices.people import Telling, called, told
from qorgan.hub.notices.told import TOLD, what_of
from qorgan.hub.notices.writing import Cause, write


@dataclass(slots=True)
class TellingActs(TellingOnce):
    """Tells of acts on documents."""

    pending = """
        SELECT act.id FROM document_act AS act
        WHERE act.id > %(after)s AND NOT EXISTS (SELECT 1 FROM act_told AS done WHERE done.act_id = act.id)
        ORDER BY act.id LIMIT %(most)s
    """
    mark = "INSERT INTO act_told (act_id, at) VALUES (%(number)s, %(now)s) ON CONFLICT DO NOTHING"

    def tell(self, number: int, now: datetime) -> int:
        """Tell of one act."""
        act = Act.objects.select_related("document__about", "reception").get(pk=number)
        what = what_of(act, kind_of(act.document.kind))
        actors = TOLD.get(what, ())
        if not actors:
            return 0
        telling = Telling(
            document=act.document,
            actors=actors,
            receptions=receptions_of(act.document, act.reception),
            seen=Act.objects.filter(pk=number).exists,
        )
        people, webhooks = told(telling, but=act.person_id, now=now), called(telling)
        cause = Cause(name=f"act:{number}", what=what, document=act.document, reception=act.reception, act=act)
        return write(cause, people, webhooks, mail=self.mail, now=now)


def receptions_of(document: Document, reception: Reception | None) -> list[Reception]:
    """The addressee's part that is spoken of, else every addressee's."""
    return [reception] if reception else list(Reception.objects.filter(document=document))
