"""A notice as a letter, in the person's language: number, what happened, by when, and a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Min
from django.utils import translation
from django.utils.translation import gettext as _

from qorgan.hub.casework.models import Deadline, Document
from qorgan.hub.members.access import scope_of
from qorgan.hub.members.models import Person
from qorgan.hub.notices.asking import clerks_transaction
from qorgan.hub.notices.models import Notice
from qorgan.hub.notices.things import is_seen, link_to_thing, name_of_thing, thing_in
from qorgan.hub.notices.words import link_to, moment, name_of, sentence


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to one person."""

    to: str
    language: str
    subject: str
    text: str


def letter_of(delivery: UUID, now: datetime) -> Letter | None:
    """The letter of a mail's notice; None when the person may not see any more what it is about."""
    with clerks_transaction():
        notice = Notice.objects.select_related("act", "deadline").get(mail=delivery)
        person = Person.objects.only("pk", "email", "is_active").get(pk=notice.person_id)
        preference = Person.objects.filter(pk=person.pk).values_list("preference__language", flat=True).first()
        language = preference or settings.LANGUAGE_CODE
        # From here on PostgreSQL answers as it answers them.
        scope = scope_of(person, now)
        thing = thing_in(notice)
        if thing is not None:
            if not scope.roles or not is_seen(thing, scope):
                return None
            with translation.override(language):
                return Letter(person.email, language, *_of_a_member(notice))
        document = Document.objects.filter(pk=str(notice.document_id)).first() if scope.roles else None
        if document is None:
            return None
        due_at = notice.due_at or _term_of(notice, document, scope.organisations)
    with translation.override(language):
        return Letter(person.email, language, *_written(notice, document, language, due_at))


def _of_a_member(notice: Notice) -> tuple[str, str]:
    name, said = name_of_thing(notice), sentence(notice.what)
    happened = _("When: %(moment)s, Almaty time") % {"moment": moment(notice.created_at)}
    closing = _("What was said besides is read in ASOI alone.")
    lines = [name, said, "", happened, "", link_to_thing(notice), "", closing]
    return f"{name}: {said}", "\n".join(lines) + "\n"


def _term_of(notice: Notice, document: Document, organisations: tuple[UUID, ...]) -> datetime | None:
    """When the nearest open clock runs out that is theirs to keep."""
    open_ = Deadline.objects.filter(document=document, stopped_at=None, organisation_id__in=organisations)
    if notice.reception_id is not None:
        open_ = open_.filter(reception_id=notice.reception_id)
    found: datetime | None = open_.aggregate(nearest=Min("due_at"))["nearest"]
    return found


def _written(notice: Notice, document: Document, language: str, due_at: datetime | None) -> tuple[str, str]:
    name = name_of(document, language)
    mark = [_("This is a drill.")] if document.drill else []
    happened = _("When: %(moment)s, Almaty time") % {
        "moment": moment(notice.act.at if notice.act else notice.created_at)
    }
    by_when = [_("Act by: %(moment)s, Almaty time") % {"moment": moment(due_at)}] if due_at else []
    lines = [
        name,
        sentence(notice.what),
        *mark,
        "",
        happened,
        *by_when,
        "",
        link_to(document),
        "",
        _("What the document says is read in ASOI alone."),
    ]
    return f"{name}: {sentence(notice.what)}", "\n".join(lines) + "\n"
