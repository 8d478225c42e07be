"""The process of the clerk, which answers to nobody over the network.

Run as `python -m qorgan.hub.run.clerk LIFE`.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from types import FrameType

import django
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from qorgan.hub.config import load
from qorgan.hub.database.connection import Role, role_url
from qorgan.hub.database.log_key import read_log_key
from qorgan.kit import clock
from qorgan.kit.serving.life import end_with, speak_of


def main(arguments: list[str]) -> int:
    """Work until told to stop, or until the supervisor is gone: LIFE is the end of a pipe that it holds open."""
    life = int(arguments[0])
    speak_of("clerk")
    config = load()
    url = clerks_url(role_url(config, Role.CLERK))
    # Django has one connection, and here it is the clerk's.
    os.environ["DJANGO_SETTINGS_MODULE"] = "qorgan.hub.settings"
    os.environ["QORGAN_DATABASE_URL_WEB"] = url
    django.setup()
    # Tables can be named only from here on.
    clerk = import_module("qorgan.hub.notices.clerk").Clerk(url, read_log_key(config), config, clock.now)

    def asked_to_stop(_number: int, _frame: FrameType | None) -> None:
        clerk.stop()

    signal.signal(signal.SIGTERM, asked_to_stop)
    end_with(life)
    clerk.work()
    return 0


def clerks_url(url: str) -> str:
    """The URL of the role `qorgan_clerk`, whose connections see all of casework until they enter a person's scope."""
    options = str(conninfo_to_dict(url).get("options") or "")
    return make_conninfo(url, options=f"{options} -c qorgan.scope=clerk".strip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
