"""Django's name for this room."""

from django.apps import AppConfig
from django.utils.translation import gettext

from qorgan.cards.wording import speak_by


class IncidentsConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.incidents"
    label = "incidents"

    def ready(self) -> None:
        """Register the incident card, whose sentences are translated as the hub's."""
        # Imported once the apps are there, for kinds of documents name models.
        from qorgan.hub.casework.kinds import register  # noqa: PLC0415
        from qorgan.hub.incidents.kind import INCIDENT_CARD  # noqa: PLC0415

        speak_by(gettext)
        register(INCIDENT_CARD)
