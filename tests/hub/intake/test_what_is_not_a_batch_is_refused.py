"""Bodies and headers that are not the contract's, or not from whom they say, are refused before they cost anything."""

from __future__ import annotations

import asyncio
import resource
from datetime import UTC, datetime, timedelta

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qorgan.hub.intake.answers import Refused
from qorgan.hub.intake.request import Buffers, Request, body_of
from qorgan.wire import batch, record, signature
from qorgan.wire.batch import SequenceRange


def refused(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


@pytest.fixture
def module(intake):
    return intake.enrol()


@pytest.mark.parametrize("sized", [True, False])
def test_a_zip_bomb_is_refused_without_being_held(intake, module, sized):
    compressor = zstandard.ZstdCompressor(level=19, write_content_size=sized)
    if sized:
        bomb = compressor.compress(b"\n" * (1 << 30))
    else:
        streaming = compressor.compressobj()
        bomb = b"".join(streaming.compress(b"\n" * (1 << 20)) for _ in range(1 << 10)) + streaming.flush()
    assert len(bomb) < batch.MAX_BODY
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(module.send_body(bomb, SequenceRange(1, 5)), 413, "too-large")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 4 * batch.MAX_EXPANDED // 1024, "memory grew with what the body claims to be"


def test_a_body_over_the_limit_is_refused(intake, module):
    refused(module.send_body(b"x" * (batch.MAX_BODY + 1), SequenceRange(1, 5)), 413, "too-large")


def test_too_many_records_are_refused(intake, module):
    body = batch.pack([b"{}"] * (batch.MAX_RECORDS + 1))
    refused(module.send_body(body, SequenceRange(1, batch.MAX_RECORDS + 1)), 413, "too-large")


def test_a_line_too_long_costs_only_itself(intake, module, a_signal):
    answer = module.send([a_signal(1), b'{"id":"' + b"x" * record.MAX_LINE + b'"}'], SequenceRange(1, 2))
    (refusal,) = answer.json()["problem"]["refused"]
    assert refusal["index"] == 1
    assert str(record.MAX_LINE) in refusal["reason"]
    assert intake.hub.rows("SELECT sequence FROM signal") == [(1,)]


@pytest.mark.parametrize("body", [b"", b"not zstd", zstandard.compress(b'{"cut":'), zstandard.compress(b"{}\n")[:-3]])
def test_a_body_that_cannot_be_read_is_refused(module, body):
    refused(module.send_body(body, SequenceRange(1, 1)), 400, "bad-encoding")


@pytest.mark.parametrize("said", ["", "5-4", "0-3", "1", "1-99999999999999999999"])
def test_a_range_that_cannot_be_read_is_refused(module, said):
    refused(module.send_body(batch.pack([b"{}"]), said), 400, "bad-sequence")


def test_another_content_type_is_refused(module):
    refused(module.send_body(b"{}", SequenceRange(1, 1), **{"Content-Type": "text/plain"}), 415, "unsupported-type")
    refused(module.send_body(b"{}", SequenceRange(1, 1), **{"Content-Encoding": "gzip"}), 415, "unsupported-type")


def test_a_header_given_twice_is_refused(intake, module, a_signal):
    body = batch.pack([record.encode(a_signal(1))])
    plain = {
        "Content-Type": batch.CONTENT_TYPE,
        "Content-Encoding": batch.CONTENT_ENCODING,
        signature.SEQUENCE: "1-1",
        signature.AUDIENCE: "asoi.example/test",
        signature.MODULE: module.module,
    }
    signed = signature.sign("POST", batch.PATH, plain, body, key=module.key, now=datetime.now(UTC))
    twice = [*signed.items(), (signature.SEQUENCE, "1-1")]
    refused(intake.client.post(batch.PATH, content=body, headers=twice), 400, "bad-request")


@pytest.mark.clause("R48I.3")
def test_an_unknown_module_and_a_wrong_signature_are_answered_alike(intake, module, a_signal):
    stranger = type(module)(intake, Ed25519PrivateKey.generate(), "01890a5d-ac96-774b-bcce-b302099a8057")
    forger = type(module)(intake, Ed25519PrivateKey.generate(), module.module)
    problems = [refused(one.send([a_signal(1)]), 401, "not-recognised") for one in (stranger, forger)]
    for problem in problems:
        problem.pop("trace")
    assert problems[0] == problems[1]
    assert intake.hub.rows("SELECT count(*) FROM signal") == [(0,)]


def test_a_body_changed_on_the_way_is_refused(intake, module, a_signal):
    body = batch.pack([record.encode(a_signal(1))])
    headers = {
        "Content-Type": batch.CONTENT_TYPE,
        "Content-Encoding": batch.CONTENT_ENCODING,
        signature.SEQUENCE: "1-1",
        signature.AUDIENCE: "asoi.example/test",
        signature.MODULE: module.module,
    }
    signed = signature.sign("POST", batch.PATH, headers, body, key=module.key, now=datetime.now(UTC))
    other = batch.pack([record.encode(a_signal(1, record="changed"))])
    refused(intake.client.post(batch.PATH, content=other, headers=signed), 401, "not-recognised")
    refused(
        intake.client.post(batch.PATH, content=body, headers=signed | {signature.SEQUENCE: "1-2"}),
        401,
        "not-recognised",
    )


def test_a_batch_for_another_hub_is_refused(module, a_signal):
    body = batch.pack([record.encode(a_signal(1))])
    answer = module.send_body(body, SequenceRange(1, 1), **{signature.AUDIENCE: "other.example/asoi"})
    refused(answer, 401, "not-recognised")


@pytest.mark.parametrize("skew", [timedelta(days=-3), timedelta(days=3)])
def test_a_signature_of_another_week_is_refused(module, skew):
    headers = {
        "Content-Type": batch.CONTENT_TYPE,
        "Content-Encoding": batch.CONTENT_ENCODING,
        signature.SEQUENCE: "1-1",
    }
    answer = module.post(batch.PATH, batch.pack([b"{}"]), headers, now=datetime.now(UTC) + skew)
    refused(answer, 401, "not-recognised")


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/batches/", "/ledger", "/ledger/tile", "/v2/batches"])
def test_an_unknown_path_is_not_found(intake, path):
    refused(intake.client.post(path), 404, "not-found")
    refused(intake.client.get(path), 404, "not-found")


def test_a_module_named_in_another_spelling_is_not_recognised(intake, module, a_signal):
    shouting = type(module)(intake, module.key, module.module.upper())
    refused(shouting.send([a_signal(1)]), 401, "not-recognised")


@pytest.mark.parametrize("limit", [10, 1000])
def test_bodies_take_no_more_memory_together_than_is_set_aside(limit):
    buffers = Buffers(limit)
    headers = {"content-length": "6"}
    request = Request("POST", "/v1/batches", headers, "trace")

    async def whole():
        return {"type": "http.request", "body": b"stall.", "more_body": False}

    async def two_at_once():
        async with body_of(request, whole, 100, buffers) as first, body_of(request, whole, 100, buffers) as second:
            return first, second

    if limit == 10:
        with pytest.raises(Refused) as refused:
            asyncio.run(two_at_once())
        assert refused.value.code == "unavailable"
    else:
        assert asyncio.run(two_at_once()) == (b"stall.", b"stall.")
    buffers.take(limit)


def test_a_body_that_stalls_is_given_up(monkeypatch):
    monkeypatch.setattr("qorgan.hub.intake.request.BODY_PATIENCE", 0.05)

    async def stalled():
        await asyncio.sleep(60)

    async def read():
        async with body_of(Request("POST", "/", {}, "trace"), stalled, 100, Buffers(100)):
            pass

    with pytest.raises(Refused) as refused:
        asyncio.run(read())
    assert refused.value.code == "bad-request"
