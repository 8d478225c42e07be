"""Forms by which something is asked of the centre, and by which it is sent back (R67.5, R67.6)."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.applications import Finding, fields_of
from qorgan.hub.members.content import Account, Connection, Soc
from qorgan.hub.members.models import Application, Organisation
from qorgan.hub.members.profile_form import ProfileForm, phone, told
from qorgan.hub.members.roles import CENTRE_ROLES, OF_PROGRAMS, Role
from qorgan.law.asoi import OrganisationKind

_SOC: Final = tuple(f"soc_{name}" for name in Soc.__struct_fields__)
_AUTHORITY = OrganisationKind.AUTHORITY


class ProposalForm(ProfileForm):
    """A change of the profile of one's own institution: which centre serves it is not a part of it."""

    served_by = None  # type: ignore[assignment]


class ConnectionForm(ProfileForm):
    """An application for connection (R67.5): the institution's profile and its security operations centre."""

    field_order = ("letter",)
    served_by = None  # type: ignore[assignment]
    letter = forms.CharField(
        label=_("Number and date of the letter"),
        max_length=200,
        help_text=_("The application is written down from a letter of the institution."),
    )
    soc_bin = forms.CharField(
        label=_("BIN of its security operations centre"),
        max_length=12,
        required=False,
        help_text=_("If another centre serves the institution. One that is connected already is found by its BIN."),
    )
    soc_name_kk = forms.CharField(label=_("The centre's name in Kazakh"), max_length=300, required=False)
    soc_name_ru = forms.CharField(label=_("The centre's name in Russian"), max_length=300, required=False)
    soc_name_en = forms.CharField(label=_("The centre's name in English"), max_length=300, required=False)
    soc_email = forms.EmailField(label=_("The centre's e-mail"), max_length=254, required=False)

    fixed = ()

    def __init__(
        self, *args: Any, applicant: Organisation | None = None, content: Connection | None = None, **kwargs: Any
    ) -> None:
        """`applicant` is whose employee applies: they write no letter, and the centre follows from who they are."""
        self._applicant = applicant
        if content is not None:
            initial = {"letter": content.letter}
            if content.soc is not None:
                initial |= {f"soc_{name}": getattr(content.soc, name) for name in Soc.__struct_fields__}
            kwargs |= {"profile": content.profile, "initial": initial}
        super().__init__(*args, **kwargs)
        for name in ("letter", *_SOC) if applicant is not None else ():
            del self.fields[name]
        if content is not None:
            self.fields["bin"].disabled = True
        self.fields["reporting_phone"].required = self.fields["contacts"].required = True

    def kinds(self) -> list[OrganisationKind]:
        """A centre applies for those it will serve, an institution for its centre, the authority for all."""
        if self._applicant is None:
            return [kind for kind in OrganisationKind if kind is not _AUTHORITY]
        if self._applicant.kind == OrganisationKind.SOC:
            return [kind for kind in OrganisationKind if kind not in {_AUTHORITY, OrganisationKind.SOC}]
        return [OrganisationKind.SOC]

    def clean(self) -> dict[str, Any]:
        """Put the whole together: of a centre all is said or nothing."""
        cleaned = super().clean()
        if any(cleaned.get(name) for name in _SOC):
            for name in _SOC:
                if not cleaned.get(name) and not self.has_error(name):
                    self.add_error(name, _("Say this of the security operations centre too."))
        return cleaned

    @property
    def content(self) -> Connection:
        """What a valid form says."""
        said = {name: self.cleaned_data.get(f"soc_{name}", "") for name in Soc.__struct_fields__}
        soc = Soc(**said) if said["bin"] else None
        return Connection(profile=self.profile, soc=soc, letter=self.cleaned_data.get("letter", "").strip())


class AccountForm(forms.Form):
    """An application for a personal account (R67.6)."""

    surname = forms.CharField(label=_("Surname"), max_length=100)
    given_name = forms.CharField(label=_("Given name"), max_length=100)
    patronymic = forms.CharField(label=_("Patronymic, if any"), max_length=100, required=False)
    position = forms.CharField(label=_("Position"), max_length=200)
    phones = forms.CharField(
        label=_("Contact phones"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line, with + and the country's code, like +77010000000."),
    )
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The person's own: they sign in with it, and nobody else.")
    )
    role = forms.ChoiceField(label=_("Role"))
    confirmed = forms.BooleanField(
        label=_("I confirm that nobody else reads this address, and that the person has no other account."),
        required=False,
    )

    def __init__(self, *args: Any, organisation: Organisation, content: Account | None = None, **kwargs: Any) -> None:
        """`content` is what stands there."""
        if content is not None:
            kwargs["initial"] = msgspec.to_builtins(content) | {"phones": "\n".join(content.phones)}
        super().__init__(*args, **kwargs)
        of_centre = organisation.kind == _AUTHORITY
        roles = [role for role in Role if (role in CENTRE_ROLES) == of_centre and role not in OF_PROGRAMS]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Put the account together."""
        cleaned = super().clean() or {}
        if not self.errors:
            plain = cleaned | {"phones": [phone(line) for line in cleaned["phones"].splitlines() if line.strip()]}
            try:
                cleaned["content"] = msgspec.convert({**plain, "email": plain["email"].lower()}, Account)
            except msgspec.ValidationError as wrong:
                field, words = told(wrong)
                self.add_error(field if field in self.fields else None, words)
        return cleaned

    @property
    def content(self) -> Account:
        """What a valid form says."""
        content: Account = self.cleaned_data["content"]
        return content


class FindingsForm(forms.Form):
    """Why an application is sent back: a reason beside every field that must be mended."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in fields_of(application):
            self.fields[name] = forms.CharField(max_length=500, required=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a valid form says."""
        return tuple(Finding(name, reason) for name, reason in self.cleaned_data.items() if reason)


class HandOverForm(forms.Form):
    """Who follows an employee that leaves."""

    successor = forms.TypedChoiceField(label=_("Successor"), required=False, coerce=int, empty_value=None)
    vacant = forms.BooleanField(label=_("Nobody follows for the time being: the role may stay empty."), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("It is written into the audit trail."))

    def __init__(self, *args: Any, people: dict[int, str], **kwargs: Any) -> None:
        """`people` may follow."""
        super().__init__(*args, **kwargs)
        self.fields["successor"].choices = [("", _("Nobody yet")), *people.items()]  # type: ignore[attr-defined]


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class AbsenceForm(forms.Form):
    """When the head is away and who stands in."""

    deputy = forms.TypedChoiceField(label=_("Who stands in"), coerce=int)
    starts_at = forms.DateTimeField(
        label=_("From, Almaty time"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=_("Until, Almaty time"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("Such as: leave, business trip, illness."))

    def __init__(self, *args: Any, people: dict[int, str], **kwargs: Any) -> None:
        """`people` may stand in."""
        super().__init__(*args, **kwargs)
        self.fields["deputy"].choices = [*people.items()]  # type: ignore[attr-defined]
