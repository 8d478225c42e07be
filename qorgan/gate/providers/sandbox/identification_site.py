"""The sandbox's biometric provider on the web: the protocol of orders, and the page where a tester acts by buttons."""

from __future__ import annotations

from html import escape
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from qorgan.gate.providers.biometrics import Collected, Order, Started, State
from qorgan.gate.providers.identification import ORDERS
from qorgan.gate.providers.sandbox.identifications import Identification, Identifications
from qorgan.gate.providers.sandbox.liveness import GESTURES
from qorgan.gate.providers.sandbox.modes import Behaviour, Mode
from qorgan.gate.providers.sandbox.web import Answered, Asked, Said, Site, page, saying
from qorgan.gate.providers.sandbox.words import chosen, languages, word

ANOTHER_FACE = "another"
"""Stands for the IIN of whoever else is before the camera."""


class IdentificationSite:
    """One provider below one prefix of a site."""

    def __init__(self, orders: Identifications, behaviour: Behaviour, *, prefix: str, key: str) -> None:
        self.orders = orders
        self._behaviour = behaviour
        self._prefix = prefix
        self._key = key

    def join(self, site: Site) -> None:
        """Answer on a site."""
        behaving = self._behaviour.behaving
        site.add("POST", f"{self._prefix}{ORDERS}", behaving(self._order))
        site.add("GET", f"{self._prefix}{ORDERS}/*", behaving(self._outcome))
        site.add("GET", f"{self._prefix}{ORDERS}/*/image", behaving(self._image))
        site.add("GET", f"{self._prefix}/page/*", self._page)
        site.add("POST", f"{self._prefix}/page/*", self._act)

    def _order(self, asked: Asked, _part: str) -> Said:
        asked.demand_key(self._key)
        made = self.orders.order(asked.read(Order))
        started = Started(
            reference=made.reference,
            expires_at=made.expires_at,
            redirect_url=f"{asked.base}{self._prefix}/page/{made.token}",
        )
        return saying(started, HTTPStatus.CREATED)

    def _outcome(self, asked: Asked, reference: str) -> Said:
        asked.demand_key(self._key)
        found = _there(self.orders.by_reference(reference))
        return saying(Collected(state=found.state, report=found.report))

    def _image(self, asked: Asked, reference: str) -> Said:
        asked.demand_key(self._key)
        found = _there(self.orders.by_reference(reference))
        if not found.image:
            raise Answered(HTTPStatus.NOT_FOUND, "no-image")
        return Said(body=found.image, kind="image/png")

    def _page(self, asked: Asked, token: str) -> Said:
        found = _there(self.orders.by_token(token))
        language = _language(asked, found)
        title = word("title", language)
        if self._behaviour.mode is Mode.OUTAGE:
            inner = f'<p class="bad" role="status">{word("outage", language)}</p>{_back(found, language)}'
        elif found.state is not State.PENDING:
            kind = "good" if found.state is State.PASSED else "bad"
            inner = f'<p class="{kind}" role="status">{word(found.state, language)}</p>{_back(found, language)}'
        else:
            inner = _commands(found, language, same=asked.query.get("face") != ANOTHER_FACE)
        return page(title, languages(language) + inner, language=language)

    def _act(self, asked: Asked, token: str) -> Said:
        found = _there(self.orders.by_token(token))
        form = asked.form()
        language = _language(asked, found)
        if self._behaviour.mode is not Mode.OUTAGE:
            if form.get("do") == "cancel":
                self.orders.cancel(found)
            elif form.get("do") in GESTURES:
                face = found.order.iin if form.get("face", "same") == "same" else ANOTHER_FACE
                self.orders.follow(found, form["do"], face=face)
        query = urlencode({"lang": language, "face": form.get("face", "same")})
        return Said(status=HTTPStatus.SEE_OTHER, to=f"{self._prefix}/page/{token}?{query}", kind="text/plain")


def _there(found: Identification | None) -> Identification:
    if found is None:
        raise Answered(HTTPStatus.NOT_FOUND, "no-such-identification")
    return found


def _language(asked: Asked, found: Identification) -> str:
    return chosen(asked.query.get("lang", found.order.language))


def _back(found: Identification, language: str) -> str:
    """The way back. Only the reference and the state go along: nobody is named in an address."""
    where = found.order.return_to
    joint = "&" if urlsplit(where).query else "?"
    to = f"{where}{joint}{urlencode({'reference': found.reference, 'state': found.state.value})}"
    return f'<p><a class="button" id="back" href="{escape(to)}">{word("back", language)}</a></p>'


def _commands(found: Identification, language: str, *, same: bool) -> str:
    check = found.check
    command = check.current or ""
    failed = check.given and not check.given[-1].matched
    repeated = f'<p class="bad" role="alert">{word("repeated", language)}</p>' if failed else ""
    step = word("step", language, done=len(check.given) - check.failures, all=len(check.wanted), failed=check.failures)
    gestures = "".join(f'<button name="do" value="{one}">{word(one, language)}</button>' for one in sorted(GESTURES))
    return (
        f"<p>{word('invented', language)}</p><p>{word('consent', language)}</p>{repeated}"
        f'<p class="command" id="command" data-command="{command}">{word("command", language)}: '
        f"<strong>{word(command, language)}</strong></p><p>{step}</p>"
        f'<form method="post" action="?lang={language}"><fieldset><legend>{word("face", language)}</legend>'
        f"{_radio('same', word('same', language), ticked=same)}"
        f"{_radio(ANOTHER_FACE, word('another', language), ticked=not same)}</fieldset>"
        f'<div class="choices">{gestures}</div>'
        f'<button class="quiet" name="do" value="cancel">{word("cancel", language)}</button></form>'
    )


def _radio(value: str, label: str, *, ticked: bool) -> str:
    return f'<label><input type="radio" name="face" value="{value}"{" checked" if ticked else ""}> {label}</label>'
