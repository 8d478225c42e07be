"""What is sealed opens only as what it was, under keys that lie beside the database, and is found by digests."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qorgan.gate.sealing.ring import FILE, RingBroken, bind, changing, read_ring, write_ring

once_prepared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
anything = st.text(max_size=200)
fields = st.sampled_from(["client.iin", "client.name", "client.phone", "one_time_code.secret", "biometrics.image"])
rows = st.uuids() | st.sampled_from([UUID(int=1), UUID(int=2)])
ROW = UUID(int=1)


@pytest.mark.clause("R57.3.2")
@once_prepared
@given(text=anything, here=st.tuples(fields, rows), there=st.tuples(fields, rows))
def test_what_was_sealed_opens_as_the_same_field_of_the_same_row_alone(gate, text, here, there):
    from qorgan.gate.sealing import SealBroken, seal, unseal

    (field, row), (other_field, other_row) = here, there
    sealed = seal(text, field=field, row=row)
    assert unseal(sealed, field=field, row=row) == text
    for wrong_field, wrong_row in ((other_field, row), (field, other_row), (other_field, other_row)):
        if (wrong_field, wrong_row) != here:
            with pytest.raises(SealBroken):
                unseal(sealed, field=wrong_field, row=wrong_row)


@pytest.mark.clause("R57.3.2")
@once_prepared
@given(text=anything, field=fields, row=rows, cut=st.integers(0, 50))
def test_no_part_of_a_fields_name_can_be_said_as_part_of_the_row(gate, text, field, row, cut):
    from qorgan.gate.sealing import SealBroken, seal, unseal

    sealed, cut = seal(text, field=field, row=row), cut % len(field)
    for shifted in (f"{field[cut:]}{row}", f"{field[cut:]}\0{row}", f"{field}:{row}"):
        with pytest.raises(SealBroken):
            unseal(sealed, field=field[:cut], row=shifted)


@pytest.mark.clause("R57.3.2")
@once_prepared
@given(content=st.binary(max_size=200), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_bit_of_a_sealed_value_can_be_changed_or_cut_off(gate, content, at, bit):
    from qorgan.gate.sealing import SealBroken, seal_bytes, unseal_bytes

    sealed = bytearray(seal_bytes(content, field="signature.evidence", row=ROW))
    at %= len(sealed)
    with pytest.raises(SealBroken):
        unseal_bytes(bytes(sealed[:at]), field="signature.evidence", row=ROW)
    sealed[at] ^= 1 << bit
    with pytest.raises(SealBroken):
        unseal_bytes(bytes(sealed), field="signature.evidence", row=ROW)


@once_prepared
@given(text=anything)
def test_what_nobody_sealed_is_refused_and_not_repeated(gate, text):
    from qorgan.gate.sealing import SealBroken, unseal

    with pytest.raises(SealBroken) as refused:
        unseal(text, field="client.name", row=ROW)
    assert len(text) < 9 or text not in str(refused.value)


@pytest.mark.clause("R57.3.2")
@once_prepared
@given(text=st.text(min_size=4, max_size=50))
def test_equal_values_seal_apart_and_index_alike_within_a_field(gate, text):
    from qorgan.gate.sealing import index, seal

    assert seal(text, field="client.iin", row=ROW) != seal(text, field="client.iin", row=ROW)
    assert text not in seal(text, field="client.iin", row=ROW)
    assert index(text, field="client.iin") == index(text, field="client.iin")
    assert index(text, field="client.iin") != index(text, field="client.phone")
    assert index(text, field="client.iin") != index(f"{text} ", field="client.iin")


@pytest.mark.clause("R57.3.2")
def test_the_ring_lies_beside_the_database_and_is_closed_to_everybody_else(gate):
    from qorgan.gate.sealing import seal

    seal("somebody", field="client.name", row=ROW)
    path = gate.config.state / FILE
    assert path.stat().st_mode & 0o177 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_agree_on_one_ring(tmp_path):
    code = (
        "import sys; from pathlib import Path; from qorgan.gate.sealing.ring import bind, read_ring; "
        "bind(Path(sys.argv[1])); print(read_ring(Path(sys.argv[1])).index_key.hex())"
    )
    (tmp_path / "secrets").mkdir()
    starting = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [one.communicate(timeout=60)[0] for one in starting]
    assert len(set(said)) == 1
    assert len(said[0].strip()) == 64


@pytest.mark.parametrize("content", ["", "{}", '{"keys": {}, "index_key": "AAAA"}', '{"keys": {"a": "AA=="}}'])
def test_a_ring_that_is_damaged_is_said_and_never_replaced(tmp_path, content):
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(RingBroken, match="put back this gate's own"):
        read_ring(tmp_path)
    assert path.read_text() == content


def test_a_ring_that_is_not_there_is_said_and_none_is_made(tmp_path):
    with pytest.raises(RingBroken, match="put back this gate's own"):
        read_ring(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_new_key_seals_and_the_older_ones_still_open(tmp_path):
    bind(tmp_path)
    rings = [read_ring(tmp_path)]
    for _ in range(3):
        rings.append(rings[-1].with_new_key())
    write_ring(tmp_path, rings[-1])
    assert read_ring(tmp_path) == rings[-1]
    assert len({ring.newest for ring in rings}) == 4
    for older, newer in pairwise(rings):
        assert older.keys.items() < newer.keys.items()
        assert older.index_key == newer.index_key


def test_two_rotations_at_once_are_refused(tmp_path):
    bind(tmp_path)
    with changing(tmp_path), pytest.raises(RingBroken, match="already"), changing(tmp_path):
        pass
    with changing(tmp_path):
        pass
    assert [path for path in (tmp_path / "secrets").iterdir() if path.stat().st_mode & 0o077] == []
