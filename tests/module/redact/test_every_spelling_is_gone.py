"""No personal number survives in any spelling, wherever it stands, and its removal is counted."""

from __future__ import annotations

import base64
import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.module.redact.fields import Redactor
from qorgan.module.redact.views import views
from qorgan.wire.signal import RedactionClass
from tests.module.redact.made import (
    BESIDE,
    bins,
    encoded,
    ibans,
    iins,
    pans,
    phones,
    spelled_iban,
    spelled_iin,
    spelled_pan,
    spelled_phone,
)

pytestmark = pytest.mark.clause("R67.4")

REDACTOR = Redactor(b"k" * 32)
MAKERS = {
    RedactionClass.IIN: (iins(), spelled_iin),
    RedactionClass.ACCOUNT: (bins(), spelled_iin),
    RedactionClass.PAN: (pans(), spelled_pan),
    RedactionClass.IBAN: (ibans(), spelled_iban),
    RedactionClass.PHONE: (phones(), spelled_phone),
}


def is_there(secret: str, text: str) -> bool:
    """Whether a reader could still find the secret, decoding and joining groups as he likes."""
    return any(secret in re.sub(r"[^0-9A-Z]", "", view.text.upper()) for view in views(text))


@pytest.mark.parametrize("kind", MAKERS, ids=str)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_number_is_gone_and_counted_in_any_spelling(kind: RedactionClass, data: st.DataObject) -> None:
    made, spelled = MAKERS[kind]
    secret = data.draw(made)
    written = encoded(data.draw, spelled(data.draw, secret))
    text = f"{data.draw(BESIDE)} {written} {data.draw(BESIDE)}"
    cleaned, counts = REDACTOR.text(text)
    assert not is_there(secret, cleaned)
    assert sum(counts.values()) >= 1
    assert f"‹{kind.value}:" in cleaned or (kind is not RedactionClass.IIN and counts)


@pytest.mark.parametrize("kind", MAKERS, ids=str)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_number_is_gone_from_json_urls_and_base64(kind: RedactionClass, data: st.DataObject) -> None:
    made, spelled = MAKERS[kind]
    secret = data.draw(made)
    written = spelled(data.draw, secret)
    inside = base64.b64encode(f"client said: {written}, and left for today".encode()).decode()
    form = written.replace(" ", "+")
    text = f'{{"a":"{written}","url":"/pay?to={form}&x=1","nested":{{"b":["{written}"]}},"payload":"{inside}"}}'
    cleaned, _ = REDACTOR.text(text)
    assert not is_there(secret, cleaned)
    hidden = re.search(r'"payload":"([^"]*)"', cleaned)
    assert hidden
    assert not is_there(secret, base64.b64decode(hidden[1]).decode())


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_what_was_redacted_once_is_not_changed_again(data: st.DataObject) -> None:
    parts = []
    for made, spelled in MAKERS.values():
        parts += [data.draw(BESIDE), encoded(data.draw, spelled(data.draw, data.draw(made)))]
    once, _ = REDACTOR.text(" ".join(parts))
    assert REDACTOR.text(once) == (once, {})


@given(st.text(alphabet="abcdefgxyzабвгғқәүһ ,;()<>!?/*\n\t_", max_size=300))
@settings(max_examples=200, deadline=None)
def test_text_without_secrets_comes_back_as_it_was(text: str) -> None:
    assert REDACTOR.text(text) == (text, {})


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_is_redacted_without_fault_and_for_good(raw: bytes) -> None:
    once, _ = REDACTOR.text(raw.decode("utf-8", "replace"))
    again, _ = REDACTOR.text(once)
    assert again == once


def test_doubly_encoded_text_hides_nothing() -> None:
    cleaned, counts = REDACTOR.text("GET /a?q=%25%33%34%25%33%31%25%33%31%25%33%31111111111111 HTTP/1.1")
    assert "111111111111" not in unquote(unquote(unquote(cleaned)))
    assert counts == {RedactionClass.PAN: 1}


@pytest.mark.parametrize(
    "encoded",
    [
        "Pz8%2FPj4%2BPDw8OTQwMTAxMzAwMTIz",
        "Pz8\\/Pj4+PDw8OTQwMTAxMzAwMTIz",
        "Pz8&#47;Pj4&#43;PDw8OTQwMTAxMzAwMTIz",
        "OQA0ADAAMQAwADEAMwAwADAAMQAyADMA",
        "/send/OTQwMTAxMzAwMTIz/now",
    ],
)
def test_base64_hides_nothing_however_its_marks_are_written(encoded: str) -> None:
    assert REDACTOR.text(f"data={encoded} end")[1] == {RedactionClass.IIN: 1}


def test_a_bare_json_number_becomes_a_json_text() -> None:
    cleaned, _ = REDACTOR.text('{"iin":940101300123,"n":[4111111111111111, 1]}')
    assert re.fullmatch(r'\{"iin":"‹iin:\w+›","n":\["‹pan:\w+›", 1\]\}', cleaned)
