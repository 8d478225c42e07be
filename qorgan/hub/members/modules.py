"""What is done with integration modules: added, given a one-time code, revoked (R67.7).

The rest of a module's life is its own doing: it enrols and changes its key through `intake`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members import access, journal
from qorgan.hub.members.access import Scope
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import (
    EnrolmentCode,
    KeyState,
    Module,
    ModuleKey,
    ModuleState,
    OrganisationState,
)
from qorgan.hub.members.roles import Right
from qorgan.kit.refusal import Refusal
from qorgan.wire.enrolment import code_digest, new_code

CODE_LIVES: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Issued:
    """A module and the code to enrol it with. The code is shown once: the hub keeps only its digest."""

    module: Module
    code: str
    expires_at: datetime


@transaction.atomic
def add_module(organisation_id: UUID, name: str, *, verifier_key: str, by: Scope, now: datetime) -> Issued:
    """Let an organisation have a module of this name, and issue the code that enrols it. Raises Refusal.

    `verifier_key` is that of the ledger: the code carries its digest, so that the module knows whom to trust.
    """
    access.enter(by)
    access.require(by, Right.MODULES_WRITE)
    organisation = access.organisation_for(organisation_id)
    if organisation.state != OrganisationState.CONNECTED:
        raise Refusal("organisation-suspended", _("The organisation is suspended; take it back on first."))
    name = name.strip()
    if not name:
        raise Refusal("name-missing", _("Give the module a name."), field="name")
    if Module.objects.filter(organisation=organisation, name=name).exists():
        raise Refusal("name-taken", _("The organisation has a module of this name already."), field="name")
    module = Module(organisation=organisation, name=name, created_at=now)
    module.save(force_insert=True)
    journal.write(
        Act.MODULE_ADDED, by=by, now=now, organisation=organisation.pk, on=str(module.pk), detail={"name": name}
    )
    return _issue(module, verifier_key, by, now)


@transaction.atomic
def issue_code(module_id: UUID, *, verifier_key: str, by: Scope, now: datetime) -> Issued:
    """A new code for a module, in place of any unused one: for a first enrolment, or for a new machine.

    An enrolled module goes on with its key until the code is used. Raises Refusal.
    """
    access.enter(by)
    access.require(by, Right.MODULES_WRITE)
    module = access.module_for(module_id, lock=True)
    if module.state == ModuleState.REVOKED:
        raise Refusal("module-revoked", _("This module was revoked for good; add another one."))
    return _issue(module, verifier_key, by, now)


@transaction.atomic
def revoke_module(module_id: UUID, *, reason: str, by: Scope, now: datetime) -> Module:
    """Take a module off for good: nothing it sends is taken from now on, what it sent stays. Raises Refusal."""
    access.enter(by)
    access.require(by, Right.MODULES_WRITE)
    # The lock waits for a batch that is being stored; the next one finds the module revoked.
    module = access.module_for(module_id, lock=True)
    if module.state == ModuleState.REVOKED:
        raise Refusal("module-revoked", _("This module was revoked already."))
    module.state, module.revoked_at = ModuleState.REVOKED, now
    module.save(update_fields=["state", "revoked_at"])
    ModuleKey.objects.filter(module=module, state=KeyState.ACTIVE).update(state=KeyState.REVOKED)
    _void_codes(module, now)
    journal.write(
        Act.MODULE_REVOKED,
        by=by,
        now=now,
        organisation=module.organisation_id,
        on=str(module.pk),
        detail={"reason": reason},
    )
    return module


@transaction.atomic
def retire_key(module_id: UUID, *, reason: str, by: Scope, now: datetime) -> Module:
    """Make a module's key count no more, as when it may be known to others; a new code lets the module come back."""
    access.enter(by)
    access.require(by, Right.MODULES_WRITE)
    module = access.module_for(module_id, lock=True)
    retired = ModuleKey.objects.filter(module=module, state=KeyState.ACTIVE).update(state=KeyState.RETIRED)
    if not retired:
        raise Refusal("no-key", _("The module has no key that counts."))
    journal.write(
        Act.KEY_RETIRED,
        by=by,
        now=now,
        organisation=module.organisation_id,
        on=str(module.pk),
        detail={"reason": reason},
    )
    return module


def _issue(module: Module, verifier_key: str, by: Scope, now: datetime) -> Issued:
    _void_codes(module, now)
    code = new_code(verifier_key)
    expires = now + CODE_LIVES
    EnrolmentCode(
        module=module, organisation_id=module.organisation_id, digest=code_digest(code), expires_at=expires
    ).save(force_insert=True)
    journal.write(Act.CODE_ISSUED, by=by, now=now, organisation=module.organisation_id, on=str(module.pk))
    return Issued(module, code, expires)


def _void_codes(module: Module, now: datetime) -> None:
    EnrolmentCode.objects.filter(module=module, used_at=None, expires_at__gt=now).update(expires_at=now)
