"""Timestamps of signatures that somebody signs in by: none has to be there, and one that is must hold."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from qorgan.eds import verify as eds
from qorgan.eds.algorithms import GOST2004
from qorgan.eds.pki.sandbox import LocalPort, Sandbox
from qorgan.eds.pki.signing import Holder, sign_cms, sign_xml
from qorgan.gate.factors.base import Challenge
from tests.gate.factors.signing import IIN, NOW, Authority, authority, begun, enrol, participant, proven, why

__all__ = ["authority", "participant"]


def stamped(asked: Challenge, holder: Holder, stamper: Any, at: datetime, form: str = "cms") -> dict[str, str]:
    """What a signing program answers that asks a timestamp authority as well."""
    if form == "xml":
        raw = sign_xml(asked.public["xml"].encode(), holder, NOW, with_properties=True, stamping=stamper(at))
        return {"xml": raw.decode()}
    raw = sign_cms(asked.public["text"].encode(), [holder], NOW, stamping=stamper(at))
    return {"cms": base64.b64encode(raw).decode()}


def by(world: Sandbox) -> Callable[[datetime], Any]:
    """The timestamp authority of a world, at a time."""
    return lambda at: lambda over: world.stamper.token(over, at)


@pytest.mark.clause("R57.10")
@pytest.mark.parametrize("form", ["cms", "xml"])
def test_a_timestamp_need_not_be_there_and_one_that_is_there_must_hold(
    authority: Authority, participant: UUID, form: str
) -> None:
    from qorgan.gate.factors.signature import verifying

    world, person = authority.world, authority.world.person(IIN)
    enrol(participant, person)
    ceremony, later = uuid4(), NOW + timedelta(minutes=2)
    asked = begun(participant, ceremony)

    def told(stamper: Any, at: datetime) -> str:
        return why(participant, asked, stamped(asked, person, stamper, at, form), ceremony, later)

    assert told(by(Sandbox(NOW, GOST2004)), NOW) == "issuer_unknown"
    assert told(by(world), NOW - timedelta(minutes=2)) == "timestamp_wrong", "before there was anything to sign"
    assert told(by(world), later + timedelta(minutes=2)) == "timestamp_wrong", "of a time that has not come"
    another = lambda at: lambda over: world.stamper.token(over + b"x", at)  # noqa: E731
    assert told(another, NOW) == "digest_wrong", "over another signature"
    proven(participant, asked, stamped(asked, person, by(world), NOW, form), ceremony, later)
    (kept,) = verifying.kept_evidence(ceremony)
    found = eds.signature(
        kept.signed, trust=eds.Trust(pins=world.pins), at=later, port=LocalPort(world, later), document=kept.document
    )
    assert isinstance(found, eds.Verified)
    assert found.signers[0].stamped_at == NOW


@pytest.mark.clause("R57.10")
def test_no_timestamp_lets_anybody_in_by_a_certificate_that_holds_no_more(
    authority: Authority, participant: UUID
) -> None:
    world, ceremony, later = authority.world, uuid4(), NOW + timedelta(minutes=3)
    enrol(participant, world.person(IIN))
    asked = begun(participant, ceremony)
    taken_back = world.person(IIN)
    world.authority.revoke(taken_back.certificate, NOW + timedelta(minutes=1), "superseded")
    short = world.person(IIN, life=(timedelta(days=-9), timedelta(minutes=1)))
    for holder, reason in ((taken_back, "revoked"), (short, "certificate_expired")):
        answer = stamped(asked, holder, by(world), NOW)
        raw = base64.b64decode(answer["cms"])
        trust = eds.Trust(pins=world.pins)
        believed_as_a_document = eds.signature(raw, trust=trust, at=later, port=LocalPort(world, later))
        assert isinstance(believed_as_a_document, eds.Verified)
        assert why(participant, asked, answer, ceremony, later) == reason
