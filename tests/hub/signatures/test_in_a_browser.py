"""A head signs in a browser, through an agent that speaks NCALayer's protocol with a real key of the sandbox."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import msgspec
import pypdfium2
import pytest
from playwright.sync_api import expect

from qorgan.cli import main
from qorgan.eds.agent.answering import Agent, Mood
from qorgan.eds.agent.server import AgentServer, own_certificate
from qorgan.eds.algorithms import GOST2015_512
from qorgan.eds.pki.sandbox import Sandbox, invented_iin
from qorgan.eds.pki.signing import Holder
from qorgan.eds.sandbox_server import SandboxServer, now
from tests.hub.desk.conftest import at_desk, desk

__all__ = ["at_desk", "desk"]

PICTURES: Final = Path(os.environ.get("QORGAN_PICTURES", "/nonexistent"))
"""Where pictures are kept to be looked at; nowhere unless somebody asks."""
SIGN: Final = {"kk": "Келісу және қол қою", "ru": "Согласовать и подписать", "en": "Agree and sign"}


@dataclass
class Computer:
    """The head's own computer and the authority behind it."""

    authority: SandboxServer
    agent: AgentServer
    folder: Path

    def key(self, desk: Any, person: str, *, language: str = "en", name: str = "") -> Holder:
        """A key of somebody's work under the name of their account."""
        somebody = desk.person(person, language)
        known = desk.hub.rows("SELECT full_name FROM person WHERE id = %s", somebody.id)[0][0]
        bin_digits = desk.hub.rows("SELECT bin FROM organisation WHERE id = %s", somebody.organisation)[0][0]
        return self.authority.sandbox.employee(bin_digits, "ОЙДАН АҚ", invented_iin(somebody.id), name=name or known)

    def hold(self, holder: Holder, mood: Mood = Mood.SIGNS) -> None:
        """Put a key into the agent."""
        self.agent.agent = msgspec.structs.replace(self.agent.agent, holder=holder, mood=mood)


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    tls = own_certificate(tmp_path, now())
    with SandboxServer(("127.0.0.1", 0), lambda base: Sandbox(now(), GOST2015_512, base)) as authority:
        thread = Thread(target=authority.serve_forever)
        thread.start()
        sandbox = authority.sandbox
        (tmp_path / "root.cer").write_bytes(sandbox.root.certificate.raw)
        (tmp_path / "ca.cer").write_bytes(sandbox.authority.certificate.raw)
        agent = Agent(holder=sandbox.person(), clock=now, stamping=lambda over: sandbox.stamper.token(over, now()))
        with AgentServer(agent, 0, tls) as server:
            yield Computer(authority, server, tmp_path)
        authority.shutdown()
        thread.join()


@pytest.fixture
def rule() -> str:
    return "offered"


@pytest.fixture
def more_settings(computer: Computer, rule: str) -> str:
    return f"""[agreement]
signature = "{rule}"
pins = ["{computer.folder / "root.cer"}"]
intermediates = ["{computer.folder / "ca.cer"}"]
registries = ["{computer.authority.base}"]
agent = "{computer.agent.address}"
"""


def proposed(desk: Any, language: str = "en") -> str:
    desk.person("alpha-maker", language)
    address: str = desk.begin()
    desk.fill(address)
    assert desk.press("alpha-maker", address + "act/propose/").status_code == 302
    return address


def at_the_page(at_desk: Any, address: str, language: str = "en") -> Any:
    """The head before the page on which they agree."""
    head = at_desk("alpha-head", language, ignore_https_errors=True)
    head.goto(address + "agree/")
    return head


def press(page: Any, language: str = "en") -> None:
    page.get_by_role("button", name=SIGN[language]).click()


def picture(page: Any, name: str) -> None:
    if PICTURES.is_dir():
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def forgive(page: Any, said: str) -> None:
    """Take out of what the browser complained of what the test brought about."""
    page.complaints[:] = [one for one in page.complaints if not re.search(said, one)]


@pytest.mark.clause("R67.12")
@pytest.mark.parametrize(
    ("language", "rule", "role"),
    [("kk", "offered", "заңды тұлғаның қызметкері"), ("ru", "required", "сотрудник юридического лица")],
)
def test_a_head_signs_as_a_person_does(
    desk: Any, at_desk: Any, computer: Computer, language: str, role: str, tmp_path: Path
) -> None:
    address = proposed(desk, language)
    holder = computer.key(desk, "alpha-head", language=language)
    computer.hold(holder)
    head = at_the_page(at_desk, address, language)
    picture(head, f"agree-{language}")
    press(head, language)
    head.wait_for_url("**/desk/")
    head.goto(address)
    panel = head.locator("#signed")
    for words in (holder.certificate.subject.common_name, role, holder.certificate.subject.bin):
        expect(panel).to_contain_text(words)
    assert head.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the panel is wider than its place"
    assert panel.bounding_box()["height"] < 600
    picture(head, f"agreed-{language}")
    head.set_viewport_size({"width": 390, "height": 800})
    assert head.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(head, f"agreed-narrow-{language}")

    maker = at_desk("alpha-maker", language)
    maker.goto(address)
    maker.locator(f"form[action='{address}act/submit/'] button").click()
    maker.wait_for_load_state()
    maker.goto(address)
    expect(maker.locator("#signed")).to_contain_text(role)
    picture(maker, f"sent-{language}")
    _is_proven_offline(maker, computer, address, tmp_path)
    paper = maker.request.get(f"{address.replace('/desk/', '/documents/')}pdf/{language}").body()
    said = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(paper))
    assert role in said
    assert holder.certificate.hexadecimal in "".join(said.split())
    if PICTURES.is_dir():
        pypdfium2.PdfDocument(paper)[0].render(scale=1.4).to_pil().save(PICTURES / f"paper-{language}.png")

    analyst = at_desk("centre-analyst", language)
    analyst.goto(address)
    expect(analyst.locator("#signed")).to_contain_text(holder.certificate.subject.common_name)


def _is_proven_offline(page: Any, computer: Computer, address: str, folder: Path) -> None:
    """What the page gives away verifies by the command alone, from the pinned root."""
    place = address.replace("/desk/", "/documents/")
    for name in ("signature.p7s", "signature.evidence.json", "document.json"):
        answer = page.request.get(place + name)
        assert answer.ok, name
        (folder / name).write_bytes(answer.body())
    signed, document = str(folder / "signature.p7s"), str(folder / "document.json")
    pin = ["--pin", str(computer.folder / "root.cer")]
    assert main(["eds", "verify", signed, "--document", document, "--integrity"]) == 0
    assert main(["eds", "verify", str(folder / "signature.evidence.json"), "--evidence", *pin]) == 0


def test_what_goes_wrong_at_the_agent_is_said_and_agrees_to_nothing(
    desk: Any, at_desk: Any, computer: Computer
) -> None:
    address = proposed(desk)
    holder = computer.key(desk, "alpha-head")
    computer.hold(holder, Mood.CANCELS)
    head = at_the_page(at_desk, address)
    said = head.locator("[data-sign-said]")
    press(head)
    expect(said).to_contain_text("You cancelled in NCALayer. Nothing is agreed.")
    picture(head, "cancelled-en")
    computer.hold(holder, Mood.FAILS)
    press(head)
    expect(said).to_contain_text("NCALayer could not sign: 500 The key storage cannot be opened.")
    computer.agent.__exit__(None, None, None)
    press(head)
    expect(said).to_contain_text("NCALayer does not answer on this computer. Start it")
    picture(head, "absent-en")
    forgive(head, "WebSocket connection to 'wss://127.0.0.1")
    head.reload()
    expect(head.get_by_role("button", name="Agree without a signature")).to_be_visible()
    assert not desk.hub.rows("SELECT 1 FROM document_signature")


class Asleep:
    """A person who does not come to the agent's window until they are woken."""

    def __init__(self) -> None:
        self.woken = Event()

    def answer(self, _text: str) -> str:
        self.woken.wait(60)
        return "{}"


def test_who_waits_for_the_agent_may_stop_and_sign_later(desk: Any, at_desk: Any, computer: Computer) -> None:
    address = proposed(desk)
    holder = computer.key(desk, "alpha-head")
    computer.hold(holder)
    awake, asleep = computer.agent.agent, Asleep()
    computer.agent.agent = asleep
    head = at_the_page(at_desk, address)
    said, stop = head.locator("[data-sign-said]"), head.get_by_role("button", name="Stop waiting")
    press(head)
    expect(said).to_contain_text("Choose your key in the window of NCALayer")
    expect(head.get_by_role("button", name=SIGN["en"])).to_be_hidden()
    stop.click()
    expect(said).to_contain_text("Stopped. Nothing is agreed.")
    expect(stop).to_be_hidden()
    asleep.woken.set()
    computer.agent.agent = awake
    press(head)
    head.wait_for_url("**/desk/")
    assert len(desk.hub.rows("SELECT 1 FROM document_signature")) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("another person", "This certificate is of ОЙДАН БАСҚА, and your account is of Person"),
        ("revoked", "This certificate was revoked."),
        ("altered bytes", "This signature is not over the text on this page."),
    ],
)
def test_a_signature_that_is_not_believed_agrees_to_nothing(
    desk: Any, at_desk: Any, computer: Computer, wrong: str, says: str
) -> None:
    address = proposed(desk)
    holder = computer.key(desk, "alpha-head", name="Ойдан Басқа" if wrong == "another person" else "")
    computer.hold(holder, Mood.ALTERS if wrong == "altered bytes" else Mood.SIGNS)
    if wrong == "revoked":
        at = now() - timedelta(hours=1)
        computer.authority.sandbox.authority.revoke(holder.certificate, at)
    head = at_the_page(at_desk, address)
    press(head)
    expect(head.get_by_text(says)).to_be_visible()
    picture(head, f"refused-{wrong.replace(' ', '-')}")
    forgive(head, "status of 422")
    expect(head.get_by_role("button", name=SIGN["en"])).to_be_visible()
    assert not desk.hub.rows("SELECT 1 FROM document_signature")
    assert desk.hub.rows("SELECT state FROM document_draft") == [("proposed",)]


def test_the_page_may_speak_to_the_agent_alone_and_no_other_page_may(
    desk: Any, at_desk: Any, computer: Computer
) -> None:
    address = proposed(desk)
    head = at_desk("alpha-head")
    for place, allowed in ((address + "agree/", True), (address, False), ("/desk/", False)):
        policy = head.goto(place).headers["content-security-policy"]
        reached = re.search(r"connect-src ([^;]*)", policy)
        assert reached
        assert reached[1] == ("'self' " + computer.agent.address if allowed else "'self'")
