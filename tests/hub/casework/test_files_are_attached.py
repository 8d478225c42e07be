"""Files of a draft: what is taken, what it voids, who sees it, and how it is served (R67.3.4)."""

from __future__ import annotations

import hashlib
import io
import zipfile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.hub.casework.filetypes import LONGEST_NAME, clean_name
from tests.hub.incidents.test_a_card_lives import create, send

pytestmark = pytest.mark.clause("R67.3.4")

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def packed(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def attach(market, monday, card, name="log.txt", content=b"a line\n", by="alpha_maker"):
    from qorgan.hub.casework import attachments

    return attachments.add(card.pk, name, content, by=market.scope(by), now=monday)


@pytest.fixture
def card(market, monday):
    return create(market, now=monday)


def test_a_file_is_hashed_named_and_stands_in_the_exact_bytes(market, monday, card):
    from qorgan.hub.casework.exact import Wording

    file = attach(market, monday, card, "evidence.png", PNG)
    assert (file.media_type, file.size, file.sha256) == ("image/png", len(PNG), hashlib.sha256(PNG).hexdigest())
    send(market, card, maker="alpha_maker", head="alpha_head", times=[monday] * 3)
    ((exact,),) = market.hub.rows("SELECT exact FROM document_version WHERE document_id = %s", card.pk)
    (named,) = msgspec.json.decode(bytes(exact), type=Wording).attachments
    assert (named.name, named.size, named.sha256) == ("evidence.png", len(PNG), file.sha256)


@pytest.mark.clause("R67.12")
def test_adding_and_removing_a_file_voids_the_agreement(market, monday, card):
    from qorgan.hub.casework import attachments, drafts, engine
    from qorgan.kit.refusal import Refusal

    def agree():
        drafts.propose(card.pk, by=market.scope("alpha_maker"), now=monday)
        drafts.agree(card.pk, by=market.scope("alpha_head"), now=monday)

    agree()
    file = attach(market, monday, card)
    with pytest.raises(Refusal) as refused:
        engine.perform(card.pk, "submit", by=market.scope("alpha_maker"), now=monday)
    assert refused.value.code == "not-agreed"
    agree()
    attachments.remove(file.pk, by=market.scope("alpha_maker"), now=monday)
    with pytest.raises(Refusal) as again:
        engine.perform(card.pk, "submit", by=market.scope("alpha_maker"), now=monday)
    assert again.value.code == "not-agreed"
    voided = market.hub.rows("SELECT count(*) FROM document_act WHERE document_id = %s AND verb = 'void'", card.pk)
    assert voided == [(2,)]


def test_others_see_a_file_once_it_was_sent_and_keep_it_when_it_is_taken_out(market, monday, card):
    from qorgan.hub.casework import access, attachments, engine
    from qorgan.kit.refusal import Refusal

    file = attach(market, monday, card)
    for person in ("analyst", "gamma_maker"):
        with pytest.raises(Refusal) as unseen:
            market.seen(person, lambda: access.attachment_for(file.pk))
        assert unseen.value.code == "attachment-unknown"
    send(market, card, maker="alpha_maker", head="alpha_head", times=[monday] * 3)
    engine.perform(card.pk, "receive", by=market.scope("analyst"), now=monday)
    attachments.remove(file.pk, by=market.scope("alpha_maker"), now=monday)

    def sent():
        return attachments.of_version(access.version_for(access.document_for(card.pk), 1))

    assert bytes(market.seen("analyst", lambda: access.attachment_for(file.pk)).content) == b"a line\n"
    assert [one.pk for one in market.seen("analyst", sent)] == [file.pk]
    assert market.seen("alpha_maker", lambda: attachments.of_draft(access.document_for(card.pk))) == []
    with pytest.raises(Refusal):
        market.seen("gamma_maker", lambda: access.attachment_for(file.pk))


def test_only_the_makers_of_a_draft_add_files(market, monday, card):
    from qorgan.hub.casework import attachments
    from qorgan.kit.refusal import Refusal

    for person, code in (
        ("alpha_head", "not-allowed"),
        ("gamma_maker", "document-unknown"),
        ("analyst", "document-unknown"),
    ):
        with pytest.raises(Refusal) as refused:
            attach(market, monday, card, by=person)
        assert refused.value.code == code, person
    file = attach(market, monday, card)
    with pytest.raises(Refusal) as refused:
        attachments.remove(file.pk, by=market.scope("alpha_head"), now=monday)
    assert refused.value.code == "not-allowed"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.docx", packed("[Content_Types].xml", "word/document.xml")),
        ("traces.zip", packed("a.exe")),
        ("packets.pcap", b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + bytes(16)),
        ("mail.eml", b"From: a@b.example\r\n\r\nhello"),
        ("журнал.log", "ағылшынша емес\n".encode()),
        ("letter.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    ],
)
def test_what_belongs_to_an_incident_is_taken(market, monday, card, name, content):
    assert attach(market, monday, card, name, content).name == name


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("run.exe", b"MZ\x90\x00" + bytes(60), "file-kind"),
        ("letter.pdf", b"MZ\x90\x00" + bytes(60), "file-kind"),
        ("picture.png", b"%PDF-1.7\n", "file-kind"),
        ("page.html", b"<script>1</script>", "file-kind"),
        ("drawing.svg", b"<svg/>", "file-kind"),
        ("script.txt", b"#!/bin/sh\n", "file-kind"),
        ("notes.txt", b"\x00\x01\x02", "file-kind"),
        ("notes", b"text", "file-kind"),
        ("empty.txt", b"", "file-empty"),
        ("large.txt", b"a" * (20 * 1024 * 1024 + 1), "file-too-large"),
    ],
)
def test_what_could_do_harm_or_is_not_what_it_says_is_refused(market, monday, card, name, content, code):
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as refused:
        attach(market, monday, card, name, content)
    assert (refused.value.code, refused.value.field) == (code, "attachments")


def test_a_document_has_room_for_a_hundred_mebibytes(market, monday, card):
    from qorgan.kit.refusal import Refusal

    content = b"a" * (20 * 1024 * 1024)
    for number in range(5):
        attach(market, monday, card, f"{number}.txt", content)
    with pytest.raises(Refusal) as refused:
        attach(market, monday, card, "more.txt", b"a")
    assert refused.value.code == "files-too-large"


def test_a_file_is_served_to_be_saved_and_can_do_nothing(market, monday, card):
    from qorgan.hub.casework.attachments import SANDBOX, headers_of
    from qorgan.kit.pages import headers

    served = headers_of(attach(market, monday, card, 'от"чёт\r\n.txt'))
    assert served["Content-Disposition"].startswith("attachment; filename")
    assert "\r" not in served["Content-Disposition"]
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Content-Type"] == "text/plain; charset=utf-8"
    assert served["Content-Security-Policy"] == SANDBOX == headers.SANDBOX


def test_the_portal_keeps_a_files_sandbox_and_no_looser_policy():
    from django.http import HttpRequest, HttpResponse

    from qorgan.kit.pages.headers import CONTENT_SECURITY_POLICY, SANDBOX, HeadersMiddleware

    for asked, kept in ((SANDBOX, SANDBOX), ("default-src *", CONTENT_SECURITY_POLICY)):
        answer = HeadersMiddleware(
            lambda _request, asked=asked: HttpResponse(headers={"Content-Security-Policy": asked})
        )
        assert answer(HttpRequest())["Content-Security-Policy"] == kept


@given(st.text(max_size=300))
def test_a_cleaned_name_is_one_plain_part_and_stays_as_it_is(name):
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= LONGEST_NAME
    assert not set('/\\<>:"|?*\r\n\t\u202e') & set(cleaned)
    assert not cleaned.startswith(".")
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\logs\\edge.log", "edge.log"),
        ("in\u202evoice.txt", "in voice.txt"),
        ("..", "file"),
        (".hidden", "hidden"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(given_name, cleaned):
    assert clean_name(given_name) == cleaned
