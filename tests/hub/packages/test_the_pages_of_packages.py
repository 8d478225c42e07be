"""The centre brings a file in by a page, a module by the API; both are told why a file is not taken."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qorgan.wire import package as wire
from tests.hub.packages.conftest import Sealer

pytestmark = pytest.mark.clause("R48I.3")


@pytest.fixture
def today(market, sealer):
    return Sealer(market, datetime.now(UTC), "alpha", sealer.key, sealer.module)


@pytest.fixture
def officer(market, enlist, signed_in):
    return signed_in(enlist("centre-analyst", organisation=market.organisations["centre"]))


def post(client, body):
    return client.post("/packages/", {"file": SimpleUploadedFile("card.qpkg", body)})


def now_first_notice(today):
    from datetime import timedelta

    from tests.hub.incidents.written import first_notice

    found = (today.now - timedelta(minutes=45)).isoformat()
    return first_notice(found_at=found, started_at=found)


def test_an_officer_brings_a_file_in_and_is_told_why_another_is_not_taken(market, today, officer):
    body = today.sealed(content=now_first_notice(today))
    page = officer.get("/packages/")
    assert page.status_code == 200
    assert post(officer, body).status_code == 302
    assert post(officer, body).status_code == 302
    shown = officer.get("/packages/").content.decode()
    assert shown.count("IC-") >= 1
    changed = bytearray(body)
    changed[-1] ^= 1
    refused = post(officer, bytes(changed))
    assert refused.status_code == 422
    assert "changed on its way" in refused.content.decode()
    assert post(officer, b"").status_code == 422
    assert market.hub.rows("SELECT count(*) FROM document WHERE kind = 'incident-card'") == [(1,)]
    (who,) = market.hub.rows("SELECT brought_by_id IS NOT NULL FROM package")[0]
    assert who


def test_only_the_centre_brings_files_in(market, today, enlist, signed_in):
    for role, place in (("responsible-employee", "gamma"), ("head-of-security", "alpha"), ("auditor", "centre")):
        client = signed_in(enlist(role, organisation=market.organisations[place]))
        assert client.get("/packages/").status_code == 403
        assert post(client, today.sealed(content=now_first_notice(today))).status_code == 403
    assert market.hub.rows("SELECT count(*) FROM package") == [(0,)]


@pytest.mark.clause("R48I.3-fallback")
def test_a_module_needs_no_token_for_its_package_is_its_own_proof(market, today, visitor):
    client = visitor()
    body = today.sealed(content=now_first_notice(today))
    made = client.post(wire.PATH, body, content_type=wire.CONTENT_TYPE)
    assert made.status_code == 200, made.content
    reply = msgspec.json.decode(made.content, type=wire.Reply)
    assert reply.number.startswith("IC-")
    assert not reply.is_receipted
    again = client.post(wire.PATH, body, content_type=wire.CONTENT_TYPE)
    assert again.content == made.content
    assert client.post(wire.PATH, b"x", content_type=wire.CONTENT_TYPE).status_code == 422
    assert client.post(wire.PATH, body, content_type="application/json").status_code == 415
    assert client.get(wire.PATH).status_code == 405
    assert client.post(wire.PATH, b"x" * (wire.MAX_SIZE + 1), content_type=wire.CONTENT_TYPE).status_code == 422


def test_no_receipt_is_given_before_there_is_one(market, today, officer):
    assert post(officer, today.sealed(content=now_first_notice(today))).status_code == 302
    ((package,),) = market.hub.rows("SELECT id FROM package")
    assert officer.get(f"/packages/{package}/receipt/").status_code == 404


@pytest.mark.clause("R48.15")
def test_an_exercise_is_marked_where_packages_are_listed(market, today, officer):
    assert post(officer, today.sealed(content=now_first_notice(today))).status_code == 302
    assert "Exercise" not in officer.get("/packages/").content.decode()
    assert post(officer, today.sealed(content=now_first_notice(today), drill=True)).status_code == 302
    assert officer.get("/packages/").content.decode().count(">Exercise<") == 1
