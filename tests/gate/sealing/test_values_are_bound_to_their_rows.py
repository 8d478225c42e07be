"""A sealed value opens in its own row alone; those of before are read until a rotation binds them too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from qorgan.gate.database.connection import Role
from qorgan.gate.sealing.columns import COLUMNS
from qorgan.gate.sealing.fields import SealBroken, seal_with, unseal_with
from qorgan.gate.sealing.resealing import reseal
from qorgan.gate.sealing.ring import bind, read_ring, write_ring

IMAGE = next(one for one in COLUMNS if one.field == "biometrics.image")


@pytest.fixture
def of_before(gate):
    """A gate whose ring says nothing of rows, as one of before; put back afterwards."""
    kept = read_ring(gate.config.state)
    write_ring(gate.config.state, replace(kept, bound=(), all_bound=False))
    yield read_ring(gate.config.state)
    write_ring(gate.config.state, kept)


def rotate(gate, *words):
    environment = {
        f"QORGAN_GATE_DATABASE_URL{name}": gate.url(role)
        for name, role in (("", Role.OWNER), ("_WEB", Role.WEB), ("_CLERK", Role.CLERK), ("_READ", Role.READ))
    } | {"QORGAN_GATE_STATE": str(gate.config.state)}
    command = [sys.executable, "-m", "qorgan", "gate", "rotate-keys", "--json", *words]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)


@pytest.mark.clause("R57.3.2")
@pytest.mark.parametrize("column", ["iin_sealed", "name_sealed", "phone_sealed"])
def test_what_is_laid_into_another_clients_row_does_not_open(gate, new_client, column):
    from qorgan.gate.clients import access
    from qorgan.gate.clients.actions import _set_phone
    from qorgan.gate.clients.models import Client

    mine, theirs = new_client(), new_client()
    for one, phone in ((mine, "+77000000001"), (theirs, "+77000000002")):
        _set_phone(one, phone)
        one.save()
    reads = {"iin_sealed": lambda one: access.iin_of(one.pk), "name_sealed": access.name_of}
    read = reads.get(column, access.phone_of)
    assert read(theirs)
    laid = f"UPDATE client SET {column} = (SELECT {column} FROM client WHERE id = %s) WHERE id = %s"
    gate.tamper(laid, mine.pk, theirs.pk)
    with pytest.raises(SealBroken):
        read(Client.objects.get(pk=theirs.pk))
    assert read(Client.objects.get(pk=mine.pk))


@pytest.mark.clause("R57.3.2")
def test_the_secret_of_ones_own_app_laid_into_anothers_row_gives_no_code_of_theirs(gate):
    from qorgan.gate.factors.one_time_code import verifying
    from tests.gate.ceremonies.people import NOW, somebody

    thief, victim = somebody(number=1), somebody(number=2)
    gate.tamper(
        "UPDATE one_time_code SET secret_sealed = (SELECT secret_sealed FROM one_time_code WHERE client_id = %s) "
        "WHERE client_id = %s",
        thief.id,
        victim.id,
    )
    with pytest.raises(SealBroken):
        verifying.verify(victim.id, {}, {"code": thief.code()}, ceremony=uuid4(), now=NOW)


@pytest.mark.clause("R57.3.2")
@pytest.mark.parametrize("column", COLUMNS, ids=lambda one: f"{one.table}.{one.name}")
def test_the_format_is_the_keys_and_what_a_key_of_before_sealed_is_read(of_before, column):
    old, new, here = of_before, of_before.with_new_key(), UUID(int=7)
    unbound = seal_with(old, old.newest, b"said", field=column.field, row=here)
    bound = seal_with(new, new.newest, b"said", field=column.field, row=here)
    assert unseal_with(new, unbound, field=column.field, row=here) == b"said"
    assert unseal_with(new, bound, field=column.field, row=here) == b"said"
    if column is not IMAGE:
        assert unseal_with(new, unbound, field=column.field, row=uuid4()) == b"said"
    for wrong in (uuid4(), "", f"{here}0"):
        with pytest.raises(SealBroken):
            unseal_with(new, bound, field=column.field, row=wrong)


@pytest.mark.clause("R57.3.2")
def test_a_gate_of_before_reads_on_binds_what_is_new_and_by_rotating_everything(gate, of_before, new_client):
    from qorgan.gate.clients import access
    from qorgan.gate.clients.models import Client

    before = new_client()
    assert before.name_sealed.startswith(of_before.newest)
    bind(gate.config.state)
    ring = read_ring(gate.config.state)
    assert ring.newest in ring.bound
    bind(gate.config.state)
    assert read_ring(gate.config.state) == ring, "once is enough"
    after = new_client()
    assert after.name_sealed.startswith(ring.newest)
    assert access.name_of(before) == access.name_of(after) == "Үлгі Айдын"
    stolen = before.name_sealed

    done = rotate(gate)
    assert done.returncode == 0, done.stderr + done.stdout
    ring = read_ring(gate.config.state)
    assert ring.all_bound
    assert json.loads(done.stdout)["resealed"]["client.name_sealed"] == 2
    for one in (before, after):
        assert access.name_of(Client.objects.get(pk=one.pk)) == "Үлгі Айдын"
    # What was sealed for any row is not believed any more, whoever kept it.
    gate.tamper("UPDATE client SET name_sealed = %s WHERE id = %s", stolen, after.pk)
    with pytest.raises(SealBroken, match="rotate-keys --resume"):
        access.name_of(Client.objects.get(pk=after.pk))


@pytest.mark.clause("R57.3.2")
def test_an_older_backup_is_bound_by_going_on_with_the_rotation(gate, of_before, new_client):
    from qorgan.gate.clients import access
    from qorgan.gate.clients.models import Client

    one = new_client()
    backup = gate.rows("SELECT name_sealed, iin_sealed FROM client")[0]
    assert rotate(gate).returncode == 0
    gate.tamper("UPDATE client SET name_sealed = %s, iin_sealed = %s", *backup)
    assert rotate(gate, "--resume").returncode == 0
    assert access.name_of(Client.objects.get(pk=one.pk)) == "Үлгі Айдын"


@pytest.mark.clause("R57.3.2")
def test_while_a_value_does_not_open_those_of_before_are_still_read(gate, of_before, new_client):
    one, lost = new_client(), new_client()
    bind(gate.config.state)
    gate.tamper("UPDATE client SET name_sealed = overlay(name_sealed placing 'AAAA' from 20) WHERE id = %s", lost.pk)
    done = rotate(gate)
    assert done.returncode == 1
    assert json.loads(done.stdout)["broken"] == [f"client.name_sealed {lost.pk}"]
    assert not read_ring(gate.config.state).all_bound
    assert one.pk


def test_what_is_sealed_again_says_in_every_column_what_it_said(gate, of_before):
    """With a real row in every sealed column that a sign-in, a notice and an app of codes make."""
    from qorgan.gate.clients import access
    from qorgan.gate.factors.one_time_code import verifying
    from tests.gate.ceremonies.people import NOW, somebody

    who = somebody()
    bind(gate.config.state)
    done = reseal(gate.url(Role.OWNER), read_ring(gate.config.state))
    assert done.broken == []
    assert done.rows["one_time_code.secret_sealed"] == done.rows["client.iin_sealed"] == 1
    assert access.iin_of(who.id) == who.identifier
    assert verifying.verify(who.id, {}, {"code": who.code()}, ceremony=uuid4(), now=NOW)
    ((kept,),) = gate.rows("SELECT iin_sealed FROM client")
    with pytest.raises(SealBroken):
        unseal_with(of_before, bytes.fromhex(kept[:8]) + b"x" * 40, field="client.iin", row=who.id)
