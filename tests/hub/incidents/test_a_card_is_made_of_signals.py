"""From chosen signals to a card that can be sent, in one step (R67.12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.wire.signal import Action, FileHash, HashAlgorithm, Perimeter, Source, Url

pytestmark = pytest.mark.clause("R67.12")


def start(market, refs, by="alpha_maker", author="alpha", now=None, **more):
    from qorgan.hub.incidents.actions import start_card

    return start_card(refs, author=market.organisations[author], by=market.scope(by), now=now, **more)


def sent(intake, organisation, signals, name="edge"):
    client = intake.enrol(organisation, name=name)
    assert client.send(signals).status_code == 200
    return [f"{client.module}/{one.sequence}" for one in signals]


def test_everything_the_signals_tell_stands_in_a_card_in_which_only_a_contact_lacks(market, intake, a_signal, monday):
    from qorgan.hub.casework import access, drafts

    digest = FileHash(algorithm=HashAlgorithm.SHA256, value="ab" * 32)
    refs = sent(
        intake,
        market.organisations["alpha"],
        [
            a_signal(
                1,
                type=SignalType.MALCODE,
                severity=Severity.CRITICAL,
                perimeter=Perimeter.EXTERNAL,
                techniques=("T1204.002",),
                source=Source(address="198.51.100.7"),
                hashes=(digest,),
                domain="drop.example",
                url=None,
            ),
            a_signal(2, perimeter=Perimeter.EXTERNAL, hashes=(), source=Source(address="198.51.100.8")),
        ],
    )
    card = start(market, refs, now=monday)
    draft = market.seen("alpha_maker", lambda: access.draft_for(access.document_for(card.pk)))
    assert draft.content["category"] == "server-infected"
    assert draft.content["severity"] == "critical"
    assert draft.content["vector"] == "external"
    assert draft.content["techniques"] == ["T1204.002"]
    assert draft.content["signals"] == refs
    assert draft.content["found_at"] == "2026-08-01T12:00:01Z"
    assert {(one["type"], one["value"]) for one in draft.content["indicators"]} == {
        ("address", "198.51.100.7"),
        ("address", "198.51.100.8"),
        ("hash", "ab" * 32),
        ("domain", "drop.example"),
    }
    lacking = market.seen("alpha_maker", lambda: drafts.lacks(access.document_for(card.pk), draft, monday))
    assert [lack.field for lack in lacking] == ["contacts"]


def test_the_profile_gives_the_contacts_and_then_nothing_lacks(market, intake, a_signal, monday):
    from qorgan.hub.casework import drafts

    market.hub.tamper(
        "UPDATE organisation SET contacts = %s WHERE id = %s",
        '[{"name": "Duty one", "phone": "+77270000001", "position": "", "email": ""},'
        ' {"name": "Duty two", "email": "soc@alpha.example"}, {"name": "Third"}]',
        market.organisations["alpha"],
    )
    refs = sent(intake, market.organisations["alpha"], [a_signal(1)])
    card = start(market, refs, now=monday)
    proposed = drafts.propose(card.pk, by=market.scope("alpha_maker"), now=monday)
    assert proposed.revision == 2


def test_the_institutions_own_site_and_addresses_are_no_indicators(market, intake, a_signal, monday):
    from qorgan.hub.casework import access

    market.hub.tamper(
        "UPDATE organisation SET domains = %s, networks = %s WHERE id = %s",
        '["Alpha.example"]',
        '["203.0.113.0/24"]',
        market.organisations["alpha"],
    )
    refs = sent(
        intake,
        market.organisations["alpha"],
        [
            a_signal(1, hashes=(), url=Url(host="www.bank.example")),
            a_signal(2, hashes=(), type=SignalType.PHISHING, domain="mail.alpha.example", url=None),
        ],
    )
    card = start(market, refs, now=monday)
    draft = market.seen("alpha_maker", lambda: access.draft_for(access.document_for(card.pk)))
    assert draft.content["indicators"] == []


def test_signals_of_others_are_refused_though_a_centre_may_read_them(market, intake, a_signal, monday):
    from qorgan.kit.refusal import Refusal

    theirs = sent(intake, market.organisations["gamma"], [a_signal(1)])
    served = sent(intake, market.organisations["beta"], [a_signal(1)], name="beta-edge")
    with pytest.raises(Refusal) as hidden:
        start(market, theirs, now=monday)
    assert hidden.value.code == "signal-unknown"
    with pytest.raises(Refusal) as anothers:
        start(market, served, by="soc_maker", author="soc", now=monday)
    assert (anothers.value.code, anothers.value.clause) == ("signal-of-another", "R67.12")
    card = start(market, served, by="soc_maker", author="beta", now=monday)
    assert card.acting_id == market.organisations["soc"]
    read = market.hub.rows("SELECT detail FROM hub_journal WHERE act = 'signals.read'")
    assert read == [({"signals": served},)]


@pytest.mark.parametrize(
    ("refs", "code"),
    [([], "signals-missing"), (["no/reference"], "signal-malformed"), (["x"] * 3, "signal-malformed")],
)
def test_what_is_no_choice_of_signals_is_refused(market, monday, refs, code):
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as refused:
        start(market, refs, now=monday)
    assert (refused.value.code, refused.value.field) == (code, "signals")


def test_a_blocked_thing_is_an_attempt_and_the_words_are_the_readers(market, intake, a_signal, monday):
    from django.utils import translation

    from qorgan.hub.casework import access

    refs = sent(intake, market.organisations["alpha"], [a_signal(1, action=Action.BLOCKED, count=7)])
    with translation.override("en"):
        card = start(market, refs, now=monday + timedelta(days=1))
    content = market.seen("alpha_maker", lambda: access.draft_for(access.document_for(card.pk)).content)
    assert content["outcome"] == "attempt"
    first, second, *_rest = content["description"].splitlines()
    assert first == "WAF: SQL injection"
    assert second == "Signals: 1; events: 7; of them blocked: 7."
