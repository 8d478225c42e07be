"""How a service of the sandbox behaves: well, slowly, not at all, or damaged."""

from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus

from msgspec.structs import replace

from qorgan.gate.providers.sandbox.web import Answered, Asked, Handler, Said


class Mode(StrEnum):
    """A behaviour."""

    NORMAL = "normal"
    SLOW = "slow"
    OUTAGE = "outage"
    DAMAGED = "damaged"


class Behaviour:
    """Of one service, until it is told otherwise."""

    def __init__(self, slow_seconds: float = 20) -> None:
        self.mode = Mode.NORMAL
        self.slow_seconds = slow_seconds

    def demand_working(self) -> None:
        """Refuse while there is an outage."""
        if self.mode is Mode.OUTAGE:
            raise Answered(HTTPStatus.SERVICE_UNAVAILABLE, "outage")

    def behaving(self, handler: Handler) -> Handler:
        """A handler that behaves so."""

        def behave(asked: Asked, part: str) -> Said:
            self.demand_working()
            said = handler(asked, part)
            if self.mode is Mode.DAMAGED:
                return replace(said, body=said.body[: len(said.body) // 2])
            return replace(said, after=self.slow_seconds) if self.mode is Mode.SLOW else said

        return behave
