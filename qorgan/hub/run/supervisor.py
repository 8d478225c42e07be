"""`qorgan hub run`: PostgreSQL, intake, portal and clerk: started in order, started again when they fall, stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from qorgan.hub.config import Config
from qorgan.hub.database.connection import Role
from qorgan.hub.database.log_key import read_log_key
from qorgan.hub.run.sealing import Sealer, Sealing
from qorgan.hub.run.server import prepared
from qorgan.kit.database.server import make_state
from qorgan.kit.serving.listening import address, listen, listen_apart
from qorgan.kit.serving.supervisor import Process, Supervisor, alone

_SERVE: Final = "qorgan.hub.run.serve"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the hub answers."""

    intake: str
    portal: str


def run(config: Config, environment: dict[str, str], announce: Callable[[Addresses], None]) -> None:
    """Run a hub until SIGTERM or SIGINT. Raises DatabaseRefused or CannotServe when it cannot start.

    `environment` is what its processes get, but for the database: each gets its own role's URL and no other.
    `announce` is told the addresses once both answer.
    """
    make_state(config.state)
    with alone(config.state, "hub"), prepared(config) as urls:
        intakes = listen_apart(config.intake.host, config.intake.port, "intake.port", config.intake.processes)
        portal = listen(config.portal.host, config.portal.port, "portal.port")
        shared = {name: value for name, value in environment.items() if not name.startswith("QORGAN_DATABASE_URL")}
        shared["QORGAN_HUB_STATE"] = str(config.state.resolve())
        sealing = Sealing(Sealer(urls[Role.INTAKE], read_log_key(config)))
        as_intake = shared | {"QORGAN_DATABASE_URL_INTAKE": urls[Role.INTAKE]}
        supervisor = Supervisor(
            [
                *(Process("intake", (_SERVE, "intake"), intake, as_intake) for intake in intakes),
                Process("portal", (_SERVE, "portal"), portal, shared | {"QORGAN_DATABASE_URL_WEB": urls[Role.WEB]}),
                Process(
                    "clerk",
                    ("qorgan.hub.run.clerk",),
                    None,
                    shared | {"QORGAN_DATABASE_URL_CLERK": urls[Role.CLERK]},
                ),
            ],
            sealing.now_and_then,
        )
        supervisor.stop_on_signal()
        addresses = Addresses(address(intakes[0]), address(portal))
        try:
            if supervisor.await_ready([addresses.intake, addresses.portal]):
                announce(addresses)
            supervisor.watch()
        finally:
            supervisor.stop()
            sealing.now()
            for listener in (*intakes, portal):
                listener.close()
