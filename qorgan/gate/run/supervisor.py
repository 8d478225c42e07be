"""`qorgan gate run`: PostgreSQL, portal and clerk: started in order, started again when they fall, stopped."""

from __future__ import annotations

from collections.abc import Callable

from qorgan.gate.config import Config
from qorgan.gate.database.connection import Role
from qorgan.gate.database.prepare import prepared
from qorgan.gate.disruption.portal import VARIABLE
from qorgan.gate.sealing import belonging
from qorgan.gate.sealing.ring import bind
from qorgan.kit.database.server import make_state
from qorgan.kit.serving.listening import address, listen
from qorgan.kit.serving.supervisor import Process, Supervisor, alone


def run(config: Config, environment: dict[str, str], announce: Callable[[str], None]) -> None:
    """Run a gate until SIGTERM or SIGINT. Raises DatabaseRefused or CannotServe when it cannot start.

    `environment` is what its processes get, but for the database: each gets its own role's URL and no other.
    `announce` is told the portal's address once it answers.
    """
    make_state(config.state)
    with alone(config.state, "gate"), prepared(config) as urls:
        belonging.check(urls[Role.OWNER], config.state)
        bind(config.state)
        portal = listen(config.portal.host, config.portal.port, "portal.port")
        shared = {name: value for name, value in environment.items() if not name.startswith("QORGAN_GATE_DATABASE_URL")}
        shared["QORGAN_GATE_STATE"] = str(config.state.resolve())
        as_web = shared | {"QORGAN_GATE_DATABASE_URL_WEB": urls[Role.WEB]}
        answers = address(portal, "https" if config.portal.tls.certificate else "http")
        as_clerk = shared | {"QORGAN_GATE_DATABASE_URL_CLERK": urls[Role.CLERK], VARIABLE: answers}
        supervisor = Supervisor(
            [
                Process("portal", ("qorgan.gate.run.serve", "portal"), portal, as_web),
                Process("clerk", ("qorgan.gate.run.clerk",), None, as_clerk),
            ]
        )
        supervisor.stop_on_signal()
        try:
            if supervisor.await_ready([answers]):
                announce(answers)
            supervisor.watch()
        finally:
            supervisor.stop()
            portal.close()
