"""Generated records of every shape go the module's whole way, and nothing that was planted in them comes out."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from qorgan.bench.redaction import MOST_REMOVED, MOST_SILENT
from qorgan.bench.redaction.lines import CARRIERS, plant
from qorgan.bench.redaction.run import Path, many, one_by_one
from qorgan.bench.redaction.spellings import FORMS, PLAIN
from qorgan.bench.redaction.survivors import Read
from qorgan.module.redact.fields import Redactor
from qorgan.wire.signal import RedactionClass

pytestmark = pytest.mark.clause("R67.4")

REDACTOR = Redactor(b"k" * 32, domains=["bank.example"])
CLASSES = {
    **dict.fromkeys(("iin", "pan", "iban", "phone", "email", "account", "credential", "user", "host", "name")),
    "bin": RedactionClass.ACCOUNT,
}
KINDS = {kind: known or RedactionClass(kind) for kind, known in CLASSES.items()}


def test_of_fifty_thousand_lines_no_iin_and_no_card_number_leaves():
    found = many(1, 50_000)
    assert found.lines == 50_000
    assert {key: count for key, count in found.survived.items() if key[0] in {"iin", "pan", "iban", "bin"}} == {}
    assert found.survived.total() <= found.planted.total() / 1_000
    assert found.silent <= found.lines * MOST_SILENT
    assert all(found.planted["pan", form] and found.planted["iin", form] for form in FORMS)


@pytest.mark.parametrize("product", CARRIERS)
def test_of_every_shape_of_record_something_leaves(product: str):
    path, chance = Path(), random.Random(product)
    records = [CARRIERS[product](f"operation {at}", (f"198.51.100.{at}", 4444), chance).encode() for at in range(40)]
    path.outcome(product, records)
    assert path.silent <= len(records) / 10


def test_what_only_looks_like_a_secret_is_seldom_removed():
    found = one_by_one(2, 4_000)
    assert found.near.total() > 1_000
    assert found.removed.total() <= found.near.total() * MOST_REMOVED


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["iin", "pan"])
def test_a_number_is_gone_and_counted_once_in_every_form(kind: str, form: str):
    chance = random.Random(form)
    for _ in range(20):
        planted, text = plant(kind, chance, form)
        cleaned, counts = REDACTOR.text(text)
        assert not Read([cleaned]).holds(kind, planted.parts[0]), text
        # What has a token's shape is taken out as a token, whatever stands in it.
        if form not in {"JSON Web Token", "Authorization: Basic"}:
            counts.pop(RedactionClass.CREDENTIAL, None)
            assert counts == {KINDS[kind]: 1}, (text, cleaned)
        assert REDACTOR.text(cleaned) == (cleaned, {})


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_was_planted_is_counted_under_its_class(kind: str):
    chance = random.Random(kind)
    plain = PLAIN if kind in {"iin", "pan", "iban", "bin"} else ""
    wrong: Counter[str] = Counter()
    for _ in range(200):
        planted, text = plant(kind, chance, plain)
        counts = REDACTOR.text(text)[1]
        wrong[planted.form] += counts.get(KINDS[kind]) != 1
    assert wrong.total() <= 2, wrong


@pytest.mark.parametrize("product", ["cef", "json", "syslog", "snort", "eve, payload"])
def test_a_secret_that_stands_in_any_field_of_a_signal_is_gone(product: str):
    chance = random.Random(product)
    path = Path()
    for kind in KINDS:
        planted, text = plant(kind, chance, PLAIN if kind in {"iin", "pan", "iban", "bin"} else "")
        record = CARRIERS[product](text, ("198.51.100.7", 4444), chance)
        # An identifier is no place for words.
        fields = ("Example", "SQL injection attempt", "IDS", "WAF", *(() if kind == "name" else ("2000001", "942100")))
        for field in fields:
            read = Read(path.outcome(product, [record.replace(field, text).encode()]))
            assert not any(read.holds(kind, part) for part in planted.parts), (kind, field, text)
