"""Rotating the keys seals everything anew, beside a gate that runs, and goes on where it was interrupted."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from qorgan.gate.database.connection import Role
from qorgan.gate.sealing.columns import COLUMNS
from qorgan.gate.sealing.resealing import BATCH, reseal
from qorgan.gate.sealing.ring import read_ring, write_ring

MANY = BATCH * 2 + 3


@pytest.fixture
def people(gate, new_client):
    """More clients than a batch holds, each with a name of their own."""
    import secrets

    from qorgan.gate.clients.models import Client
    from qorgan.gate.sealing import seal

    first = new_client()
    made = []
    for number in range(MANY):
        one = Client.objects.get(pk=first.pk)
        one.pk, one.iin_index = None, secrets.token_bytes(32)
        one.id = Client._meta.pk.get_default()
        for name, said in (("iin", "000101300079"), ("name", f"Үлгі {number}"), ("phone", "+77010000000")):
            setattr(one, f"{name}_sealed", seal(said, field=f"client.{name}", row=one.id))
        made.append(one)
    Client.objects.bulk_create(made)
    return {one.pk: f"Үлгі {number}" for number, one in enumerate(made)}


def fresh_ring(gate):
    ring = read_ring(gate.config.state).with_new_key()
    write_ring(gate.config.state, ring)
    return ring


def sealed_by_others(gate, ring):
    return gate.rows("SELECT count(*) FROM client WHERE left(name_sealed, 8) <> %s", ring.newest)[0][0]


@pytest.mark.clause("R57.3.2")
def test_everything_is_sealed_by_the_new_key_and_says_what_it_said(gate, people):
    from qorgan.gate.clients.models import Client
    from qorgan.gate.sealing import unseal

    before = dict(gate.rows("SELECT id, iin_index FROM client"))
    ring = fresh_ring(gate)
    done = reseal(gate.url(Role.OWNER), ring)
    assert done.rows["client.name_sealed"] == done.rows["client.iin_sealed"] == MANY + 1
    assert done.broken == []
    assert sealed_by_others(gate, ring) == 0
    named = {
        one.pk: unseal(one.name_sealed, field="client.name", row=one.pk)
        for one in Client.objects.all()
        if one.pk in people
    }
    assert named == people
    assert dict(gate.rows("SELECT id, iin_index FROM client")) == before
    assert set(reseal(gate.url(Role.OWNER), ring).rows.values()) == {0}


@pytest.mark.clause("R57.3.2")
def test_an_interrupted_rotation_goes_on_with_what_is_left(gate, people):
    ring = fresh_ring(gate)
    impatient = make_conninfo(gate.url(Role.OWNER), options="-c lock_timeout=100ms")
    with gate.connect(Role.OWNER) as somebody, somebody.transaction():
        ((in_the_second,),) = gate.rows("SELECT id FROM client ORDER BY id OFFSET %s LIMIT 1", BATCH + 10)
        somebody.execute("SELECT 1 FROM client WHERE id = %s FOR UPDATE", [in_the_second])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            reseal(impatient, ring, [one for one in COLUMNS if one.name == "name_sealed"])
    left = sealed_by_others(gate, ring)
    assert left == MANY + 1 - BATCH
    assert reseal(impatient, ring).rows["client.name_sealed"] == left
    assert sealed_by_others(gate, ring) == 0


@pytest.mark.clause("R57.3.2")
def test_a_value_that_does_not_open_is_named_and_left_as_it_is(gate, people):
    victim = next(iter(people))
    gate.tamper("UPDATE client SET name_sealed = overlay(name_sealed placing 'AAAA' from 20) WHERE id = %s", victim)
    stands = gate.rows("SELECT name_sealed FROM client WHERE id = %s", victim)
    done = reseal(gate.url(Role.OWNER), fresh_ring(gate))
    assert done.broken == [f"client.name_sealed {victim}"]
    assert done.rows["client.name_sealed"] == MANY
    assert gate.rows("SELECT name_sealed FROM client WHERE id = %s", victim) == stands


def test_every_column_that_says_it_is_sealed_is_on_the_list(gate):
    found = gate.rows(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name ~ 'sealed$'"
    )
    listed = {(one.table, one.name) for one in COLUMNS}
    assert set(found) - listed == set()
    for table, name in listed:
        assert gate.rows(
            "SELECT 1 FROM information_schema.columns WHERE (table_name, column_name) = (%s, %s)", table, name
        ), f"{table}.{name} is listed and is not there"


@pytest.mark.clause("R57.3.2")
def test_the_command_rotates_and_the_journal_tells(gate, people):
    from qorgan.gate.clients.models import Client
    from qorgan.gate.sealing import unseal

    environment = {
        f"QORGAN_GATE_DATABASE_URL{name}": gate.url(role)
        for name, role in (("", Role.OWNER), ("_WEB", Role.WEB), ("_CLERK", Role.CLERK), ("_READ", Role.READ))
    } | {"QORGAN_GATE_STATE": str(gate.config.state)}
    command = [sys.executable, "-m", "qorgan", "gate", "rotate-keys", "--json"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    said = json.loads(done.stdout)
    assert said["resealed"]["client.name_sealed"] == MANY + 1
    assert read_ring(gate.config.state).newest == said["key"]
    # This process had the older ring in its memory, as a portal that runs has.
    one = Client.objects.filter(pk__in=people).first()
    assert unseal(one.name_sealed, field="client.name", row=one.pk).startswith("Үлгі")
    told = gate.rows("SELECT detail FROM gate_journal WHERE event = 'key.rotated' ORDER BY id")
    assert [one["key"] for (one,) in told] == [said["key"]] * 2
    assert told[1][0]["resealed"] == sum(said["resealed"].values())
