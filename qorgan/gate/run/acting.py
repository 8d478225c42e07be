"""Commands on rows run as the web role, in the name of the gate itself."""

from __future__ import annotations

import argparse
import os
from importlib import import_module

import django
from django.db import connection

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.database.prepare import connected
from qorgan.kit.outcome import Outcome


def act(config: Config, args: argparse.Namespace, room: str, verb: str) -> Outcome:
    """Do what the function `verb` of a room here does, with Django connected. Each is a transaction of its own."""
    with connected(config) as urls:
        os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.gate.settings"
        os.environ["QORGAN_GATE_DATABASE_URL_WEB"] = urls[Role.WEB]
        os.environ["QORGAN_GATE_STATE"] = str(config.state.resolve())
        django.setup()
        # Tables can be named only from here on.
        found = import_module(f"qorgan.gate.run.{room}")
        try:
            outcome: Outcome = getattr(found, verb)(config, args)
            return outcome
        finally:
            connection.close()
