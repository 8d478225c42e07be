"""Makes the room known to Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from qorgan.eds.refusal import RefusedError
from qorgan.hub.config import SignatureRule


class SignaturesConfig(AppConfig):
    """Signatures of heads under documents. A pin that is damaged or absent stops the start."""

    name = "qorgan.hub.signatures"
    label = "signatures"

    def ready(self) -> None:
        """Read the pins. Raises ImproperlyConfigured."""
        from qorgan.hub.signatures.trust import trust_of  # noqa: PLC0415 - settings are complete only now

        agreement = settings.CONFIG.agreement
        if agreement.signature is SignatureRule.OFF:
            return
        try:
            trust_of(agreement)
        except (OSError, RefusedError) as wrong:
            raise ImproperlyConfigured(f"agreement.pins: {wrong}; name files of authorities' certificates") from wrong
