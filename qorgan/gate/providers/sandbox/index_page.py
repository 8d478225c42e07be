"""The sandbox's first page: who there is, whose which number is, and how well each service behaves."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from html import escape
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from qorgan.gate.providers.sandbox.modes import Behaviour, Mode
from qorgan.gate.providers.sandbox.web import Answered, Asked, Said, Site, page
from qorgan.gate.providers.sandbox.words import chosen, languages, word

_PHONE: Final = re.compile(r"\+77[0-9]{9}", re.ASCII)
_IIN: Final = re.compile(r"[0-9]{12}", re.ASCII)
_MOST: Final = 1_000
"""Numbers that somebody may have."""


class IndexPage:
    """The page, and what its forms change."""

    def __init__(self, behaviours: Mapping[str, Behaviour], owners: MutableMapping[str, str], *, inbox: str) -> None:
        self._behaviours = behaviours
        self._owners = owners
        self._inbox = inbox

    def join(self, site: Site) -> None:
        """Answer on a site."""
        site.add("GET", "/", self._page)
        site.add("POST", "/mode", self._mode)
        site.add("POST", "/number", self._number)

    def _page(self, asked: Asked, _part: str) -> Said:
        language = chosen(asked.query.get("lang", ""))
        inner = (
            f"{languages(language)}<p>{word('keys', language)}</p><h2>{word('behaviour', language)}</h2>"
            f"{self._modes(language)}<h2>{word('people', language)}</h2>{self._people(language)}"
            f'<p><a href="{self._inbox}?lang={language}">{word("all", language)}</a></p>'
            f"<h2>{word('give', language)}</h2>{_giving(language)}"
        )
        return page(word("index", language), inner, language=language)

    def _modes(self, language: str) -> str:
        forms = []
        for place, behaviour in self._behaviours.items():
            buttons = "".join(
                f'<button name="mode" value="{mode}"{" disabled" if mode is behaviour.mode else ""}>'
                f"{word('out' if mode is Mode.OUTAGE else mode, language)}</button>"
                for mode in Mode
            )
            forms.append(
                f'<form method="post" action="/mode?lang={language}"><strong>{word(place, language)}</strong>'
                f'<input type="hidden" name="service" value="{place}"><div class="choices">{buttons}</div></form>'
            )
        return "".join(forms)

    def _people(self, language: str) -> str:
        rows = "".join(
            f"<tr><td>{escape(iin)}</td>"
            f'<td><a href="{self._inbox}?{_query(phone, language)}">{escape(phone)}</a></td></tr>'
            for phone, iin in self._owners.items()
        )
        head = f"<thead><tr><th>{word('iin', language)}</th><th>{word('phone', language)}</th></tr></thead>"
        return f"<table>{head}<tbody>{rows}</tbody></table>"

    def _mode(self, asked: Asked, _part: str) -> Said:
        form = asked.form()
        try:
            self._behaviours[form.get("service", "")].mode = Mode(form.get("mode", ""))
        except (KeyError, ValueError):
            raise Answered(HTTPStatus.BAD_REQUEST, "no-such-mode") from None
        return _back(asked)

    def _number(self, asked: Asked, _part: str) -> Said:
        form = asked.form()
        phone, iin = form.get("phone", ""), form.get("iin", "")
        if not _PHONE.fullmatch(phone) or not _IIN.fullmatch(iin) or len(self._owners) >= _MOST:
            raise Answered(HTTPStatus.BAD_REQUEST, "no-such-number")
        self._owners[phone] = iin
        return _back(asked)


def _giving(language: str) -> str:
    iin, phone = word("iin", language), word("number", language)
    return (
        f'<form method="post" action="/number?lang={language}">'
        f'<label>{iin} <input name="iin" inputmode="numeric" pattern="[0-9]{{12}}" required></label>'
        f'<label>{phone} <input name="phone" type="tel" placeholder="+77000000010" required></label>'
        f"<button>{word('save', language)}</button></form>"
    )


def _query(phone: str, language: str) -> str:
    return escape(urlencode({"to": phone, "lang": language}))


def _back(asked: Asked) -> Said:
    language = chosen(asked.query.get("lang", ""))
    return Said(status=HTTPStatus.SEE_OTHER, to=f"/?lang={language}", kind="text/plain")
