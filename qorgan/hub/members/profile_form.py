"""The form of an organisation's profile (R67.3.2), parsed into the struct that the acts take."""

from __future__ import annotations

from typing import Any, ClassVar, Final
from uuid import UUID

import msgspec
from django import forms
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import inventory
from qorgan.hub.members.actions import profile_of
from qorgan.hub.members.models import Organisation
from qorgan.hub.members.profile import FIXED, Profile
from qorgan.kit.refusal import Refusal
from qorgan.law.asoi import OrganisationKind

_CONTACT: Final = ("name", "position", "phone", "email")
_PLAIN: Final = ("bin", "kind", "name_kk", "name_ru", "name_en", "email", "reporting_phone")
_APART: Final = ";"
_LARGEST_FILE: Final = 4 * 1024 * 1024
_PHONE_PUNCTUATION: Final = str.maketrans("", "", " ()-\u00a0\u2011")


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
        max_length=24,
        required=False,
        help_text=_("With + and the country's code, like +77010000000. Reports by phone are taken from it alone."),
    )
    served_by = forms.ChoiceField(label=_("Its security operations centre"), required=False)
    contacts = forms.CharField(
        label=_("Contacts round the clock"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: name; position; phone; e-mail."),
    )
    networks = forms.CharField(
        label=_("Networks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Blocks of addresses of the outer perimeter, one a line, like 198.51.100.0/24."),
    )
    domains = forms.CharField(
        label=_("Domains"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One a line.")
    )
    inventory = forms.CharField(
        label=_("Software and hardware"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "One a line: software or hardware; vendor; product; version. Or a CPE 2.3 name, or a package URL. "
            "CSV with a heading and CycloneDX JSON may be pasted whole."
        ),
    )
    inventory_file = forms.FileField(
        label=_("Or a file instead of the lines"), required=False, help_text=_("CSV or CycloneDX JSON, up to 4 MB.")
    )

    fixed: ClassVar[tuple[str, ...]] = FIXED
    """What cannot be changed where an organisation or a profile is given."""

    def __init__(
        self, *args: Any, organisation: Organisation | None = None, profile: Profile | None = None, **kwargs: Any
    ) -> None:
        """`organisation` is the one whose profile is changed: its BIN and kind stay. `profile` is what stands there."""
        shown = profile or (profile_of(organisation) if organisation is not None else None)
        if shown is not None:
            served = str(organisation.served_by_id or "") if organisation is not None else ""
            kwargs["initial"] = _initial(shown) | {"served_by": served} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        language = translation.get_language() or "kk"
        self.fields["kind"].choices = [(kind.value, kind.label(language)) for kind in self.kinds()]  # type: ignore[attr-defined]
        if "served_by" in self.fields:
            centres = Organisation.objects.filter(kind=OrganisationKind.SOC.value)
            named = [(str(centre.pk), centre.name(language)) for centre in centres]
            self.fields["served_by"].choices = [("", _("None")), *named]  # type: ignore[attr-defined]
        for name in self.fixed if shown is not None else ():
            self.fields[name].disabled = True

    def kinds(self) -> list[OrganisationKind]:
        """The kinds to choose from."""
        return list(OrganisationKind)

    def clean_reporting_phone(self) -> str:
        """The number without blanks, brackets and dashes."""
        return phone(self.cleaned_data["reporting_phone"])

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
        plain: dict[str, Any] = {name: cleaned[name] for name in _PLAIN}
        plain["contacts"] = _contacts(cleaned["contacts"])
        plain["networks"] = _lines(cleaned["networks"])
        plain["domains"] = [line.lower() for line in _lines(cleaned["domains"])]
        try:
            products = inventory.read(self._inventory_text(cleaned))
            return msgspec.structs.replace(msgspec.convert(plain, Profile), inventory=products)
        except Refusal as refusal:
            self.add_error("inventory", str(refusal.message))
        except msgspec.ValidationError as wrong:
            field, words = told(wrong)
            self.add_error(field if field in self.fields else None, words)
        return None

    def _inventory_text(self, cleaned: dict[str, Any]) -> str:
        file = cleaned.get("inventory_file")
        if file is None:
            return str(cleaned["inventory"])
        if file.size > _LARGEST_FILE:
            raise Refusal("inventory-wrong", _("The file is larger than 4 MB."))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise Refusal("inventory-wrong", _("The file is not text in UTF-8.")) from None


def told(wrong: msgspec.ValidationError) -> tuple[str, str]:
    """The field that a struct refused, and the words for it: which line of a list, or that the form is another."""
    place = str(wrong).partition("`$.")[2].rstrip("`")
    field = place.partition("[")[0]
    line = place.partition("[")[2].partition("]")[0]
    if line.isdigit():
        return field, gettext("Line %(line)s is not of this form.") % {"line": int(line) + 1}
    return field, gettext("This cannot be so. Look at the form asked for.")


def phone(text: str) -> str:
    """A number without the blanks, brackets and dashes that people write."""
    return text.translate(_PHONE_PUNCTUATION)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _contacts(text: str) -> list[dict[str, str]]:
    found = []
    for line in _lines(text):
        parts = [part.strip() for part in line.split(_APART, len(_CONTACT))]
        contact = dict(zip((*_CONTACT, "more"), parts, strict=False))
        found.append({name: phone(value) if name == "phone" else value for name, value in contact.items()})
    return found


def _initial(profile: Profile) -> dict[str, Any]:
    plain = msgspec.to_builtins(profile)
    contacts = ([contact.get(name, "") for name in _CONTACT] for contact in plain["contacts"])
    return {name: plain[name] for name in _PLAIN} | {
        "contacts": "\n".join(f"{_APART} ".join(parts).rstrip(f"{_APART} ") for parts in contacts),
        "networks": "\n".join(profile.networks),
        "domains": "\n".join(profile.domains),
        "inventory": inventory.written(plain["inventory"]),
    }
