"""The official letter that repeats the call: every field of the card's stage, in kk or ru (R48I.3-fallback)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from qorgan.cards.content import Card
from qorgan.cards.fields import Field
from qorgan.cards.form import FIELDS
from qorgan.cards.manner import Manner
from qorgan.cards.shown import shown
from qorgan.cards.wording import worded as _
from qorgan.law.asoi import OrganisationKind
from qorgan.law.labels import Language
from qorgan.module.fallback.evidence import Agreed
from qorgan.module.fallback_settings import Letterhead
from qorgan.paper.letter import Letter
from qorgan.paper.sheet import Line, Section
from qorgan.wire.package import Evidence
from qorgan.wire.package import Letter as Numbered


class Sender(Struct, frozen=True, kw_only=True):
    """Whose letter it is."""

    name: str
    """As the enrolment says it; the letterhead may say it better."""
    bin: str
    head: Letterhead


def letter_of(
    agreed: Agreed,
    evidence: Evidence,
    sender: Sender,
    manner: Manner,
    *,
    drill: bool,
    supplements: Numbered | None = None,
) -> Letter:
    """The letter of an agreed card that has its number. The language is that of the moment.

    It names the letter that it supplements.
    """
    if evidence.letter is None:
        raise ValueError("a letter is numbered before it is written")
    letter, agreement = evidence.letter, agreed.agreement
    is_kazakh = manner.language == Language.KAZAKH
    position = sender.head.signatory_position_kk if is_kazakh else sender.head.signatory_position_ru
    return Letter(
        language=manner.language,
        head=(_institution(sender, manner), f"{_('BIN')} {sender.bin}", *sender.head.address),
        number=str(_("No. %(number)s of %(date)s") % {"number": letter.number, "date": _day(letter.dated)}),
        addressee=(sender.head.addressee_kk if is_kazakh else sender.head.addressee_ru) or (_authority(manner),),
        drill=str(_("This is a drill.")) if drill else "",
        title=str(_("On an information security incident")),
        opening=(*_supplements(supplements), *_opening(agreed, evidence, sender, manner)),
        sections=tuple(_sections(agreed.content, manner)),
        closing=(
            str(
                _("The card is entered into ASOI as soon as it answers again, under the institution's name %(card)s.")
                % {"card": agreed.card}
            ),
        ),
        position=position or agreement.head.position or str(_("Head of the information security unit")),
        signatory=letter.signatory,
        executor=str(
            _("Prepared by: %(name)s, %(position)s, %(email)s")
            % {"name": agreement.maker.name, "position": agreement.maker.position, "email": agreement.maker.email}
        ),
        made_at=datetime.fromisoformat(agreement.agreed_at),
    )


def _supplements(earlier: Numbered | None) -> Iterator[str]:
    if earlier is not None:
        yield str(
            _("This letter supplements letter No. %(number)s of %(date)s; what it says is the latest.")
            % {"number": earlier.number, "date": _day(earlier.dated)}
        )


def _opening(agreed: Agreed, evidence: Evidence, sender: Sender, manner: Manner) -> Iterator[str]:
    yield str(
        _(
            "%(institution)s reports an information security incident by this letter, "
            "because the systems were unavailable:"
        )
        % {"institution": _institution(sender, manner)}
    )
    for spell in evidence.away:
        since = manner.moment(datetime.fromisoformat(spell.since))
        if spell.until is None:
            yield str(_("– ASOI has been away since %(since)s (Almaty time);") % {"since": since})
        else:
            until = manner.moment(datetime.fromisoformat(spell.until))
            yield str(
                _("– ASOI was away from %(since)s to %(until)s (Almaty time);") % {"since": since, "until": until}
            )
    if evidence.choice is not None:
        at = manner.moment(datetime.fromisoformat(evidence.choice.at))
        yield str(
            _("– the guaranteed-delivery transport system was found unavailable at %(at)s: %(reason)s")
            % {"at": at, "reason": evidence.choice.reason}
        )
    if evidence.call is not None:
        yield from _told(evidence, manner)
    at = manner.moment(datetime.fromisoformat(agreed.agreement.agreed_at))
    yield str(
        _("The card was agreed by the head of the information security unit, %(name)s, at %(at)s.")
        % {"name": agreed.agreement.head.name, "at": at}
    )


def _told(evidence: Evidence, manner: Manner) -> Iterator[str]:
    call = evidence.call
    if call is None:
        return
    yield str(
        _("It was told by phone at %(at)s (Almaty time), from %(from)s to %(to)s, by %(caller)s.")
        % {
            "at": manner.moment(datetime.fromisoformat(call.called_at)),
            "from": call.called_from,
            "to": call.called_to,
            "caller": call.caller,
        }
    )
    if call.centre_number or call.answered_by:
        yield str(
            _("The centre took it down under the number %(number)s: %(who)s.")
            % {"number": call.centre_number or "—", "who": call.answered_by or "—"}
        )


def _sections(card: Card, manner: Manner) -> Iterator[Section]:
    """Every field that the stage asks for, blank ones too, so that the reader sees that they were not forgotten."""
    heading, lines = "", list[Line]()
    for field in FIELDS:
        if field.stage > card.stage or not _is_asked(field, card):
            continue
        if str(field.section) != heading and lines:
            yield Section(heading, tuple(lines))
            lines = []
        heading = str(field.section)
        lines.append(Line(str(field.label), shown(field, getattr(card, field.name), manner) or ("—",)))
    if lines:
        yield Section(heading, tuple(lines))


def _is_asked(field: Field, card: Card) -> bool:
    # By which way it was told stands in the opening, where it is more than the card can say.
    return field.name not in {"channel", "told"} and (field.when is None or field.when(card))


def _institution(sender: Sender, manner: Manner) -> str:
    own = sender.head.name_kk if manner.language == Language.KAZAKH else sender.head.name_ru
    return own or sender.name


def _authority(manner: Manner) -> str:
    name = OrganisationKind.AUTHORITY.label(manner.language)
    return name[:1].upper() + name[1:]


def _day(text: str) -> str:
    return f"{datetime.fromisoformat(text):%d.%m.%Y}"
