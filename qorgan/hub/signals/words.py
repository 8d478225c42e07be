"""What the contract's own codes are called. The names of types and severities stand in `law`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from qorgan.wire.signal import Action, DestinationRole, Perimeter, RedactionClass

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ACTIONS: Final[dict[str, _StrPromise]] = {
    Action.BLOCKED: _("Blocked"),
    Action.DETECTED: _("Detected"),
    Action.UNKNOWN: _("Not said"),
}
PERIMETERS: Final[dict[str, _StrPromise]] = {
    Perimeter.EXTERNAL: _("Outside the institution's networks"),
    Perimeter.INTERNAL: _("Inside the institution's networks"),
    Perimeter.UNKNOWN: _("Not known"),
}
DESTINATIONS: Final[dict[str, _StrPromise]] = {
    DestinationRole.WEB: _("Web service"),
    DestinationRole.MAIL: _("Mail service"),
    DestinationRole.VPN: _("VPN gateway"),
    DestinationRole.DNS: _("Name service"),
    DestinationRole.DATABASE: _("Database"),
    DestinationRole.DIRECTORY: _("Directory service"),
    DestinationRole.REMOTE_ACCESS: _("Remote access"),
    DestinationRole.FILE_SHARING: _("File sharing"),
    DestinationRole.SERVER: _("Server"),
    DestinationRole.WORKSTATION: _("Workstation"),
    DestinationRole.NETWORK: _("Network"),
    DestinationRole.UNKNOWN: _("Not known"),
}
REDACTIONS: Final[dict[str, _StrPromise]] = {
    RedactionClass.IIN: _("Individual identification numbers"),
    RedactionClass.PAN: _("Card numbers"),
    RedactionClass.IBAN: _("Account numbers (IBAN)"),
    RedactionClass.PHONE: _("Phone numbers"),
    RedactionClass.EMAIL: _("E-mail addresses"),
    RedactionClass.ACCOUNT: _("Other account and contract numbers"),
    RedactionClass.CREDENTIAL: _("Passwords, tokens and cookies"),
    RedactionClass.USER: _("User names"),
    RedactionClass.HOST: _("Internal host names"),
    RedactionClass.NAME: _("Names of persons"),
}
CONFIDENCES: Final[dict[str, _StrPromise]] = {
    "high": _("High confidence"),
    "medium": _("Medium confidence"),
    "low": _("Low confidence"),
}
