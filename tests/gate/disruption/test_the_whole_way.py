"""A registry that is away, a portal, a clerk, a module, its desk: each of them real, over real sockets (R67.12)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from qorgan.gate.database.connection import Role
from qorgan.gate.database.prepare import SETTINGS
from qorgan.gate.providers.sandbox.modes import Mode
from qorgan.gate.providers.sandbox.running import answering, write_settings
from qorgan.gate.providers.sandbox.services import CENTRE, Services
from qorgan.kit import clock
from tests.fixtures_portal import a_life
from tests.gate.api.conftest import caller
from tests.gate.ceremonies.people import PASSWORD, somebody
from tests.module.run.conftest import ROOT, Site, centre
from tests.module.run.test_with_the_real_hub import free_port
from tests.warm import warm

__all__ = ["caller", "centre"]
pytestmark = [pytest.mark.clause("R67.12"), pytest.mark.timeout(280)]
MAKER, WORD = "maker@specimen.example", "quiet-river-of-Aqsai-7"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Any]:
    services = Services(clock.now, slow_seconds=3)
    with answering(services) as base:
        services.tables = write_settings(tmp_path / "sandbox", base, services).read_text(encoding="utf-8")
        yield services


@pytest.fixture
def more_settings(sandbox: Any, tmp_path: Path) -> str:
    limits = "[disruption]\nseconds = 6\nleast = 3\n"
    return f'{sandbox.tables}\n{limits}[feed]\nfile = "{tmp_path}/log/sign-ins.json"\n'


@pytest.fixture
def clerk(gate: Any, web: Any, tmp_path: Path) -> Iterator[Any]:
    environment = os.environ | {
        "QORGAN_GATE_CONFIG": str(tmp_path / "portal.toml"),
        "QORGAN_GATE_STATE": str(gate.config.state),
        "QORGAN_GATE_DATABASE_URL_CLERK": gate.url(Role.CLERK),
        "QORGAN_GATE_ANSWERS": web.address,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
    }
    with a_life() as life, warm("qorgan.gate.run.clerk", [life], environment, tmp_path / "clerk.log") as process:
        yield process


@pytest.fixture
def module(tmp_path: Path, centre: Any) -> Iterator[Site]:
    (tmp_path / "module").mkdir()
    made = Site(tmp_path / "module", centre)
    made.desk = free_port()
    made.write(
        f'[limits]\nfree_mib = 0\n[fallback]\ngates = ["gate"]\nlanguage = "ru"\ndesk = "127.0.0.1:{made.desk}"\n'
        f'[[sources]]\nkind = "file"\nname = "gate"\nformat = "ecs"\npath = "{tmp_path}/log/sign-ins.json"\n'
    )
    made.enrol()
    for role, email in (("maker", MAKER), ("head", "head@specimen.example")):
        words = ("desk-person", email, "--name", f"Specimen {role}", "--position", "Officer", "--role", role)
        done = made.command(*words, stdin=f"{WORD}\n".encode())
        assert done.returncode == 0, done.stderr
    made.start()
    yield made
    made.stop()


@pytest.fixture
def desk(module: Site) -> Iterator[httpx.Client]:
    """The employee's browser at the desk, without scripts as the desk is."""
    command = [sys.executable, "-m", "qorgan", "module", "desk", "--config", str(module.config)]
    place = f"http://127.0.0.1:{module.desk}"
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        with httpx.Client(base_url=place, follow_redirects=True, trust_env=False, timeout=30) as browser:
            until(lambda: reached(browser))
            browser.post("/sign-in", data={"email": MAKER, "password": WORD})
            browser.get("/language?to=ru")
            yield browser
        process.terminate()


def reached(browser: httpx.Client) -> bool:
    try:
        return browser.get("/").status_code == 200
    except httpx.TransportError:
        return False


def until(what: Any, within: float = 90.0) -> Any:
    deadline = time.monotonic() + within
    while not (found := what()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


class People:
    """Clients of the bank who go on trying, each in a thread of their own, until told to stop."""

    def __init__(self, web: Any, token: str, known: list[Any]) -> None:
        self._stop, self.answers = threading.Event(), []
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        self._http = httpx.Client(base_url=f"{web.address}/api/v1/", headers=headers, trust_env=False, timeout=60)
        self._threads = [threading.Thread(target=self._go_on, args=(who,)) for who in known]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._http.close()

    def recover(self, who: Any) -> int:
        """Begin a recovery, which needs the face; gives the status of what the registry has to answer."""
        made = self._http.post("ceremonies", json={"kind": "recovery"}).json()
        place, headers = f"ceremonies/{made['id']}", {"Qorgan-Ceremony": made["secret"]}
        self._http.post(f"{place}/identifier", json={"identifier": who.identifier}, headers=headers)
        asked = self._http.post(f"{place}/challenges", json={"method": "biometrics"}, headers=headers)
        return asked.status_code

    def sign_in(self, who: Any) -> int:
        """By password and code, which need no registry."""
        sent = {"identifier": who.identifier, "password": PASSWORD, "code": who.code(clock.now())}
        return self._http.post("sign-ins", json=sent).status_code

    def _go_on(self, who: Any) -> None:
        while not self._stop.is_set():
            self.answers.append(self.recover(who))
            self._stop.wait(0.4)


def drafts(desk: httpx.Client) -> list[str]:
    """Addresses of the cards that the desk lists."""
    return re.findall(r'href="(/cards/[0-9a-f-]{36})"', desk.get("/").text)


def test_a_registrys_outage_becomes_a_draft_at_the_desk_which_gets_its_end(
    gate: Any, web: Any, sandbox: Any, clerk: Any, module: Site, desk: httpx.Client, caller: Any
) -> None:
    known = [somebody(number=number) for number in range(4)]
    later = [somebody(number=number) for number in range(10, 90)]
    token = caller().token
    assert drafts(desk) == []
    with People(web, token, known[:3]) as people:
        until(lambda: 200 in people.answers)
        sandbox.behaviours[CENTRE].mode = Mode.OUTAGE
        (place,) = until(lambda: drafts(desk))
        assert set(people.answers) == {200, 503}
        page = desk.get(place).text
        for words in (
            "Клиенты не могли войти: служба не отвечала",
            "Не отвечали: государственная биометрическая идентификация",
            "затронуто клиентов: 3",
            "Это продолжается.",
            "нарушение работы банковских систем идентификации и аутентификации клиента",
        ):
            assert words in page, words
        assert not module.arrived(), "nothing of it goes anywhere by itself"
        sandbox.behaviours[CENTRE].mode = Mode.NORMAL
        # Whoever had not asked for long: a registry is not asked for one face again and again.
        until(lambda: people.recover(known[3]) == 200)
    with People(web, token, []) as people:
        come = iter(later)
        until(lambda: "Окончание:" in desk.get(place).text or people.sign_in(next(come)) != 201)
    assert "Окончание:" in desk.get(place).text
    assert drafts(desk) == [place]
    assert "Это продолжается." not in desk.get(place).text
    phases = gate.rows("SELECT detail ->> 'phase' FROM gate_journal WHERE event LIKE 'sign-in.%' ORDER BY id")
    assert phases == [("began",), ("ended",)]
