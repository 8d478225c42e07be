"""Every address of the portal and every route of the API, asked by everybody, tells nobody what is not theirs.

The market's documents hold words found nowhere else (`casework/stock.py`). Addresses are found by walking the hub's
own tables of them, so that a page of tomorrow is walked too (R67.3.7, R67.4).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest

from tests.fixtures_portal import enlisting, leave_signed_in, visiting
from tests.hub.api.conftest import issuing
from tests.hub.casework.conftest import MONDAY, peopled
from tests.hub.casework.stock import PARTIES, Stock, stocked, widened
from tests.hub.conftest import Hub, django_on, fresh_hub
from tests.hub.notices.conftest import Office
from tests.hub.test_every_url import every_url

pytestmark = pytest.mark.timeout(900)

PEOPLE = {
    "alpha_maker": ("alpha", "responsible-employee"),
    "alpha_head": ("alpha", "head-of-security"),
    "beta_maker": ("beta", "responsible-employee"),
    "soc_maker": ("soc", "responsible-employee"),
    "gamma_maker": ("gamma", "responsible-employee"),
    "gamma_head": ("gamma", "head-of-security"),
    "delta_maker": ("delta", "responsible-employee"),
    "other_soc_maker": ("other_soc", "responsible-employee"),
    "analyst": ("centre", "centre-analyst"),
    "auditor": ("centre", "auditor"),
    "blocked": ("alpha", "responsible-employee"),
}
"""Who walks: of each party, of nobody's, of a security operations centre that serves somebody else, and one blocked."""

STRANGERS = ("beta_maker", "gamma_head", "delta_maker", "analyst")
METHODS = ("GET", "POST", "PUT", "DELETE")
STREAMS = {"signals:stream", "notices:stream"}
"""Have no end; they tell numbers and signals, and tests of their own read them."""
SIGNING_IN = re.compile(r"^(account|mfa|usersessions|language|invitation|health|api:unknown)")


@dataclass
class Walk:
    """The market with everybody in it, and every address."""

    stock: Stock
    clients: dict[str, Any] = field(default_factory=dict)
    programs: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Words that each was shown."""
    wrong: list[str] = field(default_factory=list)
    read: dict[tuple[Any, ...], list[Any]] = field(default_factory=dict)

    def organisation(self, who: str) -> str:
        return "" if who in {"blocked", "nobody"} else PEOPLE[who][0]

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        """The first column of what a superuser reads, once."""
        asked = (query, *parameters)
        if asked not in self.read:
            self.read[asked] = [row[0] for row in self.stock.market.hub.rows(query, *parameters)]
        return self.read[asked]

    def is_foreign(self, who: str, document: str) -> bool:
        """Whether somebody is no party to a document."""
        return bool(document) and self.organisation(who) not in PARTIES[document]

    def told(self, who: str, address: str, body: str) -> None:
        """Note each secret word in an answer that is not its reader's."""
        for word in sorted(set(re.findall(r"zz[a-z-]+zz", body))):
            self.seen[who].add(word)
            if self.organisation(who) not in self.stock.words[word]:
                self.wrong.append(f"{who} is told {word} by {address}")

    def is_not_blind(self, who: str, *but: str) -> None:
        """Fail where somebody was not shown what is theirs: then the walk would show nothing."""
        mine = {word for word, seen_by in self.stock.words.items() if self.organisation(who) in seen_by} - {*but}
        assert mine <= self.seen[who], f"{who} should have seen {mine - self.seen[who]}"


@pytest.fixture(scope="module")
def furnished(template: Any, cluster: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The market of this file: whoever walks it only looks, or is refused."""
    with fresh_hub(template, cluster, tmp_path_factory.mktemp("walk")) as hub, django_on(hub):
        yield _furnished(hub)


def _furnished(hub: Hub) -> Walk:
    from qorgan.hub.database.log_key import read_log_key
    from qorgan.hub.notices.acts import TellingActs
    from qorgan.hub.notices.entering import Entering

    market = peopled(hub)
    walk, enlist, program = Walk(widened(market)), enlisting(hub), issuing(market)
    for who, (organisation, role) in PEOPLE.items():
        somebody = enlist(role, organisation=market.organisations[organisation])
        walk.clients[who] = visiting()
        leave_signed_in(walk.clients[who], somebody)
        market.people[f"{who} walking"] = somebody.id
        walk.programs[who] = program(f"{who} walking")
    walk.clients["nobody"] = visiting()
    stocked(walk.stock)
    office = Office(market)
    office.clerk(lambda: TellingActs(mail=False).tell_all(MONDAY))
    office.clerk(lambda: Entering(read_log_key(hub.config)).enter_all(MONDAY))
    hub.tamper("UPDATE person SET is_active = false WHERE id = %s", market.people["blocked walking"])
    return walk


@pytest.fixture
def walk(furnished: Walk) -> Walk:
    """A walk that has seen nothing yet."""
    return replace(furnished, seen=defaultdict(set), wrong=[])


def text_of(answer: Any) -> str:
    """All that an answer says, whatever it is packed in."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = raw.decode("utf-8", errors="replace")
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            said = "\n".join(parts.read(name).decode("utf-8", errors="replace") for name in parts.namelist())
    elif raw[:5] == b"%PDF-":
        document = pypdfium2.PdfDocument(raw)
        said = "\n".join(page.get_textpage().get_text_bounded() for page in document)
        said = said.replace("\r", "").replace("\n", "")
    return said + "\n".join(f"{name}: {value}" for name, value in answer.headers.items())


def addresses(walk: Walk, pattern: str) -> Iterator[tuple[str, str]]:
    """An address filled in with everything that there is: the name of the document that it leads to, or ''."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
    owner = next((name for name in names if name in {"document", "id"}), "")
    room = pattern.removeprefix("/api/v1/").partition("/")[0]
    if owner == "document" or (owner and room == "documents"):
        for name, document in walk.stock.documents.items():
            yield from ((name, one) for one in filled(walk, pattern, {owner: [document]}, document))
        return
    others = {
        "receptions": "document_reception",
        "attachments": "document_attachment",
        "members": "organisation",
        "applications": "application",
        "absences": "absence",
        "resets": "factor_reset",
        "modules": "module",
        "webhooks": "webhook",
        "undelivered": "delivery",
    }
    values = {owner: walk.rows(f"SELECT id FROM {others[room]}")} if owner == "id" and room in others else {}
    yield from (("", one) for one in filled(walk, pattern, values, None))


def filled(walk: Walk, pattern: str, values: dict[str, list[Any]], document: UUID | None) -> Iterator[str]:
    known = {
        "act": walk.rows("SELECT id FROM document_act WHERE document_id = %s ORDER BY id", document)[-3:],
        "attachment": walk.rows("SELECT id FROM document_attachment"),
        "reception": walk.rows("SELECT id FROM document_reception"),
        "organisation": list(walk.stock.market.organisations.values()),
        "person": [walk.stock.market.people["alpha_maker"]],
        "kind": ["incident-card", "inquiry"],
        "verb": ["submit", "return"],
        "number": [1, 2],
        "sequence": [1],
        "language": ["kk", "ru"],
        "format": ["csv", "xlsx", "pdf"],
        "path": ["nothing"],
    } | values
    names = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
    for chosen in product(*(known.get(name, [uuid4()]) for name in names)):
        given = iter(chosen)
        yield re.sub(r"<[^>]+>", lambda _place: str(next(given)), pattern)  # noqa: B023 (used at once)


def pages(walk: Walk) -> Iterator[tuple[str, str, str]]:
    """Name, document and address of every page."""
    for name, pattern in every_url():
        if name in STREAMS or SIGNING_IN.match(name) or name.startswith("api:"):
            continue
        yield from ((name, document, address) for document, address in addresses(walk, pattern))


def routes(walk: Walk, *methods: str) -> Iterator[tuple[str, str, str]]:
    """Method, document and address of every route."""
    from qorgan.hub.api.routes import ROUTES

    for route in ROUTES:
        if route.method in methods:
            for document, address in addresses(walk, f"/api/v1/{route.path}"):
                yield route.method, document, address


@pytest.mark.clause("R67.3.7")
@pytest.mark.clause("R67.4")
def test_no_page_tells_anybody_a_word_that_is_not_theirs(walk: Walk) -> None:
    for who in (*PEOPLE, "nobody"):
        for _name, document, address in pages(walk):
            answer = walk.clients[who].get(address)
            walk.told(who, address, text_of(answer))
            if answer.status_code >= 500:
                walk.wrong.append(f"{who} makes {address} fail: {answer.status_code}")
            elif who in {"blocked", "nobody"} and answer.status_code not in {302, 405}:
                walk.wrong.append(f"{who} opens {address}: {answer.status_code}")
            elif walk.is_foreign(who, document) and answer.status_code not in {302, 403, 404, 405}:
                walk.wrong.append(f"{who} opens {address} of {document}: {answer.status_code}")
        # A page shows the decision that stands, not the one that was sent back.
        walk.is_not_blind(who, "zzverdict-sent-backzz")
    assert not walk.wrong, "\n".join(walk.wrong)


@pytest.mark.clause("R67.3.7")
@pytest.mark.clause("R67.4")
def test_no_route_tells_anybody_a_word_that_is_not_theirs(walk: Walk) -> None:
    for who in PEOPLE:
        for _method, document, address in routes(walk, "GET"):
            answer = api(walk, who, "GET", address)
            walk.told(who, address, text_of(answer))
            expected = 401 if who == "blocked" else 404
            if (who == "blocked" or walk.is_foreign(who, document)) and answer.status_code != expected:
                walk.wrong.append(f"{who} asks {address} of {document}: {answer.status_code}")
        walk.is_not_blind(who)
    assert not walk.wrong, "\n".join(walk.wrong)


@pytest.mark.clause("R67.3.7")
def test_what_is_not_yours_and_what_is_not_there_are_answered_alike(walk: Walk) -> None:
    nowhere = str(uuid4())
    for who in STRANGERS:
        asked = [(method, document, address) for method, document, address in routes(walk, *METHODS)]
        missing: dict[tuple[str, str], tuple[int, str]] = {}
        for method, document, address in [*asked, *(("page", document, one) for _name, document, one in pages(walk))]:
            if walk.is_foreign(who, document):
                found = alike(ask(walk, who, method, address), address)
                # For most documents the same address leads nowhere: it is asked once.
                instead = address.replace(str(walk.stock.documents[document]), nowhere)
                if (method, instead) not in missing:
                    missing[method, instead] = alike(ask(walk, who, method, instead), instead)
                if found != missing[method, instead]:
                    walk.wrong.append(f"{who}: {method} {address} of {document} tells that it is there")
    assert not walk.wrong, "\n".join(walk.wrong)


def ask(walk: Walk, who: str, method: str, address: str) -> Any:
    return walk.clients[who].get(address) if method == "page" else api(walk, who, method, address)


def alike(answer: Any, address: str) -> tuple[int, str]:
    """What an answer says, without what differs from one answer to the next."""
    said = answer.content.decode().replace(address, "")
    said = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "", said)
    return answer.status_code, re.sub(r'(?i)csrf[^>]*>|[0-9a-f]{16}|nonce="[^"]*"', "", said)


def api(walk: Walk, who: str, method: str, address: str) -> Any:
    from django.test import Client

    headers = {"Authorization": f"Bearer {walk.programs[who].secret}", "Host": "localhost"}
    body = b"" if method == "GET" else b"{}"
    kept = {"content_type": "application/json"} if method != "GET" else {}
    client = Client(raise_request_exception=False)
    return client.generic(method, address, body, headers=headers | {"Qorgan-File-Name": "a.txt"}, **kept)


@pytest.mark.clause("R67.3.7")
def test_an_author_that_is_not_told_is_told_nowhere_on_the_document(walk: Walk) -> None:
    alpha = walk.stock.market.organisations["alpha"]
    ((bin_, name),) = walk.stock.market.hub.rows("SELECT bin, name_en FROM organisation WHERE id = %s", alpha)
    telling = [str(alpha), bin_, name, name.replace("en ", "kk "), name.replace("en ", "ru ")]
    for who in ("beta_maker", "gamma_maker", "delta_maker", "other_soc_maker"):
        found = [(one, walk.clients[who].get(one)) for _name, of, one in pages(walk) if "anonymous" in of]
        found += [(one, api(walk, who, "GET", one)) for _method, of, one in routes(walk, "GET") if "anonymous" in of]
        found += [
            (one, api(walk, who, "GET", one)) for one in ("/api/v1/deadlines", "/api/v1/documents?kind=threat-warning")
        ]
        assert len([1 for _address, answer in found if answer.status_code == 200]) > 8
        for address, answer in found:
            said = text_of(answer)
            walk.wrong += [f"{address} tells {who} {word!r}" for word in telling if word in said]
    assert not walk.wrong, "\n".join(walk.wrong)
