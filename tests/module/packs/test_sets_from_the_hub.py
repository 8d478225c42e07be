"""A running module gets sets of packs from the hub, asks its people, and judges by them without a restart."""

from __future__ import annotations

import json

import pytest

from qorgan.ledger.note import SigningKey
from qorgan.module.classify.pack import own_list
from qorgan.wire.packs import signed_set
from tests.module.centre import Centre
from tests.module.packs.test_sets_of_packs import PACK
from tests.module.run.conftest import Site, centre, site

__all__ = ["centre", "site"]
KEY = SigningKey.generate("maker.example")
NUMBER = own_list().number + 1
TABLE = '\n[rules]\nupdates = "{}"\nkeys = ["' + str(KEY.verifier) + '"]\n'
LINE = b"CEF:0|Example|Sensor|1.0|7|Something was seen|8|src=203.0.113.7"


def offer(centre: Centre, text: str = PACK, key: SigningKey = KEY) -> None:
    centre.packs, centre.packs_number = signed_set(NUMBER, {"p.toml": text.encode()}, key), NUMBER


def begin(site: Site, updates: str) -> None:
    site.write(site.more + TABLE.format(updates))
    site.start()


def rules_of(site: Site) -> set[str]:
    """The rules of the signals that arrived."""
    with site.centre.lock:
        found = [json.loads(line)["classified_by"] for line in site.centre.lines.values()]
    return {f"{one['pack']} {one['pack_version']} {one['rule']}" for one in found}


@pytest.mark.clause("R67.9")
def test_a_set_waits_for_a_persons_word_and_then_judges_without_a_restart(centre: Centre, site: Site) -> None:
    offer(centre)
    begin(site, "ask")
    site.wait(lambda: f"offers rule pack set {NUMBER}" in site.words())
    site.write_lines(LINE)
    assert "Something was seen" in site.command("packs", "show").stdout.decode()
    assert site.command("packs", "accept", str(NUMBER)).returncode == 0
    site.wait(lambda: f"judging by rule pack set {NUMBER}" in site.words())
    site.write_lines(LINE)
    site.wait(lambda: rules_of(site) == {"p 2.0 seen"})
    assert site.command("packs", "rollback").returncode == 0
    site.wait(lambda: f"judging by rule pack set {own_list().number}" in site.words())
    listed = json.loads(site.command("packs", "list", "--json").stdout)
    assert (listed["in_force"], [one["state"] for one in listed["sets"]]) == (own_list().number, ["declined"])


def test_where_it_was_agreed_to_a_set_is_taken_over_by_itself(centre: Centre, site: Site) -> None:
    offer(centre)
    begin(site, "automatic")
    site.wait(lambda: f"judging by rule pack set {NUMBER}" in site.words())


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (PACK, SigningKey.generate("somebody.example"), "no key that this module trusts signed the set"),
        (
            PACK.replace('expect = "ids"', 'expect = "waf"'),
            KEY,
            "(p: rule seen: test 1: expected waf",
        ),
    ],
)
def test_a_set_that_is_not_good_is_not_taken_over_and_sending_goes_on(
    centre: Centre, site: Site, text: str, key: SigningKey, words: str
) -> None:
    offer(centre, text, key)
    begin(site, "automatic")
    site.wait(lambda: words in site.words())
    assert json.loads(site.command("packs", "list", "--json").stdout)["in_force"] == own_list().number


def test_who_does_not_want_sets_is_not_asked_and_asks_nobody(centre: Centre, site: Site) -> None:
    offer(centre)
    begin(site, "never")
    site.wait(lambda: centre.heartbeats)
    site.stop()
    assert "/v1/rule-packs" not in centre.requests
