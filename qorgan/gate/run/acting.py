"""Commands on rows run as the web role, in the name of the gate itself."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from typing import cast

import django
from django.db import OperationalError, connection

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.database.prepare import connected
from qorgan.gate.sealing import belonging
from qorgan.kit.outcome import Outcome
from qorgan.kit.pages.language import in_english


def act(config: Config, args: argparse.Namespace, room: str, verb: str) -> Outcome:
    """Do what the function `verb` of a room here does, with Django connected. Each is a transaction of its own."""
    with connected(config) as urls:
        belonging.check(urls[Role.OWNER], config.state)
        os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.gate.settings"
        os.environ["QORGAN_GATE_DATABASE_URL_WEB"] = urls[Role.WEB]
        os.environ["QORGAN_GATE_STATE"] = str(config.state.resolve())
        django.setup()
        # Tables can be named only from here on.
        found = import_module(f"qorgan.gate.run.{room}")
        try:
            with in_english():
                return cast("Outcome", getattr(found, verb)(config, args))
        except OperationalError as error:
            # Django's own wrapping; what it wraps is told as everywhere.
            raise error.__cause__ or error from None
        finally:
            connection.close()
