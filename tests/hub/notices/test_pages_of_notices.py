"""Pages of notices: one's own, marked as seen, and the addresses and deliveries of one's institution."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def reader(office, enlist, signed_in):
    """A browser of somebody with a role in an organisation of the market."""

    def open_(role, where, **about):
        return signed_in(enlist(role, organisation=office.market.organisations[where], **about))

    return open_


@pytest.mark.clause("R67.4")
def test_a_page_shows_ones_own_notices_and_marks_them_as_seen(office, reader):
    maker, head = reader("responsible-employee", "alpha"), reader("head-of-security", "alpha")
    card = office.returned()
    office.tell()
    page = maker.get("/notices/").content.decode()
    assert page.count(card.number) == 3, "agreed, received, sent back"
    assert "Sent back to be mended" in page
    assert "Waits for the agreement" not in page, "that is the head's"
    first = re.search(r'name="notice" value="(\d+)"', page)
    assert first
    foreign = re.search(r'name="notice" value="(\d+)"', head.get("/notices/").content.decode())
    assert foreign
    maker.post("/notices/seen/", {"notice": [first[1], foreign[1], "x"]})
    assert maker.get("/notices/").content.decode().count('class="is-unseen"') == 2
    assert head.get("/notices/").content.decode().count('class="is-unseen"') == 3, "nobody marks another's"
    maker.post("/notices/seen/", {"all": "1"})
    assert 'class="is-unseen"' not in maker.get("/notices/").content.decode()
    assert "You were told of nothing yet" in reader("responsible-employee", "gamma").get("/notices/").content.decode()


@pytest.mark.parametrize(("language", "words"), [("kk", "Түзетуге қайтарылды"), ("ru", "Возвращено на доработку")])
def test_the_page_speaks_the_persons_language(office, reader, language, words):
    maker = reader("responsible-employee", "alpha", language=language)
    office.returned()
    office.tell()
    assert words in maker.get("/notices/").content.decode()


def test_older_notices_are_a_page_away(office, reader):
    maker = reader("responsible-employee", "alpha")
    for _ in range(26):
        card = office.card()
        office.perform(card.pk, "receive", "analyst")
    office.tell()
    page = maker.get("/notices/").content.decode()
    assert page.count('class="is-unseen"') == 50
    older = re.search(r'href="(\?before=\d+)"', page)
    assert older
    assert maker.get(f"/notices/{older[1]}").content.decode().count('class="is-unseen"') == 2
    assert maker.get("/notices/?before=x").status_code == 200


def test_the_head_names_an_address_whose_secret_is_shown_once(office, reader):
    head, maker = reader("head-of-security", "alpha"), reader("responsible-employee", "alpha")
    refused = head.post("/notices/addresses/", {"address": "https://10.0.0.1/hook"})
    assert (refused.status_code, "not an address of the Internet" in refused.content.decode()) == (422, True)
    assert 'value="https://10.0.0.1/hook"' in refused.content.decode(), "what was typed is not lost"
    answer = head.post("/notices/addresses/", {"address": "https://asoi.example/hook"})
    assert "whsec_" in answer.content.decode()
    page = maker.get("/notices/addresses/").content.decode()
    assert "https://asoi.example/hook" in page
    assert "whsec_" not in page
    assert "asoi.example/hook" not in reader("head-of-security", "gamma").get("/notices/addresses/").content.decode()
    ((webhook,),) = office.market.hub.rows("SELECT id FROM webhook")
    for stranger in (maker, reader("centre-head", "centre")):
        assert stranger.post(f"/notices/addresses/{webhook}/remove/").status_code in {403, 404}
    assert maker.post("/notices/addresses/", {"address": "https://asoi.example/hook"}).status_code == 403
    head.post(f"/notices/addresses/{webhook}/remove/")
    assert "asoi.example/hook" not in head.get("/notices/addresses/").content.decode()
    acts = office.market.hub.rows("SELECT act FROM hub_journal WHERE act LIKE 'webhook%%' ORDER BY id")
    assert acts == [("webhook.added",), ("webhook.removed",)]


def test_the_centre_sends_a_dead_letter_again_and_nobody_else_sees_it(office, reader):
    analyst, head = reader("centre-analyst", "centre"), reader("head-of-security", "alpha")
    office.card()
    office.tell(mail=True)
    office.market.hub.tamper("UPDATE delivery SET state = 'dead', error = '550 nobody here'")
    page = analyst.get("/notices/undelivered/").content.decode()
    assert "550 nobody here" in page
    assert "550 nobody here" not in head.get("/notices/undelivered/").content.decode()
    (delivery, *_), *_more = office.market.hub.rows("SELECT id FROM delivery ORDER BY id")
    assert head.post(f"/notices/undelivered/{delivery}/again/").status_code == 404
    analyst.post(f"/notices/undelivered/{delivery}/again/")
    assert office.market.hub.rows("SELECT count(*) FROM delivery WHERE state = 'waiting'") == [(1,)]
