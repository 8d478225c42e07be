"""Django's name for this room."""

from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    """Makes its kinds of documents known."""

    name = "qorgan.hub.inquiries"
    label = "inquiries"
