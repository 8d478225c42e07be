"""The API is what its OpenAPI document says: no server error, no undocumented answer, for callers of several roles.

Schemathesis writes what is asked, out of the document itself, always the same. Identifiers come from a market that
has documents in it, so that not everything ends at "not there".
"""

from __future__ import annotations

from functools import cache
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

from tests.hub.warnings.steps import threat

ROLES = ("alpha_maker", "gamma_head", "soc_maker", "analyst", "chief", "auditor")
CHECKS = [
    *(not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance),
    *(allow_header_conformance, unsupported_method),
]
EXAMPLES = 3
"""For each route, role and mode: the whole test stays below a minute."""


@pytest.fixture
def described() -> dict[str, Any]:
    from qorgan.hub.api import openapi

    return msgspec.json.decode(openapi.document())


ROOMS = {
    "applications": "application",
    "absences": "absence",
    "resets": "factor_reset",
    "modules": "module",
    "webhooks": "webhook",
    "undelivered": "delivery",
}
"""Tables of members' things, by the first word of their routes."""


def ids_of(market: Any, table: str) -> list[str]:
    rows = market.hub.rows(f"SELECT id FROM {table} ORDER BY id")
    return [*(str(one) for (one,) in rows), "00000000-0000-4000-8000-000000000000"]


def test_the_document_is_valid(market, described):
    OpenAPIV31SpecValidator(described).validate()


def test_every_route_is_described_once(market, described):
    from qorgan.hub.api.routes import ROUTES

    told = [one["operationId"] for path in described["paths"].values() for one in path.values()]
    assert sorted(told) == sorted(route.name for route in ROUTES)
    assert len(set(told)) == len(told)


@pytest.fixture
def shelves(market, program, monday) -> dict[str, list[str]]:
    """Identifiers that lead somewhere, and some that do not."""
    from qorgan.hub.casework import attachments, drafts

    warning = threat(market)
    card = drafts.create(
        "incident-card", author=market.organisations["alpha"], by=market.scope("alpha_maker"), now=monday
    )
    file = attachments.add(card.pk, "a.txt", b"words", by=market.scope("alpha_maker"), now=monday)
    ids = [str(one) for (one,) in market.hub.rows("SELECT id FROM document ORDER BY id")]
    parts = [str(one) for (one,) in market.hub.rows("SELECT id FROM document_reception ORDER BY id")]
    nowhere = "00000000-0000-4000-8000-000000000000"
    organisations = [str(one) for one in market.organisations.values()]
    return {
        "documents": [*ids, nowhere],
        "receptions": [*parts, nowhere],
        "attachments": [str(file.pk), nowhere],
        "members": [*organisations, nowhere],
        **{room: ids_of(market, table) for room, table in ROOMS.items()},
        "person": [str(market.people["alpha_maker"]), str(market.people["chief"]), "0", "9" * 30],
        "language": ["kk", "ru", "en", "xx"],
        "verb": ["take-up", "accept", "submit", "propose", "agree", "receive", "return", "accept", "nonsense"],
        "number": ["1", "0", "7", "99999999999999999999999"],
        "act": [str(one) for (one,) in market.hub.rows("SELECT id FROM document_act")] + ["0", "9" * 30],
        "module": [nowhere],
        "sequence": ["1", "9" * 30],
        "warning": [str(warning.pk)],
    }


@pytest.mark.clause("R67.3.7")
@pytest.mark.parametrize("who", ROLES)
def test_nothing_that_can_be_asked_is_answered_otherwise_than_described(who, market, program, described, shelves):
    headers = {"Authorization": f"Bearer {program(who).secret}", "Host": "localhost"}
    wrong = []
    for operation in operations(msgspec.json.encode(described)):
        for mode in modes(operation):
            try:
                asks(operation, mode, headers, shelves)
            except (AssertionError, BaseExceptionGroup) as told:
                wrong.append(f"{operation.label} ({mode.value}): {told!r} {getattr(told, 'exceptions', '')}")
    assert not wrong, "\n\n".join(wrong)


@cache
def operations(document: bytes) -> list[Any]:
    """What the document says can be asked, understood once for every caller."""
    from django.core.wsgi import get_wsgi_application

    config = schemathesis.Config()
    config.projects.default.generation.update(with_security_parameters=False)
    schema = schemathesis.openapi.from_dict(msgspec.json.decode(document), config=config)
    schema.app = get_wsgi_application()
    return [found.ok() for found in schema.get_all_operations()]


def modes(operation: Any) -> list[GenerationMode]:
    """Right words always, wrong ones where words can be wrong at all."""
    asked = operation.definition.raw
    takes = asked.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    may_be_wrong = takes or any(one["in"] == "query" for one in asked["parameters"])
    return [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if may_be_wrong else [])]


def asks(operation: Any, mode: GenerationMode, headers: dict[str, str], shelves: dict[str, list[str]]) -> None:
    """Ask one operation several things, the same in every run."""
    room = operation.path.removeprefix("/api/v1/").partition("/")[0]
    names = [one.name for one in operation.path_parameters]
    places = st.fixed_dictionaries({name: st.sampled_from(shelves[room if name == "id" else name]) for name in names})

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
        case = data.draw(operation.as_strategy(mode, path_parameters=data.draw(places)))
        if operation.definition.raw.get("requestBody", {}).get("content", {}).keys() == {"application/octet-stream"}:
            case.body = b"raw"
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()
