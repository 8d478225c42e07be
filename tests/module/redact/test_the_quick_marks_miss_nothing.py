"""Searches are spared where no mark of theirs stands in a text: every text in which they find something has one."""

from __future__ import annotations

import re
import string
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.module.redact import credentials, hosts, names, people
from qorgan.module.redact.folding import folded, has_any
from qorgan.module.redact.views import views
from qorgan.personal import accounts

pytestmark = pytest.mark.clause("R67.4")

EVERY_CHARACTER = "".join(map(chr, range(sys.maxunicode + 1)))
OF_NAMES = names._announced + names._announced_in_cyrillic
EVERY_WORD_BEFORE_A_NAME = (
    *(names._SURE, names._PART, names._MAYBE),
    *(names._SURE_IN_CYRILLIC, names._PART_IN_CYRILLIC, names._MAYBE_IN_CYRILLIC),
)
OF_FATHERS = names._of_fathers + names._of_fathers_in_cyrillic


@pytest.mark.parametrize("letter", string.ascii_lowercase)
def test_whatever_passes_for_a_letter_is_folded_to_it(letter: str) -> None:
    taken = re.findall(letter, EVERY_CHARACTER, re.IGNORECASE) + re.findall(
        f"[{letter}]", EVERY_CHARACTER, re.IGNORECASE
    )
    assert len(taken) >= 4
    assert {folded(each) for each in taken} == {letter}


def alternatives(pattern: str) -> list[str]:
    """What an expression offers to choose from, at its outermost."""
    found, depth = [""], 0
    for character in pattern:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and not depth:
            found.append("")
        else:
            found[-1] += character
    return found


@pytest.mark.parametrize("words", alternatives("|".join(EVERY_WORD_BEFORE_A_NAME)))
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_every_word_that_announces_a_name_has_a_mark(words: str, data: st.DataObject) -> None:
    without_what_follows = re.sub(r"\(\?[=!][^)]*\)", "", words)
    text = data.draw(st.from_regex(without_what_follows, fullmatch=True, alphabet=st.characters(codec="utf-8"))) + " "
    assert names._keyword.search(text)
    assert not text.isascii() or names._keyword_of_ascii.search(text)
    assert has_any(OF_NAMES if not text.isascii() else names._announced, text)


@given(st.from_regex(rf"..(?:{names._PATRONYMIC})(?:а|у|ем|ом|ы|е|ой|дың|ның|нің|га|ға)?"))
@settings(max_examples=300, deadline=None)
def test_every_patronymic_has_a_mark(text: str) -> None:
    assert has_any(OF_FATHERS if not text.isascii() else names._of_fathers, text)


@given(st.from_regex(credentials._headers))
@settings(max_examples=200, deadline=None)
def test_every_header_of_a_credential_has_a_mark(text: str) -> None:
    assert has_any(credentials._OF_HEADERS, folded(text))


@pytest.mark.parametrize("place", range(len(credentials._shapes)))
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_shape_of_a_credential_has_a_mark(place: int, data: st.DataObject) -> None:
    marks, pattern = credentials._shapes[place]
    assert has_any(marks, data.draw(st.from_regex(pattern)))


@given(st.from_regex(people._home))
@settings(max_examples=150, deadline=None)
def test_every_home_has_a_mark(text: str) -> None:
    assert has_any(("users", "/home/"), folded(text))


@given(
    before=st.sampled_from(["", "client", "Әр", "мой"]),
    word=st.sampled_from(accounts._WORDS),
    spelled=st.sampled_from([str, str.upper, str.title, str.capitalize]),
    after=st.sampled_from(["", "Number", "No", "ға", "у", "ІҢ"]),
)
@settings(max_examples=400, deadline=None)
def test_every_word_that_makes_a_number_a_secret_is_looked_for(
    before: str, word: str, spelled: Callable[[str], str], after: str
) -> None:
    written = f"{before}{spelled(word)}{after}"
    if accounts._said(written):
        secret = [found.value for found in accounts.beside_keywords(f"и {written}: 4111111111111112, a", ())]
        lengths = accounts._said(written)
        assert secret == (["4111111111111112"] if lengths and 16 in lengths[1] else [])


@given(st.ip_addresses(v=6))
def test_every_address_of_version_6_has_a_mark(address: object) -> None:
    for text in (str(address), f"{address:s}" if isinstance(address, str) else getattr(address, "exploded", "")):
        assert hosts._address_of_version_6 in hosts._patterns(f"from {text} to")
        assert hosts._address_of_version_6.search(f"from {text} to")


def test_an_inside_name_with_odd_letters_is_found() -> None:
    inside = hosts.Inside(domains=["bank.example", "банк.қаз"])
    for text in (
        "srv.bank.example",
        "SRV.BANK.EXAMPLE",
        "srv.banK.example",
        "srv.local",
        "srv.банк.қаз",
        "srv.БАНК.ҚАЗ",
    ):
        assert [found.value for found in inside.hosts(text, folded(text))] == [text.lower()]


PIECES = st.sampled_from(
    [
        "a",
        "9",
        "ж",
        "%34",
        "%25",
        "%D0%B6",
        "%u0034",
        "\\u0034",
        "\\\\",
        "\\x34",
        "&#52;",
        "&amp;",
        "４",
        "\u200b",
        "\\n",
        "\U0001d7d8",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=400, deadline=None)
def test_decoded_characters_stand_one_after_the_other_in_the_record(record: str) -> None:
    for view in views(record):
        done = 0
        for at, character in enumerate(view.text):
            start, end = view.original(at, at + 1)
            assert done <= start < end <= len(record) or (start, end) == view.original(at - 1, at)
            assert record[start:end] == character or end - start > 1 or not record[start:end].isascii()
            assert view.original(0, at + 1) == (view.original(0, 1)[0], end)
            done = end
