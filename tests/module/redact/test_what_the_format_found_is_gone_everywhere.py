"""A user's name that the format has found is gone from the whole record, and takes nothing else's place."""

from __future__ import annotations

import base64
import random

import pytest
from msgspec.structs import replace

from qorgan.bench.redaction.lines import CARRIERS, KINDS, plant
from qorgan.bench.redaction.run import Path
from qorgan.bench.redaction.survivors import Read
from qorgan.module.event import Event
from qorgan.module.formats.reading import Reader
from qorgan.module.redact.fields import Redactor

pytestmark = pytest.mark.clause("R67.4")

REDACTOR = Redactor(b"k" * 32)
HIDDEN = base64.b64encode(b"the client 940101300123 asked for a loan today").decode()


def event(words: str, user: str) -> Event:
    read = Reader().read(f"<132>Nov 20 09:10:11 gate sensor[77]: ALERT intrusion detected: {words}".encode())
    assert isinstance(read, Event)
    return replace(read, user=user)


@pytest.mark.parametrize("hidden", [HIDDEN, "0x" + b"KZ86125KZT5004100100".hex().upper()])
def test_a_name_behind_a_part_that_is_written_anew_is_gone(hidden: str) -> None:
    redacted = REDACTOR.event(
        event(f"body {hidden} was sent by a.clerkova, and card 4111111111111111 was in it", "a.clerkova")
    )
    assert "a.clerkova" not in redacted.record
    assert "4111111111111111" not in redacted.record
    assert redacted.record.endswith("› was in it")


def test_a_name_that_is_such_a_part_itself_takes_no_other_secret_into_its_place() -> None:
    user = "0x" + b"KZ86125KZT5004100100".hex()
    record = REDACTOR.event(event(f"account {user}; card 4111 1111 1111 1111 blocked", user)).record
    assert "1111" not in record
    assert record.endswith("› blocked")


def test_a_name_in_an_encoded_part_is_gone() -> None:
    body = base64.b64encode(b"this was written by a.clerkova and by nobody else").decode()
    record = REDACTOR.event(event(f"body={body} of a.clerkova", "a.clerkova")).record
    assert not Read([record]).holds("user", "a.clerkova")


def test_a_name_is_gone_beside_a_letter_that_grows_when_made_small() -> None:
    record = REDACTOR.event(event("İzmir; seen a.clerkova there", "a.clerkova")).record
    assert "a.clerkova" not in record
    assert "İzmir" in record


@pytest.mark.parametrize("kind", dict.fromkeys(KINDS))
@pytest.mark.parametrize("product", ["syslog", "cut off", "key=value"])
@pytest.mark.parametrize("form", ["hexadecimal with 0x", "hexadecimal", "base64", "base64 among words"])
def test_a_second_secret_is_gone_whatever_is_taken_for_a_users_name(kind: str, product: str, form: str) -> None:
    chance, path = random.Random(f"{kind} {product} {form}"), Path()
    for sentence in ("account {}", "user {}", "login={}"):
        _, first = plant("iban", chance, form)
        planted, second = plant(kind, chance)
        text = f"{sentence.format(first.rpartition(' ')[2])}; {second}"
        read = Read(path.outcome(product, [CARRIERS[product](text, ("198.51.100.7", 4444), chance).encode()]))
        assert not any(read.holds(kind, part) for part in planted.parts), text
