"""A real ClamAV looks through attached files; without one they are taken, and it is said."""

from __future__ import annotations

import msgspec
import pytest

from qorgan.hub.casework.scanner import Scan, scan
from tests.products import antivirus

pytestmark = pytest.mark.products


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    with antivirus.running(tmp_path_factory.mktemp("clamav")) as socket:
        yield socket


def test_what_it_knows_is_found_and_named(clamd):
    assert scan(antivirus.EICAR, clamd) == Scan("infected", "Own.Eicar.Test.UNOFFICIAL")


def test_what_it_does_not_know_is_clean_however_it_is_cut_into_chunks(clamd):
    for size in (1, 65_535, 65_536, 65_537, 300_000):
        assert scan(b"a" * size, clamd) == Scan("clean")


def test_what_it_does_not_take_is_not_called_clean(clamd):
    assert scan(b"a" * (2 * 1024 * 1024), clamd) == Scan("not-scanned")


def test_an_infected_file_is_not_taken_and_a_clean_one_is_marked(clamd, market, monday, monkeypatch):
    from django.conf import settings

    from qorgan.hub.casework import attachments, drafts
    from qorgan.kit.refusal import Refusal

    asked = msgspec.structs.replace(
        settings.CONFIG, attachments=msgspec.structs.replace(settings.CONFIG.attachments, clamd=clamd)
    )
    monkeypatch.setattr(settings, "CONFIG", asked)
    maker = market.scope("alpha_maker")
    card = drafts.create("incident-card", author=market.organisations["alpha"], by=maker, now=monday)
    with pytest.raises(Refusal) as refused:
        attachments.add(card.pk, "eicar.txt", antivirus.EICAR, by=maker, now=monday)
    assert refused.value.code == "file-infected"
    assert "Own.Eicar.Test" in str(refused.value)
    assert market.hub.rows("SELECT count(*) FROM document_attachment") == [(0,)]
    assert attachments.add(card.pk, "log.txt", b"nothing", by=maker, now=monday).scan == "clean"


def test_without_a_scanner_a_file_is_not_scanned(tmp_path):
    assert scan(b"nothing", None) == Scan("not-scanned")
    assert scan(b"nothing", tmp_path / "nobody") == Scan("not-scanned")
