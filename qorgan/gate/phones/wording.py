"""What the message with a code says, in the receiver's language whoever asks."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _


def code(digits: str, language: str) -> str:
    """The whole message."""
    with translation.override(language):
        return _("%(code)s is the code that confirms your number. Tell it to nobody.") % {"code": digits}
