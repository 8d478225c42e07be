"""Every product that writes free text is data that proves itself, and no text can keep a pattern busy for long."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.module.event import Activity, Event, Ignored, Outcome, Unreadable
from qorgan.module.formats.moment import DEFAULT_ZONE, times_in
from qorgan.module.formats.text.engine import Engine, own_engine
from qorgan.module.formats.text.products import CompiledPattern, ProductRefused, own_products, read_products
from qorgan.module.formats.text.reader import Text
from qorgan.module.formats.text.shape import PatternRefused, shape_of

LINES = [(each, line) for each in own_products() for line in each.pattern.test]
LONGEST = 65_536
MOST_SECONDS = 1.0
"""For a record of 64 KiB that was made to be slow, on a machine that does other things besides."""


def name_of(case: object) -> str:
    return f"{case.product.name}/{case.pattern.id}" if isinstance(case, CompiledPattern) else ""


@pytest.fixture(scope="module")
def text() -> Text:
    return Text(times_in(DEFAULT_ZONE))


@pytest.mark.clause("R67.7")
@pytest.mark.parametrize(("pattern", "line"), LINES, ids=name_of)
def test_every_line_of_a_product_is_read_by_its_own_pattern_as_it_says(
    text: Text, pattern: CompiledPattern, line: dict[str, str | int]
) -> None:
    record = str(line["record"]).encode()
    assert text.recognises(record)
    read = text.read(record)
    if pattern.pattern.ignore:
        assert isinstance(read, Ignored)
        assert read.reason == pattern.pattern.ignore
        return
    assert isinstance(read, Event)
    assert (read.vendor, read.product) == (pattern.product.vendor, pattern.product.product)
    for field, expected in line.items():
        if field != "record":
            found = read.more.get(field[5:], "") if field.startswith("more.") else getattr(read, field)
            assert found == expected, field


@pytest.mark.parametrize("each", own_products(), ids=name_of)
def test_a_sign_in_says_in_its_category_how_it_ended(each: CompiledPattern) -> None:
    if each.constants.get("activity") is Activity.SIGN_IN:
        ended = {Outcome.FAILURE: "failure", Outcome.SUCCESS: "success"}[Outcome(str(each.constants["outcome"]))]
        assert f"authentication {ended}" in str(each.constants["category"])


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("Failed .*", "endless"),
        ("^Failed (?:word ){2,5}again", ""),
        ("Failed (?:a{1,9}){1,9} done", "a repeat inside a repeat"),
        ("Failed .{0,96}? for .{0,96}? done", "ways"),
        (r"^\S{1,9}", "no whole word"),
        ("Failed (?i:x)", "not allowed"),
        ("Failed (closed", "not closed"),
        ("Failed a{1,9999}", "more than"),
        (r"(\w)\1{1,3}", "no whole word"),
    ],
)
def test_patterns_that_may_be_slow_are_refused_when_they_are_loaded(pattern: str, reason: str) -> None:
    if not reason:
        shape_of(pattern)
        return
    with pytest.raises(PatternRefused, match=reason):
        shape_of(pattern)


def test_a_file_that_is_wrong_is_refused_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "text-x.toml"
    head = '[[product]]\nname = "x"\nvendor = "X"\nproduct = "X"\n[[product.pattern]]\nid = "one"\n'
    test = 'test = [{ record = "x" }]\n'
    for body, said in (
        (f"match = 'Failed password'\nmeans = \"nothing known\"\n{test}", "needs `means`"),
        (f"match = 'Failed password <nobody>'\nmeans = \"sign-in failure\"\n{test}", "no field nobody"),
        (f"match = 'Failed password for <user:huge>'\nmeans = \"sign-in failure\"\n{test}", "no short form huge"),
        (
            f'match = \'Failed password\'\nmeans = "sign-in failure"\nset = {{ colour = "x" }}\n{test}',
            "no field colour",
        ),
        ("match = 'Failed password'\n", "test"),
    ):
        path.write_text(head + body)
        with pytest.raises(ProductRefused, match=said) as refused:
            read_products(path)
        assert "\n" not in str(refused.value).strip()


def test_each_pattern_is_found_by_a_word_that_few_others_have() -> None:
    """What a line costs is the patterns that are asked about it: a handful, of hundreds."""
    asked = []
    for _, line in LINES:
        words = {word.lower() for word in str(line["record"]).replace("=", " ").replace(":", " ").split()}
        asked.append(len(own_engine()._all.candidates(words)))
    assert len(own_products()) > 200
    assert sum(asked) / len(asked) < 12


def slow_texts(chance: random.Random) -> list[str]:
    """Texts made of what patterns are made of, and made to go wrong at the very end."""
    made = []
    for each, line in LINES:
        record = str(line["record"])
        half = record[: len(record) // 2]
        made.append((record + " ") * (LONGEST // (len(record) + 1)))
        made.append(half * (LONGEST // max(1, len(half))))
        cut = chance.randint(0, len(record))
        made.append(record[:cut] + chance.choice("a0:. [(\"'=,") * 5_000 + record[cut:])
        assert each
    return made


def test_no_text_of_64_kib_keeps_the_reader_for_long(text: Text) -> None:
    for made in slow_texts(random.Random(4)):
        began = time.perf_counter()
        with suppress(Unreadable):
            text.read(made.encode()[:LONGEST])
        assert time.perf_counter() - began < MOST_SECONDS, made[:80]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(LINES), st.binary(max_size=40))
def test_any_bytes_inside_a_line_are_read_or_refused(
    seed: int, case: tuple[CompiledPattern, dict[str, str | int]], junk: bytes
) -> None:
    text = Text(times_in(DEFAULT_ZONE))
    record = str(case[1]["record"]).encode()
    cut = random.Random(seed).randint(0, len(record))
    made = record[:cut] + junk + record[cut:]
    text.recognises(made)
    with suppress(Unreadable):
        read = text.read(made)
        if not isinstance(read, Event):
            return
        values = (read.user, read.message, read.rule_name, *read.more.values())
        assert not any(set(value) & set("\0\r\n\x1b") for value in values)


def test_what_the_own_program_says_comes_before_what_others_would() -> None:
    engine = Engine(own_products())
    found = engine.find("refused connect from host.example.com (203.0.113.9)", "sshd")
    assert found is not None
    assert found.by.product.name == "openssh"
