"""Django's name for this room."""

from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.inquiries"
    label = "inquiries"

    def ready(self) -> None:
        """Register the kinds, once all tables are known."""
        from qorgan.hub.casework.kinds import register  # noqa: PLC0415 (models are not loaded before)
        from qorgan.hub.inquiries.kinds import ANSWER, INQUIRY  # noqa: PLC0415

        register(INQUIRY)
        register(ANSWER)
