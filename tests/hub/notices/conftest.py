"""A clerk for tests: its own connection of the role `qorgan_clerk`, and thin kinds of documents to be told of."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from tests.hub.casework.conftest import MONDAY, Market, market, monday
from tests.hub.conftest import Hub

__all__ = ["MONDAY", "market", "monday"]


def as_clerk(hub: Hub, work: Callable[[], Any]) -> Any:
    """Do something as the clerk's process would: in a thread, whose connection is that of `qorgan_clerk`."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_connected, hub, work).result()


def _connected(hub: Hub, work: Callable[[], Any]) -> Any:
    from django.db import connections

    from qorgan.hub.database.connection import Role, role_url
    from qorgan.hub.run.clerk import clerks_url
    from qorgan.kit.database.connection import django_database

    connection = connections["default"]
    connection.settings_dict = connection.settings_dict | django_database(clerks_url(role_url(hub.config, Role.CLERK)))
    try:
        return work()
    finally:
        connection.close()


@dataclass
class Office:
    """The market with what its people do, and with a clerk that does its rounds when it is told to."""

    market: Market

    def clerk(self, work: Callable[[], Any]) -> Any:
        """What the clerk's process would do."""
        return as_clerk(self.market.hub, work)

    def apart(self, work: Callable[[], Any]) -> Any:
        """What people do while a browser is driven: in a thread, for Django refuses to work where a loop runs."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._closing, work).result()

    def tell(self, now: datetime = MONDAY, *, mail: bool = False) -> int:
        """Let the clerk tell of every act."""
        from qorgan.hub.notices.acts import TellingActs

        told: int = self.clerk(lambda: TellingActs(mail=mail).tell_all(now))
        return told

    def _closing(self, work: Callable[[], Any]) -> Any:
        from django.db import connections

        try:
            return work()
        finally:
            connections.close_all()

    def card(self, now: datetime = MONDAY, *, name: str = "alpha", **content: Any) -> Any:
        """A card of an institution, written by its maker, agreed by its head, and sent."""
        document = self.draft(now, name=name, **content)
        return self.send(document.pk, now, name=name)

    def draft(self, now: datetime = MONDAY, *, name: str = "alpha", code: str = "incident-card", **content: Any) -> Any:
        from qorgan.hub.casework import drafts

        return drafts.create(
            code,
            author=self.market.organisations[name],
            by=self.market.scope(f"{name}_maker"),
            now=now,
            content={"title": "Phishing of clients"} | content,
        )

    def send(self, document: Any, now: datetime = MONDAY, *, name: str = "alpha") -> Any:
        from qorgan.hub.casework import drafts, engine

        maker, head = self.market.scope(f"{name}_maker"), self.market.scope(f"{name}_head")
        drafts.propose(document, by=maker, now=now)
        drafts.agree(document, by=head, now=now)
        return engine.perform(document, "submit", by=maker, now=now)

    def perform(self, document: Any, verb: str, person: str, now: datetime = MONDAY, **given: Any) -> Any:
        from qorgan.hub.casework import engine

        return engine.perform(document, verb, by=self.market.scope(person), now=now, **given)

    def returned(self, now: datetime = MONDAY) -> Any:
        """A card that the centre sent back: its clock of three working days runs."""
        from qorgan.hub.casework.engine import Lacking

        card = self.card(now)
        self.perform(card.pk, "receive", "analyst", now)
        lacking = [Lacking(field="title", reason="say more")]
        return self.perform(card.pk, "return", "analyst", now, fields=lacking)


@pytest.fixture
def office(market: Market, monkeypatch: pytest.MonkeyPatch) -> Office:
    from qorgan.hub.casework import kinds
    from tests.hub.notices.thin import KINDS

    monkeypatch.setattr(kinds, "_kinds", {kind.code: kind for kind in KINDS})
    return Office(market)
