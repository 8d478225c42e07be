"""Who is told of which act: one table by the part of a life and its verb.

Told are those whose turn it is next, and those who wait for the outcome; never whoever acted. What PostgreSQL does not
show a person they are not told of, whatever stands here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qorgan.hub.casework.lifecycle import Actor

if TYPE_CHECKING:
    from qorgan.hub.casework.kinds import DocumentKind
    from qorgan.hub.casework.models import Act

_AUTHORS: Final = (Actor.MAKER, Actor.HEAD)
_ADDRESSEES: Final = (Actor.ADDRESSEE, Actor.ADDRESSEE_HEAD)

TOLD: Final[dict[str, tuple[Actor, ...]]] = {
    "preparation.propose": (Actor.HEAD,),
    "preparation.agree": (Actor.MAKER,),
    "preparation.decline": (Actor.MAKER,),
    "preparation.void": (Actor.HEAD,),
    "life.submit": (Actor.CENTRE, Actor.ASKER, Actor.HEAD, *_ADDRESSEES),
    "life.receive": (Actor.MAKER,),
    "life.return": _AUTHORS,
    "life.accept": _AUTHORS,
    "life.close": (*_AUTHORS, Actor.ADDRESSEE),
    "life.withdraw": (*_AUTHORS, *_ADDRESSEES),
    "life.discard": (Actor.HEAD,),
    "life.join": (Actor.CENTRE,),
    "life.dismiss": (Actor.CENTRE,),
    "reception.bring": _ADDRESSEES,
    "reception.accept": (Actor.ADDRESSEE_HEAD,),
    "reception.decline": (Actor.ADDRESSEE_HEAD,),
    "reception.agree": (Actor.ADDRESSEE, Actor.MAKER),
    "reception.send-back": (Actor.ADDRESSEE,),
    "reception.process": (Actor.MAKER,),
    "reception.take-up": (Actor.MAKER, Actor.ADDRESSEE_HEAD),
    "reception.decline-inquiry": (Actor.MAKER, Actor.ADDRESSEE_HEAD),
    "reception.finish": (Actor.MAKER,),
}

SILENT: Final = frozenset({"life.create", "preparation.edit", "reception.answer"})
"""Acts of which nobody is told: drafts are begun and written, and of an answer its own sending tells."""


def what_of(act: Act, kind: DocumentKind) -> str:
    """The key of an act in the table."""
    if act.reception_id is not None:
        part = "reception"
    else:
        part = "preparation" if act.before in kind.preparation.states else "life"
    return f"{part}.{act.verb}"
