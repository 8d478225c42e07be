"""A real sshd is guessed at and sprayed, a real firewall is scanned by nmap: the centre gets each as one signal."""

from __future__ import annotations

from pathlib import Path

import pytest

from qorgan.law.asoi import SignalType
from qorgan.law.severity import Severity
from qorgan.wire import record
from qorgan.wire.signal import Perimeter, Signal
from tests.faults.line import Line, until
from tests.products import packet_filter, sign_in_daemon

pytestmark = pytest.mark.products
ACCOUNTS = ("root", "postgres", "backup", "oracle", "zhanar", "admin", "asel", "nurlan")


def stored(line: Line) -> list[Signal]:
    with line.database() as connection:
        return [record.decode(row[0]) for row in connection.execute("SELECT record FROM signal ORDER BY sequence")]


def from_sources(count: int) -> list[str]:
    return [f"127.0.{10 + n // 200}.{n % 200 + 1}" for n in range(count)]


@pytest.mark.clause("R67.8.7")
def test_sshd_under_guessing_is_one_signal_that_grows_graver_when_the_guesser_gets_in(
    line: Line, tmp_path: Path
) -> None:
    with sign_in_daemon.running(tmp_path / "sshd") as daemon:
        line.read_from(f'kind = "file"\nname = "sshd"\npath = "{daemon.log}"')
        line.start_module()
        for _ in range(8):
            daemon.guess("root", "127.0.0.7")
        until(lambda: line.stored_count() >= 1, 30, "a signal of guessing")
        daemon.come_in("root", "127.0.0.7")
        until(lambda: line.stored_count() >= 2, 30, "a second one, of the success")
    signals = stored(line)
    assert {signal.type for signal in signals} == {SignalType.GUESS}
    assert len(signals) == 2
    assert [signal.severity for signal in signals] == [Severity.MEDIUM, Severity.HIGH]
    assert signals[0].source is not None
    assert (signals[0].source.address, signals[0].perimeter) == ("127.0.0.7", Perimeter.EXTERNAL)
    assert (signals[0].classified_by.pack, signals[0].classified_by.rule) == ("windows", "guess")
    assert "accounts=1" in signals[0].classified_by.decided_by
    assert len({said for signal in signals for said in signal.classified_by.decided_by if "attack=" in said}) == 1


@pytest.mark.clause("R67.8.8")
@pytest.mark.clause("R67.4")
def test_sshd_under_spraying_is_one_signal_without_the_accounts(line: Line, tmp_path: Path) -> None:
    with sign_in_daemon.running(tmp_path / "sshd") as daemon:
        line.read_from(f'kind = "file"\nname = "sshd"\npath = "{daemon.log}"')
        line.start_module()
        for user in ACCOUNTS:
            daemon.guess(user, "127.0.0.9")
        until(lambda: line.stored_count() >= 1, 30, "a signal of spraying")
    (signal,) = stored(line)
    assert (signal.type, signal.classified_by.rule) == (SignalType.SPRAY, "spray")
    everything = record.encode(signal).decode()
    assert not [user for user in ACCOUNTS if user in everything]


@pytest.mark.clause("R67.8.8")
def test_sshd_under_spraying_from_many_sources_is_one_signal(line: Line, tmp_path: Path) -> None:
    """Fifty accounts from fifty addresses, one try each: no address and no account does anything remarkable."""
    with sign_in_daemon.running(tmp_path / "sshd") as daemon:
        source = f'kind = "file"\nname = "sshd"\npath = "{daemon.log}"'
        # Nothing usual is known of a new sshd: until it is, ten times as many accounts are asked for. They are
        # counted in a bit map, where two of forty may well fall on one place; of fifty, never eleven.
        line.read_from(source, more="[detect]\ncrowd_accounts = 4\ncrowd_sources = 15\n")
        line.start_module()
        for n, address in enumerate(from_sources(50)):
            daemon.guess(f"client{n}", address)
        until(lambda: line.stored_count() >= 1, 30, "a signal of spraying")
    (signal,) = stored(line)
    assert signal.type is SignalType.SPRAY
    assert signal.classified_by.rule in {"spray-many-sources", "credential-stuffing"}
    assert (signal.source, signal.perimeter) == (None, Perimeter.EXTERNAL)


@pytest.mark.clause("R67.8.6")
@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (("-sS", "-p", "1-60", f"{packet_filter.HOSTS}1"), "scan-ports"),
        (("-sS", "-p", "3389", f"{packet_filter.HOSTS}1-30"), "scan-hosts"),
        (("-sU", "-p", "53,69,123,137,161", "--max-retries", "0", f"{packet_filter.HOSTS}1-12"), "scan-block"),
    ],
)
def test_nmap_against_a_logging_firewall_is_one_signal(
    line: Line, tmp_path: Path, arguments: tuple[str, ...], rule: str
) -> None:
    host = packet_filter.made(tmp_path / "firewall")
    line.read_from(f'kind = "file"\nname = "firewall"\npath = "{host.log}"')
    line.start_module()
    said = host.scan(*arguments)
    until(lambda: line.stored_count() >= 1, 30, f"a signal of scanning; nmap said {said}")
    (signal,) = stored(line)
    assert (signal.type, signal.classified_by.rule) == (SignalType.SCAN, rule)
    assert signal.source is not None
    assert (signal.source.address, signal.perimeter) == (packet_filter.ATTACKER, Perimeter.EXTERNAL)
    assert packet_filter.HOSTS not in record.encode(signal).decode()
