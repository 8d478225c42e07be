"""A configuration that is wrong is refused with file, key and remedy, and touches nothing."""

from __future__ import annotations

import pytest

from qorgan.cli import main
from qorgan.module.config import ConfigRefused, load

GOOD = """
state = "/var/lib/qorgan-module"
keep_sent_days = 3
[hub]
url = "https://asoi.example.kz"
proxy = "http://proxy.bank.example:3128"
[institution]
networks = ["203.0.113.0/24", "2001:db8::/32"]
internal_domains = ["bank.example"]
[[sources]]
kind = "file"
name = "suricata"
path = "/var/log/suricata/eve.json"
[[sources]]
kind = "syslog"
name = "firewall"
transport = "udp"
port = 5514
[limits]
spool_mib = 100
"""


def written(tmp_path, text):
    path = tmp_path / "module.toml"
    path.write_text(text)
    return path


def test_a_good_file_says_what_it_says(tmp_path):
    config = load(written(tmp_path, GOOD))
    assert [source.name for source in config.sources] == ["suricata", "firewall"]
    assert config.spool_limits().spool_bytes == 100 * 1024 * 1024
    assert config.spool_limits().keep_sent_seconds == 3 * 86_400


def test_only_the_address_of_the_hub_must_be_given(tmp_path):
    config = load(written(tmp_path, '[hub]\nurl = "https://asoi.example.kz"\n'))
    assert config.status.place() == ("127.0.0.1", 8460)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("spool_mib", "spool_mb", "limits.spool_mb: no such key; did you mean spool_mib?"),
        ("keep_sent_days", "keep_days", "keep_days: no such key; did you mean keep_sent_days?"),
        ("[limits]", "[limit]", "limit: no such key; did you mean limits?"),
        ("port = 5514", "prot = 5514", "sources[1].prot: no such key; did you mean port?"),
        ('url = "https://asoi.example.kz"', "", "hub.url: is missing"),
        ('name = "suricata"', "", "sources[0].name: is missing"),
        ('kind = "file"', 'kind = "fille"', "sources[0].kind: is not one of the values of its list"),
        ("spool_mib = 100", 'spool_mib = "100"', "limits.spool_mib: Expected `int`, got `str`"),
        ("spool_mib = 100", "spool_mib = 0", "limits.spool_mib: Expected `int` >= 1"),
        ("https://asoi.example.kz", "http://asoi.example.kz", "hub: url must begin with https://"),
        ("https://asoi.example.kz", "https://asoi.example.kz/path", "hub: url must have no path"),
        ("https://asoi.example.kz", "asoi.example.kz", "hub: url must be an address"),
        ("203.0.113.0/24", "203.0.113.1/24", "institution: networks must be networks"),
        ('name = "firewall"', 'name = "suricata"', "sources: two have the name suricata"),
        ('"/var/log/suricata/eve.json"', '"eve.json"', "sources[0]: path must be absolute"),
        ('state = "/var', 'state = "var', "state must be an absolute path"),
        ("[limits]", '[status]\nlisten = "0.0.0.0:8460"\n[limits]', "status: listen must be a loopback address"),
        ("[limits]", "[limits", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named_by_its_key_with_what_to_do(tmp_path, old, new, said):
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ConfigRefused) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_said_with_what_to_do(tmp_path):
    with pytest.raises(ConfigRefused, match="--config"):
        load(tmp_path / "none.toml")


def test_no_value_of_the_file_is_repeated(tmp_path):
    secret = "hunter2hunter2"
    for text in (f'[hub]\nurl = "https://{secret}@"', f'{GOOD}\n[status]\nlisten = "{secret}"'):
        with pytest.raises(ConfigRefused) as refused:
            load(written(tmp_path, text))
        assert secret not in str(refused.value)


@pytest.mark.clause("R67.3.8")
def test_a_wrong_configuration_stops_the_start_and_never_touches_the_backlog(tmp_path, capsys):
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    backlog = state / "spool.sqlite"
    backlog.write_bytes(b"not even looked at")
    path = written(tmp_path, GOOD.replace("/var/lib/qorgan-module", str(state)).replace("spool_mib", "spool"))
    before = sorted(state.iterdir())
    assert main(["module", "run", "--config", str(path)]) == 2
    said = capsys.readouterr().err
    assert "limits.spool: no such key" in said
    assert said.count("\n") == 1
    assert sorted(state.iterdir()) == before
    assert backlog.read_bytes() == b"not even looked at"
