"""What the commands on applications do. Each runs inside `acting.act`."""

from __future__ import annotations

import argparse
import json
from typing import Any, Final

import msgspec

from qorgan.gate.config import Config
from qorgan.gate.journal.entry import HERE
from qorgan.gate.oidc import keys, registry
from qorgan.gate.oidc.registered import Authentication, Kind, Registered
from qorgan.gate.oidc.registry import Described
from qorgan.kit.clock import now
from qorgan.kit.outcome import Outcome
from qorgan.kit.refusal import Refusal

_ONCE: Final = "It is shown this once: keep it where the application reads its secrets."


def applications(_config: Config, _args: argparse.Namespace) -> Outcome:
    """Every registered application."""
    listed = registry.listed()
    lines = [f"{one.client_id:<30} {one.kind:<16} {one.population:<24} {one.name}" for one in listed]
    return Outcome(
        [_shown(one) for one in listed],
        "\n".join(lines) or "No application is registered; see `qorgan gate application-add --help`.",
    )


def application_add(_config: Config, args: argparse.Namespace) -> Outcome:
    """Register an application."""
    kind = Kind(args.kind)
    proves = args.authentication or (
        Authentication.NONE if kind in {Kind.BROWSER, Kind.NATIVE} else Authentication.SECRET_BASIC
    )
    told = {"kind": kind.value, "population": args.population, "authentication": str(proves), **_given(args)}
    made, secret = registry.add(_described({"name": args.client_id, **told}), by=None, whence=HERE, now=now())
    words = f"{made.client_id} is registered."
    if secret:
        words = f"{words}\nIts secret: {secret}\n{_ONCE}"
    return Outcome({**_shown(made), **({"secret": secret} if secret else {})}, words)


def application_change(_config: Config, args: argparse.Namespace) -> Outcome:
    """Describe an application anew: what is not said stays."""
    known = registry.registered(args.client_id)
    if known is None:
        raise Refusal("application-unknown", f"There is no application {args.client_id}.")
    so_far = {name: value for name, value in msgspec.to_builtins(known).items() if name in Described.__struct_fields__}
    made = registry.change(_described({**so_far, **_given(args)}), by=None, whence=HERE, now=now())
    return Outcome(_shown(made), f"{made.client_id} is changed.")


def application_secret(_config: Config, args: argparse.Namespace) -> Outcome:
    """Another secret."""
    secret = registry.renew_secret(args.client_id, by=None, whence=HERE, now=now())
    return Outcome({"client_id": args.client_id, "secret": secret}, f"Its secret: {secret}\n{_ONCE}")


def application_remove(_config: Config, args: argparse.Namespace) -> Outcome:
    """Let it in no more."""
    registry.remove(args.client_id, by=None, whence=HERE, now=now())
    return Outcome({"client_id": args.client_id, "removed": True}, f"{args.client_id} is let in no more.")


def rotate_signing_key(_config: Config, args: argparse.Namespace) -> Outcome:
    """Make the next key."""
    kid = keys.rotate(now=now(), whence=HERE, withdraw=args.withdraw)
    words = "signs from now on; the older keys are given up" if args.withdraw else "is published, and signs in an hour"
    return Outcome({"kid": kid, "withdrawn": args.withdraw}, f"The key {kid} {words}.")


def _given(args: argparse.Namespace) -> dict[str, Any]:
    """What was said, in the words of Described."""
    said = {
        "client_id": args.client_id,
        "name": args.name,
        "redirect_uris": args.redirect,
        "post_logout_redirect_uris": args.after_sign_out,
        "back_channel_logout_uri": args.back_channel,
        "scopes": args.scope,
        "jwks": _keys(args),
    }
    return {name: value for name, value in said.items() if value is not None}


def _keys(args: argparse.Namespace) -> Any:
    if args.jwks is None:
        return None
    try:
        return json.loads(args.jwks.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refusal("jwks-unreadable", f"{args.jwks}: {error}; give a file with a JSON Web Key Set") from None


def _described(told: dict[str, Any]) -> Described:
    try:
        return msgspec.convert(told, Described)
    except msgspec.ValidationError as error:
        raise Refusal("application-refused", str(error)) from None


def _shown(one: Registered) -> dict[str, Any]:
    """All but secrets."""
    shown = msgspec.to_builtins(one) | {"scopes": sorted(one.scopes)}
    return {name: value for name, value in shown.items() if name != "secret_digest"}
