"""Forms for what is done with members by name and reason."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ModuleForm(forms.Form):
    """A new module."""

    name = forms.CharField(
        label=_("Name of the module"),
        max_length=100,
        help_text=_("What the institution calls the place it runs at, such as: head office."),
    )


class ReasonForm(forms.Form):
    """Why something is done that cannot be undone, or that stops an institution's signals."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is written into the audit trail."),
    )
