"""Pages of warnings: an advisory is read, addressed by inventories, superseded, and its coverage is seen (R67.3.5)."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

ADVISORY = Path(__file__).parents[1] / "warnings" / "advisories" / "gateway.json"
GATEWAY = {"kind": "software", "vendor": "Example Networks", "product": "Gateway", "version": "4.1"}
REASON = "It concerns you because of what your profile says you run"


def run(desk: Any, name: str, *products: dict[str, str]) -> None:
    desk.hub.rows(
        "UPDATE organisation SET inventory = %s WHERE id = %s RETURNING id",
        json.dumps(products),
        desk.organisations[name],
    )


def read(desk: Any, raw: bytes, who: str = "centre-analyst") -> Any:
    file = BytesIO(raw)
    file.name = "advisory.json"
    return desk.client(who).post("/desk/advisory/", {"file": file})


def packed(page: str) -> str:
    found = re.search(r'name="packed" value="([^"]*)"', page)
    assert found, page
    return unescape(found[1])


def imported(desk: Any) -> str:
    """The draft of an advisory, in which nothing lacks; gives its address."""
    page = read(desk, ADVISORY.read_bytes()).content.decode()
    begun = desk.client("centre-analyst").post("/desk/advisory/", {"begin": "1", "packed": packed(page)})
    assert begun.status_code == 302, begun.content.decode()
    address = str(begun.headers["location"]).removesuffix("edit/")
    assert desk.write(address, "centre-analyst", tlp="TLP:AMBER").status_code == 302
    return address


def page_of(desk: Any, who: str, address: str) -> str:
    return str(desk.client(who).get(address).content.decode())


@pytest.mark.clause("R67.3.5")
def test_what_was_read_of_an_advisory_is_shown_before_anything_is_begun(desk: Any) -> None:
    assert "/desk/advisory/" in page_of(desk, "centre-analyst", "/desk/new/")
    page = read(desk, ADVISORY.read_bytes()).content.decode()
    told = json.loads(ADVISORY.read_bytes())
    assert told["document"]["tracking"]["id"] in page
    assert told["vulnerabilities"][0]["cve"] in page
    assert desk.hub.rows("SELECT 1 FROM document") == []
    begun = desk.client("centre-analyst").post("/desk/advisory/", {"begin": "1", "packed": packed(page)})
    [(kind, state)] = desk.hub.rows("SELECT kind, state FROM document")
    assert (kind, state, begun.status_code) == ("vulnerability-warning", "new", 302)
    # The very same file makes no second warning, and the page says so before anybody tries.
    again = read(desk, ADVISORY.read_bytes()).content.decode()
    assert "was made of this very file" in again
    assert 'name="begin"' not in again


@pytest.mark.clause("R67.3.5")
def test_a_file_that_is_none_is_refused_with_the_place_in_it(desk: Any) -> None:
    broken = json.loads(ADVISORY.read_bytes())
    broken["document"]["tracking"]["id"] = 7
    answer = read(desk, json.dumps(broken).encode())
    assert (answer.status_code, "$.document.tracking.id" in answer.content.decode()) == (422, True)
    pasted = desk.client("centre-analyst").post("/desk/advisory/", {"text": '{"document": oops'})
    assert (pasted.status_code, "oops" in pasted.content.decode()) == (422, True)
    assert desk.client("centre-analyst").post("/desk/advisory/", {}).status_code == 422
    assert desk.client("centre-analyst").post("/desk/advisory/", {"begin": "1", "packed": "!"}).status_code == 422
    assert read(desk, ADVISORY.read_bytes(), "alpha-maker").status_code == 403


@pytest.mark.clause("R67.3.5")
def test_the_centre_chooses_among_those_that_match_and_each_is_told_its_own_reason(desk: Any) -> None:
    run(desk, "alpha", GATEWAY)
    run(desk, "gamma", GATEWAY | {"version": "3.9"})
    address = imported(desk)
    choose = f"{address}addressing/"
    assert desk.client("centre-analyst").post(choose, {"choose": "match"}).status_code == 302
    page = page_of(desk, "centre-analyst", choose)
    assert "2 institutions run what is named" in page
    assert len(re.findall(r'name="addressees"[^>]* checked', page)) == 2
    for verb, many in (("none", 0), ("all", 4), ("matched", 2)):
        desk.client("centre-analyst").post(choose, {"choose": verb})
        page = page_of(desk, "centre-analyst", choose)
        assert len(re.findall(r'name="addressees"[^>]* checked', page)) == many, verb
    chosen = [str(desk.organisations[name]) for name in ("alpha", "beta")]
    desk.client("centre-analyst").post(choose, {"choose": "these", "addressees": chosen})
    _send(desk, address)
    run(desk, "alpha")
    mine = page_of(desk, "alpha-maker", address)
    assert REASON in mine
    assert "Gateway 4.1" in mine
    assert "Gateway 3.9" not in mine.partition('class="q-panel-body d-concern"')[2].partition("</div>")[0]
    # Beta was chosen without a match, Gamma matched and was not chosen.
    assert REASON not in page_of(desk, "beta-maker", address)
    assert desk.client("gamma-maker").get(address).status_code == 404
    assert desk.client("alpha-maker").get(choose).status_code == 404


@pytest.mark.clause("R67.10")
def test_a_warning_is_superseded_by_its_author_and_both_name_each_other(desk: Any) -> None:
    old = imported(desk)
    desk.client("centre-analyst").post(f"{old}addressing/", {"choose": "all"})
    _send(desk, old)
    assert f"{old}supersede/" not in page_of(desk, "alpha-maker", old)
    assert desk.client("alpha-maker").post(f"{old}supersede/").status_code == 403
    assert f"{old}supersede/" in page_of(desk, "centre-analyst", old)
    begun = desk.client("centre-analyst").post(f"{old}supersede/")
    new = str(begun.headers["location"]).removesuffix("edit/")
    desk.client("centre-analyst").post(f"{new}addressing/", {"choose": "all"})
    _send(desk, new)
    [(number,)] = desk.hub.rows("SELECT number FROM document WHERE about_id IS NOT NULL")
    for who in ("centre-analyst", "alpha-maker"):
        before, after = page_of(desk, who, old), page_of(desk, who, new)
        assert f"Superseded by {number}." in before
        assert f'href="{new}"' in before
        assert f'href="{old}"' in after


@pytest.mark.clause("R67.13")
def test_the_centre_sees_where_a_warning_stands_and_narrows_it(desk: Any) -> None:
    address = imported(desk)
    desk.client("centre-analyst").post(f"{address}addressing/", {"choose": "all"})
    _send(desk, address)
    mine = page_of(desk, "alpha-maker", address)
    items = re.findall(r'name="(item\.\d+)" value="accept"', mine)
    action = re.search(r'action="(/desk/receptions/[^"]*/decide/)"', mine)
    assert action
    decision = dict.fromkeys(items[1:], "accept") | {
        items[0]: "decline",
        items[0].replace("item", "reason"): "We replaced it",
    }
    assert desk.client("alpha-maker").post(action[1], decision).status_code == 302
    # A decision that its head has not agreed to is nobody else's to know.
    proposed = page_of(desk, "centre-analyst", address)
    assert "We replaced it" not in proposed
    assert "awaits the head" not in proposed
    assert desk.client("alpha-head").post(action[1].replace("decide", "agree")).status_code == 302
    page = page_of(desk, "centre-analyst", address)
    assert "Where it stands at 4 institutions" in page
    assert "We replaced it" in page

    def rows(query: str) -> int:
        return len(re.findall(r'<tr><th scope="row">', page_of(desk, "centre-analyst", address + query)))

    assert (rows(""), rows("?at=accepted"), rows("?at=received"), rows("?late=1")) == (4, 1, 3, 0)
    assert (rows("?declined=1"), rows("?declined=2"), rows("?declined=x&at=y")) == (1, 0, 4)
    # An addressee sees its own part and no other.
    assert "Where it stands at" not in page_of(desk, "gamma-maker", address)


def _send(desk: Any, address: str) -> None:
    for who, verb in (("centre-analyst", "propose"), ("centre-head", "agree"), ("centre-analyst", "submit")):
        answer = desk.client(who).post(f"{address}act/{verb}/")
        assert answer.status_code == 302, answer.content.decode()
