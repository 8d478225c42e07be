"""The factor against the sandbox over real HTTP, with what it keeps in a real database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import transaction
from django.test import override_settings
from msgspec.structs import replace

from qorgan.eds.pki.sandbox import invented_iin
from qorgan.gate.config import Provider
from qorgan.gate.factors.base import Challenge, FactorRefused, NotYet, Reason
from qorgan.gate.providers import configured
from qorgan.gate.providers.biometrics import Order
from qorgan.gate.providers.checking import Why
from qorgan.gate.providers.identification import Brought, DeviceOrder
from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.identifications import digest
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.gate.rules.proof import BiometricSource, Proof
from qorgan.kit.refusal import Refusal, Unavailable
from qorgan.law.factors import FactorKind
from tests.gate.conftest import Gate
from tests.gate.fixtures_registries import Registries

if TYPE_CHECKING:
    from qorgan.gate.clients.models import Client


class Person:
    """A client who wants to be identified."""

    def __init__(self, registries: Registries, client: UUID | None, ceremony: UUID, now: datetime) -> None:
        self.registries = registries
        self.client = client
        self.ceremony = ceremony
        self.now = now

    def asked(self, *, source: BiometricSource | None = None) -> Challenge:
        from qorgan.gate.factors.biometrics import verifying

        with transaction.atomic():
            errand = verifying.begin(
                self.client, ceremony=self.ceremony, nonce=uuid4().bytes * 2, purpose="sign-in:bank-client",
                now=self.now, source=source,
            )  # fmt: skip
        try:
            return errand.run()
        except Unavailable:
            errand.undo()
            raise

    def proven(self, challenge: Challenge, **changed: Any) -> Proof | FactorRefused:
        """As a ceremony does: what was written holds also when the answer is refused."""
        from qorgan.gate.factors.biometrics import verifying

        said = {"ceremony": self.ceremony, "now": self.now} | changed
        client, answer = said.pop("client", self.client), said.pop("answer", {})
        try:
            heard = verifying.hear(client, challenge.kept, answer, **said).run()
            with transaction.atomic():
                try:
                    return verifying.verify(client, challenge.kept, answer, **said, heard=heard)
                except FactorRefused as refused:
                    return refused
        except FactorRefused as refused:
            return refused

    def refused(self, challenge: Challenge, **changed: Any) -> tuple[Reason, str]:
        outcome = self.proven(challenge, **changed)
        assert isinstance(outcome, FactorRefused)
        return outcome.reason, outcome.detail


@pytest.fixture
def person(registries: Registries, client_id: UUID, ceremony: UUID, now: datetime) -> Person:
    return Person(registries, client_id, ceremony, now)


@pytest.mark.clause("D26.identity")
@pytest.mark.clause("R56.1")
@pytest.mark.clause("R56.12")
def test_who_passes_has_a_proof_that_names_its_report_and_its_source(gate: Gate, person: Person) -> None:
    asked = person.asked()
    person.registries.act(asked.public["redirect_url"])
    proof = person.proven(asked)
    assert isinstance(proof, Proof)
    assert proof.kind is FactorKind.INHERENCE
    assert proof.source is BiometricSource.STATE
    rows = gate.rows("SELECT id, state, source, reason, score >= threshold, liveness, commands FROM biometric_report")
    ((report, state, source, reason, above, liveness, commands),) = rows
    assert proof.report == str(report)
    assert (state, source, above, liveness, len(commands)) == ("passed", "state", True, True, 3)
    assert reason
    assert all(one["matched"] for one in commands)


@pytest.mark.clause("D26.identity")
def test_the_result_is_in_the_journal_and_names_nobody(gate: Gate, person: Person) -> None:
    asked = person.asked()
    person.registries.act(asked.public["redirect_url"], face="another")
    assert person.refused(asked) == (Reason.NEGATIVE, "failed-match")
    rows = gate.rows(
        "SELECT outcome, reason, client, ceremony, detail::text FROM gate_journal "
        "WHERE event = 'identification.checked'"
    )
    ((outcome, reason, client, ceremony, detail),) = rows
    assert (outcome, reason, client, ceremony) == ("failed", "failed-match", person.client, person.ceremony)
    assert '"source"' in detail
    assert invented_iin(1) not in detail


@pytest.mark.clause("R56.13.1")
def test_the_image_is_kept_sealed_for_its_report_and_ceremony_until_its_day(gate: Gate, person: Person) -> None:
    from qorgan.gate.factors.biometrics.keeping import IMAGE
    from qorgan.gate.sealing import SealBroken, unseal_bytes

    asked = person.asked()
    person.registries.act(asked.public["redirect_url"])
    person.proven(asked)
    rows = gate.rows(
        "SELECT i.sealed, i.sha256, i.destroy_on, r.id, r.ceremony FROM biometric_image i "
        "JOIN biometric_report r ON r.id = i.report_id"
    )
    ((sealed, sha256, destroy_on, report, ceremony),) = rows
    assert ceremony == person.ceremony
    assert destroy_on == (person.now + timedelta(days=30)).date()
    assert b"PNG" not in bytes(sealed)
    image = unseal_bytes(bytes(sealed), field=IMAGE, row=report)
    assert hashlib.sha256(image).hexdigest() == sha256
    with pytest.raises(SealBroken):
        unseal_bytes(bytes(sealed), field=IMAGE, row=uuid4())


def test_neither_iin_nor_image_is_in_the_open_in_any_table(gate: Gate, person: Person) -> None:
    asked = person.asked()
    person.registries.act(asked.public["redirect_url"])
    person.proven(asked)
    assert invented_iin(1) not in str(asked.kept)
    everything = gate.rows("SELECT r::text FROM biometric_report r UNION ALL SELECT i::text FROM biometric_image i")
    assert everything
    assert not [row for row in everything if invented_iin(1) in row[0]]
    ((signed,),) = gate.rows("SELECT signed FROM biometric_report")
    assert b"eyJ" not in bytes(signed)


def test_while_the_person_has_not_acted_nothing_is_decided_and_nothing_is_lost(person: Person) -> None:
    asked = person.asked()
    with pytest.raises(NotYet):
        person.proven(asked)
    person.registries.act(asked.public["redirect_url"])
    assert isinstance(person.proven(asked), Proof)


@pytest.mark.parametrize("mode", [Mode.OUTAGE, Mode.SLOW, Mode.DAMAGED])
def test_an_outage_proves_nothing_and_is_said_to_be_one(person: Person, mode: Mode) -> None:
    table = replace(person.registries.config.providers.biometrics, timeout=0.7)
    providers = replace(person.registries.config.providers, biometrics=table)
    config = replace(person.registries.config, providers=providers)
    with override_settings(CONFIG=config):
        asked = person.asked()
        person.registries.act(asked.public["redirect_url"])
        person.registries.services.behaviours[places.CENTRE].mode = mode
        for step in (lambda: person.proven(asked), person.asked):
            with pytest.raises(Unavailable):
                step()
        person.registries.services.behaviours[places.CENTRE].mode = Mode.NORMAL
        assert isinstance(person.proven(asked), Proof)
        configured.close(config)


@pytest.mark.clause("R56.1")
@pytest.mark.clause("R48.156-1")
def test_when_the_state_is_out_the_institutions_own_devices_still_identify(person: Person) -> None:
    person.registries.services.behaviours[places.CENTRE].mode = Mode.OUTAGE
    asked = person.asked(source=BiometricSource.OWN_DEVICE)
    assert asked.public["sources"] == ["state", "own-device"]
    person.registries.act(asked.public["redirect_url"])
    proof = person.proven(asked)
    assert isinstance(proof, Proof)
    assert proof.source is BiometricSource.OWN_DEVICE


def test_a_report_proves_once(person: Person) -> None:
    asked = person.asked()
    person.registries.act(asked.public["redirect_url"])
    assert isinstance(person.proven(asked), Proof)
    assert person.refused(asked) == (Reason.ALREADY_USED, Why.REPLAYED)


def test_a_report_for_another_ceremony_or_another_person_proves_nothing(
    person: Person, new_client: Callable[..., Client]
) -> None:
    asked = person.asked()
    person.registries.act(asked.public["redirect_url"])
    assert person.refused(asked, ceremony=uuid4())[0] is Reason.OTHER_CEREMONY
    other = new_client(iin=invented_iin(7))
    assert person.refused(asked, client=other.pk)[0] is Reason.NOT_THEIRS


def test_a_stale_report_proves_nothing(person: Person) -> None:
    asked = person.asked()
    person.registries.act(asked.public["redirect_url"])
    assert person.refused(asked, now=person.now + timedelta(minutes=11)) == (Reason.REPORT_REFUSED, Why.STALE)


def test_a_report_of_another_order_proves_nothing(person: Person) -> None:
    first, second = person.asked(), person.asked()
    person.registries.act(first.public["redirect_url"])
    crossed = Challenge(kept={**second.kept, "reference": first.kept["reference"]})
    assert person.refused(crossed) == (Reason.REPORT_REFUSED, Why.FOREIGN_NONCE)


def test_another_image_than_the_reports_proves_nothing(person: Person) -> None:
    asked = person.asked()
    person.registries.act(asked.public["redirect_url"])
    order = person.registries.services.centre.by_reference(asked.kept["reference"])
    assert order is not None
    order.image += b"x"
    assert person.refused(asked) == (Reason.REPORT_REFUSED, Why.ANOTHER_IMAGE)


@pytest.mark.clause("R56.13.1")
def test_without_the_image_that_must_be_kept_the_state_proves_nothing(person: Person) -> None:
    asked = person.asked()
    person.registries.act(asked.public["redirect_url"])
    order = person.registries.services.centre.by_reference(asked.kept["reference"])
    assert order is not None
    order.image = b""
    with pytest.raises(Unavailable):
        person.proven(asked)


def test_an_unknown_person_is_asked_the_same_and_refused(gate: Gate, person: Person) -> None:
    nobody = Person(person.registries, None, uuid4(), person.now)
    asked, known = nobody.asked(), person.asked()
    assert asked.public.keys() == known.public.keys()
    assert asked.kept.keys() == known.kept.keys()
    nobody.registries.act(asked.public["redirect_url"])
    assert nobody.refused(asked)[0] is Reason.NOT_ENROLLED
    assert gate.rows("SELECT 1 FROM biometric_report UNION ALL SELECT 1 FROM biometric_image") == []


def test_ten_in_a_row_are_let_through_then_one_every_half_minute(person: Person) -> None:
    for _ in range(10):
        person.asked()
    with pytest.raises(Refusal) as refused:
        person.asked()
    assert (refused.value.code, refused.value.status) == ("biometrics-too-soon", 429)
    assert "30" in str(refused.value)
    person.now += timedelta(seconds=30)
    person.registries.hands.at = person.now
    asked = person.asked()
    with pytest.raises(Refusal):
        person.asked()
    person.registries.act(asked.public["redirect_url"])
    assert isinstance(person.proven(asked), Proof)
    assert person.asked().public["redirect_url"], "one that passes begins the count anew"


def test_attempts_are_counted_by_person_and_not_by_account(person: Person, new_client: Callable[..., Client]) -> None:
    for number in range(10):
        again = new_client(iin=invented_iin(1), state="registering")
        Person(person.registries, again.pk, uuid4(), person.now + timedelta(seconds=number)).asked()
    with pytest.raises(Refusal):
        person.asked()
    other = new_client(iin=invented_iin(2))
    assert Person(person.registries, other.pk, uuid4(), person.now).asked()


def test_an_app_brings_what_an_own_device_signed_and_its_image(gate: Gate, person: Person) -> None:
    providers = person.registries.config.providers
    key_file = providers.own_biometrics.key_file
    alone = replace(providers, own_biometrics=Provider(key_file=key_file))
    config = replace(person.registries.config, providers=alone)
    with override_settings(CONFIG=config):
        asked = person.asked(source=BiometricSource.OWN_DEVICE)
        assert asked.public["redirect_url"] == ""
        with pytest.raises(NotYet):
            person.proven(asked)
        device = person.registries.services.terminals
        assert invented_iin(1) not in str(asked.public), "whoever asked has not proven to be this person"
        read = msgspec.to_builtins(msgspec.json.decode(asked.public["token"], type=DeviceOrder))
        reference = read.pop("reference")
        one = device.order(msgspec.convert({**read, "iin": invented_iin(1), "return_to": ""}, Order))
        one.reference = reference
        while one.check.current:
            device.follow(one, one.check.current, face=invented_iin(1))
        brought = msgspec.json.encode(Brought(report=one.report, image=one.image)).decode()
        proof = person.proven(asked, answer={"brought": brought})
        assert isinstance(proof, Proof)
        assert proof.source is BiometricSource.OWN_DEVICE
        assert gate.rows("SELECT sha256 = %s FROM biometric_image", digest(one.image)) == [(True,)]
        assert person.refused(asked, answer={"brought": "x" * (2 << 20)})[0] is Reason.MALFORMED
        configured.close(config)


def test_without_liveness_five_are_let_through(person: Person) -> None:
    config = replace(
        person.registries.config, providers=replace(person.registries.config.providers, own_liveness=False)
    )
    with override_settings(CONFIG=config):
        for _ in range(5):
            person.asked(source=BiometricSource.OWN_DEVICE)
        with pytest.raises(Refusal):
            person.asked(source=BiometricSource.OWN_DEVICE)
        configured.close(config)


def test_after_a_hundred_in_a_row_there_is_a_hard_stop(person: Person) -> None:
    from qorgan.gate.factors.biometrics import attempts

    for number in range(100):
        with transaction.atomic():
            attempts.begun("somebody", liveness=True, now=person.now + timedelta(minutes=number))
    with pytest.raises(Refusal) as refused, transaction.atomic():
        attempts.begun("somebody", liveness=True, now=person.now + timedelta(days=30))
    assert refused.value.code == "biometrics-stopped"


def test_an_order_that_an_outage_undid_is_not_counted(person: Person) -> None:
    person.registries.services.behaviours[places.CENTRE].mode = Mode.OUTAGE
    for _ in range(20):
        with pytest.raises(Unavailable):
            person.asked()
    configured.close(person.registries.config)
    person.registries.services.behaviours[places.CENTRE].mode = Mode.NORMAL
    for _ in range(10):
        assert person.asked()


def test_where_nobody_identifies_nobody_has_a_face_to_show(person: Person) -> None:
    from qorgan.gate.factors.biometrics import verifying

    assert person.client is not None
    assert [one.id for one in verifying.enrolled(person.client)] == ["face"]
    with override_settings(
        CONFIG=replace(person.registries.config, providers=type(person.registries.config.providers)())
    ):
        assert verifying.enrolled(person.client) == []
        with pytest.raises(Refusal):
            person.asked()


def test_a_face_is_neither_enrolled_nor_removed(person: Person) -> None:
    from qorgan.gate.factors.biometrics import verifying

    assert person.client is not None
    with pytest.raises(FactorRefused):
        verifying.enrol_begin(person.client, ceremony=uuid4(), nonce=b"n" * 32, purpose="x", now=person.now)
    with pytest.raises(FactorRefused):
        verifying.enrol_finish(person.client, {}, {}, ceremony=uuid4(), now=person.now)
    with pytest.raises(FactorRefused):
        verifying.remove(person.client, "face", now=person.now)


def test_of_forty_at_once_ten_are_ordered(person: Person) -> None:
    from django.db import connections

    def ask(_number: int) -> bool:
        try:
            person.asked()
        except Refusal:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(40))) == 10
