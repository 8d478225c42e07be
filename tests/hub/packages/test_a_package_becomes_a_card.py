"""A package becomes one card with its own people and times, whoever carries it and however often (R48I.3)."""

from __future__ import annotations

import random
import threading
import uuid
from datetime import timedelta

import msgspec
import pytest

from qorgan.wire import package as wire
from tests.hub.incidents.written import FOUND, first_notice
from tests.hub.packages.conftest import Sealer

pytestmark = pytest.mark.clause("R48I.3")


def take(file, now, **how):
    from qorgan.hub.packages import taking

    return taking.take(file, now=now, **how)


def reply(package):
    from django.db import transaction

    from qorgan.hub.members.access import HUB, enter
    from qorgan.hub.packages import taking

    with transaction.atomic():
        enter(HUB)
        return taking.reply_to(package)


def refusal(file, now):
    from qorgan.kit.refusal import Refusal

    with pytest.raises(Refusal) as refused:
        take(file, now)
    return refused.value


def cards(market):
    return market.hub.rows("SELECT number, state, version FROM document WHERE kind = 'incident-card'")


def test_it_is_the_card_as_submitted_with_the_times_of_the_institution(market, monday, sealer):
    from qorgan.hub.casework.models import Document

    package = take(sealer.sealed(), monday, brought_by=market.people["analyst"])
    card = market.seen("analyst", lambda: Document.objects.get(pk=package.document_id))
    assert (card.state, card.version, card.category) == ("sent", 1, "denial-of-service")
    assert [card.found_at, card.created_at, card.agreed_at, card.submitted_at, card.sent_at] == [
        FOUND,
        monday - timedelta(minutes=40),
        monday - timedelta(minutes=32),
        monday - timedelta(minutes=30),
        monday,
    ]
    acts = market.hub.rows("SELECT verb, person_id, at FROM document_act ORDER BY id")
    maker, head = market.people["alpha_maker"], market.people["alpha_head"]
    assert acts == [
        (verb, who, monday)
        for verb, who in zip(("create", "propose", "agree", "submit"), (maker, maker, head, maker), strict=True)
    ]
    said = msgspec.json.decode(reply(package).exact)
    assert (said["content"]["channel"], said["organisation"]) == ("transport", sealer.bin)


def test_the_same_again_is_the_same_card_and_receipt(market, monday, sealer):
    file = sealer.sealed()
    first = take(file, monday)
    again = take(file, monday + timedelta(hours=3), by_module=True)
    assert (again.pk, msgspec.json.encode(reply(again))) == (first.pk, msgspec.json.encode(reply(first)))
    assert len(cards(market)) == 1


def test_the_same_words_sealed_anew_are_the_same_card(market, monday, sealer):
    card = str(uuid.uuid4())
    first = take(sealer.sealed(card=card), monday)
    other = take(sealer.sealed(card=card), monday + timedelta(hours=1))
    assert (first.document_id, first.version) == (other.document_id, other.version)
    assert reply(first).exact == reply(other).exact
    assert len(cards(market)) == 1


def test_a_later_wording_is_a_later_version_and_an_older_one_is_refused(market, monday, sealer):
    card = str(uuid.uuid4())
    first = sealer.sealed(card=card)
    package = take(sealer.sealed(card=card, wording=2, content=first_notice(status="ongoing")), monday)
    assert refusal(first, monday).code == "package-conflict"
    later = take(sealer.sealed(card=card, wording=3, content=first_notice(status="contained")), monday)
    assert (later.document_id, package.version, later.version) == (package.document_id, 1, 2)


def test_other_words_under_the_same_number_are_refused(market, monday, sealer):
    card = str(uuid.uuid4())
    take(sealer.sealed(card=card), monday)
    found = refusal(sealer.sealed(card=card, content=first_notice(status="resolved")), monday)
    assert found.code == "package-conflict"


def test_a_change_of_any_bit_is_refused(market, monday, sealer):
    """Every byte near the seams, and bits anywhere else; opening alone, for that is where each must fail."""
    from qorgan.hub.database.sealing_key import sealing_key
    from tests.hub.conftest import ORIGIN

    file = sealer.sealed()
    private = sealing_key(market.hub.config)
    wire.open_sealed(file, private, ORIGIN).check(sealer.key.public_key().public_bytes_raw())
    chance = random.Random(48)
    bits = {*range(8 * 96), *range(8 * (len(file) - 24), 8 * len(file)), *chance.sample(range(8 * len(file)), 4000)}
    for bit in bits:
        changed = bytearray(file)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(wire.PackageRefused):
            wire.open_sealed(bytes(changed), private, ORIGIN)
    for cut in (0, 10, 17, 60, len(file) - 1):
        with pytest.raises(wire.PackageRefused):
            wire.open_sealed(file[:cut], private, ORIGIN)
    assert refusal(file + b"0", monday).code == "package-not-for-this-hub"
    assert cards(market) == []


def test_what_is_foreign_revoked_old_or_not_of_its_institution_is_refused_with_its_reason(market, monday, sealer):
    stranger = Sealer(market, monday)
    assert refusal(stranger.sealed(), monday).code == "package-module-unknown"
    other_hub = wire.X25519PrivateKey.generate().public_key().public_bytes_raw()
    assert refusal(sealer.sealed(recipient=wire.to_base64(other_hub)), monday).code == "package-not-for-this-hub"
    assert refusal(sealer.sealed(audience="another.example/asoi"), monday).code == "package-not-for-this-hub"
    assert refusal(wire.seal(sealer.package(), stranger.key), monday).code == "package-altered"
    assert refusal(sealer.sealed(), monday + timedelta(days=31)).code == "package-expired"
    assert refusal(sealer.sealed(), monday - timedelta(days=2)).code == "package-not-yet"
    borrowed = Sealer(market, monday, "gamma", sealer.key, sealer.module)
    assert refusal(borrowed.sealed(), monday).code == "package-institution-apart"
    swapped = msgspec.structs.replace(sealer.package(), agreed=sealer.package().agreed)
    assert refusal(wire.seal(swapped, sealer.key), monday).code == "package-mismatched"
    market.hub.tamper("UPDATE module_key SET state = 'revoked'")
    assert refusal(sealer.sealed(), monday).code == "package-module-revoked"
    assert cards(market) == []


@pytest.mark.clause("R67.12")
@pytest.mark.parametrize(
    ("who", "code"),
    [
        ({"maker": "gamma_maker"}, "maker-unknown"),
        ({"maker": "nobody"}, "maker-unknown"),
        ({"head": "alpha_maker"}, "head-unknown"),
        ({"head": "gamma_head"}, "head-unknown"),
    ],
)
def test_its_people_must_be_the_hubs_own_of_that_institution(market, monday, sealer, who, code):
    signatories = {role: sealer.signatory(person) for role, person in who.items()}
    assert refusal(sealer.sealed(**signatories), monday).code == code
    assert cards(market) == []


def test_a_card_that_lacks_something_is_refused_with_the_field(market, monday, sealer):
    found = refusal(sealer.sealed(content=first_notice(category=None)), monday)
    assert (found.code, found.field, found.clause) == ("incomplete", "category", "R67.12")


def test_two_who_bring_it_at_once_make_one_card(market, monday, sealer):
    from django.db import connection

    card = str(uuid.uuid4())
    files = [sealer.sealed(card=card) for _ in range(3)]
    made: list[object] = []
    wrong: list[Exception] = []

    def bring(file):
        try:
            made.append(take(file, monday).document_id)
        except Exception as error:  # noqa: BLE001 (shown below)
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=(file,)) for file in (*files, *files)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(set(made)) == 1
    assert len(cards(market)) == 1


@pytest.mark.clause("R67.3.7")
def test_another_institution_does_not_see_it(market, monday, sealer):
    from qorgan.hub.packages.models import Package

    take(sealer.sealed(), monday)
    assert market.seen("alpha_maker", Package.objects.count) == 1
    assert market.seen("gamma_maker", Package.objects.count) == 0
