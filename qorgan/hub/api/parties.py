"""Routes about who calls, whom one can address, and what kinds of documents there are."""

from __future__ import annotations

from qorgan.hub.api import given
from qorgan.hub.api.call import Answer, Call
from qorgan.hub.casework import directory
from qorgan.hub.casework.kinds import DocumentKind, kinds
from qorgan.hub.members.access import require
from qorgan.hub.members.roles import Right


def me(call: Call) -> Answer:
    """Who the token speaks for."""
    return Answer(
        given.Me(
            person=call.person.pk,
            name=call.person.full_name,
            may_write=call.may_write,
            roles=[
                given.RoleAt(role=role.value, organisation=organisation)
                for organisation, role in sorted(call.scope.held, key=str)
            ],
            acts_for=list(call.scope.organisations),
        )
    )


def addressees(call: Call) -> Answer:
    """Whom a document can be addressed to."""
    require(call.scope, Right.DOCUMENTS_READ)
    return Answer(
        [
            given.Party(id=one.id, bin=one.bin, kind=one.kind.value, name=one.name(call.language))
            for one in directory.entries()
        ]
    )


def document_kinds(call: Call) -> Answer:
    """Every kind of document with its lives as tables."""
    return Answer([_kind(kind, call.language) for kind in kinds()])


def _kind(kind: DocumentKind, language: str) -> given.Kind:
    return given.Kind(
        code=kind.code,
        name=kind.document_type.label(language),
        initial=kind.life.initial,
        steps=[
            given.StepShown(
                life=life.name,
                state=step.state,
                verb=step.verb,
                to=step.to,
                who=[actor.value for actor in step.who],
                clause=step.clause,
                needs=sorted(need.value for need in step.needs),
            )
            for life in kind.lives
            for step in life.steps
        ],
        content=f"#/components/schemas/{schema_name(kind)}",
    )


def schema_name(kind: DocumentKind) -> str:
    """The name of a kind's content in the OpenAPI document."""
    return kind.content.__name__
