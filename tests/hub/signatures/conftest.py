"""A sandbox authority beside the market: heads with keys, and a hub that believes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from qorgan.eds.algorithms import GOST2015_512
from qorgan.eds.pki.sandbox import LocalPort, Sandbox, invented_iin
from qorgan.eds.pki.signing import Holder, sign_cms
from qorgan.hub.config import Agreement, SignatureForm, SignatureRule
from tests.hub.casework.conftest import MONDAY, Market, market

__all__ = ["market"]

REPORT = {"title": "ISMS in 2026", "period": "January to October 2026", "text": "As attached."}


@dataclass
class Signing:
    """The market, a world of keys, and the ways to sign in it."""

    market: Market
    world: Sandbox
    folder: Path
    configure: Callable[[Agreement], None]
    keys: dict[str, Holder] = field(default_factory=dict)

    def use(self, **changes: Any) -> None:
        """Let the hub take signatures by these rules."""
        pin = self.folder / "root.cer"
        pin.write_bytes(self.world.root.certificate.raw)
        helper = self.folder / "ca.cer"
        helper.write_bytes(self.world.authority.certificate.raw)
        usual: dict[str, Any] = {"signature": SignatureRule.OFFERED, "pins": (pin,), "intermediates": (helper,)}
        self.configure(Agreement(**(usual | changes)))

    def key(self, person: str, *, organisation: str = "", name: str = "", iin: int = 0) -> Holder:
        """The key of somebody's work, issued once: an employee of their organisation, under the name of the account."""
        known = f"{person} {organisation} {name} {iin}"
        if known not in self.keys:
            place = self.market.organisations[organisation or person.partition("_")[0]]
            bin_digits = self.market.hub.rows("SELECT bin FROM organisation WHERE id = %s", place)[0][0]
            own = name or f"{person.title()} Test"
            number = iin or self.market.people[person] + 10
            self.keys[known] = self.world.employee(bin_digits, "ОЙДАН АҚ", invented_iin(number), name=own)
        return self.keys[known]

    def proposed(self, name: str = "alpha", **content: str) -> Any:
        """A report put before the head; gives the document."""
        from qorgan.hub.casework import drafts

        by = self.market.scope(f"{name}_maker")
        place = self.market.organisations[name]
        made = drafts.create("isms-report", author=place, by=by, now=MONDAY, content=REPORT | content)
        return drafts.propose(made.pk, by=by, now=MONDAY)

    def exact(self, document: Any, person: str = "alpha_head") -> bytes:
        from qorgan.hub.casework import drafts

        return self.market.seen(person, lambda: drafts.proposed(document, by=self.market.scope(person)))

    def cms(self, document: Any, holder: Holder, *, over: bytes | None = None, **more: Any) -> bytes:
        """What an agent makes of the exact bytes."""
        raw = self.exact(document) if over is None else over
        return sign_cms(raw, [holder], MONDAY, **({"attached": False} | more))

    def agree(self, document: Any, cms: bytes, person: str = "alpha_head", *, now: datetime = MONDAY) -> Any:
        """Agree as somebody, by a signature, while the world's registries answer at that time."""
        from qorgan.hub.signatures import agreeing

        port = LocalPort(self.world, now)
        return agreeing.agree(document.pk, cms, by=self.market.scope(person), now=now, port=port)

    def refused(self, act: Callable[[], Any]) -> Any:
        from qorgan.kit.refusal import Refusal

        with pytest.raises(Refusal) as told:
            act()
        return told.value

    def kept(self, document: Any) -> list[Any]:
        """Rows of signatures, as a superuser reads them."""
        return self.market.hub.rows(
            "SELECT digest, at, iin FROM document_signature WHERE document_id = %s", document.pk
        )


@pytest.fixture(scope="session")
def world() -> Sandbox:
    """An authority of the algorithm of today, made once; tests that revoke in it revoke keys of their own."""
    return Sandbox(MONDAY, GOST2015_512)


@pytest.fixture
def signing(market: Market, world: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signing:
    """A hub to which heads may sign."""
    from django.conf import settings

    def configure(agreement: Agreement) -> None:
        monkeypatch.setattr(settings, "CONFIG", msgspec.structs.replace(settings.CONFIG, agreement=agreement))

    made = Signing(market, world, tmp_path, configure)
    made.use()
    return made


@pytest.fixture
def attached(signing: Signing) -> Signing:
    """The same, where the signature holds the document inside."""
    signing.use(form=SignatureForm.ATTACHED)
    return signing
