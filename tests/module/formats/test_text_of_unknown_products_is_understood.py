"""Text of a product that nobody named says by common words what it is about, who it was and whence."""

from __future__ import annotations

import pytest

from qorgan.module.event import Activity, Event, Outcome, Unreadable
from qorgan.module.formats.moment import DEFAULT_ZONE, times_in
from qorgan.module.formats.text.general import own_general
from qorgan.module.formats.text.reader import Text
from qorgan.wire.signal import Action

HEAD = "Mar  2 09:14:07 box vault[411]: "


def read(line: str) -> Event:
    found = Text(times_in(DEFAULT_ZONE)).read(line.encode())
    assert isinstance(found, Event)
    return found


@pytest.mark.clause("R67.8.7", "R67.8.8")
@pytest.mark.parametrize(
    ("message", "user", "address"),
    [
        ("Login failed for user 'clerk' from 203.0.113.9", "clerk", "203.0.113.9"),
        ("authentication failure; user=clerk src=203.0.113.9", "clerk", "203.0.113.9"),
        ('Failed login attempt: account "clerk", client 203.0.113.9:40022', "clerk", "203.0.113.9"),
        ("An authentication attempt by the user clerk from 203.0.113.9 failed", "clerk", "203.0.113.9"),
        ("invalid password for clerk, remote address [2001:db8::9]", "clerk", "2001:db8::9"),
        ("WARN login incorrect username=clerk ip=203.0.113.9", "clerk", "203.0.113.9"),
        ("Unable to authenticate user <clerk> from host 203.0.113.9", "clerk", "203.0.113.9"),
        ("Неверный пароль пользователя clerk, адрес 203.0.113.9", "clerk", "203.0.113.9"),
        ("Неудачная попытка входа: пользователь «clerk» с адреса 203.0.113.9", "clerk", "203.0.113.9"),
    ],
)
def test_a_failed_sign_in_has_its_user_and_address(message: str, user: str, address: str) -> None:
    event = read(HEAD + message)
    assert (event.activity, event.outcome) == (Activity.SIGN_IN, Outcome.FAILURE)
    assert (event.user, event.source_address) == (user, address)
    assert (event.vendor, event.product) == ("unknown", "vault")


@pytest.mark.parametrize(
    ("message", "activity", "action", "ends"),
    [
        (
            "Deny tcp src 203.0.113.9:40022 dst 192.0.2.1:22 by rule 7",
            Activity.CONNECTION,
            Action.BLOCKED,
            ("203.0.113.9", 22),
        ),
        (
            "packet dropped SRC=203.0.113.9 DST=192.0.2.1 DPT=22",
            Activity.CONNECTION,
            Action.BLOCKED,
            ("203.0.113.9", 22),
        ),
        (
            "connection blocked 203.0.113.9:40022 -> 192.0.2.1:22",
            Activity.CONNECTION,
            Action.BLOCKED,
            ("203.0.113.9", 22),
        ),
        ("Port scan detected from 203.0.113.9", Activity.FINDING, Action.DETECTED, ("203.0.113.9", None)),
        ("file /srv/x.exe is infected with Example.Test-1", Activity.FINDING, Action.DETECTED, ("", None)),
        ("Обнаружена вредоносная программа Example.Test-1", Activity.FINDING, Action.DETECTED, ("", None)),
        ("intrusion attempt from 203.0.113.9 to 192.0.2.1", Activity.FINDING, Action.DETECTED, ("203.0.113.9", None)),
    ],
)
def test_connections_and_findings_are_told_apart(
    message: str, activity: Activity, action: Action, ends: tuple[str, int | None]
) -> None:
    event = read(HEAD + message)
    assert (event.activity, event.action) == (activity, action)
    assert (event.source_address, event.destination_port) == ends


@pytest.mark.parametrize(
    "message",
    [
        "virus database updated to version 7",
        "scan completed, infected files: 0, no threats found",
        "Failed to load module x",
        "service started, listening on 192.0.2.1:80",
        "user group settings saved",
        "threat intelligence feed updated",
    ],
)
def test_the_daily_life_of_a_product_is_no_finding(message: str) -> None:
    assert own_general().meaning(message) == ""


@pytest.mark.parametrize(
    ("message", "activity"),
    [
        ("Blocked INFECTED (Win.Trojan.Example-7), <a@example.com> -> <clerk@example.kz>, Hits: -", Activity.MAIL),
        ("Blocked INFECTED (Win.Trojan.Example-7) in the folder of a@example.com", Activity.FINDING),
    ],
)
def test_an_arrow_between_two_addresses_of_mail_is_a_letter(message: str, activity: Activity) -> None:
    assert read(HEAD + message).activity == activity


def test_what_is_no_text_is_refused_without_being_repeated() -> None:
    text = Text(times_in(DEFAULT_ZONE))
    for record in (b"\x00\x01\x02\x03", b"01 02 03 04", b"\xff\xfe\xfd" * 40, b"words that nobody knows"):
        with pytest.raises(Unreadable) as refused:
            text.read(record)
        assert "words that" not in refused.value.reason


def test_a_header_may_lack_its_time_or_its_host() -> None:
    said = "Failed password for clerk from 203.0.113.9 port 40022 ssh2"
    for line in (f"gate sshd[411]: {said}", f"sshd[411]: {said}", f"Mar 2 09:14:07 gate sshd[411]: {said}", said):
        event = read(line)
        assert (event.user, event.product) == ("clerk", "OpenSSH")


def test_line_ends_and_colours_that_relays_write_out_are_taken_away() -> None:
    event = read(HEAD + "\\x1b[31mLogin failed\\x1b[0m for user 'clerk'\\r\\nfrom 203.0.113.9#012")
    assert (event.user, event.source_address) == ("clerk", "203.0.113.9")
