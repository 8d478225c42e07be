"""The commands as an operator types them."""

from __future__ import annotations

import json

import pytest

from qorgan.cli import main
from qorgan.ledger.note import SigningKey
from tests.module.run.conftest import FLOW, eve


def told(site, *words):
    done = site.command(*words, "--json")
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def used(site, centre):
    """A module that has sent, refused and quarantined something, and was stopped."""
    centre.refuse = lambda number: number == 2
    site.start()
    site.write_lines(eve(1), eve(2), FLOW, b'{"event_type":"alert", 880101300 broken')
    site.wait(lambda: centre.high_water == 2)
    site.wait(lambda: site.health()["account"]["spooled"] == 0)
    site.stop()
    return site


@pytest.mark.clause("R67.3.8")
def test_status_tells_an_account_that_adds_up_whether_it_runs_or_not(used):
    code, value = told(used, "status")
    assert (code, value["running"], value["adds_up"]) == (1, False, True)
    account = value["account"]
    assert account["read"] == account["became"] + sum(account["ignored"].values()) + account["quarantined"] == 4
    words = used.command("status").stdout.decode()
    assert "it adds up" in words
    assert "the module does not run" in words


def test_status_of_a_running_module_comes_from_its_page(site):
    site.config.write_text(site.config.read_text().replace("127.0.0.1:0", "127.0.0.1:18461"))
    site.start()
    site.write_lines(eve(1))
    site.wait(lambda: site.arrived() == [1])
    site.wait(lambda: told(site, "status")[1]["account"]["spooled"] == 0)
    code, value = told(site, "status")
    assert (code, value["running"], value["health"]["status"]) == (0, True, "ok")
    site.stop()


@pytest.mark.clause("R48I.3")
def test_a_receipt_is_written_out_with_its_document_and_verifies_offline(used, centre, tmp_path, capsys):
    code, value = told(used, "receipts")
    assert code == 0
    assert [(one["first"], one["last"], one["refused"]) for one in value][-1][1:] == (2, [2])
    code, value = told(used, "receipts", "--number", "1", "--export", str(tmp_path / "out"))
    assert code == 0
    assert value["key"] == str(centre.key.verifier)
    assert main(["verify", value["receipt"], value["document"], "--key", value["key"]]) == 0
    assert "Proven" in capsys.readouterr().out


def test_a_receipt_that_is_not_there_is_said_with_where_to_look(used, tmp_path):
    done = used.command("receipts", "--number", "99", "--export", str(tmp_path))
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"no receipt for number 99" in done.stderr


def test_the_quarantine_shows_place_and_reason(used):
    code, value = told(used, "quarantine")
    assert code == 0
    unreadable, refused = value["quarantine"]
    assert unreadable["place"].startswith(f"{used.log}:offset")
    assert refused["place"] == "signal 2"
    assert refused["reason"] == "refused by the hub: record: is not wanted"


def test_check_finds_everything_good_in_a_good_installation(site):
    site.write_lines(FLOW)
    code, value = told(site, "check")
    assert code == 0, value
    assert [one["what"] for one in value["findings"]] == [
        "configuration",
        "identity",
        "rule packs",
        "source suricata",
        "the day ASOI is away",
        "hub",
        "clock",
    ]


def test_check_names_each_thing_that_is_not_good(site, centre):
    (site.state / "identity.json").unlink()
    centre.close()
    code, value = told(site, "check")
    assert code == 1
    bad = {one["what"]: one["words"] for one in value["findings"] if not one["good"]}
    assert set(bad) == {"identity", "hub"}
    assert "qorgan module enrol" in bad["identity"]
    assert "check hub.url" in bad["hub"]


def test_a_hub_that_shows_another_key_than_the_pinned_one_is_found_by_check(site):
    path = site.state / "identity.json"
    known = json.loads(path.read_text())
    other = SigningKey.generate(known["audience"]).verifier
    path.write_text(json.dumps(known | {"hub_key": str(other)}))
    code, value = told(site, "check")
    assert code == 1
    (bad,) = [one for one in value["findings"] if not one["good"]]
    assert "another key than the pinned one" in bad["words"]


def test_an_enrolled_module_is_not_enrolled_again_by_accident(site, centre):
    done = site.command("enrol", centre.code())
    assert done.returncode == 2
    assert b"--replace" in done.stderr
    done = site.command("enrol", centre.code(), "--replace")
    assert done.returncode == 0
    assert b"Specimen Bank" in done.stdout


def test_a_wrong_code_is_one_line_with_a_remedy(site):
    done = site.command("enrol", "--replace", "hello")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().strip().count("\n") == 0
    assert b"ask the centre" in done.stderr


def test_before_the_first_start_there_is_no_spool_to_look_at(site):
    for command in ("status", "receipts", "quarantine"):
        done = site.command(command)
        assert done.returncode == 2
        assert b"qorgan module run" in done.stderr


def test_a_key_is_rotated_by_a_command(site, centre):
    (old,) = centre.module_keys
    code, value = told(site, "rotate-key")
    assert code == 0
    assert list(centre.module_keys) == [value["key"]]
    assert value["key"] != old
