"""The API is what its OpenAPI document says: no server error, no undocumented answer, whatever is asked.

Schemathesis writes what is asked, out of the document itself, always the same. Ceremonies and sessions are real ones,
so that not everything ends at the door.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.ceremonies.kinds import Kind
from qorgan.gate.journal.events import Event
from qorgan.gate.journal.search import asked
from qorgan.gate.journal.search.query import Query
from qorgan.gate.providers.sandbox.numbers_site import invented_phone
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import somebody, whence
from tests.gate.fixtures_registries import registries

__all__ = ["registries"]
CHECKS = [
    *(not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance),
    *(allow_header_conformance, unsupported_method),
]
EXAMPLES = 12
"""For each route, stage and mode."""
KINDS = ("server", "app", "inspector")
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def described(gate) -> dict[str, Any]:
    from qorgan.gate.api import openapi

    return msgspec.json.decode(openapi.document())


def test_the_document_is_valid_and_has_every_route_once(described):
    from qorgan.gate.api.routes import ROUTES

    OpenAPIV31SpecValidator(described).validate()
    told = [one["operationId"] for path in described["paths"].values() for one in path.values()]
    assert sorted(told) == sorted(route.name for route in ROUTES)
    assert len(set(told)) == len(told)


def test_what_it_says_of_methods_and_kinds_is_what_there_is(described):
    shapes = described["components"]["schemas"]
    assert set(shapes["NewCeremony"]["properties"]["kind"]["enum"]) == {one.value for one in Kind}
    assert set(shapes["Asked"]["properties"]["method"]["enum"]) == {one.value for one in Method} - {"question"}
    assert set(shapes["Event"]["enum"]) == {one.value for one in Event}
    for name, shape in shapes.items():
        if shape.get("additionalProperties") is False or "enum" in shape:
            continue
        assert name.endswith(("Shown", "Asked", "Challenge", "Done")), name


@pytest.mark.clause("R57.4")
def test_each_operation_says_which_kinds_of_callers_may_ask_and_what_may_stand_in_its_query(described):
    from qorgan.gate.api.routes import ROUTES

    told = {one["operationId"]: one for path in described["paths"].values() for one in path.values()}
    for route in ROUTES:
        said = told[route.name]
        assert {kind for one in said["security"] for kind in one["caller"]} == {kind.value for kind in route.callers}
        assert {one["name"] for one in said["parameters"] if one["in"] == "query"} == set(route.query)
    reads = {name for name, one in told.items() if one["security"] == [{"caller": ["inspector"]}]}
    assert reads == {"search-journal", "figures", "take-evidence"}
    named = {one["name"] for one in told["search-journal"]["parameters"]}
    assert named == {*asked.FIELDS, "after", "size"}
    assert {"events" if one == "event" else one for one in asked.FIELDS} == set(Query.__struct_fields__)
    files = told["take-evidence"]["responses"]["200"]["content"]
    assert set(files) == {"application/json", "text/csv"}


class Places:
    """Where somebody may stand when they ask: each time anew, since what is asked may end it."""

    def __init__(self, gate: Any, population: Population) -> None:
        self.gate = gate
        self.who = somebody(population)
        self.names = ["begun", "half", "nowhere", "ready", "registering"]

    def headers(self, name: str, *, session: bool) -> dict[str, str]:
        """What opens the place, and the identifier for its path."""
        found = {"id": NOWHERE, "Qorgan-Ceremony": "guessed"} if name == "nowhere" else self._ceremony(name)
        return {**found, "Qorgan-Session": self._session() if session and name != "nowhere" else "guessed"}

    def _ceremony(self, name: str) -> dict[str, str]:
        from qorgan.gate.ceremonies import actions, introducing

        now = datetime.now(UTC)
        kind = Kind.REGISTRATION if name == "registering" else Kind.PASSWORD_CHANGE
        begun = actions.begin(kind, self.who.population, whence(), now=now)
        if kind is Kind.REGISTRATION:
            applicant = introducing.Applicant(iin=invented_iin(4), name="Test", phone=invented_phone(4))
            introducing.apply(begun, applicant, whence=whence(), now=now)
        if name in {"half", "ready"}:
            actions.identify(begun, self.who.identifier, now=now)
            methods = [Method.PASSWORD, Method.ONE_TIME_CODE][: 1 if name == "half" else 2]
            proofs = [{"method": one.value, "credential": one.value, "at": now.isoformat()} for one in methods]
            self.gate.tamper("UPDATE ceremony SET proofs = %s WHERE id = %s", json.dumps(proofs), begun.ceremony)
        return {"id": str(begun.ceremony), "Qorgan-Ceremony": begun.secret}

    def _session(self) -> str:
        from qorgan.gate.ceremonies import actions

        now = datetime.now(UTC)
        self.gate.tamper("UPDATE one_time_code SET last_step = 0")
        answers = self.who.answers(now)
        done = actions.sign_in_at_once(self.who.population, self.who.identifier, answers, whence=whence(), now=now)
        return done.session_secret or ""


@pytest.mark.clause("R48.161.1")
@pytest.mark.clause("R48.161.3")
def test_nothing_that_can_be_asked_is_answered_otherwise_than_described(gate, registries, caller, described):
    from django.core.wsgi import get_wsgi_application

    registries.hands.at = datetime.now(UTC)
    config = schemathesis.Config()
    config.projects.default.generation.update(with_security_parameters=False)
    schema = schemathesis.openapi.from_dict(described, config=config)
    schema.app = get_wsgi_application()
    tokens, places = {kind: caller(kind=kind).token for kind in KINDS}, Places(gate, Population.BANK_CLIENT)
    wrong, answers = [], Counter[tuple[str, int]]()
    for found in schema.get_all_operations():
        for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
            said = found.ok().definition.raw
            if mode is GenerationMode.NEGATIVE and not ("requestBody" in said or found.ok().query):
                continue
            token = tokens[said["security"][0]["caller"][0]]
            try:
                asks(found.ok(), mode, {"Authorization": f"Bearer {token}", "Host": "localhost"}, places, answers)
            except (AssertionError, BaseExceptionGroup) as told:
                wrong.append(f"{found.ok().label} ({mode.value}): {told!r} {getattr(told, 'exceptions', '')}")
    assert not wrong, "\n\n".join(wrong)
    # Otherwise everything ended at the door.
    seen = Counter[int]()
    for (_name, status), count in answers.items():
        seen[status] += count
    assert set(seen) >= {200, 204, 400, 403, 404, 409}, seen
    assert seen[200] + seen[201] + seen[204] > 50, seen
    assert min(answers[name, 200] for name in ("search-journal", "figures", "take-evidence")) > 0, answers


def asks(operation: Any, mode: GenerationMode, headers: dict[str, str], places: Places, seen: Counter[Any]) -> None:
    """Ask one operation several things, the same in every run."""
    needs = {one["name"] for one in operation.definition.raw["parameters"]}

    @given(data=st.data())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(data: st.DataObject) -> None:
        place = places.headers(data.draw(st.sampled_from(places.names)), session="Qorgan-Session" in needs)
        identifier = place.pop("id")
        paths = st.fixed_dictionaries({one.name: st.just(identifier) for one in operation.path_parameters})
        case = data.draw(operation.as_strategy(mode, path_parameters=data.draw(paths)))
        opening = {name: value for name, value in place.items() if name in needs}
        answer = case.call_and_validate(headers={**headers, **opening}, checks=CHECKS)
        seen[operation.definition.raw["operationId"], answer.status_code] += 1

    ask()
