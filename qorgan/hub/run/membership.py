"""What the commands on members do: the same acts as the portal's. Each runs inside `acting.act`."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from qorgan.hub.config import Config
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.members import actions, modules, people, queries
from qorgan.hub.members.access import HUB
from qorgan.hub.members.models import Organisation
from qorgan.hub.members.profile import Profile
from qorgan.hub.members.roles import Role
from qorgan.kit.outcome import Outcome
from qorgan.kit.refusal import Refusal


def organisations(_config: Config, _args: argparse.Namespace) -> Outcome:
    """Every organisation with its modules."""
    listed = [_described(one) for one in queries.organisations()]
    lines: list[str] = []
    for one in listed:
        lines.append(f"{one['bin']}  {one['kind']:<20} {one['state']:<10} {one['name']}")
        for module in one["modules"]:
            seen = module["last_seen_at"] or "never seen"
            lines.append(f"    {module['id']}  {module['state']:<18} {module['name']}  {seen}")
    return Outcome(
        listed, "\n".join(lines) or "No organisation is connected; see `qorgan hub organisation-add --help`."
    )


def organisation_add(_config: Config, args: argparse.Namespace) -> Outcome:
    """Connect an organisation."""
    names = ("bin", "kind", "name_kk", "name_ru", "name_en", "email", "reporting_phone")
    try:
        profile = msgspec.convert({name: getattr(args, name) for name in names}, Profile)
    except msgspec.ValidationError as error:
        raise Refusal("profile-wrong", str(error)) from None
    served_by = _organisation(args.served_by).pk if args.served_by else None
    made = actions.connect_organisation(profile, served_by=served_by, by=HUB, now=_now())
    return Outcome({"organisation": str(made.pk), "bin": made.bin}, f"{made.bin} {made.name_en} is connected.")


def organisation_suspend(_config: Config, args: argparse.Namespace) -> Outcome:
    """Take an organisation off."""
    organisation = _organisation(args.bin)
    return _moved(actions.suspend_organisation(organisation.pk, reason=args.reason, by=HUB, now=_now()))


def organisation_resume(_config: Config, args: argparse.Namespace) -> Outcome:
    """Take an organisation back on."""
    organisation = _organisation(args.bin)
    return _moved(actions.resume_organisation(organisation.pk, reason=args.reason, by=HUB, now=_now()))


def module_add(config: Config, args: argparse.Namespace) -> Outcome:
    """Let an organisation have a module."""
    organisation = _organisation(args.bin)
    key = str(read_log_key(config).verifier())
    return _issued(modules.add_module(organisation.pk, args.name, verifier_key=key, by=HUB, now=_now()))


def module_code(config: Config, args: argparse.Namespace) -> Outcome:
    """A new code for a module."""
    key = str(read_log_key(config).verifier())
    return _issued(modules.issue_code(_uuid(args.module), verifier_key=key, by=HUB, now=_now()))


def module_revoke(_config: Config, args: argparse.Namespace) -> Outcome:
    """Take a module off for good."""
    module = modules.revoke_module(_uuid(args.module), reason=args.reason, by=HUB, now=_now())
    return Outcome({"module": str(module.pk), "state": module.state}, f"{module.name} is revoked.")


def person_add(_config: Config, args: argparse.Namespace) -> Outcome:
    """Open an account with one role. The password comes from standard input, and is never an argument."""
    if args.role not in Role.values:
        raise Refusal("role-unknown", f"Give one of these roles: {', '.join(Role.values)}.")
    organisation = _organisation(args.bin)
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refusal("password-weak", " ".join(error.messages)) from None
    person = people.add_person(
        email=args.email,
        full_name=args.name,
        position=args.position,
        phones=args.phones,
        password=password,
        by=HUB,
        now=_now(),
    )
    people.give_role(person, organisation.pk, Role(args.role), by=HUB, now=_now())
    return Outcome({"person": person.pk, "email": person.email}, f"{person.email} may sign in.")


def _described(one: Organisation) -> dict[str, Any]:
    return {
        "bin": one.bin,
        "kind": one.kind,
        "name": one.name_en,
        "state": one.state,
        "served_by": one.served_by.bin if one.served_by else None,
        "modules": [
            {
                "id": str(module.pk),
                "name": module.name,
                "state": module.state,
                "version": module.version,
                "last_seen_at": module.last_seen_at.isoformat() if module.last_seen_at else None,
                "high_water": module.high_water,
            }
            for module in queries.modules(one)
        ],
    }


def _moved(moved: Organisation) -> Outcome:
    return Outcome({"bin": moved.bin, "state": moved.state}, f"{moved.name_en} is {moved.state}.")


def _issued(issued: modules.Issued) -> Outcome:
    until = issued.expires_at.isoformat(timespec="seconds")
    said = {"module": str(issued.module.pk), "code": issued.code, "expires_at": until}
    words = f"module  {issued.module.pk}\ncode    {issued.code}\nuntil   {until}; it is shown only now and works once"
    return Outcome(said, words)


def _organisation(bin_: str) -> Organisation:
    found = Organisation.objects.filter(bin=bin_).first()
    if found is None:
        raise Refusal("organisation-unknown", f"No organisation has the BIN {bin_}; see `qorgan hub organisations`.")
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal("module-unknown", f"{text} is not a module's id; see `qorgan hub organisations`.") from None


def _now() -> datetime:
    return datetime.now(UTC)
