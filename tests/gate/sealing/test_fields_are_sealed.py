"""What is sealed opens only as what it was, and is found without being told."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

anything = st.text(max_size=200)
function_scoped = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.clause("R57.3.2")
@function_scoped
@given(text=anything)
def test_what_was_sealed_opens_as_the_same_field_alone(gate, text):
    from qorgan.gate.sealing import SealBroken, seal, unseal

    sealed = seal(text, field="client.name")
    assert unseal(sealed, field="client.name") == text
    with pytest.raises(SealBroken):
        unseal(sealed, field="client.iin")
