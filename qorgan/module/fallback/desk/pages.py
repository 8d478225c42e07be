"""The desk's pages: what stands, and a card with what may be done with it."""

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
from qorgan.module.fallback.desk.controls import form
from qorgan.module.fallback.desk.layout import button, drill_mark, post
from qorgan.module.fallback.desk.markup import Markup, join, tag
from qorgan.module.fallback.disrupted import facts
from qorgan.module.fallback.drafts import Act, Draft
from qorgan.module.fallback.language import moment, spoken
from qorgan.module.fallback.people import Person
from qorgan.module.fallback.recent import Recent
from qorgan.wire.disruption import Disruption, Phase
from qorgan.wire.package import Away

STATES = {drafts.OPEN: _("being written"), drafts.PROPOSED: _("waits for the head"), drafts.AGREED: _("agreed")}
VERBS = {
    "begin": _("begun"),
    "edit": _("changed"),
    "void": _("the agreement is void: it was changed"),
    "propose": _("put before the head"),
    "agree": _("agreed"),
    "decline": _("not agreed"),
    drafts.ASIDE: _("set aside"),
    "seal": _("sealed as a package"),
    "choose-phone": _("the phone was chosen"),
    "call": _("the call was written down"),
    "letter": _("the letter got its number"),
    "draft": _("drafted of what the gate told"),
    "learn": _("the gate told that it is over"),
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
    aside: frozenset[str],
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
            tag("td", str(VERBS[drafts.ASIDE] if card.id in aside else STATES[card.state])),
            tag("td", receipts.get(card.id) or str(_("not at the hub yet"))),
            tag("td", moment(datetime.fromisoformat(card.drafted_at))),
        )
        for card in sorted(cards, key=lambda one: one.id in aside)
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


def set_aside(card: Draft, csrf: str) -> Markup:
    """How to say that nothing is to come of it."""
    return tag(
        "details",
        tag("summary", str(_("Set it aside"))),
        tag("p", str(_("Nothing comes of it, and nothing is deleted. To write in it takes it up again."))),
        post(
            f"/cards/{card.id}/aside",
            csrf,
            tag("input", type="hidden", name="revision", value=card.revision),
            tag("label", str(_("Reason")), for_="reason"),
            tag("input", type="text", name="reason", id="reason", required=True, maxlength=2_000),
            button(str(_("Set it aside")), quiet=True),
        ),
        class_="panel",
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


def told(known: Disruption, manner: Manner) -> Markup:
    """What the gate tells of the disruption that a card was drafted of, as of its last word."""
    lines = [tag("li", one) for one in facts(known, manner)]
    stands = None if known.phase is Phase.ENDED else tag("li", str(_("It goes on.")))
    return tag(
        "section",
        tag("h2", str(_("What the gate told, at %(at)s") % {"at": manner.moment(known.at)})),
        tag("ul", *lines, stands),
        tag("p", str(_("The card was drafted of this. Complete it; nothing is sent before the head agrees."))),
        class_="panel",
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
