"""What every page of the desk has around it."""

from __future__ import annotations

from datetime import datetime

from qorgan.cards.wording import worded as _
from qorgan.module.fallback.desk.markup import Markup, join, tag
from qorgan.module.fallback.language import LANGUAGES, NAMES, moment, spoken
from qorgan.module.fallback.people import Person
from qorgan.wire.package import Away

DRILL = _(
    "This is a drill. It is marked at the hub too, counts in no statistics, and is never joined with a real call."
)


def page(
    title: str,
    *inside: object,
    person: Person | None = None,
    csrf: str = "",
    away: Away | None = None,
    told: str = "",
    refused: str = "",
    drill: bool = False,
) -> bytes:
    """A whole page."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="stylesheet", href="/style.css"),
    )
    body = tag(
        "body",
        _header(person, csrf, away),
        tag(
            "main",
            tag("h1", title),
            tag("p", str(DRILL), class_="panel drill") if drill else None,
            tag("p", refused, class_="panel bad", role="alert") if refused else None,
            tag("p", told, class_="panel good", role="status") if told else None,
            *inside,
        ),
    )
    return ("<!doctype html>" + tag("html", head, body, lang=spoken())).encode()


def drill_mark() -> Markup:
    """What stands beside the name of a card that is a drill."""
    return tag("span", str(_("Drill")), class_="drill")


def post(action: str, csrf: str, *inside: object) -> Markup:
    """A form that changes something."""
    return tag("form", tag("input", type="hidden", name="csrf", value=csrf), *inside, method="post", action=action)


def button(words: str, *, name: str = "", value: str = "", quiet: bool = False) -> Markup:
    """A button of a form."""
    return tag(
        "button", words, type="submit", name=name or None, value=value or None, class_="quiet" if quiet else None
    )


def standing(away: Away | None) -> Markup:
    """How ASOI stands, as the module saw it last."""
    if away is None:
        return tag("span", str(_("ASOI answers")), class_="good")
    since = moment(datetime.fromisoformat(away.since))
    return tag("span", str(_("ASOI has been away since %(since)s") % {"since": since}), class_="bad")


def _header(person: Person | None, csrf: str, away: Away | None) -> Markup:
    languages = (
        tag("a", NAMES[one], href=f"/language?to={one}", lang=one, aria_current="true" if one == spoken() else None)
        for one in LANGUAGES
    )
    signed = (
        join(
            tag("span", f"{person.name}, {_role(person)}"),
            post("/sign-out", csrf, button(str(_("Sign out")), quiet=True)),
        )
        if person
        else None
    )
    return tag(
        "header",
        tag("a", tag("b", str(_("Desk for the day ASOI is away"))), href="/"),
        standing(away) if person else None,
        tag("span", class_="grow"),
        *(join(one, " ") for one in languages),
        signed,
    )


def _role(person: Person) -> str:
    return str(_("drafts") if person.role == "maker" else _("agrees"))
