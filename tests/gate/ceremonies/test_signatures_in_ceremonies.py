"""Digital signatures within ceremonies: authorities that are slow or silent hold up nobody and blame nobody."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from typing import Any

import msgspec
import pytest

from qorgan.eds.algorithms import GOST2004
from qorgan.eds.pki.sandbox import Sandbox
from qorgan.eds.pki.signing import sign_cms
from qorgan.eds.sandbox_server import SandboxServer
from qorgan.kit.refusal import Refusal, Unavailable
from qorgan.law.factors import Method, Population
from tests.gate.ceremonies.people import NOW, PASSWORD, Somebody, somebody, whence
from tests.gate.fixtures_people import pem

SIGNATURE = Method.SIGNATURE


class Authority(SandboxServer):
    """While a test holds its lock, it answers nobody; `asked` is rung by whoever asks."""

    def process_request(self, request: Any, client_address: Any) -> None:
        self.asked.set()
        super().process_request(request, client_address)

    asked = Event()


@pytest.fixture
def authority(gate: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """An invented authority whom the gate believes."""
    from django.conf import settings

    with Authority(("127.0.0.1", 0), lambda base: Sandbox(NOW, GOST2004, base), lambda: NOW) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        files = {"anchors": running.sandbox.root.certificate, "helpers": running.sandbox.authority.certificate}
        for name, certificate in files.items():
            (tmp_path / name).write_bytes(pem(certificate.raw))
        rules = msgspec.structs.replace(
            settings.CONFIG.providers.signatures, **{name: tmp_path / name for name in files}
        )
        providers = msgspec.structs.replace(settings.CONFIG.providers, signatures=rules)
        monkeypatch.setattr(settings, "CONFIG", msgspec.structs.replace(settings.CONFIG, providers=providers))
        yield running
        running.shutdown()
        thread.join()


def signed(authority: Authority, who: Somebody, text: str) -> dict[str, str]:
    raw = sign_cms(text.encode(), [authority.sandbox.person(who.identifier)], NOW)
    return {"cms": base64.b64encode(raw).decode()}


class Adding:
    """A participant on the way to sign in by signature from now on, or in by one already."""

    def __init__(self, authority: Authority, step: str) -> None:
        from qorgan.gate.ceremonies import actions
        from qorgan.gate.ceremonies.kinds import Kind

        self.who = somebody(Population.BANK_CLIENT)
        self.step = step
        begun = self._begun(Kind.FACTOR_ADDED, SIGNATURE)
        for method, answer in self.who.answers().items():
            actions.prove(begun, method, answer, whence=whence(), now=NOW)
        asked = actions.enrol_begin(begun, SIGNATURE, now=NOW)
        self.begun, self.answer = begun, signed(authority, self.who, asked["text"])
        if step == "proving":
            self.take("enrolling")
            self.begun = self._begun(Kind.SIGN_IN, None)
            asked = actions.challenge(self.begun, SIGNATURE, now=NOW)
            self.answer = signed(authority, self.who, asked["text"])

    def _begun(self, kind: Any, changed: Method | None) -> Any:
        from qorgan.gate.ceremonies import actions

        begun = actions.begin(kind, Population.BANK_CLIENT, whence(), now=NOW, changed=changed)
        actions.identify(begun, self.who.identifier, now=NOW)
        return begun

    def take(self, step: str = "") -> Any:
        from django.db import connections

        from qorgan.gate.ceremonies import actions

        try:
            if (step or self.step) == "enrolling":
                return actions.finish(self.begun, self.answer, whence=whence(), now=NOW)
            return actions.prove(self.begun, SIGNATURE, self.answer, whence=whence(), now=NOW)
        finally:
            if not step:
                connections.close_all()


@pytest.fixture(params=["enrolling", "proving"])
def adding(request: pytest.FixtureRequest, gate: Any, authority: Authority) -> Adding:
    return Adding(authority, request.param)


def gained(gate: Any, step: str) -> bool:
    if step == "enrolling":
        return bool(gate.rows("SELECT 1 FROM signer"))
    return bool(gate.rows("SELECT 1 FROM ceremony, jsonb_array_elements(proofs) p WHERE p ->> 'method' = 'signature'"))


@pytest.mark.clause("R57.10")
def test_while_an_authority_is_slow_nothing_is_locked(gate: Any, authority: Authority, adding: Adding) -> None:
    from qorgan.gate.ceremonies import actions
    from qorgan.gate.ceremonies.kinds import Kind

    with ThreadPoolExecutor(1) as threads:
        authority.asked.clear()
        with authority.one_at_a_time:
            slow = threads.submit(adding.take)
            assert authority.asked.wait(20)
            again = adding._begun(Kind.SIGN_IN, None)
            actions.prove(again, Method.PASSWORD, {"password": PASSWORD}, whence=whence(), now=NOW)
            held = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state LIKE 'idle in transaction%%'"
            assert gate.rows(held, gate.database) == [(0,)]
            assert not slow.done()
        assert slow.result()
    assert gained(gate, adding.step)


@pytest.mark.clause("R57.10")
def test_a_verdict_that_comes_after_the_end_is_not_taken(gate: Any, authority: Authority, adding: Adding) -> None:
    from qorgan.gate.ceremonies import actions

    with ThreadPoolExecutor(1) as threads:
        authority.asked.clear()
        with authority.one_at_a_time:
            slow = threads.submit(adding.take)
            assert authority.asked.wait(20)
            actions.give_up(adding.begun, whence=whence(), now=NOW)
        with pytest.raises(Refusal) as refused:
            slow.result()
    assert refused.value.code == "ceremony-unknown"
    assert not gained(gate, adding.step)


@pytest.mark.clause("R57.10")
def test_an_authority_that_is_silent_lets_nobody_in_and_blames_nobody(
    gate: Any, authority: Authority, adding: Adding
) -> None:
    before = gate.rows("SELECT sum(failures) FROM attempts")
    authority.shutdown()
    authority.server_close()
    with pytest.raises(Unavailable):
        adding.take()
    assert not gained(gate, adding.step)
    assert gate.rows("SELECT sum(failures) FROM attempts") == before
    assert gate.rows("SELECT count(*) FROM gate_journal WHERE outcome = 'failed' AND event = 'factor.proven'") == [(0,)]
    told = gate.rows("SELECT event, reason FROM gate_journal ORDER BY id DESC LIMIT 1")
    assert told == [("provider.unavailable", "signatures")]
