"""Two people, exact bytes, an agreement that a change voids; letters without gaps; receipts only for our words."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import msgspec
import pytest

from qorgan.ledger.canonical import canonical
from qorgan.ledger.checkpoint import Checkpoint, sign
from qorgan.ledger.entry import DocumentEntry, document_digest, entry_leaf, instant
from qorgan.ledger.frontier import Frontier
from qorgan.ledger.receipt import issue, write
from qorgan.module import hub_key
from qorgan.module.fallback import drafts, evidence, letters, packing
from qorgan.module.fallback.people import Person, close
from qorgan.module.fallback.refusal import Refused
from qorgan.wire import package as wire
from tests.module.fallback.conftest import BIN, HEAD, MAKER, NOW, ORIGIN, Site, complete

pytestmark = [pytest.mark.clause("R48I.3"), pytest.mark.clause("R48I.3-fallback")]


def refusal(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


@pytest.mark.clause("R67.12")
def test_what_lacks_is_said_with_its_clause_as_at_the_hub(site):
    card = drafts.begin(site.store, complete(category=None, tlp=None), by=MAKER, now=NOW)
    found = refusal(lambda: drafts.propose(site.store, card, organisation=BIN, by=MAKER, now=NOW, revision=1))
    assert found.code == "incomplete"
    assert [(lack.field, lack.clause) for lack in found.lacks] == [("category", "R67.12"), ("tlp", "R67.12")]
    ahead = complete(found_at=NOW + timedelta(hours=2))
    assert {lack.field for lack in drafts.lacking(ahead, NOW)} == {"found_at"}


@pytest.mark.clause("R48.15")
def test_maker_and_head_are_two_people(site):
    card = site.proposed()
    assert refusal(lambda: site.agree(card, by=MAKER)).code == "not-allowed"
    # Not even an account that became a head's meanwhile.
    both = msgspec.structs.replace(MAKER, role="head")
    from qorgan.module.fallback import people  # noqa: PLC0415

    people.add(site.store, both, "another-long-password", NOW)
    assert refusal(lambda: site.agree(card, by=both)).code == "made-by-you"
    assert refusal(lambda: drafts.begin(site.store, complete(), by=HEAD, now=NOW)).code == "not-allowed"
    close(site.store, HEAD.email, NOW)
    assert refusal(lambda: site.agree(card)).code == "not-allowed"


def test_the_head_agrees_to_the_bytes_that_were_shown(site):
    card = site.proposed()
    revision = drafts.draft_of(site.store, card).revision
    other = document_digest(b"other words")
    act = {"by": HEAD, "now": NOW, "revision": revision}
    assert refusal(lambda: drafts.agree(site.store, card, digest=other, **act)).code == "changed-meanwhile"


def test_a_later_change_voids_the_agreement_and_the_next_wording_is_another(site):
    card = site.agreed()
    first = site.sealed(card)
    revision = drafts.draft_of(site.store, card).revision
    changed = complete(description="Flood of requests\nIt is over.")
    drafts.edit(site.store, card, changed, by=MAKER, now=NOW, revision=revision)
    for act in (
        lambda: site.sealed(card),
        lambda: evidence.choose_phone(site.store, card, by=MAKER, reason="none", now=NOW),
    ):
        assert refusal(act).code == "not-agreed"
    drafts.propose(site.store, card, organisation=BIN, by=MAKER, now=NOW, revision=revision + 1)
    site.agree(card)
    said = [wire.open_sealed(body, site.hub, ORIGIN).package.words().wording for body in (first, site.sealed(card))]
    assert said == [1, 2]
    assert "void" in [act.verb for act in drafts.acts_of(site.store, card)]


def test_an_older_look_changes_nothing(site):
    card = site.proposed()
    stale = refusal(lambda: drafts.edit(site.store, card, complete(), by=MAKER, now=NOW, revision=1))
    assert stale.code == "changed-meanwhile"


def test_the_same_package_is_given_again_and_holds_what_was_agreed(site):
    card = site.agreed()
    body = site.sealed(card)
    assert site.sealed(card) == body
    opened = wire.open_sealed(body, site.hub, ORIGIN)
    opened.check(site.key.public_key().public_bytes_raw())
    package = opened.package
    assert (package.agreement.maker.email, package.agreement.head.email) == (MAKER.email, HEAD.email)
    assert package.evidence.away[0].since == instant(NOW - timedelta(hours=1))
    assert package.words().content["category"] == "denial-of-service"


def test_the_phone_needs_a_choice_with_a_reason_and_a_read_back(site):
    card = site.agreed()
    call = wire.Call(
        called_at=instant(NOW), called_from="+77270000000", called_to="+77172000000", caller="Maker", read_back=True
    )
    act = {"by": MAKER, "now": NOW}
    assert refusal(lambda: evidence.note_call(site.store, card, call, **act)).code == "choice-missing"
    assert refusal(lambda: evidence.choose_phone(site.store, card, reason=" ", **act)).code == "reason-missing"
    evidence.choose_phone(site.store, card, reason="The gateway is down", **act)
    unread = msgspec.structs.replace(call, read_back=False)
    assert refusal(lambda: evidence.note_call(site.store, card, unread, **act)).code == "not-read-back"
    evidence.note_call(site.store, card, call, **act)
    assert evidence.evidence_of(site.store, card, NOW).call == call


def test_while_asoi_answers_there_is_no_phone(site):
    from qorgan.module.fallback import spells  # noqa: PLC0415
    from qorgan.module.fallback.outage import Ended  # noqa: PLC0415

    spells.keep(site.store, Ended(NOW))
    card = site.agreed()
    found = refusal(lambda: evidence.choose_phone(site.store, card, by=MAKER, reason="none", now=NOW))
    assert found.code == "asoi-is-here"


def test_letters_are_numbered_without_gaps_however_many_ask_at_once(site):
    cards = [site.agreed() for _ in range(12)]
    for card in cards:
        evidence.choose_phone(site.store, card, by=MAKER, reason="The gateway is down", now=NOW)
    numbers: list[str] = []

    def number(card):
        form = letters.Form(number="15/{number}-{year}", signatory="Head", dated=date(2026, 11, 23))
        made = letters.number_letter(site.store, card, form, by=MAKER, now=NOW, write=lambda *_said: {})
        numbers.append(made.letter.number)

    threads = [threading.Thread(target=number, args=(card,)) for card in (*cards, *cards)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == sorted([f"15/{one}-2026" for one in range(1, 13)] * 2)


def reply(site: Site, card: str, *, content=None, key=None, organisation=BIN) -> bytes:
    """What the hub would give back."""
    agreed = evidence.require_agreed(site.store, card)
    words = content or msgspec.json.decode(agreed.exact)["content"]
    exact = canonical({"organisation": organisation, "content": {**words, "channel": "transport"}})
    entry = DocumentEntry(
        type="incident-card",
        number="IC-2026-AAAAAA",
        version=1,
        organisation=organisation,
        digest=document_digest(exact),
        at=instant(NOW),
    )
    tree = Frontier()
    inclusion = tree.inclusion_of_next()
    tree = tree.append(entry_leaf(entry))
    note = sign(Checkpoint(ORIGIN, tree.size, tree.root()), [key or site.log])
    return msgspec.json.encode(
        wire.Reply(
            card=card,
            wording=agreed.wording,
            number="IC-2026-AAAAAA",
            version=1,
            received_at=instant(NOW),
            exact=exact.decode(),
            receipt=msgspec.Raw(write(issue(entry, 0, inclusion, note))),
        )
    )


def test_a_receipt_is_kept_only_if_it_proves_our_very_words(site):
    card = site.agreed()

    def take(raw):
        return packing.take_receipt(site.store, raw, site.speaker, NOW)

    assert packing.awaiting(site.store) == [card]
    stranger = wire.SigningKey.generate(ORIGIN)
    assert refusal(lambda: take(reply(site, card, key=stranger))).code == "receipt-not-proven"
    assert refusal(lambda: take(reply(site, card, content={"stage": 1}))).code == "receipt-of-other-words"
    assert refusal(lambda: take(reply(site, card, organisation="999999999999"))).code == "receipt-of-other-words"
    assert refusal(lambda: take(reply(site, card).replace(card.encode(), b"0" * 8 + card[8:].encode()))).code == (
        "receipt-of-another"
    )
    assert refusal(lambda: take(b"{}")).code == "no-receipt"
    assert packing.awaiting(site.store) == [card]
    assert take(reply(site, card)).number == "IC-2026-AAAAAA"
    assert packing.awaiting(site.store) == []


def test_the_hubs_key_is_believed_by_the_pinned_key_alone(site, tmp_path):
    note = wire.key_note(b"k" * 32, wire.SigningKey.generate(ORIGIN))
    with pytest.raises(wire.NoteError):
        hub_key.keep(tmp_path, note, site.log.verifier)
    (tmp_path / hub_key.FILE).write_text(note)
    with pytest.raises(hub_key.HubKeyMissing):
        hub_key.find(tmp_path, site.log.verifier)


@pytest.mark.clause("D26.reporting")
@pytest.mark.parametrize("category", ["unauthorised-access", "denial-of-service", "server-infected", "outage"])
def test_an_insurers_or_lenders_card_is_drafted_by_the_same_rules(site, category):
    changes = {"category": category}
    if category == "outage":
        changes["outage_start"] = (NOW - timedelta(hours=2)).isoformat()
    content = msgspec.convert(msgspec.to_builtins(complete()) | changes, type(complete()))
    assert drafts.lacking(content, NOW) == []
    if category == "outage":
        short = msgspec.structs.replace(content, outage_start=content.found_at, outage_end=NOW)
        assert {lack.field for lack in drafts.lacking(short, NOW)} == {"outage_end"}


def test_secrets_are_kept_as_scrypt_makes_them(site):
    with site.store.reading() as connection:
        rows = [row[0] for row in connection.execute("SELECT secret FROM person")]
    assert all(len(row) == 69 and "$" in row for row in rows)
    assert len(set(rows)) == 2


def test_guessing_is_slowed_down(site):
    from qorgan.module.fallback.people import Door  # noqa: PLC0415

    door = Door(site.store)
    for _ in range(6):
        assert refusal(lambda: door.enter(MAKER.email, "wrong")).code == "not-let-in"
    assert refusal(lambda: door.enter(MAKER.email, "quiet-river-of-Aqsai-7")).code == "wait"
    assert isinstance(door.enter(HEAD.email, "tall-poplar-of-Esil-4"), Person)
