"""The sandbox's message gateway: it carries nothing, and shows what it was given on an inbox page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from http import HTTPStatus
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from qorgan.gate.providers.messages import MESSAGES, Carried, Delivery, Message
from qorgan.gate.providers.sandbox.modes import Behaviour
from qorgan.gate.providers.sandbox.web import Answered, Asked, Said, Site, page, saying
from qorgan.gate.providers.sandbox.words import chosen, word

_MOST: Final = 5_000
_SHOWN: Final = 200


class GatewaySite:
    """The gateway below one prefix of a site."""

    def __init__(self, behaviour: Behaviour, now: Callable[[], datetime], *, prefix: str, key: str) -> None:
        self.received: dict[UUID, tuple[Message, Carried]] = {}
        """By the sender's id, oldest first."""
        self.unreachable: set[str] = set()
        """Receivers to whom delivery fails."""
        self._behaviour = behaviour
        self._now = now
        self._prefix = prefix
        self._key = key

    def join(self, site: Site) -> None:
        """Answer on a site."""
        behaving = self._behaviour.behaving
        site.add("POST", f"{self._prefix}{MESSAGES}", behaving(self._take))
        site.add("GET", f"{self._prefix}{MESSAGES}/*", behaving(self._state))
        site.add("GET", f"{self._prefix}/inbox", self._inbox)

    def _take(self, asked: Asked, _part: str) -> Said:
        asked.demand_key(self._key)
        message = asked.read(Message)
        known = self.received.get(message.id)
        if known is not None:
            if known[0] != message:
                raise Answered(HTTPStatus.CONFLICT, "another-message-of-this-id")
            return saying(known[1])
        carried = Carried(id=message.id, state=Delivery.TAKEN, at=self._now())
        self.received[message.id] = (message, carried)
        if len(self.received) > _MOST:
            self.received.pop(next(iter(self.received)))
        return saying(carried, HTTPStatus.ACCEPTED)

    def _state(self, asked: Asked, part: str) -> Said:
        """What was taken is delivered by the time that somebody asks."""
        asked.demand_key(self._key)
        try:
            message, carried = self.received[UUID(part)]
        except (KeyError, ValueError):
            raise Answered(HTTPStatus.NOT_FOUND, "no-such-message") from None
        if carried.state is Delivery.TAKEN:
            lost = message.to in self.unreachable
            state = Delivery.FAILED if lost else Delivery.DELIVERED
            carried = replace(carried, state=state, at=self._now(), reason="receiver cannot be reached" if lost else "")
            self.received[message.id] = (message, carried)
        return saying(carried)

    def _inbox(self, asked: Asked, _part: str) -> Said:
        """The newest first; `to` shows one receiver's alone."""
        language = chosen(asked.query.get("lang", ""))
        wanted = asked.query.get("to", "")
        newest = [one for one, _ in reversed(self.received.values()) if wanted in ("", one.to)][:_SHOWN]
        items = "".join(
            f'<li><p class="meta">{escape(one.channel)} → {escape(one.to)}</p>'
            f"{f'<p><strong>{escape(one.subject)}</strong></p>' if one.subject else ''}<p>{escape(one.text)}</p></li>"
            for one in newest
        )
        listed = f'<ul class="inbox">{items}</ul>' if items else f"<p>{word('empty', language)}</p>"
        inner = f'<p><a class="button" href="">{word("again", language)}</a></p>{listed}'
        return page(word("inbox", language), inner, language=language)
