"""What the script that signs through NCALayer is told: where the text and the agent are, and what to say."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from qorgan.gate.pages.asking import language

MODULE: Final = "kz.gov.pki.knca.basics"
"""NCALayer's module that signs."""


def signing(challenge: str) -> dict[str, Any]:
    """For the page's script. `challenge` is the address that gives the text to sign.

    The text itself goes to NCALayer, never a digest: it says of itself what it is for.
    """
    # A key for signing does as well as one for signing in: the text says what it is for.
    signer: dict[str, Any] = {"extKeyUsageOids": []}
    if settings.CONFIG.pages.test_authority:
        # NCALayer shows keys of a test authority only where an empty chain is given.
        signer["chain"] = []
    args = {
        "allowedStorages": None,
        "format": "cms",
        "data": "",
        "signingParams": {"decode": True, "encapsulate": True, "digested": False},
        "signerParams": signer,
        "locale": language(),
    }
    return {
        "agent": settings.CONFIG.pages.agent,
        "challenge": challenge,
        "request": {"module": MODULE, "method": "sign", "args": args},
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "connecting": _("Looking for NCALayer on this computer…"),
        "waiting": _("Choose your key in the window of NCALayer and give its password there."),
        "sending": _("Signed. The signature is being verified…"),
        "absent": _(
            "NCALayer does not answer on this computer. Start it, or install it from ncl.pki.gov.kz, and press again. "
            "If the browser asks whether this page may reach this computer, allow it."
        ),
        "cancelled": _("You cancelled in NCALayer. Press again to sign, or choose another way."),
        "failed": _("NCALayer could not sign: %(message)s. Check that your key is at hand, and press again."),
        "lost": _("NCALayer was closed before it signed. Start it and press again."),
        "stopped": _("Stopped. Close the window of NCALayer, and press again to sign."),
        "unread": _("The text to sign could not be loaded. Load the page again."),
    }
