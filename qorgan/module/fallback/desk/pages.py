"""The desk's pages: what stands, a card with what may be done with it, the phone and the letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from qorgan.cards.form import FIELDS
from qorgan.cards.lack import Lack
from qorgan.cards.manner import Manner
from qorgan.cards.shown import shown
from qorgan.cards.wording import worded as _
from qorgan.ledger.entry import document_digest
from qorgan.module.fallback import drafts
from qorgan.module.fallback.calling import Step
from qorgan.module.fallback.desk.controls import form, moment_input
from qorgan.module.fallback.desk.layout import button, drill_mark, post
from qorgan.module.fallback.desk.markup import Markup, join, tag
from qorgan.module.fallback.drafts import Act, Draft
from qorgan.module.fallback.language import NAMES, moment, spoken
from qorgan.module.fallback.letters import Numbered
from qorgan.module.fallback.people import Person
from qorgan.module.fallback.recent import Recent
from qorgan.wire.package import Away, Evidence, Letter

STATES = {drafts.OPEN: _("being written"), drafts.PROPOSED: _("waits for the head"), drafts.AGREED: _("agreed")}
VERBS = {
    "begin": _("begun"),
    "edit": _("changed"),
    "void": _("the agreement is void: it was changed"),
    "propose": _("put before the head"),
    "agree": _("agreed"),
    "decline": _("not agreed"),
    "seal": _("sealed as a package"),
    "choose-phone": _("the phone was chosen"),
    "call": _("the call was written down"),
    "letter": _("the letter got its number"),
}


def sign_in() -> Markup:
    """The way in."""
    return tag(
        "form",
        tag(
            "div",
            tag("label", str(_("E-mail")), for_="email"),
            tag("input", type="email", name="email", id="email", required=True, autocomplete="username"),
            class_="row",
        ),
        tag(
            "div",
            tag("label", str(_("Password")), for_="password"),
            tag(
                "input", type="password", name="password", id="password", required=True, autocomplete="current-password"
            ),
            class_="row",
        ),
        button(str(_("Sign in"))),
        method="post",
        action="/sign-in",
        class_="panel",
    )


def home(
    cards: list[Draft],
    receipts: Mapping[str, str],
    signals: list[Recent],
    spells: tuple[Away, ...],
    csrf: str,
    person: Person,
) -> Markup:
    """What stands."""
    rows = [
        tag(
            "tr",
            tag(
                "th",
                tag("a", card.content.title or str(_("without a title")), href=f"/cards/{card.id}"),
                join(" ", drill_mark()) if card.drill else None,
                scope="row",
            ),
            tag("td", str(STATES[card.state])),
            tag("td", receipts.get(card.id) or str(_("not at the hub yet"))),
            tag("td", moment(datetime.fromisoformat(card.drafted_at))),
        )
        for card in cards
    ]
    listed = tag("table", *rows, class_="cards") if rows else tag("p", str(_("No card has been begun here.")))
    begin = (
        tag(
            "section",
            tag("h2", str(_("Begin a card"))),
            tag("p", str(_("Choose the signals that it is about, or none."))),
            post(
                "/cards",
                csrf,
                _signals(signals),
                tag(
                    "label",
                    tag("input", type="checkbox", name="drill", value="yes"),
                    " ",
                    str(_("This is a drill: marked everywhere, in no statistics")),
                    class_="tick",
                ),
                button(str(_("Begin a card"))),
            ),
            class_="panel",
        )
        if person.role == "maker"
        else None
    )
    receipt = tag(
        "section",
        tag("h2", str(_("Receipt of the hub"))),
        post(
            "/receipt",
            csrf,
            tag("label", str(_("The text of the receipt file that the centre gave back")), for_="receipt"),
            tag("textarea", name="receipt", id="receipt", rows=3, spellcheck="false"),
            button(str(_("Take it"))),
        ),
        class_="panel",
    )
    return join(tag("section", tag("h2", str(_("Cards"))), listed, class_="panel"), begin, receipt, _spells(spells))


def _signals(signals: list[Recent]) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", tag("input", type="checkbox", name="signal", value=one.reference, aria_label=one.reference)),
            tag("td", one.signal.type.short(spoken())),
            tag("td", one.signal.severity.label(spoken())),
            tag("td", one.signal.sensor.rule_name or one.signal.sensor.rule_id or one.signal.classified_by.rule),
            tag("td", str(one.signal.count)),
            tag("td", moment(one.signal.last_seen)),
        )
        for one in signals
    ]
    return (
        tag("div", tag("table", *rows), class_="scroll")
        if rows
        else tag("p", str(_("There are no signals of the last hours.")))
    )


def _spells(spells: tuple[Away, ...]) -> Markup | None:
    if not spells:
        return None
    lines = []
    for one in reversed(spells):
        since = moment(datetime.fromisoformat(one.since))
        until = moment(datetime.fromisoformat(one.until)) if one.until else "…"
        lines.append(tag("li", f"{since} – {until} · {one.reason}"))
    return tag("section", tag("h2", str(_("When ASOI was away"))), tag("ul", *lines), class_="panel")


def edit(card: Draft, lacks: list[Lack], csrf: str) -> Markup:
    """The form of a card."""
    by_field: dict[str, list[Lack]] = {}
    for one in lacks:
        by_field.setdefault(one.field, []).append(one)
    summary = (
        tag(
            "section",
            tag("h2", str(_("What lacks"))),
            tag(
                "ul",
                *(
                    tag(
                        "li",
                        tag("a", str(one.message), href=f"#row-{one.field}"),
                        tag("span", one.clause, class_="clause"),
                    )
                    for one in lacks
                ),
            ),
            class_="panel",
        )
        if lacks
        else tag("p", str(_("Nothing lacks: it can be put before the head.")), class_="panel good")
    )
    return join(
        summary,
        post(
            f"/cards/{card.id}",
            csrf,
            tag("input", type="hidden", name="revision", value=card.revision),
            form(card.content, by_field),
            button(str(_("Save")), name="do", value="save"),
            button(str(_("Save and put before the head")), name="do", value="propose"),
        ),
    )


def read(card: Draft, manner: Manner) -> Markup:
    """A card as it is read: every field that says something."""
    parts = []
    for field in FIELDS:
        said = shown(field, getattr(card.content, field.name), manner)
        if said:
            parts += [tag("dt", str(field.label)), tag("dd", *(tag("div", one) for one in said))]
    return tag("section", tag("dl", *parts), class_="panel")


def deciding(card: Draft, person: Person, csrf: str) -> Markup | None:
    """What a head may say, over the very bytes that are shown."""
    if card.state != drafts.PROPOSED or card.exact is None or person.role != "head":
        return None
    hidden = (
        tag("input", type="hidden", name="revision", value=card.revision),
        tag("input", type="hidden", name="digest", value=document_digest(card.exact)),
    )
    return tag(
        "section",
        tag("h2", str(_("Agree, or send it back"))),
        tag(
            "p",
            str(_("You agree to exactly these bytes; a later change makes the agreement void.")),
            " ",
            tag("code", document_digest(card.exact)),
        ),
        post(f"/cards/{card.id}/agree", csrf, *hidden, button(str(_("I agree")))),
        post(
            f"/cards/{card.id}/decline",
            csrf,
            hidden[0],
            tag("label", str(_("Why not")), for_="reason"),
            tag("input", type="text", name="reason", id="reason"),
            button(str(_("Send it back")), quiet=True),
        ),
        class_="panel",
    )


def ways(
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


def history(acts: list[Act]) -> Markup:
    """What was done, by whom and when."""
    rows = [
        tag(
            "tr",
            tag("td", moment(datetime.fromisoformat(act.at))),
            tag("td", act.person),
            tag(
                "td",
                str(VERBS.get(act.verb, act.verb)),
                " ",
                str(act.detail.get("reason") or act.detail.get("number") or ""),
            ),
        )
        for act in acts
    ]
    return tag(
        "details",
        tag("summary", str(_("What was done"))),
        tag("div", tag("table", *rows), class_="scroll"),
        class_="panel",
    )
