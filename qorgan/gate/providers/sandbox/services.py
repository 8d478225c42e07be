"""All services of the sandbox on one site, with a page that says what there is and lets a tester break it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qorgan.gate.providers.sandbox.gateway_site import GatewaySite
from qorgan.gate.providers.sandbox.identification_site import IdentificationSite
from qorgan.gate.providers.sandbox.identifications import Identifications, Signing
from qorgan.gate.providers.sandbox.index_page import IndexPage
from qorgan.gate.providers.sandbox.modes import Behaviour
from qorgan.gate.providers.sandbox.numbers_site import KID as NUMBERS_KID
from qorgan.gate.providers.sandbox.numbers_site import NumbersSite
from qorgan.gate.providers.sandbox.style import STYLE
from qorgan.gate.providers.sandbox.web import Said, Site
from qorgan.gate.providers.signed import PublicKey
from qorgan.gate.rules.proof import BiometricSource

ACCESS: Final = "sandbox"
"""The secret by which each service knows the gate. It guards nothing."""
CENTRE, TERMINALS, NUMBERS, MESSAGES = "/centre", "/terminals", "/numbers", "/gateway"
"""Where each service is, below the sandbox's address."""
CENTRE_KID: Final = "sandbox-centre"
TERMINAL_KID: Final = "sandbox-terminal-1"


class Services:
    """The provider of the state, the institution's terminals, the base of mobile citizens, and a message gateway."""

    def __init__(self, now: Callable[[], datetime], *, slow_seconds: float = 20) -> None:
        """`now` is the sandbox's clock; a slow service answers after `slow_seconds`."""
        self.behaviours = {place: Behaviour(slow_seconds) for place in (CENTRE, TERMINALS, NUMBERS, MESSAGES)}
        """How each service behaves, by where it is."""
        centre, numbers = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        terminal = ec.generate_private_key(ec.SECP256R1())
        self.keys: dict[str, PublicKey] = {
            CENTRE_KID: centre.public_key(),
            TERMINAL_KID: terminal.public_key(),
            NUMBERS_KID: numbers.public_key(),
        }
        """Public keys that the gate pins, by name. New at each start."""
        self.centre = Identifications(
            Signing(issuer=CENTRE_KID, kid=CENTRE_KID, key=centre, source=BiometricSource.STATE, reference="state"),
            now,
        )
        self.terminals = Identifications(
            Signing(
                issuer=TERMINAL_KID,
                kid=TERMINAL_KID,
                key=terminal,
                source=BiometricSource.OWN_DEVICE,
                reference="provider",
            ),
            now,
        )
        self.numbers = NumbersSite(numbers, self.behaviours[NUMBERS], now, prefix=NUMBERS, access=ACCESS)
        self.messages = GatewaySite(self.behaviours[MESSAGES], now, prefix=MESSAGES, key=ACCESS)
        self.site = Site()
        self._join()

    def _join(self) -> None:
        for orders, prefix in ((self.centre, CENTRE), (self.terminals, TERMINALS)):
            IdentificationSite(orders, self.behaviours[prefix], prefix=prefix, key=ACCESS).join(self.site)
        self.numbers.join(self.site)
        self.messages.join(self.site)
        IndexPage(self.behaviours, self.numbers.owners, inbox=f"{MESSAGES}/inbox").join(self.site)
        # Browsers ask for it, and would complain.
        self.site.add("GET", "/favicon.ico", lambda _asked, _part: Said(kind="image/x-icon"))
        self.site.add("GET", "/style.css", lambda _asked, _part: Said(body=STYLE.encode(), kind="text/css"))
