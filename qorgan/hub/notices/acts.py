"""Acts of which people are to be told: each once, in its own transaction, soon after it was committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from qorgan.hub.casework.kinds import kind_of
from qorgan.hub.casework.models import Act, Document, Reception
from qorgan.hub.notices.asking import clerks_transaction
from qorgan.hub.notices.people import Telling, called, told
from qorgan.hub.notices.told import TOLD, what_of
from qorgan.hub.notices.writing import Cause, write

MOST: Final = 200
OVERLAP: Final = 10_000
"""Numbers looked through again behind the last one: an act with a lower number may be committed later."""

_PENDING: Final = """
SELECT act.id FROM document_act AS act
WHERE act.id > %s AND NOT EXISTS (SELECT 1 FROM act_told AS done WHERE done.act_id = act.id) ORDER BY act.id LIMIT %s
"""
_MARK: Final = "INSERT INTO act_told (act_id, at) VALUES (%s, %s) ON CONFLICT DO NOTHING"


@dataclass(slots=True)
class TellingActs:
    """Tells of acts for as long as a clerk works. `mail` is whether mails go out of this hub."""

    mail: bool
    _looked: int = 0

    def look_through_all(self) -> None:
        """Forget how far it is: the database may have been put back."""
        self._looked = 0

    def tell_all(self, now: datetime) -> int:
        """Tell of every act that waits. Gives how many notices were written."""
        written = 0
        while found := self._pending():
            for act in found:
                written += self._tell(act, now)
                self._looked = max(self._looked, act)
        return written

    def _pending(self) -> list[int]:
        with clerks_transaction(), connection.cursor() as cursor:
            cursor.execute(_PENDING, [max(0, self._looked - OVERLAP), MOST])
            return [act for (act,) in cursor.fetchall()]

    def _tell(self, number: int, now: datetime) -> int:
        with clerks_transaction():
            with connection.cursor() as cursor:
                cursor.execute(_MARK, [number, now])
                if cursor.rowcount == 0:
                    return 0
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
