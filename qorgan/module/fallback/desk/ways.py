"""How an agreed card goes when ASOI does not answer: the package, the phone, the letters."""

from __future__ import annotations

from datetime import datetime

from qorgan.cards.wording import worded as _
from qorgan.module.fallback import drafts
from qorgan.module.fallback.calling import Step
from qorgan.module.fallback.desk.controls import moment_input
from qorgan.module.fallback.desk.layout import button, post
from qorgan.module.fallback.desk.markup import Markup, join, tag
from qorgan.module.fallback.drafts import Draft
from qorgan.module.fallback.language import NAMES
from qorgan.module.fallback.letters import Numbered
from qorgan.wire.package import Evidence, Letter


def offered(
    card: Draft, number: str, refused: str, evidence: Evidence, csrf: str, *, is_away: bool, letter: str
) -> Markup:
    """By which ways an agreed card goes. `letter` asks for the next letter; '' while none is due."""
    if number:
        return tag(
            "p",
            str(_("The hub has it as card %(number)s; its receipt is kept here.") % {"number": number}),
            class_="panel good",
        )
    if card.state != drafts.AGREED:
        return join()
    wait = (
        _("ASOI is away: the card goes up by itself when it is back.")
        if is_away
        else _("The card is on its way to ASOI.")
    )
    file = tag(
        "section",
        tag("h2", str(_("1. Sealed package"))),
        tag(
            "p",
            str(
                _(
                    "Any transport may carry this file: it is signed by the module and encrypted to the hub. "
                    "Bring the receipt back here."
                )
            ),
        ),
        post(f"/cards/{card.id}/package", csrf, button(str(_("Seal and save the file")))),
        class_="panel",
    )
    return join(
        tag("p", str(wait), class_="panel"),
        tag("p", str(_("The hub did not take it:")), " ", refused, class_="panel bad") if refused else None,
        file,
        _phone(card, evidence, csrf, letter) if is_away or evidence.choice or card.drill else None,
    )


def _phone(card: Draft, evidence: Evidence, csrf: str, letter: str) -> Markup:
    heading = tag("h2", str(_("2. Phone and official letter")), tag("span", "R48I.3-fallback", class_="clause"))
    if evidence.choice is None:
        return tag(
            "section",
            heading,
            tag(
                "p",
                str(
                    _(
                        "Only when the guaranteed-delivery transport is away too. "
                        "Your choice and its reason are kept and go along with the card."
                    )
                ),
            ),
            post(
                f"/cards/{card.id}/choose",
                csrf,
                tag("label", str(_("How do you know that the transport is away?")), for_="reason"),
                tag("input", type="text", name="reason", id="reason", required=True),
                button(str(_("The transport is away: go by phone"))),
            ),
            class_="panel",
        )
    return tag(
        "section",
        heading,
        tag("p", tag("a", str(_("What to say on the phone")), href=f"/cards/{card.id}/phone", class_="button")),
        tag("p", str(_("The call is written down.")), class_="good") if evidence.call else None,
        post(f"/cards/{card.id}/letter", csrf, button(letter)) if letter else None,
        class_="panel",
    )


def letters(card: Draft, numbered: list[Numbered]) -> Markup | None:
    """Every letter as it was when it got its number, the last first."""
    if not numbered:
        return None
    rows = [
        tag(
            "li",
            tag("b", str(_letter_name(one.letter))),
            tag(
                "p",
                str(_("It supplements:")),
                " ",
                str(_letter_name(one.supplements)),
                class_="help",
            )
            if one.supplements
            else None,
            tag("p", *(_file(card, one, language, kind) for language in ("kk", "ru") for kind in ("pdf", "docx"))),
        )
        for one in reversed(numbered)
    ]
    return tag(
        "section",
        tag("h2", str(_("Official letters"))),
        tag("p", str(_("A letter never changes once it has its number.")), class_="help"),
        tag("ul", *rows, class_="letters"),
        class_="panel",
    )


def _letter_name(letter: Letter) -> str:
    return str(
        _("Letter No. %(number)s of %(date)s")
        % {"number": letter.number, "date": f"{datetime.fromisoformat(letter.dated):%d.%m.%Y}"}
    )


def _file(card: Draft, one: Numbered, language: str, kind: str) -> Markup:
    href = f"/cards/{card.id}/letter-{one.id}.{language}.{kind}"
    return join(tag("a", f"{NAMES[language]} {kind.upper()}", href=href, class_="button"), " ")


def phone(
    card: Draft, steps: tuple[Step, ...], evidence: Evidence, csrf: str, *, call_from: str, call_to: str, caller: str
) -> Markup:
    """The script, and a place for what came of the call."""
    said = [tag("li", step.do, *(tag("blockquote", one) for one in step.say)) for step in steps]
    call = evidence.call
    fields = (
        ("called_at", _("Called at"), "when", ""),
        ("called_from", _("Called from number"), "text", call.called_from if call else call_from),
        ("called_to", _("Called number"), "text", call.called_to if call else call_to),
        ("caller", _("Who called"), "text", call.caller if call else caller),
        ("answered_by", _("Who took it down at the centre"), "text", call.answered_by if call else ""),
        ("centre_number", _("Number that the centre gave"), "text", call.centre_number if call else ""),
    )
    rows = [
        tag(
            "div",
            tag("label", str(label), for_=name),
            moment_input(name, value) if kind == "when" else tag("input", type=kind, name=name, id=name, value=value),
            class_="row",
        )
        for name, label, kind, value in fields
    ]
    return join(
        tag("section", tag("ol", *said, class_="steps"), class_="panel"),
        tag(
            "section",
            tag("h2", str(_("After the call"))),
            post(
                f"/cards/{card.id}/phone",
                csrf,
                *rows,
                tag(
                    "label",
                    tag("input", type="checkbox", name="read_back", value="yes"),
                    " ",
                    str(_("It was read back to me")),
                    class_="tick",
                ),
                button(str(_("Write the call down"))),
            ),
            class_="panel",
        ),
    )
