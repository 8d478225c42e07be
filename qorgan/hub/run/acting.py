"""Commands on members run as the web role, in one transaction, in the name of the hub itself."""

from __future__ import annotations

import argparse
import os
from importlib import import_module

import django
from django.db import connection, transaction

from qorgan.hub.config import Config
from qorgan.hub.database.connection import Role
from qorgan.hub.run.server import connected
from qorgan.kit.outcome import Outcome
from qorgan.kit.pages.language import in_english


def act(config: Config, args: argparse.Namespace, room: str, verb: str) -> Outcome:
    """Do what the function `verb` of a room here does, with Django connected and the scope entered."""
    with connected(config) as urls:
        os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.hub.settings"
        os.environ["QORGAN_DATABASE_URL_WEB"] = urls[Role.WEB]
        os.environ["QORGAN_HUB_STATE"] = str(config.state.resolve())
        django.setup()
        # Tables can be named only from here on.
        access = import_module("qorgan.hub.members.access")
        found = import_module(f"qorgan.hub.run.{room}")
        try:
            with in_english(), transaction.atomic():
                access.enter(access.HUB)
                outcome: Outcome = getattr(found, verb)(config, args)
            return outcome
        finally:
            connection.close()
