"""`qorgan module explain` tells everything about a record but its secrets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qorgan.module.classify.decide import own
from qorgan.module.commands.explaining import Explainer
from qorgan.module.redact.fields import Redactor
from qorgan.personal.numbers import has_check_digit
from tests.module.run.conftest import Site

IIN = next(f"94010130012{digit}" for digit in "0123456789" if has_check_digit(f"94010130012{digit}"))
LINE = (
    "CEF:0|Example|VPN Gateway|1.0|4109|Multiple failed logins from one source|7|rt=Mar 02 2026 09:14:07 "
    "src=198.51.100.7 dst=10.1.1.1 suser=aliya.testova dvchost=vpn-01 msg=password\\=hunter2 for {}"
)


def explained(line: str) -> dict[str, object]:
    return Explainer(Redactor(bytes(32)), own()).value(line.encode())


@pytest.mark.clause("R67.4")
def test_the_parse_the_rules_and_the_verdict_are_told_without_a_secret() -> None:
    found = explained(LINE.format(IIN))
    assert (found["verdict"], found["rule"], found["format"]) == ("guess", "guessing", "cef")
    tried = found["tried"]
    assert isinstance(tried, list)
    assert tried[-1]["matched"]
    assert all(one["why"] for one in tried)
    text = json.dumps(found, ensure_ascii=False)
    for secret in (IIN, "hunter2", "aliya", "10.1.1.1", "vpn-01"):
        assert secret not in text
    assert "198.51.100.7" in text


@pytest.mark.parametrize("record", ["nothing at all that anybody knows", "{}", "\xff", "{" * 3000])
def test_what_cannot_be_read_is_told_so(record: str) -> None:
    assert explained(record)["verdict"] in {"unreadable", "none"}


@given(name=st.sampled_from(["suser", "msg", "cs1", "fname", "request", "duser", "act", "cat", "app", "odd"]))
def test_a_secret_is_removed_wherever_it_stands(name: str) -> None:
    found = explained(f"CEF:0|A|B|1|2|Malware found|5|src=198.51.100.7 dhost=pc-1 {name}=paid by {IIN} today")
    assert IIN not in json.dumps(found)


def test_the_command_reads_a_line_or_standard_input(site: Site) -> None:
    one = site.command("explain", "--json", LINE.format(IIN))
    many = site.command("explain", "-", "--json", stdin=(LINE.format(IIN) + "\n{}\n").encode())
    assert json.loads(one.stdout)["verdict"] == "guess"
    assert [each["verdict"] for each in json.loads(many.stdout)] == ["guess", "none"] or many.returncode == 0
    words = site.command("explain", LINE.format(IIN)).stdout.decode()
    assert "verdict       guess (guessing of network" in words
    assert "removed       1 credential" in words
    assert b"there is no format morse" in site.command("explain", "--format", "morse", "x").stderr
