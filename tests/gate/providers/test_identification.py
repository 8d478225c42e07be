"""Biometric identification over real HTTP, from the order to the checked report."""

from __future__ import annotations

import hashlib
import time
from contextlib import closing

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from qorgan.gate.providers.biometrics import Order, Report, State
from qorgan.gate.providers.calling import Address
from qorgan.gate.providers.checking import ReportRefused, Why
from qorgan.gate.providers.identification import Brought, DeviceOrder, IdentificationCentre, OwnDevices
from qorgan.gate.providers.sandbox import services as places
from qorgan.gate.providers.sandbox.faces import likeness, live, reference
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.gate.providers.sandbox.words import LANGUAGES, names, word
from qorgan.gate.rules.proof import BiometricSource
from qorgan.kit import clock
from qorgan.kit.refusal import Unavailable
from tests.gate.providers.conftest import World


def identified(port: IdentificationCentre, world: World, order: Order, **acting: object) -> Report:
    """Ordered, acted, collected and checked."""
    begun = clock.now()
    started = port.start(order, now=begun)
    world.act(started.redirect_url, **acting)  # type: ignore[arg-type]
    collected = port.collect(started.reference, "")
    return port.checked(collected.report, order, started.reference, ordered_at=begun, now=clock.now())


@pytest.mark.clause("R56.12")
@pytest.mark.clause("D26.identity")
def test_whoever_follows_three_commands_and_is_alike_passes(world: World, order: Order) -> None:
    report = identified(world.centre, world, order)
    assert report.state is State.PASSED
    assert report.reason
    assert report.liveness is not None
    assert report.comparison is not None
    assert len(report.liveness.commands) == 3
    assert report.comparison.score >= report.comparison.threshold
    assert report.liveness.finished_at <= report.comparison.finished_at


@pytest.mark.clause("R56.12")
def test_the_compared_image_is_the_one_of_the_liveness_check(world: World, order: Order) -> None:
    started = world.centre.start(order, now=clock.now())
    world.act(started.redirect_url)
    image = world.centre.image(started.reference, "")
    report = world.services.centre.by_reference(started.reference)
    assert report is not None
    said = world.centre.checked(report.report, order, started.reference, ordered_at=report.ordered_at, now=clock.now())
    assert said.liveness is not None
    assert said.comparison is not None
    assert hashlib.sha256(image).hexdigest() == said.liveness.image == said.comparison.image
    assert likeness(image, reference(order.iin)) == pytest.approx(said.comparison.score)


@pytest.mark.clause("R56.1")
@pytest.mark.clause("R48.156-1")
def test_each_report_says_whether_it_is_of_the_state_or_of_an_own_device(world: World, order: Order) -> None:
    assert identified(world.centre, world, order).source is BiometricSource.STATE
    own = identified(world.terminals, world, order)  # type: ignore[arg-type]
    assert own.source is BiometricSource.OWN_DEVICE
    assert own.comparison is not None
    assert own.comparison.reference == "provider"


@pytest.mark.clause("R56.12")
def test_a_command_not_followed_is_repeated_and_does_not_yet_fail(world: World, order: Order) -> None:
    report = identified(world.centre, world, order, wrong=2)
    assert report.state is State.PASSED
    assert report.liveness is not None
    first, second, third = report.liveness.commands[:3]
    assert first.command == second.command == third.command
    assert [one.matched for one in report.liveness.commands] == [False, False, True, True, True]


@pytest.mark.clause("R56.12")
def test_three_commands_not_followed_are_negative_and_nothing_is_compared(world: World, order: Order) -> None:
    report = identified(world.centre, world, order, wrong=3)
    assert report.state is State.FAILED_LIVENESS
    assert report.comparison is None
    assert report.liveness is not None
    assert report.liveness.image is None


def test_another_persons_face_does_not_match(world: World, order: Order) -> None:
    report = identified(world.centre, world, order, face="another")
    assert report.state is State.FAILED_MATCH
    assert report.comparison is not None
    assert report.comparison.score < report.comparison.threshold


def test_faces_of_one_person_are_alike_and_of_two_are_not() -> None:
    numbers = [f"{number:012d}" for number in range(8)]
    assert all(likeness(live(one), reference(one)) > 0.9 for one in numbers)
    assert all(likeness(live(one), reference(other)) < 0.8 for one in numbers for other in numbers if one != other)


def test_nobody_is_found_by_a_number_without_an_image(world: World, order: Order) -> None:
    world.services.centre.without_image.add(order.iin)
    assert identified(world.centre, world, order).state is State.IIN_NOT_FOUND
    world.services.centre.without_image.clear()
    world.services.centre.failing.add(order.iin)
    assert identified(world.centre, world, order).state is State.SERVICE_ERROR


def test_an_order_is_pending_until_the_person_acts_and_may_be_given_up(world: World, order: Order) -> None:
    started = world.centre.start(order, now=clock.now())
    assert world.centre.collect(started.reference, "").state is State.PENDING
    assert world.centre.image(started.reference, "") == b""
    page = httpx.post(started.redirect_url, data={"do": "cancel"}, follow_redirects=True, trust_env=False)
    assert world.centre.collect(started.reference, "").state is State.CANCELLED
    assert f"https://gate.example/back?a=1&amp;reference={started.reference}&amp;state=cancelled" in page.text
    assert order.iin not in page.text


def test_an_order_nobody_knows_has_expired(world: World) -> None:
    assert world.centre.collect("unknown-reference", "").state is State.EXPIRED


@pytest.mark.parametrize("mode", [Mode.OUTAGE, Mode.SLOW, Mode.DAMAGED])
def test_an_outage_a_slow_answer_and_a_damaged_one_are_unavailable_never_a_yes(
    world: World, order: Order, mode: Mode
) -> None:
    centre = world.centre
    started = centre.start(order, now=clock.now())
    world.act(started.redirect_url)
    world.services.behaviours[places.CENTRE].mode = mode
    with pytest.raises(Unavailable):
        centre.collect(started.reference, "")
    with pytest.raises(Unavailable):
        centre.start(order, now=clock.now())
    world.services.behaviours[places.CENTRE].mode = Mode.NORMAL
    assert centre.collect(started.reference, "").state is State.PASSED


def test_a_service_that_keeps_failing_is_left_alone_for_a_while(world: World, order: Order) -> None:
    world.services.behaviours[places.CENTRE].mode = Mode.SLOW
    address = world.address(places.CENTRE, patience=1, rest=2)
    centre = world.closed_at_the_end(IdentificationCentre(address, world.signers(places.CENTRE_KID)))
    with pytest.raises(Unavailable):
        centre.start(order, now=clock.now())
    begun = time.monotonic()
    with pytest.raises(Unavailable) as gone:
        centre.start(order, now=clock.now())
    assert time.monotonic() - begun < 0.9, "the second is not kept waiting as the first was"
    assert gone.value.retry_after >= 1
    world.services.behaviours[places.CENTRE].mode = Mode.NORMAL
    time.sleep(2.1)
    assert centre.start(order, now=clock.now()).redirect_url


def test_nobody_there_is_unavailable(order: Order) -> None:
    centre = IdentificationCentre(Address(name="nobody", url="http://127.0.0.1:9"), {})
    with closing(centre), pytest.raises(Unavailable):
        centre.start(order, now=clock.now())


def test_a_wrong_key_is_our_outage_and_not_the_persons_fault(world: World, order: Order) -> None:
    address = replace(world.address(places.CENTRE), key="wrong")
    with closing(IdentificationCentre(address, {})) as centre, pytest.raises(Unavailable):
        centre.start(order, now=clock.now())


def test_a_person_is_sent_to_no_stranger(world: World, order: Order) -> None:
    centre = IdentificationCentre(world.address(places.CENTRE), {}, frozenset({"https://centre.example"}))
    with closing(centre), pytest.raises(Unavailable):
        centre.start(order, now=clock.now())


def test_a_report_of_the_state_does_not_pass_for_one_of_an_own_device(world: World, order: Order) -> None:
    begun = clock.now()
    started = world.centre.start(order, now=begun)
    world.act(started.redirect_url)
    report = world.centre.collect(started.reference, "").report
    with pytest.raises(ReportRefused) as refused:
        world.terminals.checked(report, order, started.reference, ordered_at=begun, now=clock.now())
    assert refused.value.why is Why.UNSIGNED


@pytest.mark.clause("R56.1")
def test_an_own_device_without_a_service_brings_its_report_through_the_app(world: World, order: Order) -> None:
    devices = OwnDevices("branch", world.signers(places.TERMINAL_KID), liveness=True)
    begun = clock.now()
    started = devices.start(order, now=begun)
    assert started.redirect_url == ""
    read = msgspec.json.decode(started.token, type=DeviceOrder)
    assert (read.reference, read.session, read.nonce) == (started.reference, order.session, order.nonce)
    assert order.iin not in started.token, "whoever asked has not proven to be this person"
    assert devices.collect(started.reference, "").state is State.PENDING
    one = world.services.terminals.order(order)
    one.reference = started.reference
    while one.check.current:
        world.services.terminals.follow(one, one.check.current, face=order.iin)
    brought = msgspec.json.encode(Brought(report=one.report, image=one.image)).decode()
    collected = devices.collect(started.reference, brought)
    report = devices.checked(collected.report, order, started.reference, ordered_at=begun, now=clock.now())
    assert report.state is State.PASSED
    assert devices.image(started.reference, brought) == one.image
    assert devices.collect(started.reference, "{}").state is State.PENDING


def test_every_answer_and_every_page_says_that_it_is_a_sandbox(world: World, order: Order) -> None:
    started = world.centre.start(order, now=clock.now())
    for place in ("/", "/gateway/inbox", "/nothing", "/centre/v1/identifications/abcdefgh"):
        answer = httpx.get(world.base + place, trust_env=False)
        assert answer.headers["x-qorgan-sandbox"].startswith("SANDBOX")
        assert answer.headers["cache-control"] == "no-store"
    for language, words in (("kk", "Биометриялық"), ("ru", "Биометрическая"), ("en", "Biometric")):
        page = httpx.get(started.redirect_url, params={"lang": language}, trust_env=False).text
        assert words in page
        assert "SANDBOX" in page
        assert f'<html lang="{language}">' in page


def test_a_tester_breaks_and_mends_services_and_gives_numbers_on_the_first_page(world: World) -> None:
    with httpx.Client(base_url=world.base, trust_env=False, follow_redirects=True) as browser:
        assert "Не работает".lower() in browser.get("/", params={"lang": "ru"}).text
        browser.post("/mode", data={"service": "/centre", "mode": "outage"})
        assert world.services.behaviours[places.CENTRE].mode is Mode.OUTAGE
        assert browser.post("/mode", data={"service": "/centre", "mode": "odd"}).status_code == 400
        given = browser.post("/number", data={"iin": "000101300079", "phone": "+77010000000"})
        assert "+77010000000" in given.text
        assert browser.post("/number", data={"iin": "1", "phone": "<b>"}).status_code == 400


def test_every_word_of_the_sandbox_is_in_three_languages() -> None:
    for name in names():
        said = {word(name, language, done=1, all=3, failed=0) for language in LANGUAGES}
        assert "" not in said
        assert len(said) >= 2, name
