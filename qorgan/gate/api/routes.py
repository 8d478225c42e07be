"""The table of routes: method, path, what comes, what goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from qorgan.gate.api import given, inspecting, queries, reports, resources, taken
from qorgan.gate.api.call import Answer, Call
from qorgan.gate.api.models import FOR_PEOPLE, Kind

ROOT: Final = "/api/v1"
_SMALL: Final = 16 * 1024
_WITH_EVIDENCE: Final = 2 * 1024 * 1024
"""Bytes: an answer may hold a signed document, or what an app brings from a device of the institution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing that can be asked."""

    method: str
    path: str
    """Below ROOT, with Django's converters."""
    does: Callable[[Call], Answer]
    takes: type[taken.Taken] | None = None
    gives: Any = None
    """A struct or a list of them; None for nothing."""
    status: int = HTTPStatus.OK
    also: tuple[str, ...] = ()
    """Media types that it may give instead of JSON."""
    most_bytes: int = _SMALL
    query: Mapping[str, queries.Schema] = field(default_factory=dict)
    """What may stand in the query, each as OpenAPI says it; nothing else may."""
    callers: frozenset[Kind] = FOR_PEOPLE
    """Which kinds of callers may ask: any other is refused before anything is read."""

    @property
    def name(self) -> str:
        """The operation's."""
        return self.does.__name__.replace("_", "-")

    @property
    def of_ceremony(self) -> bool:
        """Whether it needs a ceremony's secret."""
        return self.path.startswith("ceremonies/")

    @property
    def of_session(self) -> bool:
        """Whether it needs a session."""
        return self.path.startswith(("session", "devices", "factors"))


def _get(path: str, does: Callable[[Call], Answer], gives: Any) -> Route:
    return Route(method="GET", path=path, does=does, gives=gives)


def _post(
    path: str, does: Callable[[Call], Answer], takes: type[taken.Taken], gives: Any, *, most_bytes: int = _SMALL
) -> Route:
    return Route(method="POST", path=path, does=does, takes=takes, gives=gives, most_bytes=most_bytes)


def _delete(path: str, does: Callable[[Call], Answer]) -> Route:
    return Route(method="DELETE", path=path, does=does, status=HTTPStatus.NO_CONTENT)


def _created(path: str, does: Callable[[Call], Answer], takes: type[taken.Taken], gives: Any) -> Route:
    return Route(method="POST", path=path, does=does, takes=takes, gives=gives, status=HTTPStatus.CREATED)


_INSPECTORS: Final = frozenset({Kind.INSPECTOR})
_ONE: Final = "ceremonies/<uuid:id>"
ROUTES: Final[tuple[Route, ...]] = (
    _created("ceremonies", resources.begin, taken.NewCeremony, given.CeremonyShown),
    _get(_ONE, resources.look, given.CeremonyShown),
    _delete(_ONE, resources.give_up),
    _post(f"{_ONE}/identifier", resources.identify, taken.Named, given.CeremonyShown),
    _post(f"{_ONE}/applicant", resources.apply, taken.NewClient, given.CeremonyShown),
    _post(f"{_ONE}/invitation", resources.show_invitation, taken.Invitation, given.CeremonyShown),
    _post(f"{_ONE}/challenges", resources.challenge, taken.Asked, given.Challenge),
    _post(f"{_ONE}/answers", resources.prove, taken.Answered, given.CeremonyShown, most_bytes=_WITH_EVIDENCE),
    _post(f"{_ONE}/number", resources.ask_number, taken.Number, given.NumberAsked),
    _post(f"{_ONE}/number-code", resources.confirm_number, taken.NumberCode, given.CeremonyShown),
    _post(f"{_ONE}/enrolment-challenges", resources.begin_enrolment, taken.Asked, given.Challenge),
    _post(f"{_ONE}/enrolments", resources.enrol, taken.Answered, given.CeremonyShown, most_bytes=_WITH_EVIDENCE),
    _post(f"{_ONE}/end", resources.finish, taken.Ending, given.Done, most_bytes=_WITH_EVIDENCE),
    _created("sign-ins", resources.sign_in, taken.SignIn, given.Done),
    _get("session", resources.own_session, given.SessionShown),
    _delete("session", resources.sign_out),
    _get("sessions", resources.all_sessions, list[given.SessionShown]),
    _delete("sessions", resources.end_others),
    _delete("sessions/<uuid:id>", resources.end_session),
    _get("devices", resources.all_devices, list[given.DeviceShown]),
    _delete("devices/<uuid:id>", resources.remove_device),
    _get("factors", resources.all_factors, list[given.FactorShown]),
    Route(
        method="GET",
        path="journal",
        does=inspecting.search_journal,
        gives=reports.EntriesShown,
        query=queries.JOURNAL,
        callers=_INSPECTORS,
    ),
    Route(
        method="GET",
        path="inspection",
        does=inspecting.figures,
        gives=reports.FiguresShown,
        query=queries.PERIOD,
        callers=_INSPECTORS,
    ),
    Route(
        method="POST",
        path="evidence",
        does=inspecting.take_evidence,
        takes=taken.Evidence,
        gives=reports.EvidenceShown,
        also=(inspecting.CSV,),
        callers=_INSPECTORS,
    ),
)
"""Those of one path stand together."""
