"""Of what a gate tells of a disruption of sign-in one card is drafted, for people to complete and agree to (R67.12)."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qorgan.cards.content import Contact
from qorgan.law.incidents import IncidentCategory
from qorgan.law.severity import Severity
from qorgan.module.disruptions import MOST, Disruptions, Told
from qorgan.module.fallback import disrupted, drafts
from qorgan.module.fallback.language import LANGUAGES, speaking
from qorgan.module.fallback.refusal import Refused
from qorgan.module.fallback.store import Store
from qorgan.wire.disruption import Cause, Disruption, Phase, told_by
from tests.module.fallback.conftest import BIN, HEAD, MAKER, NOW, Site
from tests.module.run.conftest import centre
from tests.module.run.conftest import site as machine

__all__ = ["centre", "machine"]
pytestmark = pytest.mark.clause("R67.12")

ID = UUID("6f2b8a52-53b7-4c1f-9d7e-0a4c5f1f7a11")
SINCE = NOW - timedelta(minutes=16)


def told(phase: Phase = Phase.BEGAN, minutes: float = 0, **changes: object) -> Disruption:
    at = NOW + timedelta(minutes=minutes)
    known = Disruption(
        id=ID,
        phase=phase,
        cause=Cause.PROVIDER,
        at=at,
        since=SINCE,
        until=at - timedelta(minutes=2) if phase is Phase.ENDED else None,
        failed=31 + round(minutes),
        succeeded=4,
        people=29,
        services={"biometrics": 31 + round(minutes)},
    )
    return msgspec.structs.replace(known, **changes)


def line(known: Disruption, **event: object) -> bytes:
    """As the gate's log has it."""
    said = {
        "@timestamp": known.at.isoformat(),
        "event": {
            "kind": "event",
            "category": ["process"],
            "dataset": "qorgan.gate",
            "id": "1",
            "sequence": 1,
            **event,
        },
        "qorgan": {"disruption": msgspec.to_builtins(known)},
    }
    return json.dumps(said).encode()


def draft(store: Store, known: Disruption, language: str = "en") -> str:
    with speaking(language) as manner:
        return disrupted.draft(store, known, manner, known.at)


def test_the_draft_has_the_facts_and_leaves_to_people_what_only_they_know(site: Site) -> None:
    card = draft(site.store, told())
    one = drafts.draft_of(site.store, card)
    content = one.content
    assert (one.state, one.makers, one.drill) == (drafts.OPEN, (), False)
    assert content.category is IncidentCategory.IDENTIFICATION_DISRUPTED
    assert content.category.number == 6
    assert (content.started_at, content.found_at, content.clients_affected) == (SINCE, NOW, 29)
    assert content.title == "Clients could not sign in: a service did not answer"
    assert "could not be ended: 31" in content.description
    assert content.fails == "biometric identification of the state (31)"
    assert {one.field for one in drafts.lacking(content, NOW)} >= {"severity", "contacts"}
    assert disrupted.unseen_since(site.store, NOW) == NOW


def test_nothing_leaves_before_one_person_has_completed_it_and_another_agreed(site: Site) -> None:
    card = draft(site.store, told())
    with pytest.raises(Refused, match="incomplete"):
        drafts.propose(site.store, card, organisation=BIN, by=MAKER, now=NOW, revision=1)
    with pytest.raises(Refused):
        site.sealed(card)
    one = drafts.draft_of(site.store, card)
    contact = Contact(name="Duty officer", phone="+77270000000")
    whole = msgspec.structs.replace(one.content, severity=Severity.HIGH, contacts=(contact,))
    drafts.edit(site.store, card, whole, by=MAKER, now=NOW, revision=1)
    drafts.propose(site.store, card, organisation=BIN, by=MAKER, now=NOW, revision=2)
    with pytest.raises(Refused, match="not-allowed"):
        site.agree(card, by=MAKER)
    site.agree(card, by=HEAD)
    assert site.sealed(card)
    assert disrupted.unseen_since(site.store, NOW) is None


def test_what_is_no_incident_is_set_aside_with_the_reason_and_taken_up_again_by_writing(site: Site) -> None:
    card = draft(site.store, told())
    for by, reason, code in ((MAKER, "  ", "reason-missing"), (HEAD, "maintenance", "not-allowed")):
        with pytest.raises(Refused, match=code):
            drafts.set_aside(site.store, card, by=by, now=NOW, revision=1, reason=reason)
    drafts.set_aside(site.store, card, by=MAKER, now=NOW, revision=1, reason="maintenance that was announced")
    assert drafts.aside(site.store) == {card}
    assert disrupted.unseen_since(site.store, NOW) is None
    draft(site.store, told(Phase.ENDED, 90))
    assert drafts.aside(site.store) == {card}, "that it is over makes it no incident"
    assert [act.verb for act in drafts.acts_of(site.store, card)] == ["draft", "set-aside", "learn"]
    standing = drafts.draft_of(site.store, card)
    changed = msgspec.structs.replace(standing.content, description="It was an incident after all.")
    drafts.edit(site.store, card, changed, by=MAKER, now=NOW, revision=standing.revision)
    assert drafts.aside(site.store) == frozenset()


def test_its_end_is_noted_in_a_draft_that_nobody_has_touched(site: Site) -> None:
    card = draft(site.store, told())
    draft(site.store, told(Phase.GOES_ON, 60))
    assert "could not be ended: 31" in drafts.draft_of(site.store, card).content.description
    draft(site.store, told(Phase.ENDED, 90))
    content = drafts.draft_of(site.store, card).content
    assert "could not be ended: 121" in content.description
    assert "Over at: 23.11.2026 11:28, after 104 min." in content.description
    assert content.found_at == NOW, "it was found when it began"


def test_what_people_write_is_not_overwritten_and_gets_the_end_beside_it(site: Site) -> None:
    card = draft(site.store, told())
    mine = msgspec.structs.replace(drafts.draft_of(site.store, card).content, description="Our own words.")
    drafts.edit(site.store, card, mine, by=MAKER, now=NOW, revision=1)
    draft(site.store, told(Phase.ENDED, 90))
    content = drafts.draft_of(site.store, card).content
    assert content.description.splitlines() == ["Our own words.", "Over at: 23.11.2026 11:28, after 104 min."]


def test_what_was_proposed_or_agreed_stays_as_it_was_and_has_the_end_in_its_history(site: Site) -> None:
    card = draft(site.store, told())
    whole = msgspec.structs.replace(
        drafts.draft_of(site.store, card).content,
        severity=Severity.HIGH,
        contacts=(Contact(name="Duty officer", phone="+77270000000"),),
    )
    drafts.edit(site.store, card, whole, by=MAKER, now=NOW, revision=1)
    drafts.propose(site.store, card, organisation=BIN, by=MAKER, now=NOW, revision=2)
    site.agree(card)
    before = drafts.draft_of(site.store, card)
    draft(site.store, told(Phase.ENDED, 90))
    assert drafts.draft_of(site.store, card) == before
    assert [act.verb for act in drafts.acts_of(site.store, card)][-1] == "learn"
    known = disrupted.told_of(site.store, card)
    assert known is not None
    assert known.phase is Phase.ENDED


WORDS = [told(), *(told(Phase.GOES_ON, 60 * hour) for hour in (1, 2, 3)), told(Phase.ENDED, 200)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
def test_one_disruption_is_one_draft_however_often_and_in_whatever_order_it_is_told(tmp_path_factory, words) -> None:
    store = Store(tmp_path_factory.mktemp("desk"))
    kept = Disruptions()
    for known in words:
        kept.take(kept.with_([known]) or kept.told)
        draft(store, known)
    (card,) = drafts.every(store)
    last = max(words, key=WORDS.index)
    assert disrupted.told_of(store, card.id) == last
    assert list(kept.told) == [last]
    assert list(Disruptions(stored=kept.told.text()).told) == [last]
    assert ("Over at" in card.content.description) == (last.phase is Phase.ENDED)


def test_an_absence_of_the_gate_is_an_outage_with_both_ends(site: Site) -> None:
    known = told(Phase.ENDED, cause=Cause.ABSENT, failed=0, succeeded=0, people=0, services={})
    content = drafts.draft_of(site.store, draft(site.store, known)).content
    assert (content.outage_start, content.outage_end) == (known.since, known.until)
    assert content.title == "The gate by which clients sign in was not there"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", Cause)
def test_it_is_drafted_whole_in_each_language(site: Site, language: str, cause: Cause) -> None:
    known = told(Phase.ENDED, cause=cause, steps=90, hindered=40, services=dict.fromkeys(disrupted.SERVICES, 3))
    content = drafts.draft_of(site.store, draft(site.store, known, language)).content
    english = drafts.draft_of(site.store, draft(site.store, msgspec.structs.replace(known, id=uuid4()), "en")).content
    said, source = content.description.splitlines(), english.description.splitlines()
    assert len(said) == len(source) == 6
    if language != "en":
        assert not set(said) & set(source)
        assert not set(content.fails.split(", ")) & set(english.fails.split(", "))


def test_few_disruptions_are_remembered_and_a_foreign_line_is_none() -> None:
    many = [told(id=uuid4()) for _ in range(MOST + 5)]
    assert [one.id for one in Told(many)] == [one.id for one in many[-MOST:]]
    assert told_by(line(told())) == told()
    assert told_by(line(told(), dataset="nginx.access")) is None
    for wrong in (b'{"disruption"', b'{"event":{"dataset":"qorgan.gate"},"qorgan":{"disruption":{}}}', b"[]"):
        assert told_by(wrong) is None
    crooked = line(told()).replace(b'"biometrics"', b'"<script>"')
    assert told_by(crooked) is None


@pytest.mark.timeout(240)
def test_through_kills_and_restarts_of_the_module_one_disruption_is_one_draft(machine) -> None:
    gate = machine.folder / "gate.json"
    machine.write(
        f'[limits]\nfree_mib = 0\n[fallback]\ngates = ["gate"]\nlanguage = "en"\nevery_seconds = 3600\n'
        f'[[sources]]\nkind = "file"\nname = "gate"\nformat = "ecs"\npath = "{gate}"\n'
        f'[[sources]]\nkind = "file"\nname = "other"\nformat = "ecs"\npath = "{machine.folder}/other.json"\n'
    )
    # What another source says of a disruption is not believed.
    (machine.folder / "other.json").write_bytes(line(told(id=uuid4())) + b"\n")
    began = datetime.now(UTC).replace(microsecond=0)
    words = [
        told(at=began, since=began - timedelta(minutes=16)),
        *(
            told(Phase.GOES_ON, at=began + timedelta(seconds=n), since=began - timedelta(minutes=16))
            for n in range(1, 5)
        ),
        told(Phase.ENDED, at=began + timedelta(seconds=9), since=began - timedelta(minutes=16), until=began),
    ]
    chance = random.Random(7)
    for known in words:
        machine.start()
        with gate.open("ab") as log:
            log.write(line(known) + b"\n")
        time.sleep(chance.random() * 2.5)
        machine.kill()
    machine.start()
    store = Store(machine.state)
    machine.wait(lambda: "Over at" in "".join(card.content.description for card in drafts.every(store)))
    machine.wait(lambda: machine.health()["account"]["read"] == len(words) + 1)
    # What the other source said would be drafted within two seconds, if it were believed.
    time.sleep(2.5)
    (card,) = drafts.every(store)
    assert disrupted.told_of(store, card.id) == words[-1]
    machine.wait(lambda: "a draft of a card waits" in str(machine.health()["troubles"]))
    assert machine.health()["account"]["became"] == 0, "it is no signal"
    machine.stop()
