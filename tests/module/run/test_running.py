"""A real `qorgan module run` from the line in the log to the receipt (R67.3.8, R67.9)."""

from __future__ import annotations

import signal
import subprocess

import pytest

from qorgan.module.spool import evidence, view
from qorgan.wire.batch import PATH
from tests.module.centre import Said
from tests.module.run.conftest import FLOW, eve


@pytest.mark.clause("R67.3.8")
def test_a_line_in_the_log_becomes_a_receipted_signal(site, centre):
    site.start()
    site.write_lines(FLOW, eve(1), FLOW, b"{broken", eve(2))
    site.wait(lambda: site.arrived() == [1, 2])
    assert site.stop() < 5
    account = site.account()
    assert (account.read, account.became, account.quarantined) == (5, 2, 1)
    assert account.ignored == {"eve flow": 2}
    assert account.faults() == []
    with view.opened(site.state) as connection:
        assert evidence.of_number(connection, 1)
        (row,) = view.quarantine(connection, last=5)
    assert row.place == f"{site.log}:offset {len(FLOW) * 2 + len(eve(1)) + 3}"


@pytest.mark.clause("R67.9")
def test_a_restart_goes_on_exactly_where_it_stopped(site):
    site.start()
    site.write_lines(*map(eve, range(1, 50)))
    site.wait(lambda: len(site.arrived()) == 49)
    site.stop()
    site.write_lines(*map(eve, range(50, 60)))
    site.start()
    site.write_lines(*map(eve, range(60, 70)))
    site.wait(lambda: len(site.arrived()) >= 69)
    site.stop()
    assert site.arrived() == list(range(1, 70))


@pytest.mark.clause("R67.9")
def test_what_is_found_while_the_hub_is_away_is_sent_in_order_when_it_is_back(site, centre):
    away = True

    def door(_path):
        if away:
            raise ConnectionResetError

    centre.before = door
    site.start()
    site.write_lines(*map(eve, range(1, 31)))
    site.wait(lambda: site.health()["account"]["spooled"] == 30)
    site.wait(lambda: site.health()["failures"] >= 3)
    health = site.health()
    assert health["status"] == "trouble"
    assert any(trouble.startswith("nothing is sent") for trouble in health["troubles"])
    site.kill()
    site.start()
    site.wait(lambda: site.words().count("/health") == 2)
    away = False
    site.wait(lambda: len(site.arrived()) >= 30, seconds=70)
    site.stop()
    assert site.arrived() == list(range(1, 31))


def test_sigterm_stores_what_was_read_and_ends_within_five_seconds_without_a_hub(site, centre):
    def nobody(_path):
        raise ConnectionResetError

    centre.before = nobody
    site.start()
    site.write_lines(*map(eve, range(1, 5)))
    site.wait(lambda: site.health()["account"]["spooled"] == 4)
    assert site.stop() < 5
    assert site.account().spooled == 4


def test_a_changed_configuration_is_taken_over_at_sighup(site):
    site.start()
    site.port()
    other = site.folder / "other.json"
    site.write(f'[[sources]]\nkind = "file"\nname = "other"\npath = "{other}"\n')
    site.process.send_signal(signal.SIGHUP)
    site.wait(lambda: "is taken over" in site.words())
    other.write_bytes(eve(9) + b"\n")
    site.write_lines(eve(8))
    site.wait(lambda: sorted(site.arrived()) == [8, 9])
    site.stop()


def test_a_wrong_configuration_at_sighup_leaves_the_old_one_in_force(site):
    site.start()
    site.port()
    site.write("[limits]\nspool_gib = 4\n")
    site.process.send_signal(signal.SIGHUP)
    site.wait(lambda: "stays in force" in site.words())
    assert "limits.spool_gib" in site.words()
    site.write_lines(eve(1))
    site.wait(lambda: site.arrived() == [1])
    site.stop()


def test_standard_input_is_read_to_its_end_sent_and_then_the_module_ends(site):
    site.config.write_text(
        site.config.read_text().partition("[[sources]]")[0] + '[[sources]]\nkind = "stdin"\nname = "stdin"\n'
    )
    site.start(stdin=subprocess.PIPE)
    site.process.communicate(b"".join(eve(number) + b"\n" for number in range(1, 20)), timeout=20)
    assert site.process.returncode == 0, site.words()
    assert site.arrived() == list(range(1, 20))


def test_a_second_module_on_the_same_state_is_refused_with_a_remedy(site):
    site.start()
    site.port()
    done = site.command("run")
    assert done.returncode == 2
    assert b"another process" in done.stderr
    assert b"Stop the other" in done.stderr
    site.stop()


def test_a_module_that_is_not_enrolled_does_not_start(site):
    (site.state / "identity.json").unlink()
    done = site.command("run")
    assert done.returncode == 2
    assert b"qorgan module enrol" in done.stderr
    assert not (site.state / "spool.sqlite").exists()


@pytest.mark.clause("R67.7")
def test_a_revoked_module_goes_on_reading_and_says_that_nothing_is_sent(site, centre):
    centre.revoked = True
    site.start()
    site.write_lines(eve(1))
    site.wait(lambda: site.health()["phase"] == "revoked")
    site.write_lines(eve(2), eve(3))
    site.wait(lambda: site.health()["account"]["spooled"] == 3)
    health = site.health()
    assert any("revoked" in trouble for trouble in health["troubles"])
    site.stop()
    assert "nothing is sent any more" in site.words()


def test_a_key_that_a_command_rotated_is_taken_by_the_running_module(site, centre):
    site.start()
    site.write_lines(eve(1))
    site.wait(lambda: site.arrived() == [1])
    assert site.command("rotate-key").returncode == 0
    site.write_lines(eve(2))
    site.wait(lambda: site.arrived() == [1, 2])
    site.stop()


@pytest.mark.clause("R67.3.8")
def test_metrics_are_in_prometheus_form_and_each_name_is_declared_once(site):
    site.start()
    site.write_lines(eve(1), FLOW)
    site.wait(lambda: site.arrived() == [1])
    text = site.page("/metrics").decode()
    assert 'qorgan_module_records_read_total{source="suricata"} 2' in text
    assert "qorgan_module_account_adds_up 1" in text
    declared = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(declared) == len(set(declared))
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(line.split("{")[0].split()[0] in declared for line in samples)
    site.stop()


def test_the_page_answers_nobody_who_came_under_another_name(site):
    site.start()
    port = site.port()
    asked = f"http://127.0.0.1:{port}/health"
    done = subprocess.run(["curl", "-s", "-H", "Host: evil.example", asked], capture_output=True, check=True)
    assert b"ask for a loopback address" in done.stdout
    assert b"there are /health and /metrics" in site.page("/else")
    site.stop()


def test_a_hub_that_can_store_nothing_is_asked_again_when_it_said(site, centre):
    said = iter([True, True])

    def full(path):
        if path == PATH and next(said, False):
            raise Said("unavailable", retry_after=1)

    centre.before = full
    site.start()
    site.write_lines(eve(1))
    site.wait(lambda: site.arrived() == [1])
    assert centre.requests.count(PATH) == 3
    site.stop()


def test_files_of_the_state_are_for_the_owner_alone(site):
    site.start()
    site.write_lines(eve(1))
    site.wait(lambda: site.arrived() == [1])
    site.stop()
    assert site.state.stat().st_mode & 0o077 == 0
    for key in ("signing.key", "redaction.key", "identity.json"):
        assert (site.state / key).stat().st_mode & 0o077 == 0
