"""What `qorgan gate caller-add` and `caller-revoke` do. They run inside `acting.act`."""

from __future__ import annotations

import argparse
from http import HTTPStatus
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qorgan.gate.api import callers
from qorgan.gate.api.models import Kind
from qorgan.gate.clients.act import Act
from qorgan.gate.config import Config
from qorgan.gate.journal.entry import HERE
from qorgan.kit.clock import now
from qorgan.kit.outcome import Outcome
from qorgan.kit.refusal import Refusal
from qorgan.law.factors import Population


def caller_add(_config: Config, args: argparse.Namespace) -> Outcome:
    """A token, shown this once. Raises Refusal."""
    act = Act(now=now(), whence=HERE)
    population = Population(args.population) if args.population else None
    made, token = callers.register(args.name, Kind(args.kind), population, act=act)
    words = f"{made.name} may call the API as {made.pk}. Its token, which nobody can show again:\n{token}"
    return Outcome({"id": str(made.pk), "name": made.name, "token": token}, words)


def caller_revoke(_config: Config, args: argparse.Namespace) -> Outcome:
    """End a token. Raises Refusal."""
    try:
        caller = UUID(args.caller)
    except ValueError:
        raise Refusal("caller-unknown", _("There is no such program."), status=HTTPStatus.NOT_FOUND) from None
    callers.revoke(caller, act=Act(now=now(), whence=HERE))
    return Outcome({"revoked": str(caller)}, "The token counts no more.")
