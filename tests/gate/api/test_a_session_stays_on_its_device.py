"""Over a real socket: a session that was begun on a device opens nothing without a fresh proof of that device's key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import httpx
import pytest

from qorgan.gate.devices.software import Software
from tests.gate.ceremonies.people import PASSWORD, Somebody, somebody
from tests.gate.fixtures_people import new_report

if TYPE_CHECKING:
    from tests.fixtures_portal import Web
    from tests.gate.api.conftest import Asking

__all__ = ["new_report"]
API = "/api/v1/"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class App:
    """An institution's app on somebody's device, and the session that was begun there."""

    http: httpx.Client
    device: Software
    session: str = ""
    nonce: str = ""

    def send(self, method: str, path: str, **headers: str) -> httpx.Response:
        """A call in the session, with these headers alone."""
        answer = self.http.request(method, API + path, headers={"Qorgan-Session": self.session, **headers})
        self.nonce = answer.headers.get("DPoP-Nonce", self.nonce)
        return answer

    def proof(self, method: str, path: str, *, by: Software | None = None, **changes: Any) -> str:
        """A proof for a call, right but for the changes."""
        said = {"now": now(), "nonce": self.nonce, "token": self.session} | changes
        base = said.pop("base", str(self.http.base_url).rstrip("/"))
        return (by or self.device).prove(method, f"{base}{API}{path}", **said)


@pytest.fixture
def bind(gate: Any, new_report: Callable[..., UUID]) -> Callable[[Somebody], Software]:
    """Binds one more device to somebody."""
    from qorgan.gate.devices import register

    def bound(who: Somebody) -> Software:
        device, ceremony = Software(), uuid4()
        report = new_report(who.id, ceremony)
        register.register(
            who.id,
            device.public,
            platform=register.Platform.IOS,
            name="",
            ceremony=ceremony,
            report_id=report,
            now=now(),
        )
        return device

    return bound


@pytest.fixture
def app(web: Web, caller: Callable[..., Asking], bind: Callable[[Somebody], Software]) -> Iterator[App]:
    """Somebody signed in by their device's key and a password, from the first call on by HTTP."""
    who = somebody()
    token = caller(kind="app").token
    with httpx.Client(base_url=web.address, trust_env=False, headers={"Authorization": f"Bearer {token}"}) as http:
        made = App(http, bind(who))
        made.session = signed_in(http, who, made.device)
        made.send("GET", "session")
        assert made.nonce
        yield made


def signed_in(http: httpx.Client, who: Somebody, device: Software) -> str:
    begun = http.post(f"{API}ceremonies", json={"kind": "sign-in"}).json()
    place, known = f"{API}ceremonies/{begun['id']}", {"Qorgan-Ceremony": begun["secret"]}
    http.post(f"{place}/identifier", json={"identifier": who.identifier}, headers=known).raise_for_status()
    asked = http.post(f"{place}/challenges", json={"method": "device-key"}, headers=known).json()["asked"]
    proof = device.prove(asked["method"], asked["address"], now=now(), nonce=asked["nonce"])
    for method, answer in (("device-key", {"proof": proof}), ("password", {"password": PASSWORD})):
        said = http.post(f"{place}/answers", json={"method": method, "answer": answer}, headers=known)
        assert said.status_code == 200, said.text
    done = http.post(f"{place}/end", json={}, headers=known)
    assert done.status_code == 200, done.text
    return str(done.json()["session"]["secret"])


def refused(answer: httpx.Response) -> bool:
    """Whether it was refused for the device, and told with what to prove it."""
    told = answer.json()
    return (answer.status_code, told["code"], told["clause"]) == (
        401,
        "device-not-proven",
        "R48.161.2",
    ) and bool(answer.headers["DPoP-Nonce"])


@pytest.mark.clause("R48.161.2")
def test_the_right_proof_opens_what_is_the_owners_each_time_another(app: App) -> None:
    for path in ("session", "factors", "devices", "session"):
        answer = app.send("GET", path, DPoP=app.proof("GET", path))
        assert answer.status_code == 200, answer.text
    assert app.send("DELETE", "session", DPoP=app.proof("DELETE", "session")).status_code == 204
    assert app.send("GET", "session", DPoP=app.proof("GET", "session")).json()["code"] == "session-missing"


@pytest.mark.clause("R48.161.2")
def test_without_a_proof_or_with_no_proof_nothing_is_answered(app: App) -> None:
    assert refused(app.send("GET", "session"))
    for said in ("", "x", "a.b.c", app.session, app.proof("GET", "session")[:-4]):
        assert refused(app.send("GET", "session", DPoP=said))


@pytest.mark.clause("R48.161.2")
def test_another_key_opens_nothing_though_it_is_of_a_bound_device(
    app: App, bind: Callable[[Somebody], Software], gate: Any
) -> None:
    ((owner,),) = gate.rows("SELECT id FROM client")
    own = Somebody(owner, "", "", somebody(number=3).population)
    stranger = somebody(number=4)
    for by in (Software(), bind(stranger), bind(own)):
        assert refused(app.send("GET", "session", DPoP=app.proof("GET", "session", by=by)))
    assert app.send("GET", "session", DPoP=app.proof("GET", "session")).status_code == 200


@pytest.mark.clause("R48.161.2")
def test_a_proof_that_was_taken_is_not_taken_again(app: App) -> None:
    said = app.proof("GET", "session")
    assert app.send("GET", "session", DPoP=said).status_code == 200
    assert refused(app.send("GET", "session", DPoP=said))


@pytest.mark.clause("R48.161.2")
def test_a_proof_for_another_method_or_address_is_not_taken_and_does_nothing(app: App) -> None:
    wrong = (
        app.proof("GET", "session"),
        app.proof("DELETE", "sessions"),
        app.proof("DELETE", "session", base="https://gate.elsewhere.example"),
        app.proof("DELETE", "session", base=str(app.http.base_url).rstrip("/").replace("localhost", "127.0.0.1")),
        app.proof("POST", "session"),
    )
    for said in wrong:
        assert refused(app.send("DELETE", "session", DPoP=said))
    assert app.send("GET", "session", DPoP=app.proof("GET", "session")).status_code == 200, "nobody was signed out"


@pytest.mark.clause("R48.161.2")
def test_a_proof_for_another_session_or_without_a_nonce_of_the_gates_is_not_taken(app: App) -> None:
    for changes in ({"token": "another"}, {"token": ""}, {"nonce": ""}, {"nonce": "made up"}):
        assert refused(app.send("GET", "session", DPoP=app.proof("GET", "session", **changes)))


@pytest.mark.clause("R48.161.2")
def test_a_device_that_is_closed_opens_nothing_any_more(app: App, gate: Any) -> None:
    gate.tamper("UPDATE device SET closed_at = now(), closed_why = 'lost'")
    answer = app.send("GET", "session", DPoP=app.proof("GET", "session"))
    assert answer.status_code == 401
