"""Django's name for this room."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.incidents"
    label = "incidents"

    def ready(self) -> None:
        """Register the incident card."""
        # Imported once the apps are there, for kinds of documents name models.
        from qorgan.hub.casework.kinds import register  # noqa: PLC0415
        from qorgan.hub.incidents.kind import INCIDENT_CARD  # noqa: PLC0415

        register(INCIDENT_CARD)
