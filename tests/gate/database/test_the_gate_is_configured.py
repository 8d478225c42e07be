"""The configuration is read once, and a wrong key stops the start with a remedy."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from qorgan.gate.config import CONFIG_VARIABLE, ENVIRONMENT, Config, load
from qorgan.kit.config import ConfigRefused

PAGE = Path(__file__).parents[3] / "docs" / "operate" / "gate.md"


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "gate.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_nothing_said_is_a_working_configuration():
    assert load(environment={}) == Config()


def test_the_environment_wins_over_the_file_and_names_it(written):
    path = written('[database]\nurl = "postgresql:///file"\n[portal]\nport = 9000\n')
    config = load(environment={CONFIG_VARIABLE: str(path), "QORGAN_GATE_DATABASE_URL": "postgresql:///environment"})
    assert (config.database.url, config.portal.port) == ("postgresql:///environment", 9000)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("prot = 1\n", "prot"),
        ("[portal]\nprot = 1\n", "portal.prot"),
        ("[portal]\nport = 'a'\n", "portal.port"),
        ("[portal]\naddress = 'nowhere'\n", "portal.address"),
        ("[portal]\nproxies = ['10.0.0.1/8']\n", "portal.proxies"),
        ("[portal.tls]\ncertificate = 'c.pem'\n", "portal.tls"),
        ("[portal.tls]\ncertificate = '/nonexistent/c.pem'\nkey = '/nonexistent/k.pem'\n", "portal.tls.certificate"),
        ("[providers.biometrics]\nurl = 'ftp://x'\n", "providers.biometrics.url"),
        ("state = 3\n", "state"),
    ],
)
def test_a_wrong_key_is_named_with_its_file_and_a_remedy(written, text, key):
    path = written(text)
    with pytest.raises(ConfigRefused) as refused:
        load(path, {})
    assert str(path) in str(refused.value)
    assert key in str(refused.value)
    assert "; " in str(refused.value), "no remedy"


def test_a_value_that_may_be_a_password_is_never_repeated(written):
    with pytest.raises(ConfigRefused) as refused:
        load(written("[database]\nurl = ['postgresql://u:hunter2@h/d']\n"), {})
    assert "hunter2" not in str(refused.value)


def keys_of(struct, before=""):
    """Every key of a configuration, as the operator writes it."""
    for field in msgspec.structs.fields(struct):
        if isinstance(field.default, msgspec.Struct):
            yield from keys_of(field.default, f"{before}{field.name}.")
        else:
            yield f"{before}{field.name}"


def test_every_key_and_variable_is_documented():
    page = PAGE.read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_.]+)`", page))
    assert set(keys_of(Config)) - documented == set()
    assert set(ENVIRONMENT) | {CONFIG_VARIABLE} <= set(re.findall(r"`(QORGAN_[A-Z_]+)`", page))
