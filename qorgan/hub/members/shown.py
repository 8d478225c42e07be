"""Members as pages show them: an institution with its modules, a module with its last word, an entry of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qorgan.hub.members.access import Reach, Scope
from qorgan.hub.members.health import Health, backlog, health_of
from qorgan.hub.members.journal import Act
from qorgan.hub.members.models import JournalEntry, Membership, Module, ModuleKey, Organisation, Person
from qorgan.law.asoi import OrganisationKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ACTS: Final[dict[str, _StrPromise]] = {
    Act.ABSENCE_RECORDED: _("Recorded an absence"),
    Act.ABSENCE_REVOKED: _("Ended an absence early"),
    Act.ACCOUNT_BLOCKED: _("Blocked an account"),
    Act.ACCOUNT_HANDED_OVER: _("Handed an account's roles over"),
    Act.ACCOUNT_INVITED: _("Issued an invitation"),
    Act.ACCOUNT_OPENED: _("Set the first password by invitation"),
    Act.ACCOUNT_UNBLOCKED: _("Unblocked an account"),
    Act.APPLICATION_ACCEPTED: _("Accepted an application"),
    Act.APPLICATION_MADE: _("Made an application"),
    Act.APPLICATION_MENDED: _("Mended an application"),
    Act.APPLICATION_SENT_BACK: _("Sent an application back"),
    Act.APPLICATION_TAKEN_UP: _("Took up an application"),
    Act.APPLICATION_WITHDRAWN: _("Withdrew an application"),
    Act.CALENDAR_CHANGED: _("Changed the calendar of working days"),
    Act.CODE_ISSUED: _("Issued a one-time code"),
    Act.DOCUMENTS_EXPORTED: _("Took a list of documents out of the hub"),
    Act.FACTOR_ADDED: _("Added a second factor"),
    Act.FACTOR_REMOVED: _("Removed a second factor"),
    Act.FACTOR_RENEWED: _("Made new recovery codes"),
    Act.FACTOR_RESET: _("Reset a lost second factor"),
    Act.FACTOR_RESET_ASKED: _("Asked to reset a lost second factor"),
    Act.FACTOR_RESET_DECLINED: _("Declined to reset a second factor"),
    Act.KEY_RETIRED: _("Took a module's key off"),
    Act.KEY_ROTATED: _("The module changed its key"),
    Act.MODULE_ADDED: _("Added a module"),
    Act.MODULE_ENROLLED: _("The module enrolled"),
    Act.MODULE_REVOKED: _("Revoked a module"),
    Act.ORGANISATION_CHANGED: _("Changed a profile"),
    Act.ORGANISATION_CONNECTED: _("Connected an institution"),
    Act.ORGANISATION_RESUMED: _("Took an institution back on"),
    Act.ORGANISATION_SUSPENDED: _("Suspended an institution"),
    Act.PASSWORD_CHANGED: _("Changed the password"),
    Act.PERSON_ADDED: _("Opened an account"),
    Act.ROLE_GIVEN: _("Gave a role"),
    Act.ROLE_TAKEN: _("Took a role away"),
    Act.SIGNALS_EXPIRED: _("Dropped a day's signals"),
    Act.SIGNALS_LIVE: _("Watched signals live"),
    Act.SIGNALS_READ: _("Read a signal"),
    Act.SIGNALS_SEARCH: _("Searched signals"),
    Act.SIGNED_IN: _("Signed in"),
    Act.SIGNED_OUT: _("Signed out"),
    Act.SIGN_IN_FAILED: _("Failed to sign in"),
    Act.SIGN_IN_REFUSED: _("Was refused for too many attempts"),
    Act.SITUATION_READ: _("Looked at the situation"),
    Act.SOURCE_ALARMED: _("A module told that a source gives what is unusual"),
    Act.STATISTICS_EXPORTED: _("Took statistics out of the hub"),
    Act.STATISTICS_READ: _("Read statistics"),
    Act.TOKEN_ISSUED: _("Issued a token"),
    Act.TOKEN_REVOKED: _("Ended a token"),
    Act.WEBHOOK_ADDED: _("Named an address to be called"),
    Act.WEBHOOK_REMOVED: _("Removed an address that was called"),
    Act.WEBHOOK_ROTATED: _("Gave an address that is called a new secret"),
}


OF_STRANGERS: Final = frozenset({Act.SIGN_IN_FAILED, Act.SIGN_IN_REFUSED})
"""Nobody was proven to have done these; `object` is whose account was tried."""
OF_ACCOUNTS: Final = OF_STRANGERS | {
    *(Act.FACTOR_ADDED, Act.FACTOR_REMOVED, Act.FACTOR_RENEWED, Act.PASSWORD_CHANGED),
    *(Act.FACTOR_RESET, Act.FACTOR_RESET_ASKED, Act.FACTOR_RESET_DECLINED),
    *(Act.SIGNED_IN, Act.SIGNED_OUT, Act.PERSON_ADDED),
}
"""`object` is a person's number."""


@dataclass(frozen=True, slots=True)
class ModuleShown:
    """A module, how it does, and what its last heartbeat said."""

    module: Module
    health: Health
    waiting: int
    keys: list[ModuleKey]

    @property
    def status(self) -> dict[str, Any]:
        """The last heartbeat; empty before the first."""
        return self.module.status or {}

    @property
    def ignored(self) -> int:
        """Records that are no signals."""
        return sum(self.status.get("ignored", {}).values())


@dataclass(frozen=True, slots=True)
class OrganisationShown:
    """An institution in the list."""

    organisation: Organisation
    kind: OrganisationKind
    modules: list[ModuleShown]

    @property
    def living(self) -> list[ModuleShown]:
        """Modules that are not revoked."""
        return [shown for shown in self.modules if shown.health is not Health.REVOKED]

    @property
    def lacks_module(self) -> bool:
        """Whether it is bound to have a module and has none (R67.7)."""
        return self.kind.must_install_module and not self.living


@dataclass(frozen=True, slots=True)
class EntryShown:
    """An entry of the journal."""

    at: datetime
    who: str
    act: _StrPromise | str
    organisation: str
    object: str
    link: str
    """Module and number of a signal, or ''."""
    detail: list[tuple[str, str]]


def module_shown(module: Module, now: datetime, keys: Iterable[ModuleKey] = ()) -> ModuleShown:
    """A module as it is now."""
    status = module.status or {}
    health = health_of(module.state, module.last_seen_at, status, now)
    return ModuleShown(module, health, backlog(status), list(keys))


def organisations_shown(
    organisations: Iterable[Organisation], modules: Iterable[Module], now: datetime
) -> list[OrganisationShown]:
    """Institutions, each with its modules."""
    owned: dict[Any, list[ModuleShown]] = {}
    for module in modules:
        owned.setdefault(module.organisation_id, []).append(module_shown(module, now))
    return [OrganisationShown(one, OrganisationKind(one.kind), owned.get(one.pk, [])) for one in organisations]


def entries_shown(entries: list[JournalEntry], scope: Scope, names: dict[Any, str]) -> list[EntryShown]:
    """Entries of the journal in words.

    An institution learns that the centre's people read its data, and the names of its own people alone.
    """
    people = {entry.person_id for entry in entries if entry.person_id is not None}
    people |= {account for entry in entries if (account := _account(entry)) is not None}
    if scope.reach is not Reach.CENTRE:
        people = set(Membership.objects.filter(person_id__in=people).values_list("person_id", flat=True))
    called = dict(Person.objects.filter(pk__in=people).values_list("pk", "full_name"))
    return [_entry(entry, called, names) for entry in entries]


def _entry(entry: JournalEntry, called: dict[int, str], names: dict[Any, str]) -> EntryShown:
    account = _account(entry)
    if entry.act in OF_STRANGERS:
        who = gettext("somebody who did not sign in")
    elif entry.person_id is None:
        who = gettext("the hub itself")
    else:
        who = called.get(entry.person_id, gettext("an employee of the sectoral centre"))
    return EntryShown(
        at=entry.at,
        who=who,
        act=ACTS.get(entry.act, entry.act),
        organisation=names.get(entry.organisation_id, "") if entry.organisation_id else "",
        object=entry.object if account is None else called.get(account, ""),
        link=entry.object if entry.act == Act.SIGNALS_READ else "",
        detail=_detail(entry.detail),
    )


def _account(entry: JournalEntry) -> int | None:
    """Whose account an entry is about, if it is about one."""
    return int(entry.object) if entry.act in OF_ACCOUNTS and entry.object.isdecimal() else None


def _detail(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """The details as pairs, those of a search one by one."""
    found: list[tuple[str, str]] = []
    for name, value in detail.items():
        if isinstance(value, dict):
            found += [(inner, _flat(told)) for inner, told in value.items()]
        elif value not in ("", None, [], {}):
            found.append((name, _flat(value)))
    return found


def _flat(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
