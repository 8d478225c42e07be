"""Forms for what is done with members, parsed into the structs that the acts take."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec
from django import forms
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.models import Organisation
from qorgan.hub.members.profile import Profile
from qorgan.law.asoi import OrganisationKind

_CONTACT: Final = ("name", "position", "phone", "email")
_PRODUCT: Final = ("kind", "vendor", "product", "version")
_APART: Final = ";"


class ProfileForm(forms.Form):
    """An organisation's profile (R67.3.2). Lists are written one entry a line, their parts apart by semicolons."""

    bin = forms.CharField(label=_("BIN"), max_length=12, help_text=_("Twelve digits; the last one is checked."))
    kind = forms.ChoiceField(label=_("Kind of organisation"))
    name_kk = forms.CharField(label=_("Name in Kazakh"), max_length=300)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=300)
    name_en = forms.CharField(label=_("Name in English"), max_length=300)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    reporting_phone = forms.CharField(
        label=_("Registered reporting phone"),
        max_length=16,
        required=False,
        help_text=_("With + and the country's code, like +77010000000. Reports by phone are taken from it alone."),
    )
    served_by = forms.ChoiceField(label=_("Its security operations centre"), required=False)
    contacts = forms.CharField(
        label=_("Contacts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: name; position; phone; e-mail."),
    )
    inventory = forms.CharField(
        label=_("Software and hardware"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line: software or hardware; vendor; product; version."),
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        """`organisation` is the one whose profile is changed: its BIN and kind stay."""
        if organisation is not None:
            kwargs.setdefault("initial", _initial(organisation))
        super().__init__(*args, **kwargs)
        language = translation.get_language() or "kk"
        self.fields["kind"].choices = [(kind.value, kind.label(language)) for kind in OrganisationKind]  # type: ignore[attr-defined]
        centres = Organisation.objects.filter(kind=OrganisationKind.SOC.value)
        self.fields["served_by"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *((str(centre.pk), centre.name(language)) for centre in centres),
        ]
        for name in ("bin", "kind") if organisation is not None else ():
            self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Put the profile together; what is wrong with a list is said at that list."""
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["profile"] = self._profile(cleaned)
        return cleaned

    @property
    def profile(self) -> Profile:
        """The profile of a valid form."""
        profile: Profile = self.cleaned_data["profile"]
        return profile

    @property
    def served_by_id(self) -> UUID | None:
        """The security operations centre of a valid form."""
        chosen = self.cleaned_data["served_by"]
        return UUID(chosen) if chosen else None

    def _profile(self, cleaned: dict[str, Any]) -> Profile | None:
        plain = {name: cleaned[name] for name in ("bin", "kind", "name_kk", "name_ru", "name_en", "email")}
        plain["reporting_phone"] = cleaned["reporting_phone"]
        plain["contacts"] = _entries(cleaned["contacts"], _CONTACT)
        plain["inventory"] = _entries(cleaned["inventory"], _PRODUCT)
        try:
            return msgspec.convert(plain, Profile)
        except msgspec.ValidationError as wrong:
            place = str(wrong).partition("`$.")[2].rstrip("`")
            field = place.partition("[")[0]
            line = place.partition("[")[2].partition("]")[0]
            words = gettext("Line %(line)s is not of this form.") % {"line": int(line) + 1} if line.isdigit() else ""
            self.add_error(
                field if field in self.fields else None,
                words or gettext("This cannot be so. Look at the form asked for."),
            )
            return None


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


def _entries(text: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [
        {name: part.strip() for name, part in zip((*names, "more"), line.split(_APART, len(names)), strict=False)}
        for line in lines
    ]


def _initial(organisation: Organisation) -> dict[str, Any]:
    plain = ("bin", "kind", "name_kk", "name_ru", "name_en", "email", "reporting_phone")
    return {name: getattr(organisation, name) for name in plain} | {
        "served_by": str(organisation.served_by_id or ""),
        "contacts": _text(organisation.contacts, _CONTACT),
        "inventory": _text(organisation.inventory, _PRODUCT),
    }


def _text(entries: list[dict[str, str]], names: tuple[str, ...]) -> str:
    lines = [[entry.get(name, "") for name in names] for entry in entries]
    return "\n".join(f"{_APART} ".join(line).rstrip(f"{_APART} ") for line in lines)
