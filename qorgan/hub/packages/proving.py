"""Whether a file is a package of a module of ours, whole and in time: nothing in it is believed before that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qorgan.hub.database.sealing_key import sealing_key
from qorgan.hub.members import access as members
from qorgan.hub.members.access import HUB
from qorgan.hub.members.models import KeyState, Module, ModuleKey, ModuleState, Organisation
from qorgan.kit.refusal import Refusal
from qorgan.wire.package import Opened, PackageRefused, Words, open_sealed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CLAUSE: Final = "R48I.3"
CONNECTED: Final = "connected"

_SAID: Final[dict[str, _StrPromise]] = {
    "not-a-package": _("This is no sealed package of a module."),
    "not-for-this-hub": _("The package was changed on its way, or it was sealed for another hub."),
    "altered": _("The module's signature does not hold: the package was changed, or the key is not the module's own."),
    "expired": _("The package is over thirty days old. The module has to seal it anew."),
    "not-yet": _("The package says that it was sealed in the future: the clock of the module is wrong."),
    "malformed": _("What is in the package cannot be read."),
    "mismatched": _("The agreement in the package is over other words than it carries."),
    "module-unknown": _("The package is of a module that this hub does not know."),
    "module-revoked": _("The package is of a module, or of a key of it, that was revoked."),
    "institution-apart": _("The package is of another institution than its module's."),
    "institution-suspended": _("The institution of this package takes no part in ASOI at present."),
}


@dataclass(frozen=True, slots=True)
class Proven:
    """A package that is believed: whose it is, and what was agreed."""

    opened: Opened
    words: Words
    organisation: Organisation


def prove(file: bytes, now: datetime) -> Proven:
    """(1) It is for this hub. (2) A module of ours signed it. (3) Whole and in time. (4) For its own institution.

    Raises Refusal under the code of `_SAID`. Must run inside a transaction, whose scope it changes.
    """
    members.enter(HUB)
    try:
        # (1) Nobody else can have been meant.
        opened = open_sealed(file, sealing_key(settings.CONFIG), settings.CONFIG.origin)
        package = opened.package
        # (2) A key that was replaced still vouches for what it signed; one that was revoked does not.
        module = Module.objects.select_related("organisation").filter(pk=package.module).first()
        key = ModuleKey.objects.filter(pk=package.key, module_id=package.module).first()
        if module is None or key is None:
            raise refused("module-unknown")
        if module.state != ModuleState.ENROLLED or key.state == KeyState.REVOKED:
            raise refused("module-revoked")
        opened.check(bytes(key.public_key))
        # (3) What was agreed is what is carried.
        opened.check_time(now)
        words = package.words()
    except PackageRefused as wrong:
        raise refused(wrong.code) from None
    # (4) A module speaks for one institution.
    if package.organisation != module.organisation.bin:
        raise refused("institution-apart")
    if module.organisation.state != CONNECTED:
        raise refused("institution-suspended")
    return Proven(opened, words, module.organisation)


def refused(code: str) -> Refusal:
    """The refusal of a file, in words for whoever brings it."""
    return Refusal(f"package-{code}", _SAID[code], CLAUSE, HTTPStatus.UNPROCESSABLE_ENTITY, field="file")
